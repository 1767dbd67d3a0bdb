//! What people call documents and records, wherever they are told of.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::catalogue;
use crate::language::{say, t};
use crate::people::{AuditEntry, AuditSubject};
use crate::sync::stored::{CompanyFile, DocumentKey, RecordKey};
use crate::web::draw::step_card::capital;
use crate::web::draw::told::Told;
use crate::web::pages::documents::subject::{document_path, list_path, title};
use crate::web::server::visit::Visit;
use crate::web::views::DocumentRow;
use crate::web::words::acts;
use crate::web::words::when::counted;

/// A document, as people call it.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its name.
    pub title: String,
    /// Its page.
    pub path: String,
    /// What its record is called, if it has one.
    pub record: Option<String>,
}

/// What people call documents and records of a company file; each is looked up once.
pub struct Names<'v> {
    visit: &'v Visit,
    file: &'v CompanyFile,
    known: RefCell<HashMap<DocumentKey, Option<Named>>>,
}

impl<'v> Names<'v> {
    /// Of a company file.
    pub fn new(visit: &'v Visit, file: &'v CompanyFile) -> Self {
        Self { visit, file, known: RefCell::default() }
    }

    /// A document; nothing if it is not known, or stands in no list.
    pub fn of(&self, key: &DocumentKey) -> Option<Named> {
        let look = || {
            let list = self.visit.program().list_of(&key.object)?;
            let standing = self.visit.site.store.standing(self.file.id, key).ok()??;
            let record = standing.connection.and_then(|it| self.called(&it.record()));
            let row = DocumentRow::of(list, None, &standing.document);
            Some(Named { title: title(list, &row), path: document_path(self.file, list, &key.id), record })
        };
        self.known.borrow_mut().entry(key.clone()).or_insert_with(look).clone()
    }

    /// What a record is called, such as `SH:1055`.
    pub fn called(&self, key: &RecordKey) -> Option<String> {
        let record = self.visit.site.store.record(self.file.id, key).ok()??.record().ok()?;
        record.called().map(str::to_owned)
    }

    /// The record of a document: its type, and what it is called.
    pub fn record_of(&self, key: &DocumentKey) -> Option<(String, String)> {
        let standing = self.visit.site.store.standing(self.file.id, key).ok()??;
        let record = standing.connection?.record();
        let called = self.called(&record)?;
        Some((record.record_type, called))
    }

    /// The same with its kind: `Invoice SH:1055`.
    pub fn record(&self, key: &RecordKey) -> String {
        let kind = capital(&catalogue::words(&key.record_type));
        self.called(key).map_or(kind.clone(), |called| format!("{kind} {called}"))
    }

    /// What a person did. `own` is the document whose page tells it: there it is `it`.
    pub fn act(&self, entry: &AuditEntry, own: Option<&DocumentKey>) -> Told {
        let said = &entry.said;
        let (before, after) = acts::said(said.action);
        let before = format!("{} {before}", said.person);
        let details = self.details(entry);
        let told = |label: String, href: String, after: &str| {
            let (before, after) = (before.clone(), after.to_owned());
            Told { before, label, href, after, details: details.clone() }
        };
        match (after, &said.about) {
            (None, _) => Told { details, ..Told::plain(before) },
            (Some(after), about) => match about.as_ref().and_then(AuditSubject::document) {
                Some(key) if own == Some(key) => {
                    Told { details, ..Told::plain(format!("{before}{}{after}", t("it"))) }
                }
                Some(key) => match self.of(key) {
                    Some(named) => told(named.title, named.path, after),
                    None => told(self.in_words(&key.to_string()), String::new(), after),
                },
                None => self.several(about.as_ref(), own, &told, after),
            },
        }
    }

    /// What a person did with several documents: `Ann played it and 3 others`, `Ann played 4 invoices`.
    fn several(
        &self,
        about: Option<&AuditSubject>,
        own: Option<&DocumentKey>,
        told: &dyn Fn(String, String, &str) -> Told,
        after: &str,
    ) -> Told {
        let count = about.and_then(AuditSubject::several);
        if let (Some(count), Some(_)) = (count, own) {
            let others = counted(count.saturating_sub(1), "other");
            return told(say!("it and {others}", others), String::new(), after);
        }
        let list = about.and_then(AuditSubject::object).and_then(|it| self.visit.program().list_of(it));
        match (list, count) {
            (Some(list), None) => told(list.title.clone(), list_path(self.file, list), after),
            (Some(list), Some(count)) => {
                told(counted(count, &list.one.to_lowercase()), list_path(self.file, list), after)
            }
            (None, Some(count)) => told(counted(count, "document"), String::new(), after),
            (None, None) => told(t("documents").to_owned(), String::new(), after),
        }
    }

    /// What the audit says besides, without what it is about.
    fn details(&self, entry: &AuditEntry) -> String {
        if acts::is_quiet(entry.said.action) {
            return String::new();
        }
        let about = entry.said.about.as_ref();
        let document = about.and_then(AuditSubject::document);
        let object = || about.and_then(AuditSubject::object).unwrap_or_default().to_owned();
        let about = document.map_or_else(object, ToString::to_string);
        let details = entry.said.details.as_str();
        // The name of an object alone may also begin the name of the first of several documents.
        let is_whole = |rest: &&str| document.is_some() || rest.is_empty() || rest.starts_with(':');
        let rest = details.strip_prefix(&about).filter(is_whole).unwrap_or(details);
        self.in_words(rest.trim_start_matches(": ").trim())
    }

    /// A text in which documents and records stand as an object or type with an id: with their names instead.
    pub fn in_words(&self, text: &str) -> String {
        let mut told: Vec<String> = Vec::new();
        let mut pieces = text.split(' ').peekable();
        while let Some(piece) = pieces.next() {
            let is_object = self.visit.program().list_of(piece).is_some();
            let is_record = catalogue::record(piece).is_some();
            let Some(next) = pieces.next_if(|_| is_object || is_record) else {
                told.push(piece.to_owned());
                continue;
            };
            let id = next.trim_end_matches([',', ';', ':', '.', ')']);
            let end = next.get(id.len()..).unwrap_or_default();
            let (object, id) = (piece.to_owned(), id.to_owned());
            let name = if is_record {
                Some(self.record(&RecordKey { record_type: object, id }))
            } else {
                self.of(&DocumentKey { object, id }).map(|named| named.title)
            };
            told.push(name.map_or_else(|| format!("{piece} {next}"), |name| name + end));
        }
        told.join(" ")
    }
}
