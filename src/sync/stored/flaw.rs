//! Records of QuickBooks that could not be read as they stand, as they are kept.

use serde::Serialize;

use super::Moment;
use crate::qbxml::Flaw;

/// A flawed record that was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetFlaw {
    /// What was asked: the request of a read, such as `CustomerQueryRq`; or a message that changes something.
    pub query: String,
    /// The record.
    pub flaw: Flaw,
}

/// A flawed record that is kept, until it can be read as it stands or is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeptFlaw {
    /// The record.
    #[serde(flatten)]
    pub flaw: Flaw,
    /// What was asked when it was met last.
    pub query: String,
    /// When it was met first.
    pub first_at: Moment,
    /// When it was met last.
    pub last_at: Moment,
}
