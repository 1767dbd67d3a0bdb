//! Sessions: visits of the Web Connector.

use chrono::TimeDelta;

use super::{CompanyFile, CompanyId, Exchange, Moment};

/// A session, as keys know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct SessionId(pub i64);

/// A visit of the Web Connector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSession {
    /// Its key.
    pub id: SessionId,
    /// Whose it is.
    pub company: CompanyId,
    /// When it began.
    pub began_at: Moment,
    /// When it last did something.
    pub active_at: Moment,
    /// When it ended.
    pub ended_at: Option<Moment>,
    /// How it ended.
    pub ending: Option<Ending>,
    /// How far it is, as the session itself writes it down.
    pub state: String,
}

impl StoredSession {
    /// So long nothing need be heard of a session that is under way.
    pub const LONGEST_SILENCE: TimeDelta = TimeDelta::days(1);

    /// Whether nothing was heard of it for longer than that: then it has ended.
    pub fn is_abandoned(&self, now: Moment) -> bool {
        now - self.active_at > Self::LONGEST_SILENCE
    }
}

/// How a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nothing was left to do.
    Finished,
    /// It was closed before everything was done; the next visit goes on.
    Stopped,
    /// Another session of the company file began.
    Overtaken,
    /// Nothing was heard of it for a day.
    Abandoned,
    /// Something went wrong: what, for people.
    Failed(String),
}

impl Ending {
    /// Its name, as it is stored.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Stopped => "stopped",
            Self::Overtaken => "overtaken",
            Self::Abandoned => "abandoned",
            Self::Failed(_) => "failed",
        }
    }

    /// The ending of that name. Only a failure has a reason.
    pub fn named(name: &str, reason: Option<String>) -> Option<Self> {
        match name {
            "finished" => Some(Self::Finished),
            "stopped" => Some(Self::Stopped),
            "overtaken" => Some(Self::Overtaken),
            "abandoned" => Some(Self::Abandoned),
            "failed" => Some(Self::Failed(reason.unwrap_or_default())),
            _ => None,
        }
    }

    /// What went wrong, if something did.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Failed(reason) => Some(reason),
            Self::Finished | Self::Stopped | Self::Overtaken | Self::Abandoned => None,
        }
    }
}

/// In words, for people.
impl std::fmt::Display for Ending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Finished => "Finished: nothing is left to do.",
            Self::Stopped => "Stopped before everything was done; the next visit goes on.",
            Self::Overtaken => "Stopped, because another session began.",
            Self::Abandoned => "Stopped, because nothing was heard of it for a day.",
            Self::Failed(reason) => reason,
        })
    }
}

/// A session that has not ended, as one of its calls finds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Called {
    /// The session.
    pub session: StoredSession,
    /// Its company file.
    pub file: CompanyFile,
    /// The exchange whose answer is due: the last one, if it is of this session and has none.
    pub in_flight: Option<Exchange>,
}
