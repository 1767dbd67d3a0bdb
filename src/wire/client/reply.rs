//! What the Web Connector makes of an answer.

use thiserror::Error;

use super::reply_reader::read;
use super::request::operation;
use crate::wire::Call;

/// An answer as it comes over HTTP.
#[derive(Debug, Clone, Copy)]
pub struct HttpReply<'a> {
    /// The status code.
    pub status: u16,
    /// The header `Content-Type`.
    pub content_type: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// What an operation gave back. `None` is .NET's null: the answer had no such element, or had it in
/// another namespace, which nobody tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// A text.
    Text(Option<String>),
    /// Some texts.
    Texts(Option<Vec<Option<String>>>),
    /// A number; 0 where another operation would give null.
    Number(i32),
}

/// An answer that the Web Connector cannot read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReplyError {
    /// Not the status of an answer.
    #[error("the request failed with HTTP status {status}")]
    Status {
        /// The status.
        status: u16,
    },
    /// Not the type of an answer.
    #[error("client found response content type of `{content_type}`, but expected `text/xml`")]
    ContentType {
        /// The type.
        content_type: String,
    },
    /// Not XML, or something before it.
    #[error("response is not well-formed XML: {reason}")]
    NotXml {
        /// Why not.
        reason: String,
    },
    /// XML, but no envelope with a body.
    #[error("the response is not a SOAP 1.1 envelope")]
    NotAnEnvelope,
    /// A number that is none.
    #[error("there is an error in the XML document: `{text}` is not a number")]
    NotANumber {
        /// What there is.
        text: String,
    },
    /// The server sent a fault.
    #[error("{message}")]
    Fault {
        /// `soap:Client` or `soap:Server`.
        code: String,
        /// What it says.
        message: String,
    },
}

/// What an operation gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Texts,
    Number,
}

impl Reply {
    /// Reads the answer to `call`.
    ///
    /// # Errors
    /// Where the Web Connector's .NET library would throw: another status than 200 or 500, another
    /// content type than `text/xml`, no well-formed XML, anything before its declaration, no envelope, a
    /// fault.
    pub fn to_call(call: &Call, http: HttpReply<'_>) -> Result<Reply, ReplyError> {
        // Without a body there is nothing to read, and 404 pages are not looked at.
        if !matches!(http.status, 200 | 202 | 500) {
            let status = http.status;
            return Err(ReplyError::Status { status });
        }
        let media_type = http.content_type.split(';').next().unwrap_or_default();
        if !media_type.trim().eq_ignore_ascii_case("text/xml") {
            let content_type = http.content_type.to_owned();
            return Err(ReplyError::ContentType { content_type });
        }
        let reply = read(http.body, operation(call), Shape::of(call))?;
        if http.status == 500 {
            return Err(ReplyError::Status { status: 500 });
        }
        Ok(reply)
    }
}

impl Shape {
    fn of(call: &Call) -> Shape {
        match call {
            Call::Authenticate { .. } => Shape::Texts,
            Call::ReceiveResponse { .. } => Shape::Number,
            _ => Shape::Text,
        }
    }
}
