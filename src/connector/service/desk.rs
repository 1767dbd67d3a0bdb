//! Who answers the Web Connector's calls once they are read.

use std::net::IpAddr;

use thiserror::Error;

use crate::connector::{CompanyFile, ConnectionErrorAnswer, LastError, NextRequest, Progress};
use crate::secrets::TicketHash;
use crate::sync::session::Hello;
use crate::sync::stored::StoreError;

/// Who answers the Web Connector's calls once they are read, and once its password is found right.
///
/// The methods may block; each is called on a thread of its own, several at the same time. A ticket
/// comes here as its hash only, and may be one that was never given out, or that has ended:
/// [`Trouble::NoSession`] is the answer to that, and the Web Connector is then sent away, in the way
/// that each call has for it.
pub trait Desk: Send + Sync {
    /// The hash of a user's password, in PHC string format; nothing if there is no such user. Called
    /// with whatever anyone on the network sends.
    ///
    /// # Errors
    /// [`Trouble::Failed`].
    fn password_hash(&self, user_name: &str) -> Result<Option<String>, Trouble>;

    /// The password is right, and has a hash by now that is checked faster: that is kept in the place of `before`. What cannot be
    /// kept is let be: the next time will do. A desk whose hashes are not its own keeps none.
    fn renew_hash(&self, _user_name: &str, _before: &str, _hash: &str) {}

    /// Whether a session of that name is under way. Only such a session may send anything long.
    ///
    /// # Errors
    /// [`Trouble::Failed`].
    fn is_open(&self, ticket: &TicketHash) -> Result<bool, Trouble>;

    /// `user_name` came with the right password. `ticket` is new; a session of that name begins if
    /// there is [`Opening::Work`], and none otherwise.
    ///
    /// # Errors
    /// [`Trouble::Failed`].
    fn open(&self, user_name: &str, ticket: &TicketHash) -> Result<Opening, Trouble>;

    /// `user_name` came from there, and was refused: the password was wrong, or, if it `is_limited`, there had been too
    /// many wrong ones. Called with whatever anyone on the network sends. What cannot be noted is let be.
    fn refused(&self, user_name: &str, from: IpAddr, is_limited: bool);

    /// What is QuickBooks to do next? After [`NextRequest::Failed`], [`Desk::last_error`] is called.
    ///
    /// # Errors
    /// [`Trouble`].
    fn next_request(&self, ticket: &TicketHash, hello: &Hello) -> Result<NextRequest, Trouble>;

    /// This is what QuickBooks answered. It may be long: whoever takes it over lets it go as soon as it is read. After [`Progress::FAILED`], [`Desk::last_error`] is called.
    ///
    /// # Errors
    /// [`Trouble`].
    fn response(&self, ticket: &TicketHash, answered: Answered) -> Result<Progress, Trouble>;

    /// QuickBooks could not be reached.
    ///
    /// # Errors
    /// [`Trouble`].
    fn connection_error(
        &self,
        ticket: &TicketHash,
        unreached: &Unreached,
    ) -> Result<ConnectionErrorAnswer, Trouble>;

    /// What went wrong? Unless it is a pause, the session ends.
    ///
    /// # Errors
    /// [`Trouble`].
    fn last_error(&self, ticket: &TicketHash) -> Result<LastError, Trouble>;

    /// The session is over. Gives a word for the status column.
    ///
    /// # Errors
    /// [`Trouble`].
    fn close(&self, ticket: &TicketHash) -> Result<String, Trouble>;

    /// A call of the session could not be understood, as `why` says (one line, for people). The Web
    /// Connector gets a fault and does not come back with this ticket: the session is over.
    ///
    /// # Errors
    /// [`Trouble`].
    fn spoiled(&self, ticket: &TicketHash, why: &str) -> Result<(), Trouble>;
}

/// Whether a session begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// There is work, in this company file.
    Work(CompanyFile),
    /// There is nothing to do.
    NoWork,
    /// Not now: another session is under way.
    Busy,
    /// Not now, and not before so many seconds have passed. Only an update that began by itself heeds
    /// them; one by hand comes all the same, finds no session, and is told so.
    Postponed(u32),
}

/// What QuickBooks made of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// Its answer as qbXML; empty if it did not take the request.
    pub response: String,
    /// Then why, as `0x80040400`; else empty. [`Failure::of_request`](crate::connector::Failure) reads it.
    pub hresult: String,
    /// And in words.
    pub message: String,
}

/// Why QuickBooks could not be reached; [`Failure::of_connection`](crate::connector::Failure) reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unreached {
    /// For example `0x80040408`.
    pub hresult: String,
    /// And in words.
    pub message: String,
}

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Trouble {
    /// The ticket names no session, or one that has ended.
    #[error("there is no such session: it has ended, or it never began")]
    NoSession,
    /// We failed, for example because the store cannot be written. The Web Connector shows this text
    /// to its user and ends the session; nothing in it may be secret.
    #[error("{0}")]
    Failed(String),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Trouble {
        Trouble::Failed(error.to_string())
    }
}
