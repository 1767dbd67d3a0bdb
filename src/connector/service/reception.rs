//! Calls, from when they are read to when they are answered.

use std::net::IpAddr;
use std::sync::Arc;

use tracing::field::Empty;
use tracing::info_span;

use super::guard::{Check, Guard};
use super::{Answered, Desk, Entrance, Event, Hello, Journal, Opening, Trouble, Unreached, Versions};
use crate::connector::{
    Answer, Authentication, Call, CompanyFile, ConnectionErrorAnswer, EnvelopeError, Fault, FaultCode,
    LastError, NextRequest, Operation, Password, Progress, Schedule, Verdict, VersionCheck,
};
use crate::secrets::{Limits, SecretError, TicketHash, faster, new_ticket};

/// What a session that is none is told.
const NO_SESSION: &str = "No session is under way: it has ended, or the service asked to be called later. \
    Nothing was done; the next update begins a new one.";

/// Answers calls: by itself where no session is needed, else with what its desk says. It blocks, and
/// knows nothing of HTTP.
pub struct Reception {
    desk: Arc<dyn Desk>,
    guard: Guard,
    versions: Versions,
    journal: Journal,
}

impl Reception {
    /// A reception for a desk.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn new(
        desk: Arc<dyn Desk>,
        limits: Limits,
        versions: Versions,
        journal: Journal,
    ) -> Result<Reception, SecretError> {
        Ok(Reception::with(desk, Guard::new(limits, Entrance::Connector)?, versions, journal))
    }

    /// A reception that this guard stands before.
    pub fn with(desk: Arc<dyn Desk>, guard: Guard, versions: Versions, journal: Journal) -> Reception {
        Reception { desk, guard, versions, journal }
    }

    /// Answers a call that came from this address.
    ///
    /// # Errors
    /// What the Web Connector is told if we fail. A ticket that names no session is no failure: each
    /// operation has an answer that ends it.
    pub fn answer(&self, call: Call, from: IpAddr) -> Result<Answer, Fault> {
        let operation = call.operation();
        let name = operation.name();
        let _span = info_span!("call", operation = name, %from, company = Empty, visit = Empty).entered();
        self.try_to_answer(call, from).map_err(|trouble| self.fault(operation, &trouble))
    }

    /// Takes note of a request that cannot be understood, and ends the session that it belongs to.
    pub fn spoiled(&self, error: &EnvelopeError, from: IpAddr) {
        let why = match error.operation {
            Some(operation) => format!("{}: {error}", operation.name()),
            None => error.to_string(),
        };
        (self.journal)(&Event::Refused { from, why: why.clone() });
        let Some(ticket) = &error.ticket else { return };
        match self.desk.spoiled(&TicketHash::of(ticket), &why) {
            Ok(()) | Err(Trouble::NoSession) => {}
            Err(trouble) => {
                self.fault(error.operation.unwrap_or(Operation::CloseConnection), &trouble);
            }
        }
    }

    /// Whether a session with this ticket is under way.
    pub(super) fn is_open(&self, ticket: &str) -> bool {
        self.desk.is_open(&TicketHash::of(ticket)).unwrap_or(false)
    }

    pub(super) fn note(&self, event: &Event) {
        (self.journal)(event);
    }

    fn fault(&self, operation: Operation, trouble: &Trouble) -> Fault {
        let message = trouble.to_string();
        (self.journal)(&Event::Failed { operation, why: message.clone() });
        Fault { code: FaultCode::Server, message }
    }

    fn try_to_answer(&self, call: Call, from: IpAddr) -> Result<Answer, Trouble> {
        match call {
            Call::ServerVersion => Ok(Answer::ServerVersion(version())),
            Call::GetServerVersion { .. } => Ok(Answer::GetServerVersion(version())),
            Call::ClientVersion { version } => Ok(self.greet(version, from)),
            Call::Authenticate { user_name, password } => {
                self.authenticate(&user_name, &password, from).map(Answer::Authenticate)
            }
            Call::InteractiveUrl { .. } => Ok(Answer::InteractiveUrl(String::new())),
            Call::InteractiveRejected { .. } => {
                Ok(Answer::InteractiveRejected("There is no page to show.".to_owned()))
            }
            Call::InteractiveDone { .. } => Ok(Answer::InteractiveDone),
            call => self.in_session(call),
        }
    }

    fn greet(&self, version: String, from: IpAddr) -> Answer {
        let check = self.versions.check(&version);
        if check != VersionCheck::Accepted {
            (self.journal)(&Event::OldClient { version, from });
        }
        Answer::ClientVersion(check)
    }

    fn authenticate(
        &self,
        user_name: &str,
        password: &Password,
        from: IpAddr,
    ) -> Result<Authentication, Trouble> {
        let ticket = new_ticket().map_err(|error| Trouble::Failed(SecretError::random(error).to_string()))?;
        let user = || user_name.to_owned();
        let mut hash = None;
        let stored = || {
            hash = self.desk.password_hash(user_name)?;
            Ok::<_, Trouble>(hash.clone())
        };
        let opening = match self.guard.check(user_name, password, from, stored)? {
            Check::Right => {
                self.renew_hash(user_name, password, hash.as_deref());
                self.desk.open(user_name, &TicketHash::of(&ticket))?
            }
            Check::Limited => {
                (self.journal)(&Event::Limited { user_name: user(), from });
                self.desk.refused(user_name, from, true);
                Opening::Busy
            }
            Check::Wrong => {
                (self.journal)(&Event::WrongPassword { user_name: user(), from });
                self.desk.refused(user_name, from, false);
                return Ok(Authentication { ticket, verdict: Verdict::BadUser, schedule: None });
            }
        };
        Ok(authentication(ticket, opening))
    }

    /// From now on it takes less to check the password, if it was made here.
    fn renew_hash(&self, user_name: &str, password: &Password, before: Option<&str>) {
        let Some(before) = before else { return };
        if let Some(hash) = faster(password, before) {
            self.desk.renew_hash(user_name, before, &hash);
        }
    }

    fn in_session(&self, call: Call) -> Result<Answer, Trouble> {
        let ticket = TicketHash::of(call.ticket().unwrap_or_default());
        let desk = &*self.desk;
        match call {
            Call::SendRequest { hcp_response, company_file_name, country, major, minor, .. } => {
                let hello = Hello { hcp_response, company_file_name, country, major, minor };
                let next = desk.next_request(&ticket, &hello);
                known(next, || NextRequest::Failed).map(Answer::SendRequest)
            }
            Call::ReceiveResponse { response, hresult, message, .. } => {
                let progress = desk.response(&ticket, Answered { response, hresult, message });
                known(progress, || Progress::FAILED).map(Answer::ReceiveResponse)
            }
            Call::ConnectionError { hresult, message, .. } => {
                let answer = desk.connection_error(&ticket, &Unreached { hresult, message });
                known(answer, || ConnectionErrorAnswer::Done).map(Answer::ConnectionError)
            }
            Call::CloseConnection { .. } => {
                known(desk.close(&ticket), || "No session is open.".to_owned()).map(Answer::CloseConnection)
            }
            _ => Ok(Answer::GetLastError(self.last_error(&ticket))),
        }
    }

    fn last_error(&self, ticket: &TicketHash) -> LastError {
        match self.desk.last_error(ticket) {
            Ok(error) => error,
            Err(Trouble::NoSession) => LastError::Message(NO_SESSION.to_owned()),
            Err(trouble) => LastError::Message(self.fault(Operation::GetLastError, &trouble).message),
        }
    }
}

/// The answer of the desk, or the one for a session that is none.
fn known<T>(answer: Result<T, Trouble>, unknown: impl FnOnce() -> T) -> Result<T, Trouble> {
    match answer {
        Err(Trouble::NoSession) => Ok(unknown()),
        answer => answer,
    }
}

/// A visitor is put off by the seconds, beside which the company file means nothing. An update by hand
/// does not heed them; it finds no session.
fn authentication(ticket: String, opening: Opening) -> Authentication {
    let put_off = |postpone_seconds| Schedule { postpone_seconds, run_every_seconds: 0 };
    let (verdict, schedule) = match opening {
        Opening::Work(file) => (Verdict::Work(file), None),
        Opening::NoWork => (Verdict::NoWork, None),
        Opening::Busy => (Verdict::Busy, None),
        Opening::Postponed(seconds) => (Verdict::Work(CompanyFile::Current), Some(put_off(seconds.max(1)))),
    };
    Authentication { ticket, verdict, schedule }
}

fn version() -> String {
    format!("Ferrule {}", env!("CARGO_PKG_VERSION"))
}
