//! Connections: which document is which record.

use crate::engine::Agreed;

use super::{DocumentKey, Moment, NewDocument, RecordKey};

/// A document's record in QuickBooks.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Connection {
    /// The document.
    pub document: DocumentKey,
    /// The type of the record, such as `CustomerRet`.
    pub record_type: String,
    /// Its `ListID` or `TxnID`.
    pub record_id: String,
    /// Since when.
    pub connected_at: Moment,
    /// Whether it was put aside: then the document has no counterpart, and nothing is sent for it.
    pub is_archived: bool,
    /// Whether other documents may have the record too: the rules say so (`duplicates: share`), or the document
    /// was made of the record. Else the store keeps no second connection to it.
    #[serde(skip)]
    pub may_share: bool,
    /// Which mark the newest record carries that was ever made of the document: the next one after it was put
    /// aside carries another. 0 as well if none was.
    #[serde(skip)]
    pub generation: u8,
}

impl Connection {
    /// The record.
    pub fn record(&self) -> RecordKey {
        RecordKey { record_type: self.record_type.clone(), id: self.record_id.clone() }
    }
}

/// What a document and its record agreed on last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// The document.
    pub document: DocumentKey,
    /// What they agreed on.
    pub agreed: Agreed,
}

/// A document that was made of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewImport {
    /// The document to keep.
    pub document: NewDocument,
    /// Its connection to the record.
    pub connection: Connection,
}
