//! How far a session is. It is stored with every step, so that any process can go on with it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::sync::stored::{Moment, RecordKey, StoredSession};

use super::pieces::Reads;
use super::talk::SessionError;

/// How far a session is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// What it does.
    pub phase: Phase,
    /// The optional layers with which it began: it goes on with these rules to its end. Nothing before its first step.
    #[serde(default)]
    pub layers: Option<Vec<String>>,
    /// The fingerprint of the rule set with which it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
    /// Sets of requests that change something, so far.
    #[serde(default)]
    pub sets: u64,
    /// Pieces of work behind it.
    pub done: u64,
    /// What is wrong with the session.
    pub error: Option<String>,
    /// What is told when it is asked what is wrong, and nothing is.
    #[serde(default)]
    pub word: Option<String>,
    /// The message set that was answered last: `QuickBooks` may forget it.
    pub acknowledged: Option<String>,
    /// Everything must be read, whether a read is due or not.
    pub must_read: bool,
    /// Records to read again before the next batch.
    pub refresh: Vec<RecordKey>,
    /// Records that were read in this session before what follows was sent: whether it was done already, only they
    /// show, and a field that was added to a record does not make it count as changed.
    #[serde(default)]
    pub looked_at: BTreeSet<RecordKey>,
    /// Those of them that QuickBooks did not show, with what it said: whether what follows was done is not known.
    #[serde(default)]
    pub unshown: Vec<(RecordKey, String)>,
    /// Queries that `QuickBooks` refused in the last read, with what it said.
    pub unread: Vec<(String, String)>,
    /// The ids of sets without an answer that were claimed: `QuickBooks` does them no more, and once everything
    /// was read, it is known what it did before.
    #[serde(default)]
    pub claimed: Vec<String>,
    /// What is known of the oldest other write without an answer.
    #[serde(default)]
    pub lost: Lost,
    /// Only one document goes with the next batches: one among the last was refused as a whole.
    pub one_by_one: bool,
}

impl State {
    /// The state of a session; that of a new one, if nothing was written down yet.
    pub fn of(session: &StoredSession) -> Result<Self, SessionError> {
        if session.state.is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_str(&session.state).map_err(SessionError::State)
    }
}

/// What a session knows of a write whose answer was lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Lost {
    /// Nothing yet: it asks for the answer.
    #[default]
    Unasked,
    /// `QuickBooks` keeps no answer to the set of this id: its id is claimed next.
    Unkept(String),
    /// `QuickBooks` did the set of this id just before its id was claimed: its answer is asked for once more.
    JustDone(String),
}

/// What a session does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Phase {
    /// It has not met the company file yet.
    #[default]
    Hello,
    /// It finds out what became of writes whose answer was lost.
    Recover,
    /// It reads.
    Read(OpenRead),
    /// It writes.
    Write,
    /// It is at its end.
    Done,
}

/// A read in progress.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OpenRead {
    /// When it began.
    pub began_at: Moment,
    /// The queries that are not at their end: name and, after the first page, iterator.
    pub open: Vec<(String, Option<String>)>,
    /// Whether nothing was ever read: then what was deleted before does not matter.
    pub is_first: bool,
    /// Records that could not be read as they stand: they are asked for one by one.
    #[serde(default)]
    pub again: Vec<RecordKey>,
    /// Those of them that are asked for now.
    #[serde(default)]
    pub asked_again: Vec<RecordKey>,
    /// Queries that gave a record that is set aside and cannot be asked for by its id: the next read asks for the
    /// same changes again.
    #[serde(default)]
    pub not_past: BTreeSet<String>,
    /// Iterators that are not continued and should be stopped, with their queries.
    #[serde(default)]
    pub abandoned: Vec<(String, String)>,
    /// Everything is read, not only what changed: what was deleted is no longer told, and seen by what is missing.
    #[serde(default)]
    pub is_full: bool,
    /// The queries of such a read that came to their end and gave all that they have.
    #[serde(default)]
    pub compared: BTreeSet<String>,
    /// How the reads of the queries stand.
    #[serde(default)]
    pub reads: Box<Reads>,
    /// How often each query had to begin anew.
    #[serde(default)]
    pub restarts: BTreeMap<String, u32>,
}
