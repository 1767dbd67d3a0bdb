//! What concerned a document, newest first: requests and answers, reads that met its record otherwise, what people
//! did, settings that changed.

use crate::activity::{Found, FoundAs};
use crate::language::{marked, say, t};
use crate::people::{AuditAction, AuditEntry, AuditSubject};
use crate::sync::stored::{
    CompanyFile, ExchangeId, ExchangeItem, ExchangeKind, JobState, Moment, Past, SessionId,
};
use crate::text::quotes::quoted;
use crate::web::draw::deed;
use crate::web::draw::qbxml_view::QbxmlView;
use crate::web::draw::told::Told;
use crate::web::ground::trouble::Trouble;
use crate::web::pages::documents::document::record_path;
use crate::web::pages::documents::names::Names;
use crate::web::pages::documents::subject::Subject;
use crate::web::pages::integrations::page as integrations;
use crate::web::server::visit::Visit;
use crate::web::words::states::words;

/// Exchanges of a page.
const PAGE: usize = 20;
/// What people did with the document, and reads that met its record, at most.
const MOST: usize = 200;
/// Codes from here on are errors.
const FIRST_ERROR: i32 = 500;

/// Something that concerned a document.
pub struct Entry {
    /// When.
    pub at: Moment,
    /// What it is, in a word.
    pub what: &'static str,
    /// In a sentence.
    pub told: Told,
    /// The kind of pill and its word, if there is a result.
    pub result: Option<(&'static str, String)>,
    /// The request and its answer, if it is an exchange.
    pub exchange: Option<EntryExchange>,
}

/// An exchange, as far as it is about the document.
pub struct EntryExchange {
    /// Its key.
    pub id: i64,
    /// The page of its visit.
    pub visit: String,
    /// Whether something was written.
    pub is_write: bool,
    /// Its messages.
    pub messages: String,
    /// What QuickBooks said besides.
    pub said: Vec<String>,
    /// How long the answer took.
    pub took: String,
    /// Requests about other documents.
    pub others: usize,
    /// The request.
    pub request: QbxmlView,
    /// The answer.
    pub response: Option<QbxmlView>,
    /// Whether it was put aside.
    pub is_archived: bool,
    /// When and by whom, if that is known.
    pub archived: Option<(Moment, String)>,
}

/// Where what is older begins: a moment and an exchange.
type Before = Option<(Moment, ExchangeId)>;

/// A document and all that knows of it.
pub struct Timeline<'t> {
    /// The request.
    pub visit: &'t Visit,
    /// The company file.
    pub file: &'t CompanyFile,
    /// The document.
    pub subject: &'t Subject<'t>,
    /// What documents and records are called.
    pub names: &'t Names<'t>,
}

