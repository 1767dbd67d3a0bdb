//! `/c/{company}/{object}`: Invoicing, Bills, Customers and all other lists of documents.

use std::collections::{BTreeMap, HashSet};

use askama::Template;

use crate::language::{say, t};
use crate::rules::program::{ColumnKind, List};
use crate::sync::stored::{CompanyFile, Moment};
use crate::sync::{check_played, fact_labels, has_date};
use crate::web::ground::trouble::Trouble;
use crate::web::listing::{Asked, Cut, Head, Pager};
use crate::web::pages::documents::chosen::{MOST, seen, total};
use crate::web::pages::documents::narrow::{TERMS, day_column, narrowed, short};
use crate::web::pages::documents::subject::{document_path, is_sent, list, list_path, title};
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::{Cell, CompanyView, DocumentRow, Patience, Verdict};
use crate::web::words::filters;
use crate::web::words::when::{Times, counted, grouped};

#[derive(Template)]
#[template(path = "list.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct ListTemplate<'v> {
    shell: Shell,
    times: Times,
    file: &'v CompanyFile,
    list: &'v List,
    /// A newer list is being made.
    is_old: bool,
    /// Whether such documents are exported on play.
    is_played: bool,
    asked: Asked,
    heads: Vec<Head>,
    chips: Vec<Chip>,
    /// Why documents are not done, with how many there are for each reason.
    reasons: Vec<Chip>,
    /// What is wrong with the days that are asked for.
    problem: &'static str,
    /// What can be selected.
    found: Selectable,
    rows: Vec<DocumentLine<'v>>,
    pager: Pager,
    /// How many of the rows on all pages are not done.
    open: usize,
    /// The page that settles those dated before a day, if such documents have a date.
    by_date: Option<String>,
    /// There are no such documents at all.
    is_empty: bool,
}

/// What is found on all pages, and what can be done with it.
struct Selectable {
    /// How many, and the money that they are about, if any.
    totals: String,
    /// Which, as forms say it.
    seen: String,
    /// How many can be selected, if more are found.
    most: String,
    /// Whether such documents can be settled by hand and connected: the rules send them.
    is_sent: bool,
    /// How many of them are settled by hand.
    settled: usize,
    /// How many of them are connected.
    connected: usize,
    /// How many of them have an archived connection.
    archived: usize,
}

/// Reasons that are listed.
const REASONS: usize = 30;

/// A word to filter by.
struct Chip {
    word: String,
    count: String,
    link: String,
    is_chosen: bool,
}

/// A document, in a line.
struct DocumentLine<'v> {
    row: &'v DocumentRow,
    title: String,
    path: String,
    cells: Vec<(&'v str, &'static str, String)>,
    /// Why it is not done, in a line.
    why: Option<String>,
    /// QuickBooks has newer data for it.
    has_update: bool,
    /// What the building icon says.
    standing: String,
    last_sync: Option<Moment>,
    can_play: bool,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let list = list(visit)?;
    let view = visit.view(file, patience(visit))?;
    let asked = Asked::of(list_path(file, list), &visit.query, &TERMS);
    let cut = asked.cut(narrowed(&asked, list, &view));
    let is_played = check_played(visit.program(), &list.object).is_ok();
    let updates = updates(&view, list);
    let facts = fact_labels(visit.program(), &list.object);
    let rows = cut.rows.iter().map(|row| {
        let has_update = updates.contains(row.key.id.as_str());
        DocumentLine::of(file, (list, &facts), row, is_played, has_update, visit.times(file))
    });
    let template = ListTemplate {
        shell: visit.shell(&list.title, Some(file)),
        times: visit.times(file),
        file,
        list,
        is_old: view.is_old(file),
        is_played,
        heads: heads(list, &facts, &asked),
        chips: chips(&asked, &cut),
        rows: rows.collect(),
        reasons: reasons(&asked, list, &view),
        pager: Pager::of(&asked, &cut, "document"),
        open: if is_played { cut.all.iter().filter(|row| row.is_open).count() } else { 0 },
        problem: asked.days().err().unwrap_or_default(),
        found: Selectable::of(visit, list, &cut),
        by_date: has_date(visit.program(), &list.object).then(|| format!("{}/settle", asked.path)),
        is_empty: view.documents(&list.object).is_empty(),
        asked,
    };
    visit.show(&template, &template.as_inside())
}

/// Who just did something wants to see it done.
fn patience(visit: &Visit) -> Patience {
    if visit.is_fragment || visit.message.is_some() { Patience::Long } else { Patience::Short }
}

impl ListTemplate<'_> {
    /// Whether such documents have a day.
    fn is_dated(&self) -> bool {
        day_column(self.list).is_some()
    }
}

impl Selectable {
    fn of(visit: &Visit, list: &List, cut: &Cut<'_, DocumentRow>) -> Self {
        let (found, amount) = (counted(cut.found, "document"), total(visit, list, &cut.all));
        Self {
            totals: if amount.is_empty() { found } else { say!("{found}, {amount} in all", found, amount) },
            seen: seen(&cut.all),
            most: if cut.found > MOST { grouped(MOST) } else { String::new() },
            is_sent: is_sent(visit.program(), &list.object),
            settled: cut.all.iter().filter(|row| row.by_hand.is_some()).count(),
            connected: connections(cut, false),
            archived: connections(cut, true),
        }
    }
}

