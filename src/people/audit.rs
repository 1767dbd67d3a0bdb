//! What people did.

use crate::sync::stored::{CompanyId, Moment};

/// Something that a person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAuditEntry {
    /// When.
    pub at: Moment,
    /// The domain that it is about.
    pub domain: String,
    /// The company file, if it is about one.
    pub company: Option<CompanyId>,
    /// The person's name; `command line` for a command.
    pub person: String,
    /// What, in a word or two, such as `pause`.
    pub action: String,
    /// With what; never a password, a token or a link.
    pub details: String,
}

/// An entry that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its key: later entries have greater ones.
    pub id: i64,
    /// What it says.
    pub said: NewAuditEntry,
}
