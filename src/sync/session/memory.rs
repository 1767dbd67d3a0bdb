//! What is kept in memory of a company file between the calls of its sessions.

use std::collections::BTreeMap;

use crate::sync::company_file::Mirror;
use crate::sync::stored::{
    Agreement, Connection, ExchangeItem, Finalized, Job, JobChange, RecordKey, SessionId,
};

/// What is known of a company file, and what its sessions have worked out from that.
#[derive(Debug)]
pub(super) struct Memory {
    /// Its records and connections.
    pub mirror: Mirror,
    /// What follows from them.
    pub ahead: Ahead,
}

/// What was worked out for a later call.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    /// The next batch, if it was planned by the mirror as it is.
    pub planned: Option<PlannedBatch>,
    /// How many batches were left when they were last counted.
    pub counted: Option<Counted>,
}

/// What is to be done for the next documents.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// The requests, one after the other.
    pub requests: Vec<u8>,
    /// What each is for.
    pub items: Vec<ExchangeItem>,
    /// What becomes of jobs at once.
    pub jobs: Vec<JobChange>,
    /// Documents that were played as drafts and are finalized by being sent.
    pub finalized: Vec<Finalized>,
    /// Connections that need no request.
    pub connections: Vec<Connection>,
    /// What documents and their records agree on.
    pub agreed: Vec<Agreement>,
    /// Records that the batch sends what follows for.
    pub followed: Vec<RecordKey>,
}

/// A batch that was planned and is still to be handed out, with all that it was planned by: if any of
/// that is otherwise now, it is planned anew.
#[derive(Debug)]
pub(super) struct PlannedBatch {
    /// The session.
    pub session: SessionId,
    /// The settings that differed from their defaults.
    pub settings: BTreeMap<String, serde_json::Value>,
    /// The jobs as they were then.
    pub jobs: Vec<Job>,
    /// The batch.
    pub batch: Batch,
}

/// How many batches were left at one point of a session.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    /// The session.
    pub session: SessionId,
    /// Pieces of work that were behind it.
    pub done: u64,
    /// Batches that were left.
    pub batches: u64,
}
