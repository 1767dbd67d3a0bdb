//! What people say of documents whose name a record nearly has.

use super::{DocumentKey, Moment};

/// A person has said that a document is none of the records of nearly its name.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Apart {
    /// The document.
    pub document: DocumentKey,
    /// The name that it had then: of another one nothing was said.
    pub name: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Moment,
}
