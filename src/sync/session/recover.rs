//! Recovering: what became of writes whose answer was lost is asked before anything else is done.
//!
//! A write is kept before it is handed out, so one without an answer may or may not have reached
//! `QuickBooks`. `QuickBooks` keeps the answer to a set of requests under the id of the set, and gives it
//! once more when it is asked under that id.
//!
//! If it keeps none, the set may still be on its way: a second Web Connector, or one that was started anew, may
//! begin a visit while the first one has the set in its hands. To send its documents in another set then would be to
//! have both done, and nothing in a transaction forbids that: two bills may have one number, and whether
//! `QuickBooks` refuses a mark that it has already is not known. So the id of the set is claimed first: a question that
//! changes nothing is asked under it. `QuickBooks` does one set for each id and refuses another one under the same
//! id (9001), so one of two things is true from then on. Either the claim was refused: then the set was done just now,
//! and its answer is there. Or the claim was taken: then the set will be refused whenever it comes, and only what
//! was done of it before is in the company file. So everything is read, and then `lost` says what becomes of its
//! documents. The answer to a claim is never given up: the set may come late.
//!
//! That rests on what Intuit says of these ids. It does not help where a set is half done while another computer
//! claims its id, should `QuickBooks` know the id only at its end; or where a copy of the company file is at work. The
//! mark does, if `QuickBooks` refuses a doubled one.

use crate::qbxml::{MessageSet, Part, Parts, ResponseSet, Writer};
use crate::sync::stored::{Closed, Exchange, ExchangeItem, ExchangeKind};

use super::answers::paired;
use super::call::{SessionCall, Settled, Turn};
use super::read::{self, Reading};
use super::settle::Settling;
use super::state::{Lost, Phase};
use super::talk::SessionError;

/// The question that is asked to claim the id of a set: it changes nothing, and its answer is short.
const CLAIM: &str = "HostQueryRq";
/// `QuickBooks` did another set under the id.
const OTHER_SET: &str = "9001";

/// The session finds out what became of writes whose answer was lost.
pub(super) struct Recovering<'c, 's> {
    /// The call.
    pub call: &'c mut SessionCall<'s>,
}

impl Recovering<'_, '_> {
    /// Asks for the answer of the oldest write without one, or claims its id; goes on if there is none.
    ///
    /// The set that asks carries the id of the lost one as the old and as the new id, and no requests:
    /// `QuickBooks` answers with what it kept, and does nothing.
    pub fn go_on(self, may_send: bool) -> Result<Turn, SessionError> {
        let open = self.call.store.unanswered(self.call.file.id)?;
        let claimed = &self.call.state.claimed;
        let is_claimed = |it: &Exchange| it.set_id.as_ref().is_some_and(|id| claimed.contains(id));
        let Some(lost) = open.into_iter().find(|it| !is_claimed(it)) else {
            self.end()?;
            return Ok(Turn::GoOn);
        };
        if !may_send {
            return Ok(Turn::WouldSend);
        }
        let (new_id, set) = (lost.set_id.clone(), self.call.message_set());
        let commit = self.call.change();
        match (&self.call.state.lost, &lost.set_id) {
            (Lost::Unkept(id), Some(lost)) if id == lost => {
                let (request, item) = claim();
                let set = MessageSet { new_id, ..set };
                self.call.open(commit, ExchangeKind::Recover, &set, &request, vec![item])
            }
            _ => {
                let set = MessageSet { new_id, old_id: lost.set_id, ..set };
                self.call.open(commit, ExchangeKind::Recover, &set, b"", Vec::new())
            }
        }
    }

    /// Of every lost write it is known that nothing more comes of it. The session reads if any was claimed, or a read
    /// is due, else it writes.
    fn end(self) -> Result<(), SessionError> {
        let call = self.call;
        call.state.must_read |= call.file.is_read_asked || !call.state.claimed.is_empty();
        if call.state.must_read || read::is_due(call.store, call.rules, &call.file, call.now)? {
            Reading { call: &mut *call }.begin()?;
        } else {
            call.state.phase = Phase::Write;
        }
        let commit = call.change();
        call.commit(commit)?;
        Ok(())
    }

