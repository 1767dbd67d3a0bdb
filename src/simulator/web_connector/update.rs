//! How an update went.

use serde::Serialize;

/// How an update ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// The server said that everything is done.
    Complete,
    /// There was nothing to do.
    NoWork,
    /// The server did not take the user name or the password.
    BadUser,
    /// The server is busy.
    Busy,
    /// The server wants the Web Connector to come later.
    Postponed,
    /// The server ended it with a message of its own.
    Told,
    /// The server did not take this version of the Web Connector.
    VersionRefused,
    /// QuickBooks could not be reached, or did not say what it is.
    NotConnected,
    /// The server could not be reached or understood.
    Failed,
    /// The Web Connector was killed.
    Killed,
}

/// One update: what the Web Connector shows and logs of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Update {
    /// How it ended.
    pub ending: Ending,
    /// The code of the Web Connector's own message, `QBWC1042`, if it had one.
    pub code: Option<&'static str>,
    /// What stands in the status column.
    pub status: String,
    /// When it began and ended; seconds since 1970.
    pub began: i64,
    /// See `began`.
    pub ended: i64,
    /// The calls that were made.
    pub calls: usize,
    /// The message sets that QuickBooks was given.
    pub message_sets: usize,
    /// Of these, how many it refused as a whole.
    pub refused: usize,
    /// What the server said of its progress, in percent, as often as it did.
    pub progress: Vec<i32>,
    /// Seconds to wait for the next update, if the server asked for that.
    pub postponed_seconds: Option<u32>,
    /// The shortest time between updates in seconds, if the server asked for that.
    pub at_least_every_seconds: Option<u32>,
}

impl Update {
    pub(super) fn begun(now: i64) -> Update {
        Update {
            ending: Ending::Failed,
            code: None,
            status: String::new(),
            began: now,
            ended: now,
            calls: 0,
            message_sets: 0,
            refused: 0,
            progress: Vec::new(),
            postponed_seconds: None,
            at_least_every_seconds: None,
        }
    }

    /// Whether everything is as it should be: all done, nothing to do, or put off.
    pub fn is_well(&self) -> bool {
        matches!(self.ending, Ending::Complete | Ending::NoWork | Ending::Postponed)
    }
}
