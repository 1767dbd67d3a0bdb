//! Writing: a batch goes out.

use crate::qbxml::MessageSet;
use crate::sync::stored::{ExchangeItem, ExchangeKind, RecordKey};

use super::batch::BatchPlanning;
use super::call::{SessionCall, Turn};
use super::queries;
use super::state::Phase;
use super::talk::SessionError;

/// The session writes.
pub(super) struct Writing<'c, 's> {
    /// The call.
    pub call: &'c mut SessionCall<'s>,
}

impl Writing<'_, '_> {
    /// Hands out the next batch; settles documents that need no request on the way.
    pub fn go_on(mut self, may_send: bool) -> Result<Turn, SessionError> {
        if !self.call.state.refresh.is_empty() {
            return if may_send { self.refresh() } else { Ok(Turn::WouldSend) };
        }
        let Some(planned) = (BatchPlanning { call: &mut *self.call }).next()? else {
            self.call.state.phase = Phase::Done;
            return Ok(Turn::GoOn);
        };
        let is_new = |key: &&RecordKey| !self.call.state.looked_at.contains(key);
        let unseen: Vec<RecordKey> = planned.batch.followed.iter().filter(is_new).cloned().collect();
        if may_send && !unseen.is_empty() {
            self.call.state.looked_at.extend(unseen.iter().cloned());
            self.call.state.refresh = unseen;
            return self.refresh();
        }
        if !planned.batch.items.is_empty() && !may_send {
            self.call.ahead.planned = Some(planned);
            return Ok(Turn::WouldSend);
        }
        let batch = planned.batch;
        let mut commit = self.call.change();
        commit.jobs = batch.jobs;
        commit.finalized = batch.finalized;
        commit.connections = batch.connections;
        commit.agreed = batch.agreed;
        if batch.items.is_empty() {
            self.call.commit(commit)?;
            return Ok(Turn::GoOn);
        }
        let set = MessageSet {
            new_id: Some(self.set_id()),
            old_id: self.call.state.acknowledged.clone(),
            ..self.call.message_set()
        };
        self.call.open(commit, ExchangeKind::Write, &set, &batch.requests, batch.items)
    }

    /// An id that no other set of this company file has: the session, and how many it has sent so far; and
    /// the time, for a store that was set up anew counts from one again. At most 24 characters.
    fn set_id(&mut self) -> String {
        self.call.state.sets += 1;
        let (at, session) = (self.call.now.timestamp(), self.call.session.0);
        let id = format!("{at:x}-{session:x}-{:x}", self.call.state.sets);
        id.chars().take(24).collect()
    }

    /// Reads records again whose change was refused because they were not as they had been read.
    fn refresh(self) -> Result<Turn, SessionError> {
        let mut requests = Vec::new();
        let mut items = Vec::new();
        let mut keys = Vec::new();
        for (index, key) in std::mem::take(&mut self.call.state.refresh).into_iter().enumerate() {
            let id = format!("again-{index}");
            if let Some(request) = queries::of_record(&key, &id, self.call.rules.added_fields) {
                requests.extend(request);
                let message = format!("{}Query", key.record_type.trim_end_matches("Ret"));
                items.push(ExchangeItem::new(id, message, None, Vec::new()));
                keys.push(key);
            }
        }
        self.call.state.refresh = keys;
        let (commit, set) = (self.call.change(), self.call.message_set());
        self.call.open(commit, ExchangeKind::Read, &set, &requests, items)
    }
}
