//! Records of QuickBooks that could not be read as they stand, as they are kept.

use serde::Serialize;

use super::Moment;
use crate::qbxml::{Flaw, FlawKind};

/// A flawed record that was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetFlaw {
    /// What was asked: the request of a read, such as `CustomerQueryRq`; or a message that changes something.
    pub query: String,
    /// The record.
    pub flaw: Flaw,
}

/// A flawed record that is kept, until it can be read as it stands or is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
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

impl KeptFlaw {
    /// Whether nothing of it was taken over.
    pub fn is_set_aside(&self) -> bool {
        self.flaw.kind.is_set_aside()
    }

    /// What became of it, in a few words.
    pub fn state(&self) -> &'static str {
        match self.flaw.kind {
            FlawKind::Content | FlawKind::Broken => "set aside",
            FlawKind::Characters => "read with unknown characters",
        }
    }

    /// What a person can do about it.
    pub fn how(&self) -> &'static str {
        match self.flaw.kind {
            FlawKind::Content | FlawKind::Broken => {
                "Open the record in QuickBooks, type anew what is wrong and save it. The next read takes it over. \
                 Documents that need it wait until then."
            }
            FlawKind::Characters => {
                "Open the record in QuickBooks, delete the character and save it. Such characters come from texts \
                 that were copied out of another program."
            }
        }
    }
}
