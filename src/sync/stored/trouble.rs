//! What goes wrong again and again.

use serde::Serialize;

use super::Moment;

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TroubleSubject {
    /// A visit ends with an error.
    Visit,
    /// Steelhead's API gives no documents.
    Steelhead,
    /// QuickBooks refuses a query of the read, such as `CustomerQueryRq`.
    Query(String),
}

/// Something that went wrong, or is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TroubleChange {
    /// What.
    pub subject: TroubleSubject,
    /// What was said; nothing if it went well.
    pub reason: Option<String>,
}

/// Something that went wrong and has not gone well since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Trouble {
    /// What.
    pub subject: TroubleSubject,
    /// What was said the last time.
    pub reason: String,
    /// When it went wrong first.
    pub first_at: Moment,
    /// When it went wrong last.
    pub last_at: Moment,
    /// How often.
    pub times: u32,
}

/// What is before the name of a query where a subject is kept.
const QUERY: &str = "query ";
/// How a visit is kept.
const VISIT: &str = "visit";
/// How Steelhead's API is kept.
const STEELHEAD: &str = "steelhead";

impl TroubleSubject {
    /// As it is stored.
    pub fn text(&self) -> String {
        match self {
            Self::Visit => VISIT.to_owned(),
            Self::Steelhead => STEELHEAD.to_owned(),
            Self::Query(query) => format!("{QUERY}{query}"),
        }
    }

    /// The subject that is stored so.
    pub fn of(text: &str) -> Option<Self> {
        match text.strip_prefix(QUERY) {
            Some(query) => Some(Self::Query(query.to_owned())),
            None if text == STEELHEAD => Some(Self::Steelhead),
            None => (text == VISIT).then_some(Self::Visit),
        }
    }
}

impl TroubleChange {
    /// It went wrong.
    pub fn happened(subject: TroubleSubject, reason: impl Into<String>) -> Self {
        Self { subject, reason: Some(reason.into()) }
    }

    /// It went well.
    pub fn is_over(subject: TroubleSubject) -> Self {
        Self { subject, reason: None }
    }
}

impl Trouble {
    /// Whether it went wrong again: then somebody should know.
    pub fn repeats(&self) -> bool {
        self.times > 1
    }
}

/// Since when it goes wrong, how often, and what was said, for people.
impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { subject, reason, first_at, times, .. } = self;
        let (at, said) = (first_at.format("%Y-%m-%d %H:%M UTC"), reason.trim());
        if self.repeats() {
            return write!(f, "{subject}, since {at}, {times} times: {said}");
        }
        write!(f, "{subject}, {at}: {said}")
    }
}

/// What goes wrong, in words, for people.
impl std::fmt::Display for TroubleSubject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Visit => f.write_str("The visit of the Web Connector fails"),
            Self::Steelhead => f.write_str("Documents do not come from Steelhead"),
            Self::Query(query) => write!(f, "QuickBooks refuses the {}", query.trim_end_matches("Rq")),
        }
    }
}
