//! `/c/{company}/reconcile`: what Steelhead billed and what QuickBooks holds, for a period.

use std::sync::Arc;

use askama::Template;

use crate::language::{t, told};
use crate::rules::Program;
use crate::sync::stored::{CompanyFile, Reconciled};
use crate::sync::{Money, PartyTotals, Period, Reconciliation, Totals, Transaction, TransactionState};
use crate::text::quotes::quoted;
use crate::web::ground::trouble::Trouble;
use crate::web::listing::{Asked, Pager, Row, Terms};
use crate::web::pages::documents::subject::document_path;
use crate::web::server::answer::{Done, Page, Then};
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::{CompanyPlans, OfMoment as _, Patience};
use crate::web::words::filters;
use crate::web::words::when::{Times, counted, grouped};

/// `from` and `to` are the period; `all` in both stands for all days.
const TERMS: Terms = Terms { filters: &["from", "to"], per: 50 };
/// As many names are shown for an object, those that differ first.
const MOST_NAMES: usize = 100;
/// What a side of the period is that is left open on purpose.
const ALL: &str = "all";

#[derive(Template)]
#[template(path = "reconcile.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct ReconcilePage<'v> {
    shell: Shell,
    times: Times,
    file: &'v CompanyFile,
    asked: Asked,
    problem: String,
    /// The periods that are a click away.
    presets: Vec<Preset>,
    from: String,
    to: String,
    /// Nothing while it is worked out.
    shown: Option<Shown>,
    is_old: bool,
    /// What the last night found, and where that is.
    night: Option<(Reconciled, String)>,
}

/// A period that is a click away.
struct Preset {
    label: &'static str,
    link: String,
    is_chosen: bool,
}

/// A reconciled period, cut to a page.
struct Shown {
    summary: String,
    agrees: bool,
    totals: Vec<TotalsLine>,
    chips: Vec<(&'static str, String, String, bool)>,
    rows: Vec<TransactionLine>,
    pager: Pager,
    is_empty: bool,
}

/// What an object comes to, or a party.
struct TotalsLine {
    title: String,
    count: String,
    differing: String,
    agrees: bool,
    /// Steelhead, QuickBooks, the difference, tax, open.
    amounts: [String; 5],
    parties: Vec<TotalsLine>,
    /// How many names are not shown: a shop may have thousands.
    left_out: String,
}

/// A transaction, in a line.
struct TransactionLine {
    label: String,
    link: String,
    date: String,
    party: String,
    pill: &'static str,
    state: &'static str,
    steelhead: String,
    quickbooks: String,
    difference: String,
    open: String,
    reason: String,
}

/// A transaction, ready to be searched.
struct TransactionRow<'r> {
    transaction: &'r Transaction,
    search: String,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let asked = Asked::of(path(file), &visit.query, &TERMS);
    let today = visit.now.with_timezone(&visit.times(file).zone).date_naive();
    let (period, problem) = match period(&asked, Period::month_of(today)) {
        Ok(period) => (period, String::new()),
        Err(problem) => (Period::month_of(today), problem),
    };
    let plans = plans(visit, file)?;
    let found = plans.as_ref().map(|plans| reconciled(visit, file, plans, period)).transpose()?;
    let preset = |label, wanted: Period| {
        let link = asked.with("from", &written(wanted.from)).with("to", &written(wanted.to));
        Preset { label, link: link.being("").link(), is_chosen: wanted == period && problem.is_empty() }
    };
    let presets = vec![
        preset(t("This month"), Period::month_of(today)),
        preset(t("Last month"), Period::before(today)),
        preset(t("All days"), Period::default()),
    ];
    let side = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let page = ReconcilePage {
        shell: visit.shell(t("Reconcile"), Some(file)),
        times: visit.times(file),
        file,
        problem,
        presets,
        from: side(period.from),
        to: side(period.to),
        shown: found.map(|found| shown(&found, &asked, visit.program(), file)),
        night: visit.site.store.last_reconciled(file.id)?.map(|night| (night.clone(), link(file, &night))),
        is_old: plans.is_some_and(|plans| !plans.is_of(file)),
        asked,
    };
    visit.show(&page, &page.as_inside())
}

/// The period as CSV.
pub fn download(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let period = Period::read(visit.form.get("from"), visit.form.get("to"))
        .map_err(|error| Trouble::Wrong(told(&error)))?;
    let plans = visit.site.plans.get(file, Patience::Long)?;
    let plans = plans.ok_or_else(|| Trouble::failed("the plan is not ready yet"))?;
    let found = reconciled(visit, file, &plans, period)?;
    // A spreadsheet takes the text for what it is only with this mark at its beginning.
    let bytes = format!("\u{feff}{}", found.csv(|state| t(state.told()))).into_bytes();
    let name = format!("{}-{period}.csv", file.made.user_name).replace(' ', "-");
    Ok(Done { act: None, then: Then::Save { name, media_type: "text/csv; charset=utf-8", bytes } })
}

fn plans(visit: &Visit, file: &CompanyFile) -> Result<Option<Arc<CompanyPlans>>, Trouble> {
    visit.site.plans.get(file, if visit.is_fragment { Patience::Long } else { Patience::Short })
}

fn reconciled(
    visit: &Visit,
    file: &CompanyFile,
    plans: &CompanyPlans,
    period: Period,
) -> Result<Arc<Reconciliation>, Trouble> {
    plans.reconciled(visit.program(), &*visit.site.store, (file, period), visit.now)
}

