//! What becomes of requests that were answered, and of the jobs that need them.

use std::collections::{BTreeMap, HashMap};

use crate::qbxml::Response;
use crate::sync::plan::mark;
use crate::sync::stored::{
    Commit, Connection, ExchangeItem, JobChange, JobError, JobId, JobState, Moment, RecordKey,
};

use super::errors::{self, MAX_ATTEMPTS};
use super::sessions::SessionError;
use super::step::Step;
use crate::sync::company_file::mirror;

/// The record has been changed since it was read.
const STALE: i32 = 3200;
/// The record is not there: deleted, or merged with another one.
const GONE: [i32; 2] = [3120, 3240];

/// The name is in use.
const TAKEN: i32 = 3100;
/// An element has a value that does not do.
const INVALID: i32 = 3210;
/// So often a request goes that needs everything to be read anew; sessions that broke off count too.
const MAX_READS: u32 = 4;

/// What became of one request.
pub(super) enum Fate {
    Done,
    /// It was not done: why, and whether it goes again by itself.
    Failed {
        error: JobError,
        again: Again,
    },
}

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

impl Step<'_> {
    /// What became of a request; what it made is taken over.
    pub(super) fn fate(&mut self, item: &ExchangeItem, response: &Response, commit: &mut Commit) -> Fate {
        let record = response.records.first().filter(|_| response.status_code < 1000);
        if let Some(record) = record
            && let (Some(stored), Some(document)) = (mirror::stored(record), item.document.clone())
        {
            commit.connections.push(Connection {
                document,
                record_type: stored.key.record_type.clone(),
                record_id: stored.key.id.clone(),
                connected_at: self.now,
                is_archived: false,
            });
            commit.records.push(stored);
            self.mirror.take(std::slice::from_ref(record));
            return Fate::Done;
        }
        let error = match response.status_code {
            0..1000 => errors::unseen(&item.message),
            code => errors::refused(code, &response.message),
        };
        let connected = item.document.as_ref().and_then(|document| self.mirror.connections.get(document));
        let key =
            connected.map(|it| RecordKey { record_type: it.record_type.clone(), id: it.record_id.clone() });
        let again = match response.status_code {
            STALE => {
                self.state.refresh.extend(key);
                Again::AtOnce
            }
            code if GONE.contains(&code) && key.is_some() => {
                self.state.refresh.extend(key);
                Again::ByPerson
            }
            TAKEN | 0..1000 => Again::AfterRead,
            // The code says several things. A request came twice, and the record is there: found by reading.
            INVALID if response.message.contains(mark::ELEMENT) => Again::AfterRead,
            _ if error.retryable => Again::Later,
            _ => Again::Never,
        };
        Fate::Failed { error, again }
    }

    /// A job is done when its own request is. If it is not, the first request that it needs and that
    /// failed says why.
    pub(super) fn job_changes(
        &self,
        items: &[ExchangeItem],
        fates: &[Fate],
    ) -> Result<Vec<JobChange>, SessionError> {
        let sent = self.store.jobs(self.file.id, Some(JobState::Sent))?;
        let attempts: HashMap<JobId, u32> = sent.iter().map(|job| (job.id, job.attempts)).collect();
        let documents: HashMap<JobId, _> = sent.iter().map(|job| (job.id, &job.document)).collect();
        let mut first_failure: BTreeMap<JobId, Option<(&JobError, Again)>> = BTreeMap::new();
        let mut is_done: HashMap<JobId, bool> = HashMap::new();
        for (item, fate) in items.iter().zip(fates) {
            for job in &item.jobs {
                let slot = first_failure.entry(*job).or_default();
                match fate {
                    Fate::Failed { error, again } if slot.is_none() => *slot = Some((error, *again)),
                    Fate::Done if documents.get(job).copied() == item.document.as_ref() => {
                        is_done.insert(*job, true);
                    }
                    _ => {}
                }
            }
        }
        let changes = first_failure.into_iter().filter(|(job, _)| documents.contains_key(job));
        Ok(changes
            .map(|(job, failure)| {
                let done = is_done.contains_key(&job);
                let attempts = attempts.get(&job).copied().unwrap_or_default();
                self.job_change(job, failure, done, attempts)
            })
            .collect())
    }

    fn job_change(
        &self,
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
            Again::AtOnce if attempts < MAX_ATTEMPTS => again(job, error, self.now),
            // What is gone is seen to be so, and what may have taken its place is looked for.
            Again::AfterRead | Again::ByPerson if attempts < MAX_READS => again(job, error, self.now),
            Again::Later if attempts < MAX_ATTEMPTS => {
                again(job, error, self.now + errors::wait_after(attempts))
            }
            Again::ByPerson => JobChange { state: JobState::Waiting, ..failed(job, error) },
            _ if is_done => JobChange { state: JobState::Done, ..failed(job, error) },
            _ => failed(job, error),
        }
    }
}

pub(super) fn again(job: JobId, error: JobError, at: Moment) -> JobChange {
    JobChange { job, state: JobState::Queued, error: Some(error), next_try: Some(at), is_attempt: false }
}

pub(super) fn failed(job: JobId, error: JobError) -> JobChange {
    JobChange { job, state: JobState::Failed, error: Some(error), next_try: None, is_attempt: false }
}
