//! What is done from the page of a record: its connections.

use crate::language::{say, t};
use crate::sync::connection_of;
use crate::sync::stored::{CompanyFile, DocumentKey};
use crate::web::ground::trouble::Trouble;
use crate::web::pages::documents::connect::{join, put_aside};
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
        return Ok(Done::nothing(to(file, visit), t("It is already connected to this record.")));
    }
    if visit.form.get("instead").rsplit(' ').next().unwrap_or_default() != shown {
        return Err(Trouble::Conflict(
            t("somebody connected this document to another record in the meantime").to_owned(),
        ));
    }
    join(visit, file, &document, &record, to(file, visit))
}

/// Archives or restores the connection of a document with the record.
pub fn archive(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let (store, record) = (&*visit.site.store, key(visit));
    let document = document(visit)?;
    let is_archived = visit.form.get("restore") != "1";
    let known = connection_of(store, file, &document)?.filter(|it| it.record() == record);
    let Some(known) = known else {
        return Err(Trouble::Conflict(say!("{document} is no longer connected to this record", document)));
    };
    put_aside(visit, file, &known, is_archived, to(file, visit))
}

fn document(visit: &Visit) -> Result<DocumentKey, Trouble> {
    let (object, id) = (visit.form.get("object"), visit.form.get("document"));
    if object.is_empty() || id.is_empty() {
        return Err(Trouble::Wrong(t("the form names no document").to_owned()));
    }
    Ok(DocumentKey { object: object.to_owned(), id: id.to_owned() })
}

fn to(file: &CompanyFile, visit: &Visit) -> String {
    let record = key(visit);
    record_path(file, &record.record_type, &record.id)
}
