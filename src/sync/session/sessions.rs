//! All sessions of a server, by their tickets.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::sync::company_file::mirror::Mirror;
use crate::sync::stored::{
    Called, CompanyFile, CompanyId, Moment, SessionId, Store, StoreError, StoredSession,
};

use super::call::SessionCall;
use super::conversation::Conversation;
use super::hello::Hello;
use super::memory::{Ahead, Memory};
use super::read;
use super::rulebook::Rulebook;
use super::state::State;
use super::talk::{Limits, Next, Received, SessionError, Told};

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

    /// Whether a visit is worth its while: something is queued, a read is due, or it is not known what
    /// became of a write.
    pub fn has_work(&self, file: &CompanyFile, now: Moment) -> Result<bool, SessionError> {
        Ok(self.store.due_count(file.id, now)? > 0
            || read::is_due(self.store.as_ref(), &self.rules, file, now)?
            || !self.store.unanswered(file.id)?.is_empty())
    }

    /// Begins a session, and ends whatever other one the company file has. `ticket` is a hash.
    pub fn begin(&self, company: CompanyId, ticket: &str, now: Moment) -> Result<(), SessionError> {
        self.store.begin_session(company, ticket, now)?;
        Ok(())
    }

    /// What the Web Connector is to hand to QuickBooks.
    pub fn next(&self, ticket: &str, hello: &Hello, now: Moment) -> Result<Next, SessionError> {
        self.call(ticket, now, |call| Conversation { call }.next(hello))
    }

    /// Takes over what QuickBooks answered.
    pub fn receive(&self, ticket: &str, received: Received<'_>, now: Moment) -> Result<Told, SessionError> {
        self.call(ticket, now, |call| Conversation { call }.receive(received))
    }

    /// The session fails, for this reason.
    pub fn fail(&self, ticket: &str, message: &str, now: Moment) -> Result<(), SessionError> {
        self.call(ticket, now, |call| call.fail(message.to_owned()).map(drop))
    }

    /// What is wrong with the session.
    pub fn last_error(&self, ticket: &str) -> Result<Option<String>, SessionError> {
        Ok(State::of(&self.session(ticket)?)?.error)
    }

    /// Ends the session. Gives a word on how it went.
    pub fn end(&self, ticket: &str, now: Moment) -> Result<String, SessionError> {
        self.call(ticket, now, |call| Conversation { call }.end())
    }

    /// The company file of a session.
    pub fn company_file(&self, ticket: &str) -> Result<CompanyFile, SessionError> {
        Ok(self.store.company_file(self.session(ticket)?.company)?)
    }

    fn session(&self, ticket: &str) -> Result<StoredSession, SessionError> {
        self.store.session(ticket)?.ok_or(SessionError::NoSession)
    }

    fn call<T>(
        &self,
        ticket: &str,
        now: Moment,
        act: impl FnOnce(&mut SessionCall<'_>) -> Result<T, SessionError>,
    ) -> Result<T, SessionError> {
        let place = self.place(self.session(ticket)?.company);
        let mut place = place.lock();
        // Only now: another call of the session may have come first.
        let Called { session, file, in_flight } =
            self.store.called(ticket)?.ok_or(SessionError::NoSession)?;
        let mut memory = self.current(&mut place, &file)?;
        let mut call = self.call_of(file, &mut memory, now);
        call.session = session.id;
        call.state = State::of(&session)?;
        call.in_flight = in_flight;
        // After an error the mirror may be ahead of the store: it is read again.
        let result = act(&mut call)?;
        if !call.is_mirror_stale {
            *place = Some(memory);
        }
        Ok(result)
    }

    /// A call of no session yet.
    pub(super) fn call_of<'s>(
        &'s self,
        file: CompanyFile,
        memory: &'s mut Memory,
        now: Moment,
    ) -> SessionCall<'s> {
        SessionCall {
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
        let mut mirrors = self.mirrors.lock();
        mirrors.entry(company).or_default().clone()
    }
}
