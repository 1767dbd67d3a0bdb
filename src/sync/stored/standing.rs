//! How one document stands, and what was exchanged about it.

use super::{Connection, Exchange, Job, Settlement, StoredDocument};

/// A document with all that is known of it, as it was at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The document.
    pub document: StoredDocument,
    /// Its newest job, if it was ever played.
    pub job: Option<Job>,
    /// Its connection, archived or not.
    pub connection: Option<Connection>,
    /// What a person has said of it being done by hand, if anything.
    pub said: Option<Settlement>,
}

/// An exchange with a request about a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The exchange.
    pub exchange: Exchange,
    /// Whether a person put what it says of this document aside.
    pub is_archived: bool,
}
