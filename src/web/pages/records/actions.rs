//! What is done from the page of a record: its connections.

use crate::people::AuditAction;
use crate::sync::stored::{CompanyFile, DocumentKey};
use crate::sync::{NotConnected, archive as archive_connection, connect as connect_document, connection_of};
use crate::web::ground::trouble::Trouble;
use crate::web::pages::imports::list::record_path;
use crate::web::pages::records::page::key;
use crate::web::server::answer::Done;
use crate::web::server::visit::Visit;

/// Connects a document to the record. If it was connected to another one, that is no longer so; other
/// documents of the record keep theirs.
pub fn connect(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let (store, record) = (&*visit.site.store, key(visit));
    let document = document(visit)?;
    let before = connection_of(store, file, &document)?.filter(|it| !it.is_archived);
    let shown = before.as_ref().map(|it| it.record().id).unwrap_or_default();
    if before.as_ref().is_some_and(|it| it.record() == record) {
        return Ok(Done::nothing(to(file, visit), "It is already connected to this record."));
    }
    if visit.form.get("instead").rsplit(' ').next().unwrap_or_default() != shown {
        return Err(Trouble::Conflict(
            "somebody connected this document to another record in the meantime".to_owned(),
        ));
    }
    let done = connect_document(store, visit.program(), file, &document, &record, visit.now).map_err(told)?;
    let instead = done.instead.as_ref().map(|it| format!(", instead of {} {}", it.record_type, it.id));
    let others: Vec<String> = done.sharing.iter().map(ToString::to_string).collect();
    let shared = match others.as_slice() {
        [] => String::new(),
        others => format!(" It shares the record with {}.", others.join(", ")),
    };
    let details =
        format!("{document} to {} {}{}", record.record_type, record.id, instead.unwrap_or_default());
    let words = format!("{document} is connected to this record.{shared}");
    Ok(Done::go(AuditAction::Connect, details, to(file, visit), words))
}

/// Archives or restores the connection of a document with the record.
pub fn archive(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let (store, record) = (&*visit.site.store, key(visit));
    let document = document(visit)?;
    let is_archived = visit.form.get("restore") != "1";
    let known = connection_of(store, file, &document)?.filter(|it| it.record() == record);
    let Some(known) = known else {
        return Err(Trouble::Conflict(format!("{document} is no longer connected to this record")));
    };
    if known.is_archived == is_archived {
        let word = if is_archived { "archived" } else { "restored" };
        return Ok(Done::nothing(to(file, visit), format!("It was already {word}.")));
    }
    archive_connection(store, file, &document, is_archived).map_err(told)?;
    let details = format!("{document} with {} {}", record.record_type, record.id);
    Ok(if is_archived {
        let words = "The connection is archived. It no longer counts, and the record cannot be imported.";
        Done::go(AuditAction::ArchiveConnections, details, to(file, visit), words)
    } else {
        Done::go(AuditAction::RestoreConnections, details, to(file, visit), "The connection is restored.")
    })
}

fn document(visit: &Visit) -> Result<DocumentKey, Trouble> {
    let (object, id) = (visit.form.get("object"), visit.form.get("document"));
    if object.is_empty() || id.is_empty() {
        return Err(Trouble::Wrong("the form names no document".to_owned()));
    }
    Ok(DocumentKey { object: object.to_owned(), id: id.to_owned() })
}

fn told(error: NotConnected) -> Trouble {
    match error {
        NotConnected::Store(error) => error.into(),
        NotConnected::NoRecord { .. } => Trouble::NotFound,
        NotConnected::NotThere(_) => Trouble::Conflict(error.to_string()),
        NotConnected::NoDocument(document) => Trouble::Wrong(format!("there is no {document}")),
        other => Trouble::Wrong(other.to_string()),
    }
}

fn to(file: &CompanyFile, visit: &Visit) -> String {
    let record = key(visit);
    record_path(file, &record.record_type, &record.id)
}