/// How many have a connection that is archived, or one that is not.
fn connections(cut: &Cut<'_, DocumentRow>, is_archived: bool) -> usize {
    let has = |row: &&&DocumentRow| row.connection.as_ref().is_some_and(|it| it.is_archived == is_archived);
    cut.all.iter().filter(has).count()
}

/// The reasons of what is found, whichever of them is asked for, the most frequent first.
fn reasons(asked: &Asked, list: &List, view: &CompanyView) -> Vec<Chip> {
    let any = asked.with("why", "").unsorted();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for reason in any.all(narrowed(&any, list, view)).into_iter().filter_map(DocumentRow::reason) {
        *counts.entry(reason).or_default() += 1;
    }
    let mut all: Vec<_> = counts.into_iter().collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let chip = |(reason, count): (String, usize)| {
        let is_chosen = asked.filter("why") == short(&reason);
        let why = if is_chosen { String::new() } else { short(&reason) };
        let to = asked.with("why", &why).on_page(1);
        Chip { link: to.link(), word: reason, count: grouped(count), is_chosen }
    };
    all.into_iter().take(REASONS).map(chip).collect()
}

/// The documents of the list for which QuickBooks has newer data.
fn updates<'v>(view: &'v CompanyView, list: &List) -> HashSet<&'v str> {
    let news = view.imports.iter().filter(|row| row.verdict == Verdict::Update && row.object == list.object);
    let records: HashSet<_> = news.map(|row| (&*row.key.record_type, &*row.key.id)).collect();
    if records.is_empty() {
        return HashSet::new();
    }
    let has_news = |row: &&DocumentRow| {
        let connection = row.connection.as_ref().filter(|it| !it.is_archived);
        connection.is_some_and(|it| records.contains(&(&*it.record_type, &*it.record_id)))
    };
    view.documents(&list.object).iter().filter(has_news).map(|row| row.key.id.as_str()).collect()
}

fn heads<'v>(list: &'v List, facts: &[(&'v str, bool)], asked: &Asked) -> Vec<Head> {
    let columns = list.columns.iter().map(|column| (column.label.as_str(), class(column.kind)));
    let facts = facts.iter().map(|(label, is_amount)| (*label, class(kind_of_fact(*is_amount))));
    let all = columns.chain(facts).chain([(t("Status"), ""), (t("Last sync"), "")]).enumerate();
    all.map(|(index, (label, class))| Head::of(asked, index, label, class)).collect()
}

/// What a cell shows.
pub fn shown_cell(kind: ColumnKind, cell: &Cell) -> String {
    if matches!(kind, ColumnKind::Money | ColumnKind::Rate) { cell.grouped() } else { cell.text.clone() }
}

/// The kind of a column with what records tell.
pub fn kind_of_fact(is_amount: bool) -> ColumnKind {
    if is_amount { ColumnKind::Money } else { ColumnKind::Text }
}

/// The class of a cell.
pub fn class(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Number | ColumnKind::Rate => "number",
        ColumnKind::Money => "number money",
        ColumnKind::Date => "date",
        ColumnKind::Text => "",
    }
}

fn chips(asked: &Asked, cut: &Cut<'_, DocumentRow>) -> Vec<Chip> {
    let all = Chip {
        word: t("All").to_owned(),
        count: grouped(cut.words.values().sum()),
        link: asked.being("").link(),
        is_chosen: asked.word.is_empty(),
    };
    let chip = |(word, count): (&&str, &usize)| Chip {
        word: (*word).to_owned(),
        count: grouped(*count),
        link: asked.being(word).link(),
        is_chosen: asked.word.eq_ignore_ascii_case(word),
    };
    std::iter::once(all).chain(cut.words.iter().map(chip)).collect()
}

impl<'v> DocumentLine<'v> {
    fn of(
        file: &CompanyFile,
        (list, facts): (&'v List, &[(&'v str, bool)]),
        row: &'v DocumentRow,
        is_played: bool,
        has_update: bool,
        times: Times,
    ) -> Self {
        let columns = list.columns.iter().map(|it| (it.label.as_str(), it.kind));
        let facts = facts.iter().map(|(label, is_amount)| (*label, kind_of_fact(*is_amount)));
        let cells = columns.chain(facts).zip(&row.cells);
        Self {
            title: title(list, row),
            path: document_path(file, list, &row.key.id),
            cells: cells.map(|((label, kind), cell)| (label, class(kind), shown_cell(kind, cell))).collect(),
            why: row.told(),
            has_update,
            standing: standing(row, times),
            last_sync: row.last_sync,
            can_play: is_played && row.can_play(),
            row,
        }
    }

    fn connection(&self) -> &'static str {
        match &self.row.connection {
            Some(connection) if connection.is_archived => "archived",
            Some(_) => "connected",
            None => "none",
        }
    }
}

/// How a document stands, in a line.
pub fn standing(row: &DocumentRow, times: Times) -> String {
    let connection = match &row.connection {
        Some(connection) if connection.is_archived => t("Connection archived"),
        Some(_) => t("Connected"),
        None => t("Not connected"),
    };
    let last = row.last_sync.or(row.connection.as_ref().map(|it| it.connected_at));
    let last = last.map(|at| say!("; last update {at}", at = times.at(&at))).unwrap_or_default();
    let word = t(&row.state.word);
    let state = if word == connection { String::new() } else { format!(". {word}") };
    format!("{connection}{state}{last}")
}
