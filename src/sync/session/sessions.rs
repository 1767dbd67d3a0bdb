//! All sessions of a server, by their tickets.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::catalogue::Outcome;
use crate::sync::stored::{
    Called, CompanyFile, CompanyId, Moment, SessionId, Store, StoreError, StoredSession,
};

use super::hello::Hello;
use super::memory::{Ahead, Memory};
use super::rulebook::Rulebook;
use super::state::{Phase, State};
use super::step::Step;
use crate::sync::company_file::mirror::Mirror;

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// No session has this ticket, or it has ended.
    #[error("there is no session with this ticket, or it has ended")]
    NoSession,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A session's state cannot be read or written.
    #[error("the state of a session: {0}")]
    State(#[source] serde_json::Error),
    /// The settings that are stored do not fit the rules.
    #[error("the settings of the company file: {0}")]
    Settings(#[from] crate::rules::settings::SettingError),
}

/// What the Web Connector is to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Hand these requests to QuickBooks.
    Request(String),
    /// Nothing is left to do.
    Nothing,
    /// Ask what is wrong, and end the session.
    Failed,
}

/// What the Web Connector brings back.
#[derive(Clone, Copy, Debug)]
pub enum Received<'r> {
    /// QuickBooks' answer.
    Response(&'r str),
    /// QuickBooks took nothing of it, or broke off.
    Failure {
        /// The code and what it means, for people.
        message: &'r str,
        /// The code alone.
        code: &'r str,
        /// Whether the requests were done.
        outcome: Outcome,
        /// Whether the same may succeed by itself later.
        retryable: bool,
    },
}

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// There is more to do.
    Working {
        /// Pieces of work behind us.
        done: u64,
        /// All that is known of.
        total: u64,
    },
    /// Nothing is left.
    Done,
    /// Something is wrong with the session.
    Failed,
}

/// How much goes at once.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Documents in one batch.
    pub batch: usize,
    /// Records in one page of a read.
    pub page: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { batch: 20, page: 500 }
    }
}

/// All sessions.
pub struct Sessions {
    store: Arc<dyn Store>,
    rules: Arc<Rulebook>,
    limits: Limits,
    mirrors: Mutex<HashMap<CompanyId, Arc<Mutex<Option<Memory>>>>>,
}

impl Sessions {
    /// Over a store, by these rules.
    pub fn new(store: Arc<dyn Store>, rules: Arc<Rulebook>, limits: Limits) -> Self {
        Self { store, rules, limits, mirrors: Mutex::default() }
    }

    /// Where everything is kept.
    pub fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// The rules.
    pub fn rules(&self) -> &Rulebook {
        &self.rules
    }

    /// Whether a visit is worth its while: something is queued, a read is due, or the fate of a
    /// write is open.
    pub fn has_work(&self, file: &CompanyFile, now: Moment) -> Result<bool, SessionError> {
        Ok(self.store.due_count(file.id, now)? > 0
            || super::read::is_due(self.store.as_ref(), &self.rules, file, now)?
            || !self.store.unanswered(file.id)?.is_empty())
    }

    /// Begins a session, and ends whatever other one the company file has. `ticket` is a hash.
    pub fn begin(&self, company: CompanyId, ticket: &str, now: Moment) -> Result<(), SessionError> {
        self.store.begin_session(company, ticket, now)?;
        Ok(())
    }

    /// What the Web Connector is to hand to QuickBooks.
    pub fn next(&self, ticket: &str, hello: &Hello<'_>, now: Moment) -> Result<Next, SessionError> {
        self.step(ticket, now, |step| step.next(hello))
    }

    /// Takes over what QuickBooks answered.
    pub fn receive(&self, ticket: &str, received: Received<'_>, now: Moment) -> Result<Told, SessionError> {
        self.step(ticket, now, |step| step.receive(received))
    }

    /// The session fails, for this reason.
    pub fn fail(&self, ticket: &str, message: &str, now: Moment) -> Result<(), SessionError> {
        self.step(ticket, now, |step| step.fail(message.to_owned()).map(drop))
    }

    /// What is wrong with the session.
    pub fn last_error(&self, ticket: &str) -> Result<Option<String>, SessionError> {
        Ok(state_of(&self.session(ticket)?)?.error)
    }

