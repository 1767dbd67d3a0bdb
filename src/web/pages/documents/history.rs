//! `/c/{company}/{object}/{id}/history`: all that ever concerned a document, in one line of time.

use askama::Template;

use crate::language::{say, t};
use crate::people::AuditAction;
use crate::people::AuditSubject;
use crate::sync::stored::{CompanyFile, ExchangeId, ExchangeItem, Moment};
use crate::web::ground::trouble::Trouble;
use crate::web::pages::documents::document::record_path;
use crate::web::pages::documents::list::standing;
use crate::web::pages::documents::names::Names;
use crate::web::pages::documents::subject::Subject;
use crate::web::pages::documents::timeline::{Entry, Timeline};
use crate::web::server::answer::{Done, Page};
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::filters;
use crate::web::words::when::Times;

#[derive(Template)]
#[template(path = "history.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct HistoryTemplate<'v> {
    shell: Shell,
    times: Times,
    subject: &'v Subject<'v>,
    standing: String,
    is_archived: bool,
    is_first: bool,
    entries: Vec<Entry>,
    /// Where its record is, if it has one.
    record: Option<String>,
    /// The query for what was before.
    older: Option<String>,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let subject = Subject::of(visit, file)?;
    let is_archived = visit.query.get("archived") == "1";
    let before = cursor(visit.query.get("before"));
    let names = Names::new(visit, file);
    let line = Timeline { visit, file, subject: &subject, names: &names };
    let (entries, older) = if is_archived { line.archived(before)? } else { line.page(before)? };
    let archived = if is_archived { "archived=1&" } else { "" };
    let template = HistoryTemplate {
        shell: visit.shell(&say!("History of {title}", title = subject.title), Some(file)),
        times: visit.times(file),
        standing: standing(&subject.row, visit.times(file)),
        is_archived,
        is_first: before.is_none(),
        older: older.map(|(at, id)| format!("?{archived}before={}-{}", at.timestamp_millis(), id.0)),
        entries,
        record: subject.standing.connection.as_ref().map(|it| record_path(file, it)),
        subject: &subject,
    };
    visit.show(&template, &template.as_inside())
}

/// A place in the line of time: what stands before it is older than that moment and that exchange.
fn cursor(text: &str) -> Option<(Moment, ExchangeId)> {
    let (at, id) = text.split_once('-')?;
    Some((chrono::DateTime::from_timestamp_millis(at.parse().ok()?)?, ExchangeId(id.parse().ok()?)))
}

/// Archives an exchange of the history, or restores it.
pub fn archive(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let subject = Subject::of(visit, file)?;
    let exchange = visit.form.get("exchange").parse().map(ExchangeId);
    let exchange = exchange.map_err(|_| Trouble::Wrong(t("no request was chosen").to_owned()))?;
    let is_archived = visit.form.get("restore").is_empty();
    let to = format!("{}/history{}", subject.path, if is_archived { "" } else { "?archived=1" });
    if !visit.site.store.archive_past(file.id, subject.key(), exchange, is_archived)? {
        let words = if is_archived { t("It is already archived.") } else { t("It is not archived.") };
        let known = visit.site.store.exchange(file.id, exchange)?;
        let is_its = |item: &ExchangeItem| item.document.as_ref() == Some(subject.key());
        return match known.filter(|known| known.items.iter().any(is_its)) {
            Some(_) => Ok(Done::nothing(to, words)),
            None => Err(Trouble::NotFound),
        };
    }
    let details = format!("{}: exchange {}", subject.key(), exchange.0);
    let done = if is_archived {
        Done::go(AuditAction::ArchiveRequest, details, to, t("Archived. You find it under Archived."))
    } else {
        Done::go(AuditAction::RestoreRequest, details, to, t("It is in the history again."))
    };
    Ok(done.to(AuditSubject::Request(subject.key().clone(), exchange)))
}
