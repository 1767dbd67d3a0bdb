//! Why a document is not in QuickBooks: every reason, in one place.
//!
//! What keeps a whole company file waiting is told by [`held_up`], all that keeps one document waiting by
//! [`not_sent`]. What a session has found wrong with a document is in its job, with what to do about it:
//! `session/errors.rs` writes that down.

use std::fmt;

use serde::Serialize;

use crate::engine::IMPORTED;
use crate::language::{say, t};
use crate::rules::Program;
use crate::sync::actions::{SettledBy, settled_of};
use crate::sync::company_file::settings::import_every;
use crate::sync::company_file::window::Window;
use crate::sync::plan::played::{NotPlayed, check_played};
use crate::sync::stored::{CompanyFile, DocumentKey, Job, JobState, Moment, Standing, Store};
use crate::sync::{KeptError, is_of_record};

/// Why a document is not in QuickBooks, or not as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotSent {
    /// Nobody has loaded it.
    NotLoaded,
    /// It was imported, and is this document of Steelhead now.
    Merged(DocumentKey),
    /// It came from there.
    Imported,
    /// The rules send no such document by itself.
    NotPlayed(String),
    /// The same, but it goes with others.
    OnReference,
    /// Nobody has played it.
    NeverPlayed,
    /// It came in another version since it was played.
    ChangedSince,
    /// It counts as done by hand: who says so.
    Settled(String),
    /// Its connection is archived.
    Archived,
    /// It waits for a visit.
    Queued,
    /// It failed, and is tried again, not before this.
    TriedAgain(Moment),
    /// Its request has left, and no answer has come.
    NoAnswer,
    /// Something is wrong with it.
    Wrong(JobState, String),
    /// The company file is paused.
    Paused,
    /// It is outside the sync hours, which begin then.
    Closed(Moment),
    /// The Web Connector does not call. It was last heard of then.
    NoVisit(Moment),
    /// The Web Connector has never called.
    NeverVisited,
}

impl fmt::Display for NotSent {
    /// The sentence that people read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minute = |at: &Moment| at.format("%Y-%m-%d %H:%M UTC");
        let said = match self {
            Self::NotLoaded => t("Ferrule does not know it: nobody has loaded it.").to_owned(),
            Self::Merged(now) => say!("It was imported from QuickBooks, and is {now} now.", now),
            Self::Imported => t(IMPORTED).to_owned(),
            Self::NotPlayed(reason) => say!("The rules do not send it: {reason}.", reason),
            Self::OnReference => {
                t("It goes to QuickBooks with the first document that refers to it.").to_owned()
            }
            Self::NeverPlayed => t("Never played.").to_owned(),
            Self::ChangedSince => {
                t("The document has changed since it was played. Play it again to send the change.")
                    .to_owned()
            }
            Self::Settled(said) => say!("It counts as done by hand. {said}", said),
            Self::Archived => t("Its connection is archived. Restore the connection to send it.").to_owned(),
            Self::Queued => t("It waits for the next visit of the Web Connector.").to_owned(),
            Self::TriedAgain(at) => {
                say!("It failed. Ferrule tries it again after {at}.", at = minute(at))
            }
            Self::NoAnswer => {
                t("It was sent, and no answer came. The next visit finds out what became of it.").to_owned()
            }
            Self::Wrong(_, happened) => happened.trim_end().to_owned(),
            Self::Paused => t("The company file is paused. Nothing is sent until the pause ends.").to_owned(),
            Self::Closed(at) => say!("It is outside the sync hours, which begin at {at}.", at = minute(at)),
            Self::NoVisit(at) => {
                say!("The Web Connector does not call. It last called at {at}.", at = minute(at))
            }
            Self::NeverVisited => t("The Web Connector has never called.").to_owned(),
        };
        f.write_str(&said)
    }
}

