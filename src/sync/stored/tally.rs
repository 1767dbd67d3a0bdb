//! Numbers about what is kept, for whoever watches many company files at once.

use std::collections::BTreeMap;

use super::{CompanyId, Ending, ExchangeId, ExchangeKind, JobState, Moment, SessionId};

/// How one company file stands, in numbers that are found without looking at its documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The company file.
    pub company: CompanyId,
    /// What people call it.
    pub name: String,
    /// Whether the Web Connector is sent away for now.
    pub is_paused: bool,
    /// When the Web Connector last called.
    pub last_contact: Option<Moment>,
    /// When the last read of everything ended.
    pub last_read: Option<Moment>,
    /// When a session last ended with nothing left to do.
    pub last_sync: Option<Moment>,
    /// How many jobs are in which state, of the newest job of each document. Done ones are not counted: they are
    /// nearly all, and nobody waits for them.
    pub jobs: BTreeMap<JobState, usize>,
    /// When the job that has been queued for longest was played.
    pub oldest_queued: Option<Moment>,
    /// How many writes have no answer.
    pub unanswered: usize,
    /// How many transactions differed in the last nightly reconciliation, if there was one.
    pub reconciled_differing: Option<usize>,
}

/// When a session began, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionTimes {
    /// Its key. Later sessions have greater ones.
    pub id: SessionId,
    /// When it began.
    pub began_at: Moment,
    /// When and how it ended, if it has.
    pub ended: Option<(Moment, Ending)>,
}

/// How far somebody has followed sessions and exchanges.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// The last session that was seen.
    pub session: Option<SessionId>,
    /// Those that were seen and had not ended.
    pub open: Vec<SessionId>,
    /// The last exchange that was seen.
    pub exchange: Option<ExchangeId>,
}

/// What came after that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Since {
    /// Those that were open, and new ones.
    pub sessions: Vec<SessionTimes>,
    /// How many exchanges of each kind are new.
    pub exchanges: BTreeMap<ExchangeKind, usize>,
    /// How far it has been followed by now.
    pub followed: Followed,
}
