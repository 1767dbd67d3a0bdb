//! One call of a session, with all that it needs.

use crate::qbxml::MessageSet;
use crate::sync::stored::{
    Commit, Committed, CompanyFile, Exchange, ExchangeId, ExchangeItem, ExchangeKind, NewExchange, SessionId,
    Store,
};

use super::memory::Ahead;
use super::rulebook::Rulebook;
use super::sessions::{Limits, SessionError};
use super::state::State;
use crate::sync::company_file::mirror::Mirror;
use crate::sync::stored::Moment;

/// One call of a session.
pub(super) struct Step<'s> {
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
    /// The session.
    pub session: SessionId,
    /// How far it is.
    pub state: State,
    /// The exchange whose answer is due.
    pub in_flight: Option<Exchange>,
    /// The time of the call.
    pub now: Moment,
}

impl Step<'_> {
    /// A commit that says how far the session is; to be filled.
    pub fn change(&self) -> Commit {
        Commit::new(self.session, self.now, String::new())
    }

    /// Writes a step down, with the state as it is now.
    pub fn commit(&mut self, mut commit: Commit) -> Result<Option<ExchangeId>, SessionError> {
        commit.state = serde_json::to_string(&self.state).map_err(SessionError::State)?;
        let changes_mirror =
            !(commit.records.is_empty() && commit.connections.is_empty() && commit.deleted.is_empty());
        let connections = commit.connections.clone();
        let Committed { exchange, revision } = self.store.commit(self.file.id, &commit)?;
        for connection in connections {
            self.mirror.connections.insert(connection);
        }
        if commit.deleted.iter().any(|key| self.mirror.has(key)) {
            *self.mirror = Mirror::load(self.store, self.file.id)?;
            *self.ahead = Ahead::default();
        } else if changes_mirror {
            // Someone else may have changed connections at the same time.
            self.is_mirror_stale |= revision > self.mirror.revision + 1;
            self.mirror.revision = revision;
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
    ) -> Result<String, SessionError> {
        let request = String::from_utf8_lossy(&set.wrap(requests)).into_owned();
        commit.opened =
            Some(NewExchange { kind, set_id: set.new_id.clone(), request: request.clone(), items });
        self.commit(commit)?;
        Ok(request)
    }

    /// An empty message set of the rules' qbXML version.
    pub fn message_set(&self) -> MessageSet {
        MessageSet { version: self.rules.program.version.to_string(), ..MessageSet::default() }
    }
}
