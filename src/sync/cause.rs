//! Why something waits for a person, by what the person has to do.
//!
//! Why one document is not in QuickBooks is in [`why`](crate::sync::why()); here are the heaps that a day's work is
//! sorted into. Their words are in `data/causes.yaml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalogue::Outcome;
use crate::document::Code;
use crate::sync::stored::{JobError, JobReason, JobState};

static WORDS: LazyLock<Vec<Words>> = LazyLock::new(|| read().unwrap_or_default());

/// The text is embedded and a test reads it, so a user never meets one that cannot be read.
fn read() -> Result<Vec<Words>, serde_yaml::Error> {
    serde_yaml::from_str(include_str!("data/causes.yaml"))
}

/// Why something waits for a person; the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The Web Connector does not call.
    Silent,
    /// Its password is refused.
    SignInRefused,
    /// Visits or a query fail again and again.
    Failing,
    /// It was sent, and nothing tells whether it was done.
    UnknownOutcome,
    /// Its record does not hold what it must.
    Differs,
    /// Something is left to do in QuickBooks.
    ToBeDone,
    /// Both sides have changed the same.
    Conflict,
    /// Which record it is has to be said: one of nearly its name is there, or its own is gone.
    WhichRecord,
    /// The rules reject it for want of a setting.
    Setting,
    /// QuickBooks refused it.
    Refused,
    /// The rules reject it.
    Rejected,
    /// QuickBooks has newer data.
    Update,
    /// A record of QuickBooks cannot be read.
    SetAside,
}

/// What is said of a cause.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    cause: Cause,
    /// What stands above all that waits for it.
    pub title: String,
    /// What it means, and what to do.
    pub text: String,
    /// What to press.
    pub button: String,
    /// The kind of pill.
    pub kind: String,
}

/// What is said where no words are found; a test sees to it that there always are some.
static NONE: Words = Words {
    cause: Cause::Rejected,
    title: String::new(),
    text: String::new(),
    button: String::new(),
    kind: String::new(),
};

impl Cause {
    /// What is said of it.
    pub fn words(self) -> &'static Words {
        WORDS.iter().find(|words| words.cause == self).unwrap_or(&NONE)
    }

    /// Its name in addresses and in what is kept.
    pub fn name(self) -> String {
        let name = format!("{self:?}");
        let mut kebab = String::new();
        for (index, c) in name.char_indices() {
            if c.is_uppercase() && index > 0 {
                kebab.push('-');
            }
            kebab.extend(c.to_lowercase());
        }
        kebab
    }

    /// Why a job in that state waits for a person; nothing if it does not.
    pub fn of_job(state: JobState, error: &JobError) -> Option<Self> {
        Some(match state {
            JobState::Sent | JobState::Done => return None,
            // It goes again by itself.
            JobState::Queued if error.retryable => return None,
            JobState::OutcomeUnknown => Self::UnknownOutcome,
            _ if error.code == JobReason::Conflict.name() => Self::Conflict,
            _ if error.code == Code::NearTwin || !error.candidates.is_empty() => Self::WhichRecord,
            JobState::Waiting if error.outcome == Outcome::NotApplied => Self::ToBeDone,
            JobState::Waiting => Self::WhichRecord,
            JobState::Failed => Self::Refused,
            // What is queued and would be rejected as things stand counts as if it were.
            JobState::Queued | JobState::Rejected if error.setting.is_some() => Self::Setting,
            JobState::Queued | JobState::Rejected => Self::Rejected,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_its_words_in_its_place() {
        let all = read().unwrap();
        let causes: Vec<Cause> = all.iter().map(|words| words.cause).collect();
        assert!(causes.is_sorted() && causes.len() == Cause::SetAside as usize + 1, "{causes:?}");
        for words in &all {
            let named: Cause = serde_yaml::from_str(&words.cause.name()).unwrap();
            assert_eq!(named, words.cause);
            assert!(![&words.title, &words.text, &words.button].iter().any(|it| it.is_empty()), "{words:?}");
            assert!(["bad", "warn", "busy"].contains(&words.kind.as_str()), "{words:?}");
        }
    }
}
