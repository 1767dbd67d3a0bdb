//! Where the service meets the sessions: each call of the Web Connector becomes one step of a session.

use crate::secrets::TicketHash;
use std::collections::HashMap;
use std::net::IpAddr;

use parking_lot::Mutex;

use super::service::{Answered, Desk, Hello, Opening, Trouble, Unreached};
use super::{
    CompanyFile, CompanyPath, ConnectionErrorAnswer, Failure, LastError, NextRequest, NextStep, Progress,
};
use crate::sync::Window;
use crate::sync::session::{Next, Received, SessionError, Sessions, Told};
use crate::sync::stored::{self, Moment, StoreError};

/// How often another path is tried in one session.
const MAX_PATHS: u32 = 2;
/// Seconds after which a Web Connector may come again while its company file is paused.
const PAUSE: u32 = 600;

/// Seconds after which it comes again at the latest outside of the sync hours: its settings may
/// have changed.
const LONGEST_WAIT: u32 = 3600;

/// Seconds between two notes that there were too many attempts.
const NOTE_EVERY: i64 = 60;

/// The desk of all sessions of a server.
pub struct SessionDesk {
    sessions: Sessions,
    clock: fn() -> Moment,
    /// Paths that were tried in sessions that reached no QuickBooks yet.
    tried: Mutex<HashMap<TicketHash, (u32, CompanyFile)>>,
    /// When it was last noted of a company file that there were too many attempts: a flood of them must not keep the disk
    /// busy.
    limited: Mutex<HashMap<stored::CompanyId, Moment>>,
}

impl SessionDesk {
    /// A desk for these sessions, by this clock.
    pub fn new(sessions: Sessions, clock: fn() -> Moment) -> Self {
        Self { sessions, clock, tried: Mutex::default(), limited: Mutex::default() }
    }

    fn file_of(&self, user_name: &str) -> Result<Option<stored::CompanyFile>, Trouble> {
        self.sessions.store().company_file_of_user(user_name).map_err(failed)
    }

    /// Whether it is a minute since too many attempts were noted of a company file, or more.
    fn is_time_to_note(&self, file: stored::CompanyId, now: Moment) -> bool {
        let mut limited = self.limited.lock();
        let is_time = limited.get(&file).is_none_or(|last| (now - *last).num_seconds().abs() >= NOTE_EVERY);
        if is_time {
            limited.insert(file, now);
        }
        is_time
    }

    /// Seconds after which it may come again, outside of the sync hours.
    fn until_open(&self, file: &stored::CompanyFile, now: Moment) -> Option<u32> {
        // What is wrong with its settings is told by the status.
        let rules = self.sessions.rules(file).ok();
        let window = Window::of(rules.as_ref().map(|rules| &rules.program), file).ok().flatten()?;
        let wait = window.opens_at(now)? - now;
        Some(u32::try_from(wait.num_seconds()).unwrap_or(LONGEST_WAIT).clamp(1, LONGEST_WAIT))
    }

    /// Another path to try, if the failure suggests one and there were not too many.
    fn other_path(
        &self,
        ticket: &TicketHash,
        unreached: &Unreached,
    ) -> Result<(Failure, Option<CompanyFile>), Trouble> {
        let stored = path_of(&self.sessions.company_file(ticket.as_str(), (self.clock)()).map_err(trouble)?);
        let mut tried = self.tried.lock();
        let first = stored.clone().map_or(CompanyFile::Current, CompanyFile::Path);
        let (count, last) = tried.get(ticket).cloned().unwrap_or((0, first));
        let failure = Failure::of_connection(&unreached.hresult, &unreached.message, &last, stored.as_ref());
        let other = match &failure.next {
            NextStep::OtherPath(path) if count < MAX_PATHS => Some(path.clone()),
            _ => None,
        };
        match &other {
            Some(path) => _ = tried.insert(ticket.clone(), (count + 1, path.clone())),
            None => _ = tried.remove(ticket),
        }
        Ok((failure, other))
    }
}

impl Desk for SessionDesk {
    fn password_hash(&self, user_name: &str) -> Result<Option<String>, Trouble> {
        Ok(self.file_of(user_name)?.map(|file| file.made.password_hash))
    }

    fn renew_hash(&self, user_name: &str, before: &str, hash: &str) {
        if let Ok(Some(file)) = self.file_of(user_name) {
            _ = self.sessions.store().renew_password_hash(file.id, before, hash);
        }
    }

    fn is_open(&self, ticket: &TicketHash) -> Result<bool, Trouble> {
        self.sessions.is_open(ticket.as_str(), (self.clock)()).map_err(trouble)
    }

