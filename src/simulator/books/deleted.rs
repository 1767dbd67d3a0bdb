//! What was deleted, and when.

use serde::{Deserialize, Serialize};

/// What is known of a record that was deleted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DeletedRecord {
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) is_transaction: bool,
    pub(crate) created: i64,
    pub(crate) at: i64,
    /// The full name or the reference number.
    pub(crate) name: Option<String>,
}

/// All that was deleted, in the order in which it was.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Deletions(Vec<DeletedRecord>);

impl Deletions {
    /// Notes that a record was deleted.
    pub(crate) fn note(&mut self, record: DeletedRecord) {
        self.0.push(record);
    }

    /// All that was deleted.
    pub(crate) fn all(&self) -> impl Iterator<Item = &DeletedRecord> {
        self.0.iter()
    }
}
