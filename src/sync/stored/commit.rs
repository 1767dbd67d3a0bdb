//! One step of a session, as it is written down: all of it or nothing.

use super::{
    Agreement, Connection, Ending, Exchange, ExchangeId, ExchangeItem, ExchangeKind, Finalized, Identity,
    JobChange, MetFlaw, Moment, RecordKey, SessionId, StoredRecord, Traversal, TroubleChange, Unfinished,
};

/// All that one step of a session changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Commit {
    /// The session. If it has ended meanwhile, nothing is written.
    pub session: SessionId,
    /// When.
    pub at: Moment,
    /// How far the session is afterwards.
    pub state: String,
    /// How the session ended, if it did.
    pub ending: Option<Ending>,
    /// Whether the session ended with nothing left to do.
    pub is_synced: bool,
    /// The requests that are handed out once this is written.
    pub opened: Option<NewExchange>,
    /// An exchange whose answer came, or whose loss is settled.
    pub closed: Option<Closed>,
    /// What becomes of jobs.
    pub jobs: Vec<JobChange>,
    /// Documents that are finalized by being sent.
    pub finalized: Vec<Finalized>,
    /// New connections, and those that changed.
    pub connections: Vec<Connection>,
    /// What documents and their records agree on from now on.
    pub agreed: Vec<Agreement>,
    /// Records as they are now.
    pub records: Vec<StoredRecord>,
    /// When the read of everything began that gave the records, if it was one.
    pub seen: Option<Moment>,
    /// Records that are no longer there, whatever `records` says of them.
    pub deleted: Vec<RecordKey>,
    /// Records that could not be read as they stand. Those in `records` and `deleted` are flawed no more, unless they
    /// are here.
    pub flaws: Vec<MetFlaw>,
    /// Queries of the read that came to their end: from when on each asks for changes the next time.
    pub traversals: Vec<Traversal>,
    /// The same queries, with when the read began: flawed records without an id that were not met since are gone.
    pub read_through: Vec<Traversal>,
    /// Queries that the rules ask no longer: how far they were read is forgotten.
    pub dropped: Vec<String>,
    /// Reads of queries that are on their way, as they stand now.
    pub unfinished: Vec<Unfinished>,
    /// Queries whose reads are on their way no longer.
    pub finished: Vec<String>,
    /// What went wrong, and what went well.
    pub troubles: Vec<TroubleChange>,
    /// Whether the read of everything came to its end, and with it one that was asked for.
    pub is_read: bool,
    /// What the company file says of itself, when it is met first.
    pub identity: Option<Identity>,
}

/// What came of writing a step down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The exchange that was opened.
    pub exchange: Option<ExchangeId>,
    /// The company file's count of changes to records and connections from then on.
    pub revision: i64,
}

/// Requests that are about to leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewExchange {
    /// What they are for.
    pub kind: ExchangeKind,
    /// The `newMessageSetID`.
    pub set_id: Option<String>,
    /// The document of requests.
    pub request: String,
    /// The requests.
    pub items: Vec<ExchangeItem>,
}

/// An exchange that needs no answer any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Which.
    pub exchange: ExchangeId,
    /// The answer, if it is to be kept.
    pub response: Option<String>,
    /// What went wrong with the exchange as a whole.
    pub failure: Option<String>,
    /// Its requests, with the status of each. Of those that are left out, nothing became known.
    pub items: Vec<ExchangeItem>,
}

impl Closed {
    /// An exchange at its end.
    pub fn of(
        exchange: &Exchange,
        response: Option<String>,
        failure: Option<String>,
        items: Vec<ExchangeItem>,
    ) -> Self {
        Self { exchange: exchange.id, response, failure, items }
    }
}

impl Commit {
    /// Whether something leaves, or ends, in the trust that this is written: then it must stand on disk
    /// before anything else happens.
    pub fn must_stand(&self) -> bool {
        self.opened.is_some() || self.ending.is_some()
    }

    /// A step that changes nothing but the session's state.
    pub fn new(session: SessionId, at: Moment, state: String) -> Self {
        Self {
            session,
            at,
            state,
            ending: None,
            is_synced: false,
            opened: None,
            closed: None,
            jobs: Vec::new(),
            finalized: Vec::new(),
            connections: Vec::new(),
            agreed: Vec::new(),
            records: Vec::new(),
            seen: None,
            deleted: Vec::new(),
            flaws: Vec::new(),
            traversals: Vec::new(),
            read_through: Vec::new(),
            dropped: Vec::new(),
            unfinished: Vec::new(),
            finished: Vec::new(),
            troubles: Vec::new(),
            is_read: false,
            identity: None,
        }
    }
}
