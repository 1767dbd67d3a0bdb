//! Connections: which document is which record.

use super::{DocumentKey, Moment};

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
}