    /// Takes over what `QuickBooks` kept of a lost write, or whether its id was claimed.
    ///
    /// What it kept is taken for the answer only if it is one to every request of the write. Anything
    /// else counts as no answer, though the id is taken: then the records themselves are read, and they tell.
    pub fn settle(self, asked: &Exchange, set: &ResponseSet, text: &str) -> Result<Settled, SessionError> {
        let call = self.call;
        let mut lost = call.store.unanswered(call.file.id)?.into_iter();
        let Some(lost) = lost.find(|lost| lost.set_id == asked.set_id) else {
            return call.fail("The write that was asked about is settled already.".to_owned());
        };
        let id = lost.set_id.clone().unwrap_or_default();
        let code = set.attribute("messageSetStatusCode").unwrap_or("none").to_owned();
        let before = std::mem::take(&mut call.state.lost);
        let is_claim = !asked.items.is_empty();
        let is_kept = !set.responses.is_empty();
        if is_claim && !is_kept && code == OTHER_SET {
            call.state.lost = Lost::JustDone(id.clone());
        } else if !is_claim && !is_kept && before != Lost::JustDone(id.clone()) {
            call.state.lost = Lost::Unkept(id.clone());
        }
        let mut commit = call.change();
        commit.closed = Some(Closed::of(asked, Some(text.to_owned()), None, asked.items.clone()));
        call.commit(commit)?;
        if call.state.lost != Lost::Unasked {
            return Ok(Settled::Well);
        }
        if !is_kept {
            return call.fail(format!(
                "QuickBooks cannot say what became of the last requests, and may do them yet (status {code}). Nothing is sent until it can; the next visit asks again."
            ));
        }
        if is_claim || paired(&lost, &set.responses).is_err() {
            return claimed(call, id);
        }
        Settling { call }.answers(&lost, set, text)
    }

    /// What QuickBooks answered cannot be read. Asked what it kept, it may have kept nothing: the id is claimed next.
    /// Once that was asked, and QuickBooks answered that it looked at the set or did another one under the id, nothing
    /// more comes of the lost set: the records tell what was done of it.
    pub fn unreadable(self, asked: &Exchange, text: &str) -> Result<Settled, SessionError> {
        let call = self.call;
        let is_lost = |lost: &Exchange| lost.set_id == asked.set_id;
        let Some(lost) = call.store.unanswered(call.file.id)?.into_iter().find(is_lost) else {
            return call.fail("The write that was asked about is settled already.".to_owned());
        };
        let id = lost.set_id.unwrap_or_default();
        let before = std::mem::take(&mut call.state.lost);
        let is_known = before == Lost::JustDone(id.clone());
        let is_claim = !asked.items.is_empty();
        if is_claim && !is_done_or_claimed(text) {
            let why = "QuickBooks' answer cannot be read, and what became of the last requests is not known. Nothing is sent until it is; the next visit asks again.";
            return call.nonsense(asked, why.to_owned());
        }
        if !is_claim && !is_known {
            call.state.lost = Lost::Unkept(id.clone());
        }
        let mut commit = call.change();
        let why = "The answer cannot be read.".to_owned();
        commit.closed = Some(Closed::of(asked, None, Some(why), asked.items.clone()));
        call.commit(commit)?;
        if is_claim || is_known { claimed(call, id) } else { Ok(Settled::Well) }
    }
}

/// Whether the beginning of an answer to a claim says that the id stands for a set by now.
fn is_done_or_claimed(text: &str) -> bool {
    let parts = Parts::new(text.as_bytes()).into_iter().flatten();
    let set = parts.flatten().find_map(|part| match part {
        Part::Set(attributes) => Some(attributes),
        _ => None,
    });
    let code = set.and_then(|set| set.into_iter().find(|(name, _)| name == "messageSetStatusCode"));
    code.is_some_and(|(_, code)| ["0", OTHER_SET].contains(&code.as_str()))
}

/// The id of a lost set stands for something else now. The records tell what was done of it, once they are read.
fn claimed(call: &mut SessionCall<'_>, id: String) -> Result<Settled, SessionError> {
    call.state.claimed.push(id);
    call.state.phase = Phase::Recover;
    let commit = call.change();
    call.commit(commit)?;
    Ok(Settled::Well)
}

/// The request that claims an id. It is always the same, for QuickBooks takes a set once more if it is.
fn claim() -> (Vec<u8>, ExchangeItem) {
    let mut writer = Writer::new();
    writer.open_with(CLAIM, [("requestID", "claim")]);
    writer.close(CLAIM);
    let message = CLAIM.trim_end_matches("Rq").to_owned();
    (writer.into_bytes(), ExchangeItem::new("claim".to_owned(), message, None, Vec::new()))
}
