//! `/c/{company}/integrations/visits/{visit}`: what one visit of the Web Connector did.

use askama::Template;

use crate::activity::FoundAs;
use crate::language::{marked, say, t};
use crate::sync::stored::{CompanyFile, Exchange, ExchangeItem, ExchangeKind, Moment, SessionId};
use crate::web::draw::deed::{Sum, is_error, said, summed_up};
use crate::web::draw::qbxml_view::QbxmlView;
use crate::web::draw::told::Told;
use crate::web::ground::trouble::Trouble;
use crate::web::pages::documents::names::Names;
use crate::web::pages::integrations::page as integrations;
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::filters;
use crate::web::words::when::{Times, counted};

/// Exchanges that are shown.
const EXCHANGES: usize = 500;
/// As much qbXML is shown at once, in bytes; the rest exchange by exchange, so that the page stays light.
const MOST_SHOWN: usize = 8_000;

#[derive(Template)]
#[template(path = "visit.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct VisitPage {
    shell: Shell,
    times: Times,
    back: String,
    began_at: Moment,
    ended_at: Option<Moment>,
    ending: String,
    /// What it did, in a line.
    summary: String,
    /// What it wrote, each with its result.
    written: Vec<(Told, &'static str, &'static str)>,
    /// How many records it met otherwise than they were known, in words, and where they are shown.
    found: String,
    found_link: String,
    exchanges: Vec<ExchangeRow>,
    /// There are more than are shown.
    has_more: bool,
}

/// An exchange, in a line.
struct ExchangeRow {
    sent_at: Moment,
    what: &'static str,
    summary: String,
    took: String,
    kind: &'static str,
    word: &'static str,
    refused: Vec<String>,
    request: QbxmlView,
    response: Option<QbxmlView>,
    /// Its number.
    id: i64,
    /// Where its qbXML is, if it is not here.
    elsewhere: Option<String>,
    /// Somebody asked for it.
    is_asked: bool,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let id: i64 = visit.name("visit").parse().map_err(|_| Trouble::NotFound)?;
    let whole = visit.site.activity.visit(file.id, SessionId(id), EXCHANGES + 1)?.ok_or(Trouble::NotFound)?;
    let has_more = whole.exchanges.len() > EXCHANGES;
    let counts = visit.site.activity.found_counts(file.id, SessionId(id))?;
    let names = Names::new(visit, file);
    let mut left = MOST_SHOWN;
    let page = VisitPage {
        shell: visit.shell(t("Visit"), Some(file)),
        times: visit.times(file),
        back: integrations::path(file),
        began_at: whole.began_at,
        ended_at: whole.ended_at,
        ending: whole.ending.map_or_else(String::new, |ending| t(&ending.to_string()).to_owned()),
        has_more,
        summary: Sum::of(&whole.exchanges).told(&found_words(&counts)),
        written: whole.exchanges.iter().flat_map(|it| written(it, &names)).collect(),
        found: match counts.iter().map(|(_, _, count)| count).sum() {
            0 => String::new(),
            count => counted(count, "record"),
        },
        found_link: format!("{}/visits/{id}/found", integrations::path(file)),
        exchanges: whole
            .exchanges
            .into_iter()
            .take(EXCHANGES)
            .map(|it| ExchangeRow::of(it, visit, file, &mut left))
            .collect(),
    };
    visit.show(&page, &page.as_inside())
}

impl ExchangeRow {
    /// `left` is how much more qbXML may be shown.
    fn of(exchange: Exchange, visit: &Visit, file: &CompanyFile, left: &mut usize) -> Self {
        let what = match exchange.kind {
            ExchangeKind::Read => t("Read"),
            ExchangeKind::Write => t("Write"),
            ExchangeKind::Recover => t("Ask again"),
        };
        let refused: Vec<String> = exchange.items.iter().filter_map(refusal).collect();
        let (kind, word) = match (&exchange.failure, exchange.answered_at) {
            (Some(_), _) => ("bad", marked("Failed")),
            (None, None) => ("warn", marked("No answer yet")),
            (None, Some(_)) if !refused.is_empty() => ("bad", marked("Some refused")),
            (None, Some(_)) => ("good", marked("Answered")),
        };
        let took = exchange
            .answered_at
            .map(|at| say!("{took} ms", took = (at - exchange.sent_at).num_milliseconds()));
        let is_asked = visit.query.get("exchange") == exchange.id.0.to_string();
        let length = exchange.request.len() + exchange.response.as_ref().map_or(0, String::len);
        let is_here = is_asked || length <= *left;
        *left = left.saturating_sub(length);
        let elsewhere = format!("{0}?exchange={1}#exchange-{1}", visit.path, exchange.id.0);
        let linked =
            |xml: &str| QbxmlView::of(if is_here { xml } else { "" }).linked(&visit.program().uses, file);
        Self {
            sent_at: exchange.sent_at,
            what,
            summary: summary(&exchange),
            took: took.unwrap_or_default(),
            kind,
            word,
            refused: exchange.failure.into_iter().chain(refused).collect(),
            request: linked(&exchange.request),
            response: exchange.response.as_deref().map(linked),
            id: exchange.id.0,
            elsewhere: (!is_here).then_some(elsewhere),
            is_asked,
        }
    }
}

/// What a read found: `30 new records`, `2 changed`.
pub fn found_words(counts: &[(FoundAs, String, usize)]) -> Vec<String> {
    let count = |what| counts.iter().filter(|it| it.0 == what).map(|it| it.2).sum::<usize>();
    let told = FoundAs::ALL.into_iter().map(|what| (what, count(what))).filter(|(_, count)| *count > 0);
    let word = |(what, count): (FoundAs, usize)| match what {
        FoundAs::New => counted(count, "new record"),
        FoundAs::Changed => counted(count, "changed record"),
        FoundAs::Gone => counted(count, "gone record"),
    };
    told.map(word).collect()
}

/// What an exchange wrote: a sentence for each document, and its result.
fn written(exchange: &Exchange, names: &Names<'_>) -> Vec<(Told, &'static str, &'static str)> {
    let items = exchange.items.iter().filter(|_| exchange.kind == ExchangeKind::Write);
    let one = |item: &ExchangeItem| {
        let key = item.document.as_ref()?;
        let document = names.of(key)?;
        let record = names.record_of(key);
        let own = record.as_ref().map(|(kind, called)| (kind.as_str(), called.as_str()));
        let after = format!(": {}", said(exchange.kind, item, own));
        let (pill, word) = match item.status_code {
            Some(code) if is_error(code) => ("bad", marked("Refused")),
            Some(_) => ("good", marked("Done")),
            None => ("warn", marked("No answer")),
        };
        let details = refusal(item).unwrap_or_default();
        Some((
            Told { label: document.title, href: document.path, after, details, ..Told::default() },
            pill,
            word,
        ))
    };
    items.filter_map(one).collect()
}

fn summary(exchange: &Exchange) -> String {
    let told = summed_up([exchange]);
    if told.is_empty() { counted(exchange.items.len(), "request") } else { told }
}

/// What QuickBooks said when it refused a request.
fn refusal(item: &ExchangeItem) -> Option<String> {
    let code = item.status_code.filter(|code| is_error(*code))?;
    Some(format!("{code}: {}", item.status_message.as_deref().unwrap_or_default()))
}
