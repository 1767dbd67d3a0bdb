//! Exchanges: one document of requests and its answer. Together they are the history.

use super::{DocumentKey, JobId, Moment, SessionId};

/// An exchange, as keys know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct ExchangeId(pub i64);

/// What an exchange is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExchangeKind {
    /// To find out what became of requests whose answer was lost.
    Recover,
    /// To read.
    Read,
    /// To write.
    Write,
}

/// One document of requests, and its answer if that came.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Exchange {
    /// Its key.
    pub id: ExchangeId,
    /// The session it was sent in.
    pub session: SessionId,
    /// What it is for.
    pub kind: ExchangeKind,
    /// The `newMessageSetID` of a write.
    pub set_id: Option<String>,
    /// When it was handed out; before that it was kept, so an exchange without an answer may or may
    /// not have reached QuickBooks.
    pub sent_at: Moment,
    /// The document of requests.
    pub request: String,
    /// When the answer came, or when its loss was settled.
    pub answered_at: Option<Moment>,
    /// The answer. Of a read it is not kept: its records are in the mirror.
    pub response: Option<String>,
    /// What went wrong with the exchange as a whole.
    pub failure: Option<String>,
    /// Its requests.
    pub items: Vec<ExchangeItem>,
}

/// One request of an exchange.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ExchangeItem {
    /// The id that the request carries and its response repeats.
    pub request_id: String,
    /// The message, such as `CustomerAdd`.
    pub message: String,
    /// The document it is for.
    pub document: Option<DocumentKey>,
    /// The status of its response.
    pub status_code: Option<i32>,
    /// What the response says.
    pub status_message: Option<String>,
    /// The jobs that need it.
    pub jobs: Vec<JobId>,
    /// Which request of the rules it is that follows once the document has its record; nothing for the one that makes
    /// or changes the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<String>,
}

impl ExchangeItem {
    /// A request that has no answer yet.
    pub fn new(request_id: String, message: String, document: Option<DocumentKey>, jobs: Vec<JobId>) -> Self {
        Self { request_id, message, document, status_code: None, status_message: None, jobs, follows: None }
    }

    /// The same as one that follows: its name in the rules.
    #[must_use]
    pub fn following(self, id: &str) -> Self {
        Self { follows: Some(id.to_owned()), ..self }
    }
}

impl ExchangeKind {
    /// Its name, as it is stored and printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Recover => "recover",
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Recover, Self::Read, Self::Write].into_iter().find(|kind| kind.name() == name)
    }
}
