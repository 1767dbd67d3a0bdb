//! What becomes of requests that were answered, and of the jobs that need them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::qbxml::{Record, Response};
use crate::sync::company_file::mirror;
use crate::sync::plan::mark;
use crate::sync::stored::{
    Commit, Connection, DocumentKey, ExchangeItem, JobChange, JobError, JobId, JobState, MetFlaw, Moment,
    RecordKey,
};

use super::call::SessionCall;
use super::errors::{self, MAX_ATTEMPTS};
use super::talk::SessionError;

/// The record has been changed since it was read.
const STALE: i32 = 3200;
/// The record is not there: deleted, or merged with another one.
const GONE: [i32; 2] = [3120, 3240];

/// The name is in use.
const TAKEN: i32 = 3100;
/// An element has a value that does not do.
const INVALID: i32 = 3210;
/// How often a request is sent again after everything was read anew. Visits that broke off count too.
const MAX_READS: u32 = 4;

/// What became of one request.
pub(super) enum RequestFate {
    /// It was done, and this is the record from then on.
    Done(Arc<Record>),
    /// It was done, and its record cannot be read.
    Unread,
    /// It was done: what follows once a document has its record.
    Followed,
    /// It was not done.
    Failed {
        /// Why.
        error: JobError,
        /// Whether it goes again by itself.
        again: Again,
    },
}

/// When a request that was not done goes again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// As soon as its record was read again.
    AtOnce,
    /// As soon as everything was read again.
    AfterRead,
    /// After a while.
    Later,
    /// When a person has decided.
    ByPerson,
    /// When a person plays it again.
    Never,
}

impl RequestFate {
    /// What became of a request; what it made is taken over.
    ///
    /// Codes of 1000 and more say that it was refused. One below without a record says that it was done,
    /// and shows nothing of it: then a read has to show it, or a person to look.
    pub fn of(
        call: &mut SessionCall<'_>,
        item: &ExchangeItem,
        response: &Response,
        commit: &mut Commit,
    ) -> Self {
        if item.follows.is_some() {
            return Self::of_follow_up(call, item, response);
        }
        // One without an id is read as soon as the others are.
        let flaws = response.flaws.iter().filter(|flaw| flaw.id.is_some()).cloned();
        commit.flaws.extend(flaws.map(|flaw| MetFlaw { query: item.message.clone(), flaw }));
        if let Some((key, record)) = made(response)
            && let Some(document) = item.document.clone()
        {
            let may_share = call.rules.program.may_share(&document.object);
            let other = call.mirror.connections.owner(&key, &document).filter(|_| !may_share);
            if let Some(other) = other {
                let error = errors::taken(&item.message, &call.called(other));
                return Self::Failed { error, again: Again::Never };
            }
            let before = call.mirror.connections.get(&document);
            let is_new = item.message.ends_with("Add");
            let known = if is_new { mark::next(before) } else { before.map_or(0, |it| it.generation) };
            let generation = record.map_or(known, |record| mark::newest(&document, record, known));
            commit.connections.push(Connection {
                document,
                record_type: key.record_type,
                record_id: key.id,
                connected_at: call.now,
                is_archived: false,
                may_share,
                generation,
            });
            let Some(record) = record else { return Self::Unread };
            commit.records.extend(mirror::stored(record));
            call.mirror.company.add_record(record);
            return Self::Done(record.clone());
        }
        let error = match response.status_code {
            _ if response.is_success() => errors::unseen(&item.message),
            code => errors::refused(code, &response.message),
        };
        let connected = item.document.as_ref().and_then(|document| call.mirror.connections.get(document));
        let again = again_after(response, &error, connected.is_some());
        // Its record is read again before the next batch, to be changed as it is now, or seen to be gone.
        if response.status_code == STALE || GONE.contains(&response.status_code) {
            call.state.refresh.extend(connected.map(Connection::record));
        }
        Self::Failed { error, again }
    }

    /// What became of a request that follows. The answer does not show the record, which is read again in any case.
    fn of_follow_up(call: &mut SessionCall<'_>, item: &ExchangeItem, response: &Response) -> Self {
        let connected = item.document.as_ref().and_then(|document| call.mirror.connections.get(document));
        call.state.refresh.extend(connected.map(Connection::record));
        if response.is_success() {
            return Self::Followed;
        }
        let error = errors::not_followed(item, response.status_code, &response.message);
        let again = if error.retryable { Again::Later } else { Again::Never };
        Self::Failed { error, again }
    }

    /// When it goes again, if it was not done.
    pub fn again(&self) -> Option<Again> {
        match self {
            Self::Done(_) | Self::Unread | Self::Followed => None,
            Self::Failed { again, .. } => Some(*again),
        }
    }
}

