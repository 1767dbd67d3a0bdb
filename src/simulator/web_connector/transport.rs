//! How calls get to the server and answers back.

use thiserror::Error;

use crate::wire::client::Request;

/// An answer as it came over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The status code.
    pub status: u16,
    /// The header `Content-Type`.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// There was no answer; whether the server has seen the call is unknown.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Unreachable(pub String);

/// How calls get to the server and answers back: [`Http`](super::Http), or a closure in a test, which
/// needs no network.
pub trait Transport {
    /// Posts a request to `url` and waits for the answer, whatever its status.
    ///
    /// # Errors
    /// If there is none.
    fn post(&mut self, url: &str, request: &Request) -> Result<Answered, Unreachable>;
}

impl<F> Transport for F
where
    F: FnMut(&str, &Request) -> Result<Answered, Unreachable>,
{
    fn post(&mut self, url: &str, request: &Request) -> Result<Answered, Unreachable> {
        self(url, request)
    }
}