/// The period that is asked for; this one, if none is.
fn period(asked: &Asked, usual: Period) -> Result<Period, String> {
    let (from, to) = (asked.filter("from"), asked.filter("to"));
    if from.is_empty() && to.is_empty() {
        return Ok(usual);
    }
    let side = |text: &str| if text == ALL { String::new() } else { text.to_owned() };
    Period::read(&side(from), &side(to)).map_err(|error| Trouble::Wrong(told(&error)).sentence())
}

fn written(day: Option<chrono::NaiveDate>) -> String {
    day.map_or_else(|| ALL.to_owned(), |day| day.to_string())
}

fn shown(found: &Reconciliation, asked: &Asked, program: &Program, file: &CompanyFile) -> Shown {
    let rows: Vec<TransactionRow<'_>> =
        found.transactions.iter().map(|it| TransactionRow::of(it, asked)).collect();
    let cut = asked.cut(&rows);
    let chip = |state: &TransactionState| {
        let word = state.told();
        let count = cut.words.get(word).copied().filter(|count| *count > 0)?;
        let is_chosen = asked.word.eq_ignore_ascii_case(word);
        let link = asked.being(if is_chosen { "" } else { word }).link();
        Some((word, grouped(count), link, is_chosen))
    };
    let totals = |totals: &Totals| {
        let of =
            |it: &&PartyTotals| it.totals.object == totals.object && it.totals.currency == totals.currency;
        let (agree, differ): (Vec<_>, Vec<_>) =
            found.parties.iter().filter(of).partition(|it| it.totals.differing == 0);
        let left_out = (agree.len() + differ.len()).saturating_sub(MOST_NAMES);
        let line = |it: &PartyTotals| {
            TotalsLine::of(if it.party.is_empty() { t("(nobody)") } else { &it.party }, &it.totals)
        };
        TotalsLine {
            parties: differ.into_iter().chain(agree).take(MOST_NAMES).map(line).collect(),
            left_out: if left_out > 0 { counted(left_out, "name") } else { String::new() },
            ..TotalsLine::of(&titled(totals, program), totals)
        }
    };
    Shown {
        summary: found.summary(),
        agrees: found.agrees,
        totals: found.totals.iter().map(totals).collect(),
        chips: TransactionState::ALL.iter().filter_map(chip).collect(),
        rows: cut.rows.iter().map(|row| TransactionLine::of(row.transaction, program, file)).collect(),
        pager: Pager::of(asked, &cut, "transaction"),
        is_empty: found.transactions.is_empty(),
    }
}

/// What people call an object's totals.
fn titled(totals: &Totals, program: &Program) -> String {
    let title = program.list_of(&totals.object).map_or(totals.title.as_str(), |list| list.title.as_str());
    match &totals.currency {
        Some(currency) => format!("{title}, {currency}"),
        None => title.to_owned(),
    }
}

impl TotalsLine {
    fn of(title: &str, totals: &Totals) -> Self {
        let some = |amount: Option<Money>| amount.map(Money::told).unwrap_or_default();
        Self {
            title: title.to_owned(),
            count: grouped(totals.transactions),
            differing: grouped(totals.differing),
            agrees: totals.differing == 0,
            amounts: [
                totals.steelhead.told(),
                totals.quickbooks.told(),
                totals.difference.told(),
                some(totals.tax_in_quickbooks),
                some(totals.open),
            ],
            parties: Vec::new(),
            left_out: String::new(),
        }
    }
}

impl TransactionLine {
    fn of(transaction: &Transaction, program: &Program, file: &CompanyFile) -> Self {
        let (ours, theirs) = (transaction.steelhead.as_ref(), transaction.quickbooks.as_ref());
        let record = transaction.record.as_ref();
        let link = match (&transaction.document, record) {
            (Some(document), _) => program
                .list_of(&document.object)
                .map(|list| document_path(file, list, &document.id))
                .unwrap_or_default(),
            (None, Some(record)) => format!("/c/{}/records/{}/{}", file.id.0, record.record_type, record.id),
            (None, None) => String::new(),
        };
        let told = |amount: Option<Money>| amount.map(Money::told).unwrap_or_default();
        Self {
            label: quoted(&transaction.label),
            link,
            date: ours.or(theirs).map(|side| side.date.clone()).unwrap_or_default(),
            party: transaction.party.clone(),
            pill: match transaction.state {
                TransactionState::Agrees => "good",
                TransactionState::NotBilled | TransactionState::Settled => "idle",
                _ => "warn",
            },
            state: transaction.state.told(),
            steelhead: told(ours.and_then(|side| side.amount)),
            quickbooks: told(theirs.and_then(|side| side.amount)),
            difference: told(transaction.difference.filter(|it| !it.is_zero())),
            open: told(transaction.open),
            reason: transaction.reason.as_deref().map(quoted).unwrap_or_default(),
        }
    }
}

impl<'r> TransactionRow<'r> {
    /// What is searched is only put together if somebody searches.
    fn of(transaction: &'r Transaction, asked: &Asked) -> Self {
        if asked.search.is_empty() {
            return Self { transaction, search: String::new() };
        }
        let Transaction { label, number, party, .. } = transaction;
        Self { transaction, search: format!("{label}\n{number}\n{party}").to_lowercase() }
    }
}

impl Row for TransactionRow<'_> {
    fn search(&self) -> &str {
        &self.search
    }

    fn word(&self) -> &str {
        self.transaction.state.told()
    }

    fn in_order(&self, other: &Self, _: usize) -> std::cmp::Ordering {
        self.word().cmp(other.word())
    }
}

/// The page of the period of a night.
pub fn link(file: &CompanyFile, night: &Reconciled) -> String {
    format!("{}?from={}&to={}", path(file), night.from, night.to)
}

/// Where the page is.
pub fn path(file: &CompanyFile) -> String {
    format!("/c/{}/reconcile", file.id.0)
}