/// The record that a request made or changed, as far as it can be read.
fn made(response: &Response) -> Option<(RecordKey, Option<&Arc<Record>>)> {
    if !response.is_success() {
        return None;
    }
    if let Some(record) = response.records.first() {
        return Some((RecordKey::of(record)?, Some(record)));
    }
    let flaw = response.flaws.iter().find(|flaw| flaw.kind.is_set_aside())?;
    Some((RecordKey { record_type: flaw.record_type.clone(), id: flaw.id.clone()? }, None))
}

/// When a request goes again that was answered like that.
fn again_after(response: &Response, error: &JobError, is_connected: bool) -> Again {
    match response.status_code {
        STALE => Again::AtOnce,
        code if GONE.contains(&code) && is_connected => Again::ByPerson,
        // What was done of a request whose code says nothing, a read has to show.
        TAKEN | ..1000 => Again::AfterRead,
        // The code says several things. A request came twice, and the record is there: found by reading.
        INVALID if response.message.contains(mark::ELEMENT) => Again::AfterRead,
        _ if error.retryable => Again::Later,
        _ => Again::Never,
    }
}

/// What becomes of the jobs of a write. A job is done when its own request is. If it is not, the first
/// request that it needs and that failed says why. One whose own request was not in the write, because it waited for an
/// id that the write gives, goes next.
pub(super) fn job_changes(
    call: &SessionCall<'_>,
    items: &[ExchangeItem],
    fates: &[RequestFate],
) -> Result<Vec<JobChange>, SessionError> {
    let sent = call.still_sent(items)?;
    let attempts: HashMap<JobId, u32> = sent.iter().map(|job| (job.id, job.attempts)).collect();
    let documents: HashMap<JobId, &DocumentKey> = sent.iter().map(|job| (job.id, &job.document)).collect();
    let mut first_failure: BTreeMap<JobId, Option<(&JobError, Again)>> = BTreeMap::new();
    let mut is_done: HashMap<JobId, bool> = HashMap::new();
    for (item, fate) in items.iter().zip(fates) {
        for job in &item.jobs {
            let slot = first_failure.entry(*job).or_default();
            match fate {
                RequestFate::Failed { error, again } if slot.is_none() => *slot = Some((error, *again)),
                RequestFate::Done(_) | RequestFate::Unread
                    if documents.get(job).copied() == item.document.as_ref() =>
                {
                    is_done.insert(*job, true);
                }
                _ => {}
            }
        }
    }
    // One that the rules refused has its end already.
    let changes = first_failure.into_iter().filter(|(job, _)| documents.contains_key(job));
    Ok(changes
        .map(|(job, failure)| {
            let done = is_done.contains_key(&job);
            let attempts = attempts.get(&job).copied().unwrap_or_default();
            let own = documents.get(&job).copied();
            let mut its = items.iter().filter(|it| it.document.as_ref() == own && it.jobs.contains(&job));
            // What follows goes once the record is there.
            let goes_on = attempts < MAX_ATTEMPTS
                && own.is_some_and(|own| call.rules.program.goes_on(&own.object))
                && its.clone().any(|it| it.follows.is_none());
            if failure.is_none() && (goes_on || its.next().is_none()) {
                return next(job, call.now);
            }
            job_change(call.now, job, failure, done, attempts)
        })
        .collect())
}

fn job_change(
    now: Moment,
    job: JobId,
    failure: Option<(&JobError, Again)>,
    is_done: bool,
    attempts: u32,
) -> JobChange {
    let Some((error, how)) = failure else {
        return JobChange { job, state: JobState::Done, error: None, next_try: None, is_attempt: false };
    };
    let error = error.clone();
    match how {
        Again::AtOnce if attempts < MAX_ATTEMPTS => again(job, error, now),
        // What is gone is seen to be so, and what may have taken its place is looked for.
        Again::AfterRead | Again::ByPerson if attempts < MAX_READS => again(job, error, now),
        Again::Later if attempts < MAX_ATTEMPTS => again(job, error, now + errors::wait_after(attempts)),
        Again::ByPerson => JobChange { state: JobState::Waiting, ..failed(job, error) },
        _ if is_done => JobChange { state: JobState::Done, ..failed(job, error) },
        _ => failed(job, error),
    }
}

/// The job goes on with the next batch.
fn next(job: JobId, now: Moment) -> JobChange {
    JobChange { job, state: JobState::Queued, error: None, next_try: Some(now), is_attempt: false }
}

/// The job is tried again, not before that moment.
pub(super) fn again(job: JobId, error: JobError, at: Moment) -> JobChange {
    JobChange { job, state: JobState::Queued, error: Some(error), next_try: Some(at), is_attempt: false }
}

/// The job is not tried again by itself.
pub(super) fn failed(job: JobId, error: JobError) -> JobChange {
    JobChange { job, state: JobState::Failed, error: Some(error), next_try: None, is_attempt: false }
}
