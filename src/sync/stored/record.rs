//! The mirror: records as they were last read, and how far reads have come.

use crate::catalogue;
use crate::qbxml::{Record, RecordReader};

use super::{Moment, StoreError};

/// A record, as keys know it: ids are unique only within a type.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
pub struct RecordKey {
    /// Its type, such as `CustomerRet`.
    pub record_type: String,
    /// Its `ListID` or `TxnID`.
    pub id: String,
}

impl RecordKey {
    /// The key of a record; nothing for one without an id.
    pub fn of(record: &Record) -> Option<Self> {
        // Of what there is only one, the type is name enough.
        let single = Some(record.name()).filter(|name| catalogue::is_single(name));
        let id = record.id().or(single)?.to_owned();
        Some(Self { record_type: record.name().to_owned(), id })
    }
}

/// A record as it was last read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecord {
    /// Which record.
    pub key: RecordKey,
    /// Its edit sequence; empty if it has none.
    pub edit_sequence: String,
    /// The record as qbXML.
    pub xml: String,
}

impl StoredRecord {
    /// The record itself.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn record(&self) -> Result<Record, StoreError> {
        self.read_by(&mut RecordReader::default())
    }

    /// The same of one among many, whose names are shared.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read_by(&self, reader: &mut RecordReader) -> Result<Record, StoreError> {
        reader.read(&self.xml).map_err(|error| {
            StoreError::Corrupt(format!("the record {}, which cannot be read: {error}", self.key.id))
        })
    }
}

/// A read of a query that began and has not come to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// The query, such as `CustomerQueryRq`.
    pub query: String,
    /// How many reads of it in a row have begun since one came to its end.
    pub times: u32,
    /// What changed before is read already.
    pub come_to: Option<Moment>,
    /// When the read of everything began that this is a part of; nothing for a read of what changed.
    pub full: Option<Moment>,
}

/// A query of the read that came to its end.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Traversal {
    /// The query, such as `CustomerQueryRq`.
    pub query: String,
    /// When it began: changes since then are still to be read, and an overlap before it.
    pub began_at: Moment,
}
