//! Our own reasons why a job is not done. What QuickBooks refuses is in the catalogue; what the rules
//! refuse, they say themselves.
//!
//! The words are in `data/job_reasons.yaml`, read when the first one is needed.

use std::sync::LazyLock;

use serde::Deserialize;

use super::JobError;
use crate::catalogue::{Outcome, Who};

static WORDS: LazyLock<Vec<Words>> = LazyLock::new(|| read().unwrap_or_default());

/// The text is embedded and a test reads it, so a user never meets one that cannot be read.
fn read() -> Result<Vec<Words>, serde_yaml::Error> {
    serde_yaml::from_str(include_str!("data/job_reasons.yaml"))
}

/// Why a job is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JobReason {
    /// The rules refuse the document.
    Rejected,
    /// Its record was deleted in QuickBooks, or merged with another one.
    Gone,
    /// Which record is its counterpart cannot be told, or what was found is none.
    Unclear,
    /// QuickBooks has a record of nearly the name that one would be made with.
    NearTwin,
    /// QuickBooks refused a request with a code that the catalogue does not have.
    Refused,
    /// The answer never came, and nothing in QuickBooks tells whether it was done.
    OutcomeUnknown,
    /// QuickBooks refused a request that follows once the document has its record.
    NotFollowed,
    /// QuickBooks says that it did a request, and shows nothing of what it made.
    Unseen,
    /// `QuickBooks` answered with a record that is another document's counterpart.
    Taken,
    /// The records among which the document would be looked for could not be read.
    Unread,
    /// The document's record was asked for before what follows was sent, and QuickBooks did not show it.
    Unshown,
    /// A record of QuickBooks that the document needs cannot be read.
    SetAside,
    /// The connection of the document was put aside.
    Archived,
    /// The record was changed on both sides.
    Conflict,
    /// The document is not sent, which is no error of it.
    NotExported,
    /// The document counts as done by hand.
    Settled,
    /// The document breaks the shape of its object.
    Document,
    /// The rules have no such object.
    NoObject,
    /// The document is exported only with another one.
    NotOnItsOwn,
    /// Something is left to do that only a person can do in QuickBooks.
    ToBeDone,
    /// Its record does not hold what the rules confirm.
    Differs,
    /// What a person had to do was done, as a read showed.
    Resolved,
}

/// What is said of a reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    reason: JobReason,
    happened: String,
    cause: String,
    who: Who,
    how: String,
    #[serde(default)]
    command: Option<String>,
    retryable: bool,
    outcome: Outcome,
}

impl JobReason {
    /// Its code, unless a rule or QuickBooks has one for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Gone => "gone",
            Self::Unclear => "unclear",
            Self::NearTwin => "near-twin",
            Self::Refused => "refused",
            Self::OutcomeUnknown => "outcome-unknown",
            Self::NotFollowed => "not-followed",
            Self::Unseen => "unseen",
            Self::Taken => "taken",
            Self::Unread => "unread",
            Self::Unshown => "unshown",
            Self::SetAside => "set-aside",
            Self::Archived => "archived",
            Self::Conflict => "conflict",
            Self::NotExported => "not-exported",
            Self::Settled => "settled",
            Self::Document => "document",
            Self::NoObject => "no-object",
            Self::NotOnItsOwn => "not-on-its-own",
            Self::ToBeDone => "to-be-done",
            Self::Differs => "differs",
            Self::Resolved => "resolved",
        }
    }

    /// The error for this reason. `values` fill what stands in braces, by name.
    pub fn error(self, values: &[(&str, &str)]) -> JobError {
        let words = WORDS.iter().find(|words| words.reason == self);
        let text = |text: fn(&Words) -> &str| words.map_or_else(String::new, |it| filled(text(it), values));
        JobError {
            code: self.name().to_owned(),
            happened: text(|words| &words.happened),
            cause: text(|words| &words.cause),
            who: words.map_or(Who::Clerk, |words| words.who),
            how: text(|words| &words.how),
            retryable: words.is_some_and(|words| words.retryable),
            outcome: words.map_or(Outcome::Unknown, |words| words.outcome),
            candidates: Vec::new(),
            setting: None,
            named_setting: None,
            command: words.and_then(|it| it.command.as_ref()).map(|it| filled(it, values)),
        }
    }
}

/// In one pass: braces in a value are its own.
fn filled(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        filled.push_str(before);
        filled.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
        rest = after;
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_words() {
        let all = read().unwrap();
        for words in &all {
            let named: JobReason = serde_yaml::from_str(words.reason.name()).unwrap();
            assert_eq!(named, words.reason);
            assert_eq!(all.iter().filter(|it| it.reason == words.reason).count(), 1, "{words:?}");
            assert!(!words.happened.is_empty(), "{words:?}");
        }
        assert_eq!(all.len(), JobReason::Resolved as usize + 1, "a reason has no words");
    }

    #[test]
    fn braces_in_a_value_are_its_own() {
        let values = [("message", "a {request}"), ("request", "CustomerQuery")];
        let error = JobReason::Unread.error(&values);
        assert_eq!(error.happened, "QuickBooks refused the CustomerQuery: a {request}");
    }
}
