//! Sessions: visits of the Web Connector.

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
    /// How it ended, for people.
    pub ending: Option<String>,
    /// How far it is, as the session itself writes it down.
    pub state: String,
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
