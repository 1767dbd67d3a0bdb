//! What we answer to the Web Connector.

use super::last_error::PAUSE;
use super::{Authentication, CompanyFile, LastError, Operation, Progress, VersionCheck, write};

/// The answer to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The version of our service, for the Web Connector's log.
    ServerVersion(String),
    /// The same.
    GetServerVersion(String),
    /// Whether the Web Connector is new enough.
    ClientVersion(VersionCheck),
    /// Whether there is a session.
    Authenticate(Authentication),
    /// What QuickBooks is to do next.
    SendRequest(NextRequest),
    /// How far the session has come.
    ReceiveResponse(Progress),
    /// What to do about QuickBooks that could not be reached.
    ConnectionError(ConnectionErrorAnswer),
    /// What went wrong.
    GetLastError(LastError),
    /// A word for the status column.
    CloseConnection(String),
    /// The address of a page; empty if there is none.
    InteractiveUrl(String),
    /// A word for the status column.
    InteractiveRejected(String),
    /// The user has finished with the page.
    InteractiveDone,
}

/// What QuickBooks is to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextRequest {
    /// This, a whole qbXML document.
    Request(String),
    /// Nothing for five seconds; the Web Connector asks [`LastError`] first, which must say `Pause` too.
    Pause,
    /// Nothing: something is wrong. The Web Connector asks [`LastError`] what, and ends the session.
    Failed,
}

/// What to do about QuickBooks that could not be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionErrorAnswer {
    /// End the session.
    Done,
    /// Try again with this company file; a couple of times at most.
    Retry(CompanyFile),
}

impl Answer {
    /// The operation that it answers.
    pub fn operation(&self) -> Operation {
        match self {
            Answer::ServerVersion(_) => Operation::ServerVersion,
            Answer::GetServerVersion(_) => Operation::GetServerVersion,
            Answer::ClientVersion(_) => Operation::ClientVersion,
            Answer::Authenticate(_) => Operation::Authenticate,
            Answer::SendRequest(_) => Operation::SendRequest,
            Answer::ReceiveResponse(_) => Operation::ReceiveResponse,
            Answer::ConnectionError(_) => Operation::ConnectionError,
            Answer::GetLastError(_) => Operation::GetLastError,
            Answer::CloseConnection(_) => Operation::CloseConnection,
            Answer::InteractiveUrl(_) => Operation::InteractiveUrl,
            Answer::InteractiveRejected(_) => Operation::InteractiveRejected,
            Answer::InteractiveDone => Operation::InteractiveDone,
        }
    }

    /// The whole envelope, in ASCII, to be sent with status 200 and [`CONTENT_TYPE`](super::CONTENT_TYPE).
    /// Characters that XML forbids are left out.
    ///
    /// ```
    /// use ferrule::connector::{Answer, Progress};
    ///
    /// let xml = String::from_utf8(Answer::ReceiveResponse(Progress::DONE).to_xml()).unwrap();
    /// assert!(xml.starts_with("<?xml "));
    /// assert!(xml.contains(
    ///     r#"<receiveResponseXMLResponse xmlns="http://developer.intuit.com/"><receiveResponseXMLResult>100<"#
    /// ));
    /// ```
    pub fn to_xml(&self) -> Vec<u8> {
        let operation = self.operation();
        match self {
            Answer::ServerVersion(text)
            | Answer::GetServerVersion(text)
            | Answer::CloseConnection(text)
            | Answer::InteractiveUrl(text)
            | Answer::InteractiveRejected(text) => write::text(operation, text),
            Answer::ClientVersion(check) => write::text(operation, &check.text()),
            Answer::Authenticate(authentication) => write::texts(operation, &authentication.texts()),
            Answer::SendRequest(NextRequest::Request(request)) => write::text(operation, request),
            Answer::SendRequest(NextRequest::Pause) => write::text(operation, PAUSE),
            Answer::SendRequest(NextRequest::Failed) => write::text(operation, ""),
            Answer::ReceiveResponse(progress) => write::text(operation, &progress.value().to_string()),
            Answer::ConnectionError(ConnectionErrorAnswer::Done) => write::text(operation, "done"),
            Answer::ConnectionError(ConnectionErrorAnswer::Retry(file)) => {
                write::text(operation, file.as_text())
            }
            Answer::GetLastError(error) => write::text(operation, &error.text()),
            Answer::InteractiveDone => write::text(operation, "Done"),
        }
    }
}
