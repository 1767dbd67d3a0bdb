//! Why jobs are not done, as sessions find it.

use crate::catalogue::{StatusCode, status};
use crate::document::Code;
use crate::engine::{AboutSetting, Difference, Note, SWITCHED_OFF};
use crate::sync::stored::{Candidate, DocumentKey, ExchangeItem, JobError, JobReason};

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

/// An error that the rules give, with their code and their words.
fn of_rules(reason: JobReason, notes: &[Note], document: &str) -> JobError {
    let messages: Vec<&str> = notes.iter().map(|note| note.message.as_str()).collect();
    // The first is what is shown in a line.
    let first = notes.first();
    let code = first.map_or_else(String::new, |note| note.code.clone());
    let about = first.and_then(|note| note.setting.as_ref());
    let setting = about.and_then(AboutSetting::missing).map(str::to_owned);
    let named_setting = about.and_then(AboutSetting::named).map(str::to_owned);
    let reason = reason.error(&[("messages", &messages.join("\n")), ("document", document)]);
    let command = notes.iter().find_map(|note| note.command.clone()).or_else(|| reason.command.clone());
    JobError { code, setting, named_setting, command, ..reason }
}

/// The rules refuse the document.
pub(super) fn rejected(notes: &[Note]) -> JobError {
    of_rules(JobReason::Rejected, notes, "")
}

/// The document refers to another one by an id that nothing in `QuickBooks` will give.
pub(super) fn nothing_to_await() -> JobError {
    let message = "it refers to a document that is not known here, so its id in QuickBooks is not known";
    let note = Note { code: Code::Dependency.to_string(), message: message.to_owned(), ..Note::default() };
    rejected(&[note])
}

/// The record of a document was deleted in `QuickBooks`, or merged with another one.
pub(super) fn gone(notes: &[Note], document: &DocumentKey, candidates: Vec<Candidate>) -> JobError {
    JobError { candidates, ..of_rules(JobReason::Gone, notes, &document.to_string()) }
}

/// A record of QuickBooks that the document needs cannot be read.
pub(super) fn set_aside(notes: &[Note]) -> JobError {
    of_rules(JobReason::SetAside, notes, "")
}

/// Which record is the document's counterpart cannot be told, or what was found is none.
pub(super) fn unclear(notes: &[Note], candidates: Vec<Candidate>) -> JobError {
    if candidates.is_empty() {
        return rejected(notes);
    }
    JobError { candidates, ..of_rules(JobReason::Unclear, notes, "") }
}

/// `QuickBooks` has a record of nearly the name that one would be made with.
pub(super) fn near_twin(notes: &[Note], candidates: Vec<Candidate>) -> JobError {
    JobError { candidates, ..of_rules(JobReason::NearTwin, notes, "") }
}

/// `QuickBooks` answered with the record of another document.
pub(super) fn taken(message: &str, other: &str) -> JobError {
    JobReason::Taken.error(&[("request", message), ("document", other)])
}

/// `QuickBooks` refused a request.
pub(super) fn refused(code: i32, message: &str) -> JobError {
    let known = u32::try_from(code).ok().and_then(status);
    let error = known_error(&code.to_string(), message, known);
    // Codes say several things, 3180 most of all. What someone else has open goes by itself some time.
    let is_in_use = message.contains("by another user");
    JobError { retryable: error.retryable || is_in_use, ..error }
}

/// What follows once a document has its record was refused. The record is there, and is not sent again.
pub(super) fn not_followed(item: &ExchangeItem, code: i32, message: &str) -> JobError {
    let refused = refused(code, message);
    let follows = item.follows.as_deref().unwrap_or_default();
    let values = [("request", item.message.as_str()), ("follows", follows), ("message", message.trim())];
    JobError { code: refused.code, retryable: refused.retryable, ..JobReason::NotFollowed.error(&values) }
}

/// An error that the catalogue may know.
pub(super) fn known_error(code: &str, message: &str, known: Option<&StatusCode>) -> JobError {
    let error =
        JobError { code: code.to_owned(), ..JobReason::Refused.error(&[("message", message.trim())]) };
    match known {
        None => error,
        Some(known) => JobError {
            cause: known.cause.clone(),
            who: known.who,
            how: known.how.clone(),
            command: known.command.clone(),
            retryable: known.retryable,
            outcome: known.outcome,
            ..error
        },
    }
}

/// The answer to what was sent never came, and nothing in `QuickBooks` tells whether it was done.
pub(super) fn unknown_outcome(document: &str) -> JobError {
    JobReason::OutcomeUnknown.error(&[("document", document)])
}

/// `QuickBooks` says that it did a request, and shows nothing of what it made.
pub(super) fn unseen(request: &str) -> JobError {
    JobReason::Unseen.error(&[("request", request)])
}

/// The records among which a document would be looked for could not be read.
pub(super) fn unread(query: &str, message: &str) -> JobError {
    JobReason::Unread.error(&[("request", query.trim_end_matches("Rq")), ("message", message.trim())])
}

/// The record of a document could not be looked at before what follows was sent.
pub(super) fn unshown(document: &str, message: &str) -> JobError {
    JobReason::Unshown.error(&[("document", document), ("message", message)])
}

/// The connection of a document was put aside.
pub(super) fn archived() -> JobError {
    JobReason::Archived.error(&[])
}

/// The record was changed on both sides.
pub(super) fn conflict(differences: &[&Difference]) -> JobError {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    let line = |it: &&Difference| {
        let (there, here, agreed) = (value(&it.before), value(&it.after), value(&it.agreed));
        format!("{}: QuickBooks has {there}, Steelhead {here}; both had {agreed}", it.path)
    };
    let lines: Vec<String> = differences.iter().map(line).collect();
    JobReason::Conflict.error(&[("differences", &lines.join("\n"))])
}

/// The document is not sent, which is no error of it: it is a draft, for example, or such documents are
/// not exported.
pub(super) fn skipped(note: Option<&Note>) -> JobError {
    let error = JobReason::NotExported.error(&[("message", SWITCHED_OFF)]);
    match note {
        Some(note) => JobError { happened: note.message.clone(), ..of_note(note, error) },
        None => error,
    }
}

/// The same error with the code of a condition, and with the setting that it is about. The document is not wrong, so no
/// setting counts as missing.
fn of_note(note: &Note, error: JobError) -> JobError {
    let named_setting = note.setting.as_ref().map(|about| about.name().to_owned());
    JobError { code: note.code.clone(), named_setting, ..error }
}

/// The document counts as done by hand.
pub(super) fn by_hand(note: &Note) -> JobError {
    of_note(note, JobReason::Settled.error(&[("message", &note.message)]))
}

/// The document breaks the shape of its object.
pub(super) fn unreadable(messages: &[String]) -> JobError {
    JobReason::Document.error(&[("messages", &messages.join("\n"))])
}

/// The rules have no such object: the layer that brought it is off.
pub(super) fn no_object(object: &str) -> JobError {
    JobReason::NoObject.error(&[("object", object)])
}

/// The document is exported only with another one.
pub(super) fn not_on_its_own() -> JobError {
    JobReason::NotOnItsOwn.error(&[])
}

/// Something is left to do that only a person can do in `QuickBooks`.
pub(super) fn to_be_done(note: &Note) -> JobError {
    of_note(note, JobReason::ToBeDone.error(&[("message", &note.message)]))
}

/// What a person had to do was done, as a read showed.
pub(super) fn resolved(before: Option<JobError>) -> JobError {
    let before = before.map_or_else(String::new, |before| before.happened);
    JobReason::Resolved.error(&[("before", before.trim_end())])
}
