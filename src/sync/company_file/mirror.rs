//! What is known of one company file, kept in memory between calls.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::catalogue::Country;
use crate::engine::{Agreed, ByHand, Link, Links};
use crate::qbxml::{Company, Flaw, Record, RecordReader};
use crate::rules::Program;
use crate::sync::company_file::connections::Connections;
use crate::sync::company_file::document::engine_key;
use crate::sync::stored::{
    Apart, CompanyFile, CompanyId, DocumentKey, Held, RecordKey, Settlement, Store, StoreError, StoredRecord,
};

/// The records and connections of one company file.
#[derive(Debug)]
pub(in crate::sync) struct Mirror {
    /// The company file's count of changes when this was true.
    pub revision: i64,
    /// The records.
    pub company: Company,
    /// The connections.
    pub connections: Connections,
    /// What documents and their records agreed on last.
    pub agreed: Agreements,
    /// What people have said of documents being done by hand.
    pub by_hand: HashMap<DocumentKey, ByHand>,
    /// Documents of which a person has said that they are none of the records of nearly their name.
    pub apart: Vec<Apart>,
    /// Documents that may be ones that were imported.
    pub held: Vec<Held>,
}

/// What documents and their records agreed on last, by document.
pub(in crate::sync) type Agreements = HashMap<DocumentKey, Arc<Agreed>>;

fn said(store: &dyn Store, id: CompanyId) -> Result<HashMap<DocumentKey, ByHand>, StoreError> {
    let all = store.settlements(id)?.into_iter();
    Ok(all.map(|said| (said.document.clone(), by_hand(&said))).collect())
}

/// What a person has said of a document, as the engine knows it.
pub(in crate::sync) fn by_hand(said: &Settlement) -> ByHand {
    if said.is_settled { ByHand::Settled(said.to_string()) } else { ByHand::TakenBack }
}

fn agreements(store: &dyn Store, id: CompanyId) -> Result<Agreements, StoreError> {
    let all = store.agreements(id)?.into_iter();
    Ok(all.map(|it| (it.document, Arc::new(it.agreed))).collect())
}

impl Mirror {
    /// Reads it from the store.
    pub fn load(store: &dyn Store, id: CompanyId) -> Result<Self, StoreError> {
        let file = store.company_file(id)?;
        let mut company = Company::unknown();
        let (mut reader, mut corrupt) = (RecordReader::default(), Ok(()));
        store.records(id, &mut |stored: StoredRecord| match stored.read_by(&mut reader) {
            Ok(record) => company.add_record(&Arc::new(record)),
            Err(error) => corrupt = Err(error),
        })?;
        corrupt?;
        company.set_flaws(flaws(store, id)?);
        for traversal in store.traversals(id)? {
            company.note_read(traversal.query.trim_end_matches("Rq"));
        }
        Self::with(store, &file, company)
    }

    /// Only these records, and all connections.
    pub fn of_records(store: &dyn Store, id: CompanyId, keys: &[RecordKey]) -> Result<Self, StoreError> {
        let file = store.company_file(id)?;
        let mut company = Company::unknown();
        for key in keys {
            let Some(stored) = store.record(id, key)? else { continue };
            company.add_record(&Arc::new(stored.record()?));
        }
        Self::with(store, &file, company)
    }

    /// With all that is not records.
    fn with(store: &dyn Store, file: &CompanyFile, mut company: Company) -> Result<Self, StoreError> {
        let id = file.id;
        company.set_country(file.identity.as_ref().and_then(|identity| Country::of(&identity.country)));
        Ok(Self {
            revision: file.revision,
            company,
            connections: store.connections(id)?.into_iter().collect(),
            agreed: agreements(store, id)?,
            by_hand: said(store, id)?,
            apart: store.apart(id)?,
            held: store.held(id)?,
        })
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

    /// Whether any of the documents is connected, or was.
    pub fn is_any_connected(&self, keys: &BTreeSet<DocumentKey>) -> bool {
        keys.iter().any(|key| self.connections.get(key).is_some())
    }

    /// Whether the connection of a document was put aside, and nothing is sent for it. Where its record is
    /// gone besides, that is a person's choice: a new one may be made.
    pub fn is_archived(&self, key: &DocumentKey) -> bool {
        self.connections.get(key).is_some_and(|connection| connection.is_archived) && !self.is_gone(key)
    }

    /// Whether a document is connected to a record that is no longer there.
    pub fn is_gone(&self, key: &DocumentKey) -> bool {
        self.connections.get(key).is_some_and(|it| {
            let is_set_aside = self.company.set_aside(&[it.record_type.as_str()], &it.record_id).is_some();
            self.company.was_read(&it.record_type) && !self.has(&it.record()) && !is_set_aside
        })
    }

    /// The connections of documents, as the engine sees them.
    pub fn links<'k>(&self, program: &Program, keys: impl Iterator<Item = &'k DocumentKey>) -> Links {
        let mut links = Links::default();
        for (document, said) in &self.by_hand {
            if let Some(key) = engine_key(program, document) {
                links.note_by_hand(key, said.clone());
            }
        }
        for Held { document, reason, .. } in &self.held {
            if let Some(key) = engine_key(program, document) {
                links.hold(key, reason.as_str().into());
            }
        }
        for Apart { document, name, .. } in &self.apart {
            if let Some(key) = engine_key(program, document) {
                links.set_apart(key, name.as_str().into());
            }
        }
        for document in keys {
            let Some(key) = engine_key(program, document) else { continue };
            if let Some(agreed) = self.agreed.get(document) {
                links.agree(key.clone(), agreed.clone());
            }
            let Some(connection) = self.connections.get(document) else { continue };
            if self.is_archived(document) {
                let reason = format!("the connection of {document} is archived");
                links.insert(key, Link::missing(reason));
            } else if !connection.is_archived {
                links.connect(key, &connection.record_id, &self.company);
            }
        }
        links
    }
}

/// The records that could not be read as they stand.
pub(in crate::sync) fn flaws(store: &dyn Store, id: CompanyId) -> Result<Vec<Flaw>, StoreError> {
    Ok(store.flaws(id)?.into_iter().map(|kept| kept.flaw).collect())
}

/// A record as it is kept; nothing for one without an id.
pub(in crate::sync) fn stored(record: &Record) -> Option<StoredRecord> {
    let key = RecordKey::of(record)?;
    let edit_sequence = record.get("EditSequence").unwrap_or_default().to_owned();
    Some(StoredRecord { key, edit_sequence, xml: record.to_xml() })
}
