//! Recovering: what became of writes whose answer was lost is asked before anything else is done.
//!
//! A write is kept before it is handed out, so one without an answer may or may not have reached
//! `QuickBooks`. `QuickBooks` keeps the answer to a set of requests under the id of the set, and gives it
//! once more when it is asked under that id. If it keeps none, it did not finish the set: `lost` says
//! what becomes of its documents.

use crate::qbxml::{MessageSet, ResponseSet};
use crate::sync::stored::{Closed, Exchange, ExchangeKind};

use super::answers::paired;
use super::call::{SessionCall, Settled, Turn};
use super::lost::LostWrite;
use super::read::{self, Reading};
use super::settle::Settling;
use super::state::Phase;
use super::talk::SessionError;

/// The session finds out what became of writes whose answer was lost.
pub(super) struct Recovering<'c, 's> {
    /// The call.
    pub call: &'c mut SessionCall<'s>,
}

impl Recovering<'_, '_> {
    /// Asks for the answer of the oldest write without one; goes on if there is none.
    ///
    /// The set that asks carries the id of the lost one as the old and as the new id, and no requests:
    /// `QuickBooks` answers with what it kept, and does nothing.
    pub fn go_on(self, may_send: bool) -> Result<Turn, SessionError> {
        let Some(lost) = self.call.store.unanswered(self.call.file.id)?.into_iter().next() else {
            self.end()?;
            return Ok(Turn::GoOn);
        };
        if !may_send {
            return Ok(Turn::WouldSend);
        }
        let set = MessageSet { new_id: lost.set_id.clone(), old_id: lost.set_id, ..self.call.message_set() };
        let commit = self.call.change();
        self.call.open(commit, ExchangeKind::Recover, &set, b"", Vec::new())
    }

    /// Every lost write is settled: the session reads if that is due, else it writes.
    fn end(self) -> Result<(), SessionError> {
        let call = self.call;
        call.state.must_read |= call.file.is_read_asked;
        if call.state.must_read || read::is_due(call.store, call.rules, &call.file, call.now)? {
            Reading { call: &mut *call }.begin()?;
        } else {
            call.state.phase = Phase::Write;
        }
        let commit = call.change();
        call.commit(commit)?;
        Ok(())
    }

    /// Takes over what `QuickBooks` kept of a lost write.
    ///
    /// What it kept is taken for the answer only if it is one to every request of the write. Anything
    /// else counts as no answer: then the records themselves are read, and they tell.
    pub fn settle(self, asked: &Exchange, set: &ResponseSet, text: &str) -> Result<Settled, SessionError> {
        let call = self.call;
        let mut lost = call.store.unanswered(call.file.id)?.into_iter();
        let Some(lost) = lost.find(|lost| lost.set_id == asked.set_id) else {
            return call.fail("The write that was asked about is settled already.".to_owned());
        };
        let mut commit = call.change();
        commit.closed = Some(Closed::of(asked, Some(text.to_owned()), None, Vec::new()));
        call.commit(commit)?;
        if set.responses.is_empty() {
            let code = set.attribute("messageSetStatusCode").unwrap_or("none");
            let why = format!("The answer was lost, and QuickBooks kept none (status {code}).");
            return LostWrite { call, lost: &lost }.settle(&why, None);
        }
        if let Err(wrong) = paired(&lost, &set.responses) {
            let why = format!("The answer was lost, and what QuickBooks kept does not belong to it: {wrong}");
            return LostWrite { call, lost: &lost }.settle(&why, None);
        }
        Settling { call }.answers(&lost, set, text)
    }
}
