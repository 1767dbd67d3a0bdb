//! Imported documents that turn out to be Steelhead's own.

use crate::engine::Agreed;

use super::DocumentKey;

/// A document that was imported, and the document of Steelhead that is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMerge {
    /// The imported one. It is no more from then on: its connection and its history are the other's.
    pub imported: DocumentKey,
    /// The document of Steelhead.
    pub document: DocumentKey,
    /// Whether other documents may have the record too.
    pub may_share: bool,
    /// What the document and the record agree on from then on; nothing if that is known already.
    pub agreed: Option<Agreed>,
}

/// A document of Steelhead that may be one that was imported, which a person has to say. Until then nothing is
/// sent for it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Held {
    /// The document.
    pub document: DocumentKey,
    /// The imported one.
    pub imported: DocumentKey,
    /// Why that cannot be told, and what to do.
    pub reason: String,
}

/// An imported document that is Steelhead's own now.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Merged {
    /// What it was.
    pub imported: DocumentKey,
    /// What it is.
    pub document: DocumentKey,
}