    fn open(&self, user_name: &str, ticket: &TicketHash) -> Result<Opening, Trouble> {
        let now = (self.clock)();
        let Some(file) = self.file_of(user_name)? else {
            return Ok(Opening::NoWork);
        };
        self.sessions.store().note_contact(file.id, now).map_err(failed)?;
        if file.is_paused {
            return Ok(Opening::Postponed(PAUSE));
        }
        if let Some(seconds) = self.until_open(&file, now) {
            return Ok(Opening::Postponed(seconds));
        }
        if !self.sessions.has_work(&file, now).map_err(trouble)? {
            return Ok(Opening::NoWork);
        }
        self.sessions.begin(file.id, ticket.as_str(), now).map_err(trouble)?;
        Ok(Opening::Work(path_of(&file).map_or(CompanyFile::Current, CompanyFile::Path)))
    }

    fn refused(&self, user_name: &str, from: IpAddr, is_limited: bool) {
        // The visitor is refused whether that can be noted or not; the journal has it anyway.
        let Ok(Some(file)) = self.file_of(user_name) else { return };
        let now = (self.clock)();
        if !is_limited || self.is_time_to_note(file.id, now) {
            _ = self.sessions.store().note_refused(file.id, &from.to_string(), is_limited, now);
        }
    }

    fn next_request(&self, ticket: &TicketHash, hello: &Hello) -> Result<NextRequest, Trouble> {
        match self.sessions.next(ticket.as_str(), hello, (self.clock)()).map_err(trouble)? {
            Next::Request(request) => Ok(NextRequest::Request(request)),
            Next::Nothing => {
                let message = "There is nothing left to do; all is well.";
                self.sessions.rest(ticket.as_str(), message, (self.clock)()).map_err(trouble)?;
                Ok(NextRequest::Failed)
            }
            Next::Failed => Ok(NextRequest::Failed),
        }
    }

    fn response(&self, ticket: &TicketHash, answered: Answered) -> Result<Progress, Trouble> {
        let failure = Failure::of_request(&answered.hresult, &answered.message);
        let received = match &failure {
            None => Received::Response(answered.response),
            Some(failure) => Received::Failure {
                message: &failure.message,
                code: answered.hresult.trim(),
                outcome: failure.outcome,
                retryable: failure.next == NextStep::Retry,
            },
        };
        match self.sessions.receive(ticket.as_str(), received, (self.clock)()).map_err(trouble)? {
            Told::Working { done, total } => Ok(Progress::working(done, total)),
            Told::Done => Ok(Progress::DONE),
            Told::Failed => Ok(Progress::FAILED),
        }
    }

    fn connection_error(
        &self,
        ticket: &TicketHash,
        unreached: &Unreached,
    ) -> Result<ConnectionErrorAnswer, Trouble> {
        let (failure, other) = self.other_path(ticket, unreached)?;
        if let Some(path) = other {
            return Ok(ConnectionErrorAnswer::Retry(path));
        }
        self.sessions.fail(ticket.as_str(), &failure.message, (self.clock)()).map_err(trouble)?;
        Ok(ConnectionErrorAnswer::Done)
    }

    fn last_error(&self, ticket: &TicketHash) -> Result<LastError, Trouble> {
        let error = self.sessions.last_error(ticket.as_str()).map_err(trouble)?;
        Ok(LastError::Message(error.unwrap_or_else(|| "Ferrule knows of no error.".to_owned())))
    }

    fn close(&self, ticket: &TicketHash) -> Result<String, Trouble> {
        self.tried.lock().remove(ticket);
        self.sessions.end(ticket.as_str(), (self.clock)()).map_err(trouble)
    }

    fn spoiled(&self, ticket: &TicketHash, why: &str) -> Result<(), Trouble> {
        let now = (self.clock)();
        self.sessions.fail(ticket.as_str(), why, now).map_err(trouble)?;
        self.sessions.end(ticket.as_str(), now).map(drop).map_err(trouble)
    }
}

fn path_of(file: &stored::CompanyFile) -> Option<CompanyPath> {
    file.made.path.as_deref().and_then(|path| path.parse().ok())
}

fn trouble(error: SessionError) -> Trouble {
    match error {
        SessionError::NoSession | SessionError::Store(StoreError::SessionEnded) => Trouble::NoSession,
        other => Trouble::Failed(other.to_string()),
    }
}

fn failed(error: StoreError) -> Trouble {
    trouble(SessionError::Store(error))
}
