//! A session as the Web Connector meets it: which phase answers a call, and which one follows.

use crate::catalogue::Country;
use crate::qbxml::read_response_set;
use crate::sync::company_file::agreeing::unwritten_agreements;
use crate::sync::company_file::mirror;
use crate::sync::stored::{Ending, Exchange, ExchangeKind, TroubleChange, TroubleSubject};

use super::call::{SessionCall, Settled, Turn};
use super::hello::Hello;
use super::progress;
use super::read::Reading;
use super::recover::Recovering;
use super::settle::Settling;
use super::state::Phase;
use super::talk::{Next, Received, SessionError, Told};
use super::write::Writing;

/// Why a session goes no further: nothing may be planned, and no answer taken over, by other rules than it began with.
const OTHER_RULES: &str = "The rules were changed since this visit began, and this server does not have those with which it began. Nothing is lost: the next visit goes on, by the rules as they are now.";

/// One call, and the phases that may answer it.
pub(super) struct Conversation<'c, 's> {
    /// The call.
    pub call: &'c mut SessionCall<'s>,
}

impl Conversation<'_, '_> {
    /// What the Web Connector is to do next.
    pub fn next(mut self, hello: &Hello) -> Result<Next, SessionError> {
        if self.call.state.error.is_some() {
            return Ok(Next::Failed);
        }
        if self.call.lacks_rules {
            self.call.fail(OTHER_RULES.to_owned())?;
            return Ok(Next::Failed);
        }
        if let Some(exchange) = self.call.in_flight.take() {
            // The call came twice. QuickBooks does a set of one id once.
            return Ok(Next::Request(exchange.request));
        }
        if self.call.state.phase == Phase::Hello
            && let Some(refusal) = self.greet(hello)?
        {
            self.call.fail(refusal)?;
            return Ok(Next::Failed);
        }
        Ok(match self.advance(true)? {
            Turn::Send(request) => Next::Request(request),
            Turn::WouldSend | Turn::GoOn => Next::Nothing,
        })
    }

    /// Meets the company file. Gives the reason for which nothing may be sent to it, if there is one.
    fn greet(&mut self, hello: &Hello) -> Result<Option<String>, SessionError> {
        let known = self.call.file.identity.as_ref();
        let met = hello.identity(&self.call.file.made.owner_id);
        let refusal = hello.refusal(&met, known, self.call.rules.program.version);
        if refusal.is_none() {
            let mut commit = self.call.change();
            let call = &*self.call;
            commit.agreed = unwritten_agreements(call.store, &call.rules.program, &call.file, call.mirror)?;
            // What was not told this time stays as it was.
            commit.identity = Some(match known {
                Some(known) => met.completed_by(known),
                None => met,
            });
            if let Some(preferences) = hello.preferences() {
                self.call.mirror.company.add_record(&preferences);
                commit.records.extend(mirror::stored(&preferences));
            }
            self.call.state.phase = Phase::Recover;
            self.call.mirror.company.set_country(Country::of(&hello.country));
            self.call.commit(commit)?;
        }
        Ok(refusal)
    }

    /// Goes on from phase to phase, until there are requests to hand out, or nothing is left. Unless
    /// `may_send`, it stops before requests that would be handed out: a call that brings an answer must
    /// say whether there is more to do, and only the next call can take it along.
    fn advance(&mut self, may_send: bool) -> Result<Turn, SessionError> {
        loop {
            let call = &mut *self.call;
            let turn = match &call.state.phase {
                Phase::Hello => return Ok(Turn::WouldSend),
                Phase::Recover => Recovering { call }.go_on(may_send)?,
                Phase::Read(_) => Reading { call }.go_on(may_send)?,
                Phase::Write => Writing { call }.go_on(may_send)?,
                Phase::Done => return Ok(Turn::GoOn),
            };
            if turn != Turn::GoOn {
                return Ok(turn);
            }
        }
    }

    /// Takes over what came back, and says how far the session is.
    pub fn receive(mut self, received: Received<'_>) -> Result<Told, SessionError> {
        let Some(exchange) = self.call.in_flight.take() else {
            self.call.fail("QuickBooks answered, but nothing had been asked.".to_owned())?;
            return Ok(Told::Failed);
        };
        if self.settle(&exchange, received)? == Settled::Failed {
            return Ok(Told::Failed);
        }
        self.call.state.done += 1;
        if self.advance(false)? != Turn::GoOn {
            let left = progress::left(self.call)?;
            let done = self.call.state.done;
            return Ok(Told::Working { done, total: done + left });
        }
        self.call.state.phase = Phase::Done;
        let mut commit = self.call.change();
        // What was refused is asked for again.
        commit.is_synced = self.call.state.unread.is_empty();
        self.call.commit(commit)?;
        Ok(Told::Done)
    }

    /// The phase that asked takes over what came for it.
    fn settle(&mut self, exchange: &Exchange, received: Received<'_>) -> Result<Settled, SessionError> {
        let call = &mut *self.call;
        if call.lacks_rules {
            return call.nonsense(exchange, OTHER_RULES.to_owned());
        }
        let text = match received {
            Received::Response(text) => text,
            Received::Failure { message, .. } if exchange.kind != ExchangeKind::Write => {
                return call.nonsense(exchange, message.to_owned());
            }
            Received::Failure { message, code, outcome, retryable } => {
                return Settling { call }.failure(exchange, (code, message), outcome, retryable);
            }
        };
        let set = match read_response_set(text.as_bytes()) {
            Ok(set) => set,
            Err(_) if exchange.kind == ExchangeKind::Recover => {
                return Recovering { call }.unreadable(exchange, &text);
            }
            Err(error) => {
                let message = format!(
                    "The answer of QuickBooks cannot be read: {error}. Nothing is lost: the next visit asks for it again."
                );
                return call.nonsense(exchange, message);
            }
        };
        match exchange.kind {
            ExchangeKind::Recover => Recovering { call }.settle(exchange, &set, &text),
            ExchangeKind::Read => {
                drop(text);
                Reading { call }.settle(exchange, &set)
            }
            ExchangeKind::Write => Settling { call }.answers(exchange, &set, &text),
        }
    }

    /// Ends the session. Gives a word on how it went.
    pub fn end(self) -> Result<String, SessionError> {
        let visit = TroubleSubject::Visit;
        let ending = match (&self.call.state.error, &self.call.state.phase) {
            (Some(error), _) => Ending::Failed(error.clone()),
            (None, Phase::Done) => Ending::Finished,
            (None, _) => Ending::Stopped,
        };
        let words = ending.to_string();
        let mut commit = self.call.change();
        commit.troubles = match &ending {
            Ending::Failed(reason) => vec![TroubleChange::happened(visit, reason)],
            Ending::Finished => vec![TroubleChange::is_over(visit)],
            _ => Vec::new(),
        };
        commit.ending = Some(ending);
        self.call.commit(commit)?;
        Ok(words)
    }
}
