//! Why jobs are not done, in words for people.

use crate::catalogue::{Outcome, StatusCode, Who, status};
use crate::engine::Note;
use crate::sync::NotSent;
use crate::sync::stored::{Candidate, DocumentKey, JobError};

/// How often a job is tried whose error may go away by itself.
pub(super) const MAX_ATTEMPTS: u32 = 8;
/// The wait after the first attempt, in seconds; it doubles with each further one.
const FIRST_WAIT: i64 = 60;
/// The longest wait, in seconds.
const LONGEST_WAIT: i64 = 3600;

/// How long to wait after so many attempts.
pub(super) fn wait_after(attempts: u32) -> chrono::TimeDelta {
    let doubled = FIRST_WAIT.saturating_mul(1_i64.checked_shl(attempts.min(10)).unwrap_or(1));
    chrono::TimeDelta::seconds(doubled.min(LONGEST_WAIT))
}

/// The rules refuse the document.
pub(super) fn rejected(notes: &[Note]) -> JobError {
    let messages: Vec<&str> = notes.iter().map(|note| note.message.as_str()).collect();
    JobError {
        code: notes.first().map_or_else(String::new, |note| note.code.clone()),
        happened: messages.join("\n"),
        cause: "The rules do not let the document out as it is.".to_owned(),
        who: "clerk".to_owned(),
        how:
            "Correct it in Steelhead (or its record in QuickBooks, if the text says so), then play it again."
                .to_owned(),
        retryable: false,
        outcome: "not applied".to_owned(),
        candidates: Vec::new(),
    }
}

/// `QuickBooks` refused a request.
pub(super) fn refused(code: i32, message: &str) -> JobError {
    let known = u32::try_from(code).ok().and_then(status);
    let error = known_error(&code.to_string(), message, known);
    // Codes say several things, 3180 most of all. What someone else has open goes by itself some time.
    let is_in_use = message.contains("by another user");
    JobError { retryable: error.retryable || is_in_use, ..error }
}

/// An error that the catalogue may know.
pub(super) fn known_error(code: &str, message: &str, known: Option<&StatusCode>) -> JobError {
    JobError {
        code: code.to_owned(),
        happened: message.trim().to_owned(),
        cause: known.map_or_else(String::new, |known| known.cause.clone()),
        who: who(known.map_or(Who::QuickbooksUser, |known| known.who)).to_owned(),
        how: known.map_or_else(
            || "Do what the text says, then play the document again.".to_owned(),
            |known| known.how.clone(),
        ),
        retryable: known.is_some_and(|known| known.retryable),
        outcome: outcome(known.map_or(Outcome::NotApplied, |known| known.outcome)).to_owned(),
        candidates: Vec::new(),
    }
}

/// The answer to what was sent never came, and nothing in `QuickBooks` tells whether it was done.
pub(super) fn unknown_outcome(label: &str) -> JobError {
    JobError {
        code: "outcome-unknown".to_owned(),
        happened: format!("{label} was sent, and the answer of QuickBooks was lost."),
        cause: "The connection broke off, and the rules name no way to look for its record.".to_owned(),
        who: "clerk".to_owned(),
        how: "Look in QuickBooks. If its record is there, connect the two; if not, play the document again."
            .to_owned(),
        retryable: false,
        outcome: "unknown".to_owned(),
        candidates: Vec::new(),
    }
}

/// `QuickBooks` says that it did a request, and shows nothing of what it made.
pub(super) fn unseen(message: &str) -> JobError {
    JobError {
        code: "unseen".to_owned(),
        happened: format!("QuickBooks says that it did the {message}, but shows no record."),
        cause: "The answer does not hold what such answers hold.".to_owned(),
        who: "clerk".to_owned(),
        how: "Look in QuickBooks for the record, and connect the two.".to_owned(),
        retryable: false,
        outcome: "applied".to_owned(),
        candidates: Vec::new(),
    }
}

/// The record of a document was deleted in `QuickBooks`, or merged with another one.
pub(super) fn gone(notes: &[Note], document: &DocumentKey, candidates: Vec<Candidate>) -> JobError {
    JobError {
        cause: "Someone deleted the record in QuickBooks, or merged it with another one.".to_owned(),
        how: format!(
            "Connect the document to the record that took its place, then play it again. If there is none and it is to be created anew: ferrule archive {document}, then play it again."
        ),
        candidates,
        ..rejected(notes)
    }
}

/// Which record is the document's counterpart cannot be told, or what was found is none.
pub(super) fn unclear(notes: &[Note], candidates: Vec<Candidate>) -> JobError {
    let rejected = rejected(notes);
    if candidates.is_empty() {
        return rejected;
    }
    let how = "If one of the records named here is it, connect the document to it, then play it again.";
    JobError { how: format!("{how} Else: {}", rejected.how), candidates, ..rejected }
}