    /// Ends the session. Gives a word on how it went.
    pub fn end(&self, ticket: &str, now: Moment) -> Result<String, SessionError> {
        self.step(ticket, now, |step: &mut Step<'_>| step.end())
    }

    /// The company file of a session.
    pub fn company_file(&self, ticket: &str) -> Result<CompanyFile, SessionError> {
        Ok(self.store.company_file(self.session(ticket)?.company)?)
    }

    fn session(&self, ticket: &str) -> Result<StoredSession, SessionError> {
        self.store.session(ticket)?.ok_or(SessionError::NoSession)
    }

    fn step<T>(
        &self,
        ticket: &str,
        now: Moment,
        act: impl FnOnce(&mut Step<'_>) -> Result<T, SessionError>,
    ) -> Result<T, SessionError> {
        let place = self.place(self.session(ticket)?.company);
        let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
        // Only now: another call of the session may have come first.
        let Called { session, file, in_flight } =
            self.store.called(ticket)?.ok_or(SessionError::NoSession)?;
        let mut memory = self.current(&mut place, &file)?;
        let mut step = self.step_of(file, &mut memory, now);
        step.session = session.id;
        step.state = state_of(&session)?;
        step.in_flight = in_flight;
        // After an error the mirror may be ahead of the store: it is read again.
        let result = act(&mut step)?;
        if !step.is_mirror_stale {
            *place = Some(memory);
        }
        Ok(result)
    }

    /// A step of no session yet.
    pub(super) fn step_of<'s>(&'s self, file: CompanyFile, memory: &'s mut Memory, now: Moment) -> Step<'s> {
        Step {
            store: self.store.as_ref(),
            rules: &self.rules,
            limits: self.limits,
            file,
            mirror: &mut memory.mirror,
            ahead: &mut memory.ahead,
            is_mirror_stale: false,
            session: SessionId(0),
            state: State::default(),
            in_flight: None,
            now,
        }
    }

    /// What is known of a company file, taken from its place, as long as nothing has changed since.
    pub(super) fn current(
        &self,
        place: &mut Option<Memory>,
        file: &CompanyFile,
    ) -> Result<Memory, StoreError> {
        if let Some(memory) = place.take().filter(|memory| memory.mirror.revision == file.revision) {
            return Ok(memory);
        }
        let mirror = Mirror::load(self.store.as_ref(), file.id)?;
        Ok(Memory { mirror, ahead: Ahead::default() })
    }

    /// Where what is known of a company file is kept. One call at a time has it.
    pub(super) fn place(&self, company: CompanyId) -> Arc<Mutex<Option<Memory>>> {
        let mut mirrors = self.mirrors.lock().unwrap_or_else(PoisonError::into_inner);
        mirrors.entry(company).or_default().clone()
    }
}

fn state_of(session: &StoredSession) -> Result<State, SessionError> {
    if session.state.is_empty() {
        return Ok(State::default());
    }
    serde_json::from_str(&session.state).map_err(SessionError::State)
}

impl Step<'_> {
    fn next(&mut self, hello: &Hello<'_>) -> Result<Next, SessionError> {
        if self.state.error.is_some() {
            return Ok(Next::Failed);
        }
        if let Some(exchange) = self.in_flight.take() {
            // The call came twice. QuickBooks does a set of one id once.
            return Ok(Next::Request(exchange.request));
        }
        if self.state.phase == Phase::Hello
            && let Some(refusal) = self.greet(hello)?
        {
            self.fail(refusal)?;
            return Ok(Next::Failed);
        }
        Ok(match self.advance(true)? {
            Some(request) => Next::Request(request),
            None => Next::Nothing,
        })
    }

    fn greet(&mut self, hello: &Hello<'_>) -> Result<Option<String>, SessionError> {
        let hello = Hello { owner_id: &self.file.made.owner_id.clone(), ..*hello };
        let met = hello.identity();
        let refusal = hello.refusal(&met, self.file.identity.as_ref(), self.rules.program.version);
        if refusal.is_none() {
            self.state.phase = Phase::Recover;
            let mut commit = self.change();
            // What was not told this time stays as it was.
            commit.identity = Some(match &self.file.identity {
                Some(known) => met.completed_by(known),
                None => met,
            });
            self.commit(commit)?;
        }
        Ok(refusal)
    }

    /// Goes on until there are requests to hand out, or nothing is left. Unless `may_send`, stops
    /// before requests that would be handed out and gives an empty text for them.
    pub(super) fn advance(&mut self, may_send: bool) -> Result<Option<String>, SessionError> {
        loop {
            let request = match &self.state.phase {
                Phase::Hello => return Ok(Some(String::new())),
                Phase::Recover => self.recover(may_send)?,
                Phase::Read(_) => self.read(may_send)?,
                Phase::Write => self.write(may_send)?,
                Phase::Done => return Ok(None),
            };
            if request.is_some() {
                return Ok(request);
            }
        }
    }

    fn receive(&mut self, received: Received<'_>) -> Result<Told, SessionError> {
        let Some(exchange) = self.in_flight.take() else {
            self.fail("A response came that nothing was asked for.".to_owned())?;
            return Ok(Told::Failed);
        };
        let is_well = self.settle(&exchange, received)?;
        if !is_well {
            return Ok(Told::Failed);
        }
        self.state.done += 1;
        if self.advance(false)?.is_some() {
            let left = self.left()?;
            return Ok(Told::Working { done: self.state.done, total: self.state.done + left });
        }
        self.state.phase = Phase::Done;
        let mut commit = self.change();
        commit.is_synced = true;
        self.commit(commit)?;
        Ok(Told::Done)
    }

    /// The session goes no further, for this reason.
    pub(super) fn fail(&mut self, message: String) -> Result<bool, SessionError> {
        self.state.error = Some(message);
        let commit = self.change();
        self.commit(commit)?;
        Ok(false)
    }

    fn end(&mut self) -> Result<String, SessionError> {
        let how = match (&self.state.error, &self.state.phase) {
            (Some(error), _) => error.clone(),
            (None, Phase::Done) => "Finished: nothing is left to do.".to_owned(),
            (None, _) => "Stopped before everything was done; the next visit goes on.".to_owned(),
        };
        let mut commit = self.change();
        commit.ending = Some(how.clone());
        self.commit(commit)?;
        Ok(how)
    }
}
