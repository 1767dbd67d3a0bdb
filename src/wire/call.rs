//! What the Web Connector asks.

use super::Operation;
use crate::secrets::Password;

/// One call of the Web Connector, with its arguments. One that is absent or empty is an empty
/// string, a number then 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// Which version of our service is this?
    ServerVersion,
    /// The same, by the name in Intuit's guide.
    GetServerVersion {
        /// The session, perhaps.
        ticket: String,
    },
    /// Is this version of the Web Connector good enough?
    ClientVersion {
        /// For example `2.3.0.207`.
        version: String,
    },
    /// May this user begin a session?
    Authenticate {
        /// From the `.qwc` file.
        user_name: String,
        /// What the user typed into the Web Connector.
        password: Password,
    },
    /// What is QuickBooks to do next?
    SendRequest {
        /// The session.
        ticket: String,
        /// What QuickBooks says of itself, its company and its preferences, as qbXML; with the first
        /// call of a session only.
        hcp_response: String,
        /// The path of the company file that is open.
        company_file_name: String,
        /// `US`, `CA` or `UK`.
        country: String,
        /// The newest version of qbXML that this QuickBooks takes: the number before the point.
        major: i32,
        /// The number after the point.
        minor: i32,
    },
    /// This is what QuickBooks answered.
    ReceiveResponse {
        /// The session.
        ticket: String,
        /// The answer as qbXML; empty if QuickBooks did not take the request.
        response: String,
        /// Then why, as `0x80040400`; else empty.
        hresult: String,
        /// And in words.
        message: String,
    },
    /// QuickBooks could not be reached.
    ConnectionError {
        /// The session.
        ticket: String,
        /// Why, as `0x80040408`.
        hresult: String,
        /// And in words.
        message: String,
    },
    /// What went wrong?
    GetLastError {
        /// The session.
        ticket: String,
    },
    /// The session is over.
    CloseConnection {
        /// The session.
        ticket: String,
    },
    /// Which page is the user to see?
    InteractiveUrl {
        /// The session.
        ticket: String,
        /// The Web Connector's name for the session with QuickBooks.
        session_id: String,
    },
    /// The user does not want to see it.
    InteractiveRejected {
        /// The session.
        ticket: String,
        /// Why.
        reason: String,
    },
    /// Has the user finished with it?
    InteractiveDone {
        /// The session.
        ticket: String,
    },
}

impl Call {
    /// The operation that is called.
    pub fn operation(&self) -> Operation {
        match self {
            Call::ServerVersion => Operation::ServerVersion,
            Call::GetServerVersion { .. } => Operation::GetServerVersion,
            Call::ClientVersion { .. } => Operation::ClientVersion,
            Call::Authenticate { .. } => Operation::Authenticate,
            Call::SendRequest { .. } => Operation::SendRequest,
            Call::ReceiveResponse { .. } => Operation::ReceiveResponse,
            Call::ConnectionError { .. } => Operation::ConnectionError,
            Call::GetLastError { .. } => Operation::GetLastError,
            Call::CloseConnection { .. } => Operation::CloseConnection,
            Call::InteractiveUrl { .. } => Operation::InteractiveUrl,
            Call::InteractiveRejected { .. } => Operation::InteractiveRejected,
            Call::InteractiveDone { .. } => Operation::InteractiveDone,
        }
    }

    /// The session it belongs to; `None` for the calls before a session begins.
    pub fn ticket(&self) -> Option<&str> {
        match self {
            Call::ServerVersion | Call::ClientVersion { .. } | Call::Authenticate { .. } => None,
            Call::GetServerVersion { ticket }
            | Call::SendRequest { ticket, .. }
            | Call::ReceiveResponse { ticket, .. }
            | Call::ConnectionError { ticket, .. }
            | Call::GetLastError { ticket }
            | Call::CloseConnection { ticket }
            | Call::InteractiveUrl { ticket, .. }
            | Call::InteractiveRejected { ticket, .. }
            | Call::InteractiveDone { ticket } => Some(ticket),
        }
    }
}