/// The records among which a document would be looked for could not be read.
pub(super) fn unread(query: &str, message: &str) -> JobError {
    let query = query.trim_end_matches("Rq");
    JobError {
        code: "unread".to_owned(),
        happened: format!("QuickBooks refused the {query}: {}", message.trim()),
        cause: "Whether QuickBooks has the record already cannot be told without it, so nothing was sent."
            .to_owned(),
        who: "QuickBooks user".to_owned(),
        how: "Do what the text says. The document goes by itself once the list can be read.".to_owned(),
        retryable: true,
        outcome: "not applied".to_owned(),
        candidates: Vec::new(),
    }
}

/// The connection of a document was put aside.
pub(super) fn archived() -> JobError {
    JobError {
        code: "archived".to_owned(),
        happened: "The connection of the document is archived, so nothing is sent for it.".to_owned(),
        cause: "Someone archived it.".to_owned(),
        who: "clerk".to_owned(),
        how: "Restore the connection, or connect the document anew, then play it again.".to_owned(),
        retryable: false,
        outcome: "not applied".to_owned(),
        candidates: Vec::new(),
    }
}

/// The record was changed on both sides.
pub(super) fn conflict(differences: &[(String, Option<String>, Option<String>)]) -> JobError {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    let lines: Vec<String> = differences
        .iter()
        .map(|(path, here, there)| {
            format!("{path}: QuickBooks has {}, Steelhead {}", value(there), value(here))
        })
        .collect();
    JobError {
        code: "3200".to_owned(),
        happened: format!("The record was changed in QuickBooks too.\n{}", lines.join("\n")),
        cause: "Someone changed in QuickBooks what Steelhead wants to change.".to_owned(),
        who: "clerk".to_owned(),
        how: "Play the document again to write Steelhead's values, or correct it in Steelhead first."
            .to_owned(),
        retryable: false,
        outcome: "not applied".to_owned(),
        candidates: Vec::new(),
    }
}

fn who(who: Who) -> &'static str {
    match who {
        Who::Clerk => "clerk",
        Who::Administrator => "administrator",
        Who::QuickbooksUser => "QuickBooks user",
        Who::Ferrule => "Ferrule",
        Who::Nobody => "nobody",
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotApplied => "not applied",
        Outcome::Applied => "applied",
        Outcome::Unknown => "unknown",
    }
}

/// The document is not sent, which is no error of it: it is a draft, for example, or such documents are
/// not exported.
pub(super) fn skipped(note: Option<&Note>) -> JobError {
    JobError {
        code: note.map_or_else(|| "not-exported".to_owned(), |note| note.code.clone()),
        happened: note.map_or_else(|| NotSent::SwitchedOff.to_string(), |note| note.message.clone()),
        cause: "The rules leave the document out.".to_owned(),
        who: "clerk".to_owned(),
        how: "Nothing, if that is as it should be; else correct it, and play it again.".to_owned(),
        retryable: false,
        outcome: "not applied".to_owned(),
        candidates: Vec::new(),
    }
}

/// The document breaks the shape of its object.
pub(super) fn unreadable(messages: &[String]) -> JobError {
    JobError {
        code: "document".to_owned(),
        happened: messages.join("\n"),
        cause: "The document is not as such documents are.".to_owned(),
        who: "administrator".to_owned(),
        how: "Load it again in a form that fits `ferrule schema documents`.".to_owned(),
        retryable: false,
        outcome: "not applied".to_owned(),
        candidates: Vec::new(),
    }
}

/// The document is exported only with another one.
pub(super) fn not_on_its_own() -> JobError {
    JobError {
        code: "not-on-its-own".to_owned(),
        happened: NotSent::OnReference.to_string(),
        cause: "The rules of the object say `on: reference`, or there are none.".to_owned(),
        who: "clerk".to_owned(),
        how: "Play the document that refers to it.".to_owned(),
        retryable: false,
        outcome: "not applied".to_owned(),
        candidates: Vec::new(),
    }
}

/// Something is left to do that only a person can do in `QuickBooks`.
pub(super) fn to_be_done(note: &Note) -> JobError {
    JobError {
        code: note.code.clone(),
        happened: note.message.clone(),
        cause: "Steelhead and QuickBooks differ, and the rules change nothing in QuickBooks for it."
            .to_owned(),
        who: "QuickBooks user".to_owned(),
        how: "Do in QuickBooks what the text says. The next read sees it, and then the document is done."
            .to_owned(),
        retryable: false,
        outcome: "not applied".to_owned(),
        candidates: Vec::new(),
    }
}

/// What a person had to do was done, as a read showed.
pub(super) fn resolved(before: Option<JobError>) -> JobError {
    let happened = before.map_or_else(String::new, |before| before.happened);
    JobError {
        code: "resolved".to_owned(),
        happened: format!("{}\nIt was seen to in QuickBooks: nothing is left to do.", happened.trim_end()),
        cause: String::new(),
        who: "nobody".to_owned(),
        how: String::new(),
        retryable: false,
        outcome: "applied".to_owned(),
        candidates: Vec::new(),
    }
}
