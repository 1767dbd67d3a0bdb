//! Progress: how much is left.

use crate::sync::stored::SessionId;

use super::sessions::SessionError;
use super::state::Phase;
use super::step::Step;

/// After so many pieces of work the jobs that are left are counted anew.
const RECOUNT: u64 = 16;

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

impl Step<'_> {
    /// An estimate of the pieces of work that are left. Counting takes the longer the more jobs there
    /// are: it is done now and then.
    pub(super) fn left(&mut self) -> Result<u64, SessionError> {
        let (session, done) = (self.session, self.state.done);
        let is_fresh = |it: &Counted| it.session == session && (it.done..it.done + RECOUNT).contains(&done);
        let counted = match self.ahead.counted.filter(is_fresh) {
            Some(counted) => counted,
            None => Counted { session, done, batches: self.batches()? },
        };
        self.ahead.counted = Some(counted);
        let batches = counted.batches.saturating_sub(done - counted.done);
        let reads = match &self.state.phase {
            Phase::Read(reading) => reading.open.len(),
            _ => 0,
        };
        Ok(batches.saturating_add(u64::try_from(reads).unwrap_or(u64::MAX)).max(1))
    }

    fn batches(&self) -> Result<u64, SessionError> {
        let due = self.store.due_count(self.file.id, self.now)?.div_ceil(self.limits.batch.max(1));
        Ok(u64::try_from(due).unwrap_or(u64::MAX))
    }
}
