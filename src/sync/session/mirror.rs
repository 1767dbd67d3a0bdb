//! What is known of one company file, kept in memory between calls.

use std::collections::HashMap;
use std::sync::Arc;

use crate::qbxml::{Company, Record, Response, ResponseHead};
use crate::sync::stored::{CompanyId, Connection, DocumentKey, RecordKey, Store, StoreError, StoredRecord};

/// The records and connections of one company file.
#[derive(Debug)]
pub(in crate::sync) struct Mirror {
    /// The company file's count of changes when this was true.
    pub revision: i64,
    /// The records.
    pub company: Company,
    /// The connections, by document.
    pub connections: HashMap<DocumentKey, Connection>,
}

impl Mirror {
    /// Reads it from the store.
    pub fn load(store: &dyn Store, id: CompanyId) -> Result<Self, StoreError> {
        let revision = store.company_file(id)?.revision;
        let mut company = Company::unknown();
        let mut corrupt = None;
        store.records(id, &mut |stored: StoredRecord| match Record::from_xml(&stored.xml) {
            Ok(record) => company.add_response(&response("", vec![Arc::new(record)])),
            Err(error) => corrupt = Some(format!("the record {} as `{error}`", stored.key.id)),
        })?;
        if let Some(what) = corrupt {
            return Err(StoreError::Corrupt(what));
        }
        for traversal in store.traversals(id)? {
            let name = traversal.query.strip_suffix("Rq").unwrap_or(&traversal.query);
            company.add_response(&response(&format!("{name}Rs"), Vec::new()));
        }
        let connections = store.connections(id)?;
        let connections = connections.into_iter().map(|it| (it.document.clone(), it)).collect();
        Ok(Self { revision, company, connections })
    }

    /// Whether a record is known.
    pub fn has(&self, key: &RecordKey) -> bool {
        let id = if self.company.find(&[key.record_type.as_str()], "ListID", &key.id).is_empty() {
            "TxnID"
        } else {
            return true;
        };
        !self.company.find(&[key.record_type.as_str()], id, &key.id).is_empty()
    }

    /// Takes records over.
    pub fn take(&mut self, records: &[Arc<Record>]) {
        self.company.add_response(&response("", records.to_vec()));
    }

    /// Takes over that a query came to its end.
    pub fn note_read(&mut self, query: &str) {
        let name = query.strip_suffix("Rq").unwrap_or(query);
        self.company.add_response(&response(&format!("{name}Rs"), Vec::new()));
    }
}

fn response(name: &str, records: Vec<Arc<Record>>) -> Response {
    let head = ResponseHead {
        name: name.to_owned(),
        request_id: None,
        status_code: 0,
        severity: String::new(),
        message: String::new(),
        attributes: Vec::new(),
    };
    Response { head, records }
}

/// A record as it is kept; nothing for one without an id.
pub(super) fn stored(record: &Record) -> Option<StoredRecord> {
    let key = RecordKey { record_type: record.name().to_owned(), id: record.id()?.to_owned() };
    let edit_sequence = record.get("EditSequence").unwrap_or_default().to_owned();
    Some(StoredRecord { key, edit_sequence, xml: record.to_xml() })
}
