//! States of jobs, for people.

use crate::language::marked;
use crate::sync::stored::JobState;

/// How a state is shown: the kind of pill, the word, and what it means.
pub fn words(state: JobState) -> (&'static str, &'static str, &'static str) {
    match state {
        JobState::Queued => ("busy", marked("Queued"), marked("Sent at the next visit")),
        JobState::Sent => {
            ("busy", marked("On its way"), marked("Handed to QuickBooks; the answer has not come yet"))
        }
        JobState::Done => ("good", marked("Synced"), marked("QuickBooks has it")),
        JobState::Rejected => ("bad", marked("Rejected"), marked("The rules refuse it; nothing was sent")),
        JobState::Failed => ("bad", marked("Failed"), marked("QuickBooks refused it")),
        JobState::OutcomeUnknown => {
            ("bad", marked("Outcome unknown"), marked("It was sent, but the answer was lost"))
        }
        JobState::Waiting => ("warn", marked("Waiting"), marked("Somebody has to decide")),
    }
}
