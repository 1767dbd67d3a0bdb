//! All sessions of a server, by their tickets.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tracing::field::display;

use crate::sync::company_file::mirror::Mirror;
use crate::sync::stored::{
    Called, Commit, CompanyFile, CompanyId, Ending, Moment, SessionId, Store, StoreError, StoredSession,
    TroubleChange, TroubleSubject,
};
use crate::text::visible::visible;

use super::call::SessionCall;
use super::conversation::Conversation;
use super::hello::Hello;
use super::memory::{Ahead, Memory};
use super::read;
use super::rule_set::{RuleSet, Rulebook};
use super::rulebooks::Rulebooks;
use super::state::State;
use super::talk::{Limits, Next, Received, SessionError, Told};

/// Ends the sessions of which nothing was heard for a day.
///
/// # Errors
/// The store failed.
pub fn end_abandoned(store: &dyn Store, now: Moment) -> Result<(), StoreError> {
    store.end_idle_sessions(now - StoredSession::LONGEST_SILENCE, now)
}

/// All sessions.
pub struct Sessions {
    store: Arc<dyn Store>,
    rules: Rulebooks,
    limits: Limits,
    mirrors: Mutex<HashMap<CompanyId, Arc<Mutex<Option<Memory>>>>>,
}

impl Sessions {
    /// Over a store, by these rules.
    pub fn new(store: Arc<dyn Store>, rules: impl Into<Rulebooks>, limits: Limits) -> Self {
        Self { store, rules: rules.into(), limits, mirrors: Mutex::default() }
    }

    /// Where everything is kept.
    pub fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// The rules of a company file. A session that is under way goes on with those with which it began.
    ///
    /// # Errors
    /// Its domain has no rules, or its layers do not fit them.
    pub fn rules(&self, file: &CompanyFile) -> Result<Arc<Rulebook>, SessionError> {
        Ok(self.rules.of(file)?)
    }

    /// Whether a visit is worth its while: something is queued, a read is due, or it is not known what
    /// became of a write.
    pub fn has_work(&self, file: &CompanyFile, now: Moment) -> Result<bool, SessionError> {
        Ok(self.store.due_count(file.id, now)? > 0
            || read::is_due(self.store.as_ref(), self.rules(file)?.as_ref(), file, now)?
            || !self.store.unanswered(file.id)?.is_empty())
    }

    /// Begins a session, and ends whatever other one the company file has. `ticket` is a hash.
    pub fn begin(&self, company: CompanyId, ticket: &str, now: Moment) -> Result<(), SessionError> {
        self.count_failed(company, now)?;
        self.store.begin_session(company, ticket, now)?;
        Ok(())
    }

