//! What the Web Connector and a session say to each other.

use crate::catalogue::Outcome;
use crate::sync::company_file::KeptError;
use crate::sync::stored::StoreError;

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// No session has this ticket, or it has ended.
    #[error("there is no session with this ticket, or it has ended")]
    NoSession,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A session's state cannot be read or written.
    #[error("the state of a session: {0}")]
    State(#[source] serde_json::Error),
    /// The settings that are stored do not fit the rules.
    #[error("the settings of the company file: {0}")]
    Settings(#[from] crate::rules::settings::SettingError),
    /// The layers that are on for the company file do not fit the rules.
    #[error(transparent)]
    Rules(#[from] super::RulebookError),
}

impl From<KeptError> for SessionError {
    fn from(error: KeptError) -> Self {
        match error {
            KeptError::Store(error) => Self::Store(error),
            KeptError::Settings(error) => Self::Settings(error),
        }
    }
}

/// What the Web Connector is to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Hand these requests to QuickBooks.
    Request(String),
    /// Nothing is left to do.
    Nothing,
    /// Ask what is wrong, and end the session.
    Failed,
}

/// What the Web Connector brings back.
#[derive(Clone, Debug)]
pub enum Received<'r> {
    /// QuickBooks' answer. It is let go as soon as it is read: it may be as long as all that is made of it.
    Response(String),
    /// QuickBooks took nothing of it, or broke off.
    Failure {
        /// The code and what it means, for people.
        message: &'r str,
        /// The code alone.
        code: &'r str,
        /// Whether the requests were done.
        outcome: Outcome,
        /// Whether the same may succeed by itself later.
        retryable: bool,
    },
}

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// There is more to do.
    Working {
        /// Pieces of work behind us.
        done: u64,
        /// All that is known of.
        total: u64,
    },
    /// Nothing is left.
    Done,
    /// Something is wrong with the session.
    Failed,
}

/// How much goes at once.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Documents in one batch.
    pub batch: usize,
    /// Records in one page of a read.
    pub page: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { batch: 20, page: 500 }
    }
}