impl Timeline<'_> {
    /// A page of it, and where older entries begin.
    pub fn page(&self, before: Before) -> Result<(Vec<Entry>, Before), Trouble> {
        let (mut all, older) = self.exchanges(before, false)?;
        let is_here = |at: Moment| {
            before.is_none_or(|(until, _)| at < until) && older.is_none_or(|(from, _)| at >= from)
        };
        let deeds = self.visit.site.people.audit_of(self.file.id, self.subject.key(), MOST)?;
        all.extend(self.reads()?);
        all.extend(self.own(&deeds));
        all.extend(deeds.iter().map(|deed| self.act(marked("Person"), deed)));
        let first = all.iter().map(|entry| entry.at).min();
        let domain = &self.file.made.domain;
        let settings = self.visit.site.people.settings_changed(domain, self.file.id, MOST)?;
        let since = settings.iter().filter(|it| first.is_some_and(|first| it.said.at >= first));
        all.extend(since.map(|entry| self.act(marked("Settings"), entry)));
        all.retain(|entry| entry.exchange.is_some() || is_here(entry.at));
        all.sort_by_key(|entry| std::cmp::Reverse(entry.at));
        Ok((all, older))
    }

    /// The requests that were put aside.
    pub fn archived(&self, before: Before) -> Result<(Vec<Entry>, Before), Trouble> {
        self.exchanges(before, true)
    }

    fn exchanges(&self, before: Before, is_archived: bool) -> Result<(Vec<Entry>, Before), Trouble> {
        let (store, key) = (&*self.visit.site.store, self.subject.key());
        let before = before.map(|(_, exchange)| exchange);
        let mut past = store.past(self.file.id, key, is_archived, before, PAGE + 1)?;
        let has_more = past.len() > PAGE;
        past.truncate(PAGE);
        let older = past.last().filter(|_| has_more).map(|it| (it.exchange.sent_at, it.exchange.id));
        let deeds =
            if is_archived { self.visit.site.people.audit_of(self.file.id, key, MOST)? } else { Vec::new() };
        let connection = self.subject.standing.connection.as_ref();
        let called = connection.and_then(|it| self.names.called(&it.record()));
        let own = connection.zip(called.as_deref()).map(|(it, called)| (it.record_type.as_str(), called));
        Ok((past.iter().map(|past| self.exchange(past, own, &deeds)).collect(), older))
    }

    fn exchange(&self, past: &Past, record: Option<(&str, &str)>, deeds: &[AuditEntry]) -> Entry {
        let exchange = &past.exchange;
        let (own, others): (Vec<&ExchangeItem>, Vec<_>) =
            exchange.items.iter().partition(|item| item.document.as_ref() == Some(self.subject.key()));
        let ids: Vec<&str> = own.iter().map(|item| item.request_id.as_str()).collect();
        let messages: Vec<&str> = own.iter().map(|item| item.message.as_str()).collect();
        let mut said: Vec<String> = own.iter().map(|item| deed::said(exchange.kind, item, record)).collect();
        said.dedup();
        let took = exchange
            .answered_at
            .map(|at| say!("{took} ms", took = (at - exchange.sent_at).num_milliseconds()));
        let only = |xml: &str| QbxmlView::only(xml, &ids).linked(&self.visit.program().uses, self.file);
        Entry {
            at: exchange.sent_at,
            what: "QuickBooks",
            told: Told::plain(said.join("; ")),
            result: Some(state(past, &own)),
            exchange: Some(EntryExchange {
                id: exchange.id.0,
                visit: visit_path(self.file, exchange.session),
                is_write: exchange.kind == ExchangeKind::Write,
                messages: messages.join(", "),
                said: own
                    .iter()
                    .filter_map(|item| said_besides(item))
                    .chain(exchange.failure.clone())
                    .collect(),
                took: took.unwrap_or_default(),
                others: others.len(),
                request: only(&exchange.request),
                response: exchange.response.as_deref().map(only),
                is_archived: past.is_archived,
                archived: put_aside(deeds, exchange.id).filter(|_| past.is_archived),
            }),
        }
    }

    /// Reads that met its record otherwise than it was known.
    fn reads(&self) -> Result<Vec<Entry>, Trouble> {
        let Some(connection) = &self.subject.standing.connection else { return Ok(Vec::new()) };
        let found = self.visit.site.activity.found_of(self.file.id, &connection.record(), MOST)?;
        let one = |it: Found| {
            let after = match it.what {
                FoundAs::New => t(" met its record for the first time"),
                FoundAs::Changed => t(" found its record changed in QuickBooks"),
                FoundAs::Gone => t(" found that its record is gone from QuickBooks"),
            };
            let href = format!("{}/found", visit_path(self.file, it.visit));
            let told =
                Told { label: t("A read").to_owned(), href, after: after.to_owned(), ..Told::default() };
            Entry { at: it.at, what: t("Read"), told, result: None, exchange: None }
        };
        Ok(found.into_iter().map(one).collect())
    }

    /// What the document's own state says, where nobody's deed says it already.
    fn own(&self, deeds: &[AuditEntry]) -> Vec<Entry> {
        let standing = &self.subject.standing;
        let plain = |at, what, text: String| Entry {
            at,
            what,
            told: Told::plain(text),
            result: None,
            exchange: None,
        };
        let mut all = Vec::new();
        if self.subject.is_loaded {
            let words = t("This version of it came from Steelhead");
            all.push(plain(standing.document.loaded_at, "Steelhead", words.to_owned()));
        }
        if let Some(connection) = &standing.connection {
            let told = Told {
                before: t("It was connected to ").to_owned(),
                label: self.names.record(&connection.record()),
                href: record_path(self.file, connection),
                ..Told::default()
            };
            all.push(Entry {
                at: connection.connected_at,
                what: t("Connection"),
                told,
                result: None,
                exchange: None,
            });
        }
        let Some(job) = &standing.job else { return all };
        let is_play = |it: &AuditEntry| matches!(it.said.action, AuditAction::Play | AuditAction::DoublePlay);
        let is_told = deeds.iter().any(|it| is_play(it) && is_near(it.said.at, job.played_at));
        if !is_told {
            all.push(plain(job.played_at, t("Play"), t("It was played").to_owned()));
        }
        let (pill, word, _) = words(job.state);
        let is_sent = job.attempts > 0 && job.state == JobState::Done;
        if !is_sent && !matches!(job.state, JobState::Queued | JobState::Sent) {
            let record = standing.connection.as_ref().and_then(|it| self.names.called(&it.record()));
            let text = deed::it_became(job, record.as_deref());
            let details = job.error.as_ref().map(|error| quoted(&error.happened)).unwrap_or_default();
            let told = Told { details, ..Told::plain(text) };
            let result = Some((pill, word.to_owned()));
            all.push(Entry { at: job.changed_at, what: t("Result"), told, result, exchange: None });
        }
        all
    }

    fn act(&self, what: &'static str, entry: &AuditEntry) -> Entry {
        let told = self.names.act(entry, Some(self.subject.key()));
        Entry { at: entry.said.at, what, told, result: None, exchange: None }
    }
}