/// Why nothing at all is sent to a company file at this moment; nothing if there is no such reason.
pub fn held_up(program: Option<&Program>, file: &CompanyFile, now: Moment) -> Vec<NotSent> {
    let mut reasons = Vec::new();
    if file.is_paused {
        reasons.push(NotSent::Paused);
    }
    // A window that cannot be understood counts as open.
    let opens_at = Window::of(program, file).ok().flatten().and_then(|window| window.opens_at(now));
    reasons.extend(opens_at.map(NotSent::Closed));
    match file.last_contact {
        None => reasons.push(NotSent::NeverVisited),
        Some(last) if opens_at.is_none() && is_overdue(program, file, now) => {
            reasons.push(NotSent::NoVisit(last));
        }
        Some(_) => {}
    }
    reasons
}

/// Whether nothing was heard for twice the time between two visits. One visit may be late: the Web Connector
/// counts from the end of the last one.
pub(in crate::sync) fn is_overdue(program: Option<&Program>, file: &CompanyFile, now: Moment) -> bool {
    file.last_contact.is_some_and(|last| now - last > import_every(program, file) * 2)
}

/// Every reason why a document is not in QuickBooks as it is now, the nearest first; none if it is there.
///
/// # Errors
/// The store failed, or holds settings that the rules do not take.
pub fn not_sent(
    store: &dyn Store,
    program: Option<&Program>,
    file: &CompanyFile,
    key: &DocumentKey,
    now: Moment,
) -> Result<Vec<NotSent>, KeptError> {
    let Some(standing) = store.standing(file.id, key)? else {
        return Ok(vec![store.merged_into(file.id, key)?.map_or(NotSent::NotLoaded, NotSent::Merged)]);
    };
    let settled = match program {
        Some(program) => settled_of(store, program, file, key)?,
        None => standing.said.clone().filter(|said| said.is_settled).map(SettledBy::Person),
    };
    Ok(match settled {
        Some(settled) => vec![NotSent::Settled(settled.to_string())],
        None => why(&standing, program, file, now),
    })
}

/// The same of a document whose standing is known.
pub fn why(standing: &Standing, program: Option<&Program>, file: &CompanyFile, now: Moment) -> Vec<NotSent> {
    let key = &standing.document.document.key;
    if is_of_record(key) {
        return vec![NotSent::Imported];
    }
    let mut reasons = Vec::new();
    if standing.connection.as_ref().is_some_and(|connection| connection.is_archived) {
        reasons.push(NotSent::Archived);
    }
    let Some(job) = &standing.job else {
        let not_played = program.and_then(|program| check_played(program, &key.object).err());
        reasons.push(not_played.map_or(NotSent::NeverPlayed, NotSent::from));
        return reasons;
    };
    if job.version != standing.document.document.version {
        reasons.push(NotSent::ChangedSince);
    }
    reasons.extend(of_job(job, now));
    // What waits for a person does not wait for a visit.
    if matches!(job.state, JobState::Queued | JobState::Sent) {
        reasons.extend(held_up(program, file, now));
    }
    reasons
}

/// Why a job is not done.
pub fn of_job(job: &Job, now: Moment) -> Vec<NotSent> {
    let wrong = job.error.iter().map(|error| NotSent::Wrong(job.state, error.happened.clone()));
    let waits = match job.state {
        JobState::Queued if job.next_try > now => Some(NotSent::TriedAgain(job.next_try)),
        JobState::Queued => Some(NotSent::Queued),
        JobState::Sent => Some(NotSent::NoAnswer),
        JobState::Done => return Vec::new(),
        JobState::Rejected | JobState::Failed | JobState::OutcomeUnknown | JobState::Waiting => None,
    };
    wrong.chain(waits).collect()
}

impl From<NotPlayed> for NotSent {
    fn from(reason: NotPlayed) -> Self {
        match reason {
            NotPlayed::OnReference { .. } => Self::OnReference,
            NotPlayed::Unknown { .. } | NotPlayed::OnlyImported { .. } => Self::NotPlayed(reason.to_string()),
        }
    }
}
