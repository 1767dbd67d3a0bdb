//! Documents of Steelhead.

use super::Moment;

/// A document, as keys know it.
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
pub struct DocumentKey {
    /// The object's name, such as `invoice`.
    pub object: String,
    /// The document's id, as text.
    pub id: String,
}

/// A document to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDocument {
    /// Which document.
    pub key: DocumentKey,
    /// The document as it came.
    pub json: String,
    /// Stands for its content: the same content, the same version.
    pub version: String,
}

/// A newer version of a document, made from the one that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVersion {
    /// The document as it is to be.
    pub document: NewDocument,
    /// The version that it was made from.
    pub before: String,
}

/// A document that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDocument {
    /// The document.
    pub document: NewDocument,
    /// When this version came.
    pub loaded_at: Moment,
}

/// How many documents were new, and how many others were known in another version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Loaded {
    /// Not known before.
    pub new: usize,
    /// Known in another version.
    pub changed: usize,
    /// Known in this version: nothing was done.
    pub same: usize,
    /// Not taken over: finalized here, changed since, and not finalized where they come from.
    pub locked: usize,
}

/// A document that is finalized here, which locks it: a draft of it that is loaded later changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finalized {
    /// The document, finalized.
    pub document: NewDocument,
    /// The version that it had as a draft.
    pub draft: String,
    /// The field that says when it was finalized. A later version that fills it counts again: then
    /// Steelhead has finalized it too.
    pub field: String,
}

impl std::fmt::Display for DocumentKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.object, self.id)
    }
}