/// Whether two times are those of one deed.
fn is_near(one: Moment, other: Moment) -> bool {
    (one - other).num_seconds().abs() < 3
}

/// Where the page of a visit is.
fn visit_path(file: &CompanyFile, visit: SessionId) -> String {
    format!("{}/visits/{}", integrations::path(file), visit.0)
}

/// When a request was put aside last, and by whom.
fn put_aside(deeds: &[AuditEntry], exchange: ExchangeId) -> Option<(Moment, String)> {
    let is_it = |it: &&AuditEntry| {
        let about = it.said.about.as_ref();
        it.said.action == AuditAction::ArchiveRequest
            && matches!(about, Some(AuditSubject::Request(_, its)) if *its == exchange)
    };
    deeds.iter().find(is_it).map(|it| (it.said.at, it.said.person.clone()))
}

fn state(past: &Past, own: &[&ExchangeItem]) -> (&'static str, String) {
    let refused =
        own.iter().filter_map(|item| item.status_code).find(|code| *code >= FIRST_ERROR || *code < 0);
    match (&past.exchange.failure, past.exchange.answered_at, refused) {
        (Some(_), _, _) => ("bad", marked("Failed").to_owned()),
        (None, None, _) => ("warn", marked("No answer yet").to_owned()),
        (None, Some(_), Some(code)) => ("bad", say!("Refused: {code}", code)),
        (None, Some(_), None) if own.iter().all(|item| item.status_code.is_none()) => {
            ("warn", marked("No result").to_owned())
        }
        (None, Some(_), None) => ("good", marked("Done").to_owned()),
    }
}

fn said_besides(item: &ExchangeItem) -> Option<String> {
    let code = item.status_code.filter(|code| !(0..=1).contains(code))?;
    Some(format!("{code}: {}", item.status_message.as_deref().unwrap_or_default().trim()))
}
