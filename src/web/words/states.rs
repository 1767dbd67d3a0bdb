//! States of jobs, for people.

use crate::sync::stored::JobState;

/// How a state is shown: the kind of pill, the word, and what it means.
pub fn words(state: JobState) -> (&'static str, &'static str, &'static str) {
    match state {
        JobState::Queued => ("busy", "Queued", "Sent at the next visit"),
        JobState::Sent => ("busy", "On its way", "Handed to QuickBooks; the answer has not come yet"),
        JobState::Done => ("good", "Synced", "QuickBooks has it"),
        JobState::Rejected => ("bad", "Rejected", "The rules refuse it; nothing was sent"),
        JobState::Failed => ("bad", "Failed", "QuickBooks refused it"),
        JobState::OutcomeUnknown => ("bad", "Outcome unknown", "It was sent, but the answer was lost"),
        JobState::Waiting => ("warn", "Waiting", "Somebody has to decide"),
    }
}
