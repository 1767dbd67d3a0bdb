//! SOAP faults: the answer to a request that could not be understood or served.

use super::last_error::one_line;
use super::{EnvelopeError, Problem, write};

/// A SOAP 1.1 fault. The Web Connector shows its text to the user and ends the session; afterwards it
/// does not ask what went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Whose fault it is.
    pub code: FaultCode,
    /// What is wrong; never blank on the wire.
    pub message: String,
}

/// Whose fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultCode {
    /// The request was wrong.
    Client,
    /// We failed.
    Server,
    /// The envelope is not of SOAP 1.1.
    VersionMismatch,
    /// A header that must be understood is not known.
    MustUnderstand,
}

impl Fault {
    /// The whole envelope, in ASCII, to be sent with status 500 and
    /// [`CONTENT_TYPE`](super::CONTENT_TYPE).
    pub fn to_xml(&self) -> Vec<u8> {
        let code = match self.code {
            FaultCode::Client => "Client",
            FaultCode::Server => "Server",
            FaultCode::VersionMismatch => "VersionMismatch",
            FaultCode::MustUnderstand => "MustUnderstand",
        };
        write::fault(code, &one_line(&self.message))
    }
}

impl From<&EnvelopeError> for Fault {
    fn from(error: &EnvelopeError) -> Fault {
        let code = match error.problem {
            Problem::SoapVersion => FaultCode::VersionMismatch,
            Problem::UnknownHeader { .. } => FaultCode::MustUnderstand,
            _ => FaultCode::Client,
        };
        let message = error.to_string();
        Fault { code, message }
    }
}
