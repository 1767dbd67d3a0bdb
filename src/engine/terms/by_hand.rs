//! What people say of documents.

/// What a person has said of a document, whatever the rules say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ByHand {
    /// It is done by hand: who says so, in words.
    Settled(String),
    /// It is not, though the rules may say so.
    TakenBack,
}
