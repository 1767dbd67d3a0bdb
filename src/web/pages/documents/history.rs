//! `/c/{company}/{object}/{id}/history`: every read and write that concerned a document.

use askama::Template;

use crate::people::{AuditAction, AuditEntry, AuditSubject};
use crate::sync::stored::{CompanyFile, ExchangeId, ExchangeItem, ExchangeKind, Moment, Past};
use crate::web::draw::deed;
use crate::web::draw::qbxml_view::QbxmlView;
use crate::web::ground::trouble::Trouble;
use crate::web::pages::documents::subject::Subject;
use crate::web::server::answer::{Done, Page};
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::when::Times;

use crate::web::pages::documents::document::record_path;
use crate::web::pages::documents::list::standing;

/// Exchanges of a page.
const PAGE: usize = 20;
/// What people did, at most.
const DEEDS: usize = 30;

#[derive(Template)]
#[template(path = "history.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct HistoryTemplate<'v> {
    shell: Shell,
    times: Times,
    file: &'v CompanyFile,
    subject: &'v Subject<'v>,
    standing: String,
    is_archived: bool,
    is_first: bool,
    exchanges: Vec<HistoryEntry>,
    /// Where its record is, if it has one.
    record: Option<String>,
    /// The query for what was before.
    older: Option<String>,
    deeds: Vec<AuditEntry>,
}

/// An exchange, as far as it is about the document.
struct HistoryEntry {
    id: i64,
    visit: i64,
    sent_at: Moment,
    /// What was done, as a clerk would say it.
    said_so: String,
    is_write: bool,
    messages: String,
    kind: &'static str,
    word: String,
    said: Vec<String>,
    took: String,
    others: usize,
    request: QbxmlView,
    response: Option<QbxmlView>,
    is_archived: bool,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let subject = Subject::of(visit, file)?;
    let is_archived = visit.query.get("archived") == "1";
    let before = visit.query.get("before").parse().ok().map(ExchangeId);
    let store = &*visit.site.store;
    let mut past = store.past(file.id, subject.key(), is_archived, before, PAGE + 1)?;
    let has_more = past.len() > PAGE;
    past.truncate(PAGE);
    let archived = if is_archived { "archived=1&" } else { "" };
    let older = past.last().filter(|_| has_more);
    let deeds = match before {
        Some(_) => Vec::new(),
        None => visit.site.people.audit_of(file.id, subject.key(), DEEDS)?,
    };
    let connection = subject.standing.connection.as_ref();
    let record = connection.map(|it| store.record(file.id, &it.record())).transpose()?.flatten();
    let record = record.map(|stored| stored.record()).transpose()?;
    let own = record.as_ref().and_then(|record| Some((record.name(), record.called()?)));
    let template = HistoryTemplate {
        shell: visit.shell(&format!("History of {}", subject.title), Some(file)),
        times: visit.times(file),
        file,
        standing: standing(&subject.row, visit.times(file)),
        is_archived,
        is_first: before.is_none(),
        older: older.map(|last| format!("?{archived}before={}", last.exchange.id.0)),
        exchanges: past.iter().map(|past| HistoryEntry::of(past, &subject, own, (visit, file))).collect(),
        record: connection.map(|it| record_path(file, it)),
        deeds,
        subject: &subject,
    };
    visit.show(&template, &template.as_inside())
}

/// Archives an exchange of the history, or restores it.
pub fn archive(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let subject = Subject::of(visit, file)?;
    let exchange = visit.form.get("exchange").parse().map(ExchangeId);
    let exchange = exchange.map_err(|_| Trouble::Wrong("no request was chosen".to_owned()))?;
    let is_archived = visit.form.get("restore").is_empty();
    let to = format!("{}/history{}", subject.path, if is_archived { "" } else { "?archived=1" });
    if !visit.site.store.archive_past(file.id, subject.key(), exchange, is_archived)? {
        let words = if is_archived { "It is already archived." } else { "It is not archived." };
        let known = visit.site.store.exchange(file.id, exchange)?;
        let is_its = |item: &ExchangeItem| item.document.as_ref() == Some(subject.key());
        return match known.filter(|known| known.items.iter().any(is_its)) {
            Some(_) => Ok(Done::nothing(to, words)),
            None => Err(Trouble::NotFound),
        };
    }
    let details = format!("{}: exchange {}", subject.key(), exchange.0);
    let done = if is_archived {
        Done::go(AuditAction::ArchiveRequest, details, to, "Archived. You find it under Archived.")
    } else {
        Done::go(AuditAction::RestoreRequest, details, to, "It is in the history again.")
    };
    Ok(done.to(AuditSubject::Document(subject.key().clone())))
}

/// Codes below this are no errors.
const FIRST_ERROR: i32 = 500;

impl HistoryEntry {
    fn of(
        past: &Past,
        subject: &Subject,
        record: Option<(&str, &str)>,
        (visit, file): (&Visit, &CompanyFile),
    ) -> Self {
        let uses = &visit.program().uses;
        let exchange = &past.exchange;
        let (own, others): (Vec<&ExchangeItem>, Vec<_>) =
            exchange.items.iter().partition(|item| item.document.as_ref() == Some(subject.key()));
        let ids: Vec<&str> = own.iter().map(|item| item.request_id.as_str()).collect();
        let messages: Vec<&str> = own.iter().map(|item| item.message.as_str()).collect();
        let (kind, word) = state(past, &own);
        let took =
            exchange.answered_at.map(|at| format!("{} ms", (at - exchange.sent_at).num_milliseconds()));
        let only = |xml: &str| QbxmlView::only(xml, &ids).linked(uses, file);
        Self {
            id: exchange.id.0,
            visit: exchange.session.0,
            sent_at: exchange.sent_at,
            said_so: {
                let mut told: Vec<String> =
                    own.iter().map(|item| deed::said(exchange.kind, item, record)).collect();
                told.dedup();
                told.join("; ")
            },
            is_write: exchange.kind == ExchangeKind::Write,
            messages: messages.join(", "),
            kind,
            word,
            said: own.iter().filter_map(|item| said(item)).chain(exchange.failure.clone()).collect(),
            took: took.unwrap_or_default(),
            others: others.len(),
            request: only(&exchange.request),
            response: exchange.response.as_deref().map(only),
            is_archived: past.is_archived,
        }
    }
}

fn state(past: &Past, own: &[&ExchangeItem]) -> (&'static str, String) {
    let refused =
        own.iter().filter_map(|item| item.status_code).find(|code| *code >= FIRST_ERROR || *code < 0);
    match (&past.exchange.failure, past.exchange.answered_at, refused) {
        (Some(_), _, _) => ("bad", "Failed".to_owned()),
        (None, None, _) => ("warn", "No answer yet".to_owned()),
        (None, Some(_), Some(code)) => ("bad", format!("Refused: {code}")),
        (None, Some(_), None) if own.iter().all(|item| item.status_code.is_none()) => {
            ("warn", "No result".to_owned())
        }
        (None, Some(_), None) => ("good", "Done".to_owned()),
    }
}

fn said(item: &ExchangeItem) -> Option<String> {
    let code = item.status_code.filter(|code| !(0..=1).contains(code))?;
    Some(format!("{code}: {}", item.status_message.as_deref().unwrap_or_default().trim()))
}
