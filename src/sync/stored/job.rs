//! Jobs: queued exports.

use super::{DocumentKey, Moment};
use crate::catalogue::{Outcome, Who};

/// A job, as keys know it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
pub struct JobId(pub i64);

/// One queued export of a document in one version. The newest of a document counts; a document that
/// becomes again what it was before gets a new one.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Job {
    /// Its key; later jobs have greater ones.
    pub id: JobId,
    /// The document.
    pub document: DocumentKey,
    /// The document's version.
    pub version: String,
    /// How far it is.
    pub state: JobState,
    /// How often it was sent.
    pub attempts: u32,
    /// It is not tried before.
    pub next_try: Moment,
    /// When play was last pressed.
    pub played_at: Moment,
    /// When a session or play last changed it.
    pub changed_at: Moment,
    /// Why it is not done.
    pub error: Option<JobError>,
}

/// How far a job is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It waits for a session.
    Queued,
    /// Its requests have left; the answer is not here.
    Sent,
    /// QuickBooks has it.
    Done,
    /// The rules refuse the document; nothing was sent.
    Rejected,
    /// QuickBooks refused it.
    Failed,
    /// It was sent, and whether QuickBooks has done it cannot be found out by asking.
    OutcomeUnknown,
    /// A person has to decide, for example which of two values counts.
    Waiting,
}

/// Why a job is not done.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct JobError {
    /// A rule's id, a code such as `R634`, or the code of QuickBooks.
    pub code: String,
    /// What happened.
    pub happened: String,
    /// Why, if it is known.
    pub cause: String,
    /// Who can mend it.
    pub who: Who,
    /// How.
    pub how: String,
    /// Whether it is tried again without anyone doing anything.
    pub retryable: bool,
    /// Whether QuickBooks did it.
    pub outcome: Outcome,
    /// Records that the document may be connected to, where that is what a person has to choose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
    /// The setting that nobody has filled in, if that is why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// The setting that has a value, and that the rules say to change or to look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named_setting: Option<String>,
    /// What helps in a terminal, in words that name the command. Pages have buttons instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

/// A record that a document may be connected to.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Candidate {
    /// The type of the record, such as `CustomerRet`.
    pub record_type: String,
    /// Its `ListID` or `TxnID`.
    pub id: String,
    /// Its name or number.
    pub name: String,
    /// When it was last changed, as QuickBooks prints it; empty if it does not say.
    pub changed_at: String,
    /// In what it is like the document: "same customer", "same total", "2 days later".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub why: Vec<String>,
}

/// What becomes of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobChange {
    /// The job.
    pub job: JobId,
    /// How far it is from now on.
    pub state: JobState,
    /// Why it is not done.
    pub error: Option<JobError>,
    /// When it may be tried again; nothing leaves that as it is.
    pub next_try: Option<Moment>,
    /// Whether it was sent now.
    pub is_attempt: bool,
}

/// What became of documents that were played.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Played {
    /// Queued now.
    pub queued: Vec<DocumentKey>,
    /// In the queue or on their way already.
    pub already_queued: Vec<DocumentKey>,
    /// Done already, in this version.
    pub already_done: Vec<DocumentKey>,
    /// Not queued: whether QuickBooks has an earlier version is not known. Played once more, by someone
    /// who has looked there, they are.
    pub undecided: Vec<DocumentKey>,
    /// Not queued: a person says that they are done by hand.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<DocumentKey>,
    /// Not known.
    pub unknown: Vec<DocumentKey>,
}

impl JobState {
    /// Every state, in the order of their names here.
    pub const ALL: [Self; 7] = [
        Self::Queued,
        Self::Sent,
        Self::Done,
        Self::Rejected,
        Self::Failed,
        Self::OutcomeUnknown,
        Self::Waiting,
    ];

    /// Its name, as it is stored and printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Done => "done",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::Waiting => "waiting",
        }
    }

    /// The state of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}