    /// A visit that failed and was never closed has failed all the same.
    fn count_failed(&self, company: CompanyId, now: Moment) -> Result<(), SessionError> {
        let last = self.store.sessions(company, 1)?.into_iter().next().filter(|last| last.ended_at.is_none());
        let Some((session, reason)) = last.and_then(|last| Some((last.id, State::of(&last).ok()?.error?)))
        else {
            return Ok(());
        };
        let mut commit = Commit::new(session, now, String::new());
        commit.troubles.push(TroubleChange::happened(TroubleSubject::Visit, reason.as_str()));
        commit.ending = Some(Ending::Failed(reason));
        self.store.commit(company, &commit)?;
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

    /// The session has nothing to do; `word` is told when it is asked what is wrong.
    pub fn rest(&self, ticket: &str, word: &str, now: Moment) -> Result<(), SessionError> {
        self.call(ticket, now, |call| {
            call.state.word = Some(word.to_owned());
            let commit = call.change();
            call.commit(commit).map(drop)
        })
    }

    /// What is wrong with the session, also with one that has ended.
    pub fn last_error(&self, ticket: &str) -> Result<Option<String>, SessionError> {
        match self.store.session(ticket)? {
            Some(session) => {
                let state = State::of(&session)?;
                Ok(state.error.or(state.word))
            }
            None => self.store.ending(ticket)?.map(|it| Some(it.to_string())).ok_or(SessionError::NoSession),
        }
    }

    /// Whether the session is under way.
    pub fn is_open(&self, ticket: &str, now: Moment) -> Result<bool, SessionError> {
        match self.session(ticket, now) {
            Ok(_) => Ok(true),
            Err(SessionError::NoSession) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Ends the session. Gives a word on how it went.
    pub fn end(&self, ticket: &str, now: Moment) -> Result<String, SessionError> {
        self.call(ticket, now, |call| Conversation { call }.end())
    }

    /// The company file of a session.
    pub fn company_file(&self, ticket: &str, now: Moment) -> Result<CompanyFile, SessionError> {
        Ok(self.store.company_file(self.session(ticket, now)?.company)?)
    }

    /// The session of a ticket. One of which nothing was heard for a day has ended.
    fn session(&self, ticket: &str, now: Moment) -> Result<StoredSession, SessionError> {
        let session = self.store.session(ticket)?.ok_or(SessionError::NoSession)?;
        if !session.is_abandoned(now) {
            return Ok(session);
        }
        end_abandoned(self.store.as_ref(), now)?;
        Err(SessionError::NoSession)
    }

    fn call<T>(
        &self,
        ticket: &str,
        now: Moment,
        act: impl FnOnce(&mut SessionCall<'_>) -> Result<T, SessionError>,
    ) -> Result<T, SessionError> {
        let place = self.place(self.session(ticket, now)?.company);
        let mut place = place.lock();
        // Only now: another call of the session may have come first.
        let Called { session, file, in_flight } =
            self.store.called(ticket)?.ok_or(SessionError::NoSession)?;
        let mut state = State::of(&session)?;
        let begun = self.begun_with(&state, &file, now)?;
        let lacks_rules = begun.is_none();
        let set = begun.map_or_else(|| self.rules.of_domain(&file.made.domain), Ok)?;
        state.rules.get_or_insert_with(|| set.fingerprint.clone());
        let rules = set.with(state.layers.get_or_insert_with(|| file.layers.clone()))?;
        let mut memory = self.current(&mut place, &file)?;
        let mut call = self.call_of(&rules, file, &mut memory, now);
        call.session = session.id;
        call.state = state;
        call.in_flight = in_flight;
        call.lacks_rules = lacks_rules;
        tell_whose(&call);
        let had_failed = call.state.error.is_some();
        // After an error the mirror may be ahead of the store: it is read again.
        let result = act(&mut call)?;
        if !had_failed {
            log_failure(&call);
        }
        if !call.is_mirror_stale {
            *place = Some(memory);
        }
        Ok(result)
    }

    /// The rule set with which a session began; that of its domain, if this is its first step. Nothing if this server does not
    /// have it.
    fn begun_with(
        &self,
        state: &State,
        file: &CompanyFile,
        now: Moment,
    ) -> Result<Option<Arc<RuleSet>>, SessionError> {
        let domain = &file.made.domain;
        match &state.rules {
            Some(fingerprint) => Ok(self.rules.begun_with(domain, fingerprint, now)),
            None => Ok(Some(self.rules.of_domain(domain)?)),
        }
    }

    /// A call of no session yet.
    pub(super) fn call_of<'s>(
        &'s self,
        rules: &'s Rulebook,
        file: CompanyFile,
        memory: &'s mut Memory,
        now: Moment,
    ) -> SessionCall<'s> {
        SessionCall {
            store: self.store.as_ref(),
            rules,
            limits: self.limits,
            file,
            mirror: &mut memory.mirror,
            ahead: &mut memory.ahead,
            is_mirror_stale: false,
            lacks_rules: false,
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

/// What is logged about the call from now on has its company file and its visit with it.
fn tell_whose(call: &SessionCall<'_>) {
    let span = tracing::Span::current();
    span.record("company", display(visible(&call.file.made.name)));
    span.record("visit", call.session.0);
}

fn log_failure(call: &SessionCall<'_>) {
    let Some(cause) = call.state.error.as_deref().map(visible) else { return };
    let (company, visit) = (visible(&call.file.made.name), call.session.0);
    tracing::warn!(%company, visit, %cause, "visit {visit} of {company} failed: {cause}");
}
