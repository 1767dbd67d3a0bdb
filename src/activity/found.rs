//! What a read found.

use crate::sync::stored::{Moment, RecordKey, SessionId};

/// A record that a read met otherwise than it was known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The visit that read it.
    pub visit: SessionId,
    /// Which record.
    pub record: RecordKey,
    /// How it was met.
    pub what: FoundAs,
    /// When.
    pub at: Moment,
}

/// How a read met a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundAs {
    /// It was not known before.
    New,
    /// It was known otherwise.
    Changed,
    /// It was known, and is no longer there.
    Gone,
}

impl FoundAs {
    /// Every one, in order.
    pub const ALL: [Self; 3] = [Self::New, Self::Changed, Self::Gone];

    /// Its name, as it is stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Gone => "gone",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}
