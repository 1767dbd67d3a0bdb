//! Writing: a batch goes out.

use crate::qbxml::MessageSet;
use crate::sync::stored::{ExchangeItem, ExchangeKind};

use super::queries;
use super::sessions::SessionError;
use super::state::Phase;
use super::step::Step;

impl Step<'_> {
    /// Hands out the next batch; settles documents that need no request on the way.
    pub(super) fn write(&mut self, may_send: bool) -> Result<Option<String>, SessionError> {
        if !self.state.refresh.is_empty() {
            return if may_send { self.refresh().map(Some) } else { Ok(Some(String::new())) };
        }
        let Some(planned) = self.batch()? else {
            self.state.phase = Phase::Done;
            return Ok(None);
        };
        if !planned.batch.items.is_empty() && !may_send {
            self.ahead.planned = Some(planned);
            return Ok(Some(String::new()));
        }
        let batch = planned.batch;
        let mut commit = self.change();
        commit.jobs = batch.jobs;
        commit.finalized = batch.finalized;
        commit.connections = batch.connections;
        if batch.items.is_empty() {
            self.commit(commit)?;
            return Ok(None);
        }
        // What else was found changed waits for a later batch.
        self.state.stale.retain(|old| batch.before.iter().all(|new| new.document != old.document));
        self.state.stale.extend(batch.before);
        let set = MessageSet {
            new_id: Some(self.set_id()),
            old_id: self.state.acknowledged.clone(),
            ..self.message_set()
        };
        self.open(commit, ExchangeKind::Write, &set, &batch.requests, batch.items).map(Some)
    }

    /// An id that no other set of this company file has: the session, and how many it has sent so far; and
    /// the time, for a store that was set up anew counts from one again. At most 24 characters.
    fn set_id(&mut self) -> String {
        self.state.sets += 1;
        let id = format!("{:x}-{:x}-{:x}", self.now.timestamp(), self.session.0, self.state.sets);
        id.chars().take(24).collect()
    }

    fn refresh(&mut self) -> Result<String, SessionError> {
        let mut requests = Vec::new();
        let mut items = Vec::new();
        let mut keys = Vec::new();
        for (index, key) in std::mem::take(&mut self.state.refresh).into_iter().enumerate() {
            let id = format!("again-{index}");
            if let Some(request) = queries::of_record(&key, &id) {
                requests.extend(request);
                let message = format!("{}Query", key.record_type.trim_end_matches("Ret"));
                items.push(ExchangeItem {
                    request_id: id,
                    message,
                    document: None,
                    status_code: None,
                    status_message: None,
                    jobs: Vec::new(),
                });
                keys.push(key);
            }
        }
        self.state.refresh = keys;
        let (commit, set) = (self.change(), self.message_set());
        self.open(commit, ExchangeKind::Read, &set, &requests, items)
    }
}
