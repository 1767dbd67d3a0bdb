//! What the QuickBooks Web Connector and a server say to each other: SOAP 1.1 calls and answers, the
//! WSDL, the `.qwc` file, and what to do when the connection to QuickBooks fails. Pure: no network,
//! no sessions, but for [`service`] and [`reach`].
//!
//! [`read_call`] turns the body of a request into a [`Call`]; [`Answer::to_xml`] and [`Fault::to_xml`]
//! write what goes back. The other side is [`client`], which this room does not use.

mod answer;
mod arguments;
mod authentication;
mod company_file;
mod envelope;
mod envelope_error;
mod failure;
mod fault;
mod guid;
mod last_error;
pub mod log;
mod new_connection;
mod progress;
mod qwc;
pub mod reach;
mod scan;
pub mod service;
mod session_desk;
mod signature;
mod unescape;
mod url;
mod version_check;
mod write;
mod wsdl;

pub use crate::secrets::Password;
pub use answer::{Answer, ConnectionErrorAnswer, NextRequest};
pub use authentication::{Authentication, Schedule, Verdict};
pub use company_file::{CompanyFile, CompanyPath, NotACompanyPath};
pub use envelope::read_call;
pub use envelope_error::{EnvelopeError, Problem};
pub use failure::{Failure, NextStep};
pub use fault::{Fault, FaultCode};
pub use guid::{Guid, NotAGuid};
pub use last_error::LastError;
pub use new_connection::{NewConnection, NewConnectionError};
pub use progress::Progress;
pub use qwc::{MAX_DESCRIPTION, Qwc, QwcError};
pub use session_desk::SessionDesk;
pub(crate) use url::SERVICE_PATH;
pub use url::{ServiceUrl, UrlProblem};
pub use version_check::VersionCheck;
pub use write::CONTENT_TYPE;
pub use wsdl::wsdl;

pub use crate::wire::{Call, Operation, client};

/// The namespace of the service, with the slash at its end: a client finds nothing in an answer
/// whose namespace lacks it, and says nothing.
pub const NAMESPACE: &str = "http://developer.intuit.com/";

/// The namespace of a SOAP 1.1 envelope.
const SOAP_NAMESPACE: &str = "http://schemas.xmlsoap.org/soap/envelope/";
