//! One call of a session, with all that it needs.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::qbxml::MessageSet;
use crate::sync::company_file::listed::title;
use crate::sync::company_file::mirror::{Mirror, flaws};
use crate::sync::stored::{
    Closed, Commit, Committed, CompanyFile, DocumentKey, Exchange, ExchangeId, ExchangeItem, ExchangeKind,
    Job, JobId, JobState, Moment, NewExchange, SessionId, Store,
};

use super::memory::Ahead;
use super::rule_set::Rulebook;
use super::state::{Phase, State};
use super::talk::{Limits, SessionError};

/// One call of a session.
pub(super) struct SessionCall<'s> {
    /// Where everything is kept.
    pub store: &'s dyn Store,
    /// The rules.
    pub rules: &'s Rulebook,
    /// How much goes at once.
    pub limits: Limits,
    /// Whose session it is.
    pub file: CompanyFile,
    /// What is known of the company file.
    pub mirror: &'s mut Mirror,
    /// What its sessions have worked out ahead.
    pub ahead: &'s mut Ahead,
    /// Whether the mirror must be read from the store again.
    pub is_mirror_stale: bool,
    /// This server does not have the rules with which the session began: it goes no further.
    pub lacks_rules: bool,
    /// The session.
    pub session: SessionId,
    /// How far it is.
    pub state: State,
    /// The exchange whose answer is due.
    pub in_flight: Option<Exchange>,
    /// The time of the call.
    pub now: Moment,
}

/// What a phase has for the Web Connector.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// These requests.
    Send(String),
    /// Requests, as soon as it asks for some.
    WouldSend,
    /// Nothing: whatever phase the session is in now goes on.
    GoOn,
}

/// Whether the session goes on after what came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// It does.
    Well,
    /// It has failed.
    Failed,
}

impl SessionCall<'_> {
    /// A commit that says how far the session is; to be filled.
    pub fn change(&self) -> Commit {
        Commit::new(self.session, self.now, String::new())
    }

    /// Writes a step down, with the state as it is now.
    ///
    /// The mirror follows what is written. Where it cannot, it is loaded again: at once if a record that
    /// it has was deleted, since it only ever adds records; after the call if somebody else wrote
    /// between two of our steps, which the count of revisions tells.
    pub fn commit(&mut self, mut commit: Commit) -> Result<Option<ExchangeId>, SessionError> {
        commit.state = serde_json::to_string(&self.state).map_err(SessionError::State)?;
        let is_same = commit.records.is_empty() && commit.connections.is_empty() && commit.agreed.is_empty();
        let has_flaws = !self.mirror.company.flaws().is_empty();
        let changes_flaws = !commit.flaws.is_empty() || has_flaws && !commit.read_through.is_empty();
        let changes_mirror = !(is_same && commit.deleted.is_empty()) || changes_flaws;
        let (connections, agreed) = (commit.connections.clone(), commit.agreed.clone());
        let Committed { exchange, revision } = self.store.commit(self.file.id, &commit)?;
        for connection in connections {
            self.mirror.connections.insert(connection);
        }
        self.mirror.agreed.extend(agreed.into_iter().map(|it| (it.document, Arc::new(it.agreed))));
        if commit.deleted.iter().any(|key| self.mirror.has(key)) {
            *self.mirror = Mirror::load(self.store, self.file.id)?;
            *self.ahead = Ahead::default();
        } else if changes_mirror {
            self.is_mirror_stale |= revision > self.mirror.revision + 1;
            self.mirror.revision = revision;
            if changes_flaws || has_flaws {
                self.mirror.company.set_flaws(flaws(self.store, self.file.id)?);
            }
        }
        Ok(exchange)
    }

    /// Writes down that requests are about to leave, together with what else happened. Gives them
    /// as they are to be handed out.
    pub fn open(
        &mut self,
        mut commit: Commit,
        kind: ExchangeKind,
        set: &MessageSet,
        requests: &[u8],
        items: Vec<ExchangeItem>,
    ) -> Result<Turn, SessionError> {
        let request = String::from_utf8_lossy(&set.wrap(requests)).into_owned();
        commit.opened =
            Some(NewExchange { kind, set_id: set.new_id.clone(), request: request.clone(), items });
        self.commit(commit)?;
        Ok(Turn::Send(request))
    }

    /// An empty message set of the rules' qbXML version.
    pub fn message_set(&self) -> MessageSet {
        MessageSet { version: self.rules.program.version, ..MessageSet::default() }
    }

    /// The session reads before it writes anything more. It may end before it has read, and then the next one must: what
    /// was done is there already.
    pub fn read_first(&mut self) -> Result<(), SessionError> {
        self.store.ask_for_read(self.file.id)?;
        self.file.is_read_asked = true;
        self.state.phase = Phase::Recover;
        Ok(())
    }

    /// What people call a document: `Invoice 1042`; by its object and id, where it has no list or is not kept any more.
    pub fn called(&self, key: &DocumentKey) -> String {
        let list = self.rules.program.list_of(&key.object);
        let kept = self.store.documents(self.file.id, std::slice::from_ref(key)).ok();
        let json = kept.and_then(|kept| serde_json::from_str(&kept.into_iter().next()?.document.json).ok());
        list.zip(json).map_or_else(|| key.to_string(), |(list, json)| title(list, &json, &key.id))
    }

    /// The session goes no further, for this reason.
    pub fn fail(&mut self, message: String) -> Result<Settled, SessionError> {
        self.state.error = Some(message);
        let commit = self.change();
        self.commit(commit)?;
        Ok(Settled::Failed)
    }

    /// What came says nothing about what was asked, and the session fails.
    ///
    /// A write stays open: the next visit finds out what became of it. Anything else is closed, for it
    /// changed nothing and is asked anew.
    pub fn nonsense(&mut self, exchange: &Exchange, message: String) -> Result<Settled, SessionError> {
        self.state.error = Some(message.clone());
        let mut commit = self.change();
        if exchange.kind != ExchangeKind::Write {
            commit.closed = Some(Closed::of(exchange, None, Some(message), exchange.items.clone()));
        }
        self.commit(commit)?;
        Ok(Settled::Failed)
    }

    /// The jobs of a write that still wait for what became of it: not those that needed no request
    /// of their own, or were refused by the rules.
    ///
    /// One that a newer version has replaced meanwhile is among them. It is not sent again as long as that one is
    /// there, but whoever takes that one out of the queue has this one back, and has to find what became of it.
    pub fn still_sent(&self, items: &[ExchangeItem]) -> Result<Vec<Job>, SessionError> {
        let of_it: BTreeSet<JobId> = items.iter().flat_map(|item| item.jobs.iter().copied()).collect();
        let of_it: Vec<JobId> = of_it.into_iter().collect();
        let jobs = self.store.jobs_named(self.file.id, &of_it)?;
        Ok(jobs.into_iter().filter(|job| job.state == JobState::Sent).collect())
    }
}
