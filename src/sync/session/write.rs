//! Writing: a batch goes out, its answers come in.

use std::collections::{BTreeMap, HashMap};

use crate::catalogue::Outcome;
use crate::qbxml::{MessageSet, Response, ResponseSet, read_response_set};
use crate::sync::stored::{
    Commit, Connection, Exchange, ExchangeItem, ExchangeKind, JobChange, JobError, JobId, JobState, RecordKey,
};

use super::errors::{self, MAX_ATTEMPTS};
use super::mirror;
use super::queries;
use super::recover::closed;
use super::sessions::{Received, SessionError};
use super::state::Phase;
use super::step::Step;

/// The record has been changed since it was read.
const STALE: i32 = 3200;
/// The record is not there: deleted, or merged with another one.
const GONE: [i32; 2] = [3120, 3240];

/// What became of one request.
enum Fate {
    Done,
    /// It was not done: why, and whether it goes again by itself.
    Failed {
        error: JobError,
        again: Again,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Again {
    /// As soon as its record was read again.
    AtOnce,
    /// After a while.
    Later,
    /// When a person has decided.
    ByPerson,
    /// When a person plays it again.
    Never,
}

impl Step<'_> {
    /// Hands out the next batch; settles documents that need no request on the way.
    pub(super) fn write(&mut self, may_send: bool) -> Result<Option<String>, SessionError> {
        if !self.state.refresh.is_empty() {
            return if may_send { self.refresh().map(Some) } else { Ok(Some(String::new())) };
        }
        let Some(batch) = self.batch()? else {
            self.state.phase = Phase::Done;
            return Ok(None);
        };
        if !batch.items.is_empty() && !may_send {
            return Ok(Some(String::new()));
        }
        let mut commit = self.change();
        commit.jobs = batch.jobs;
        commit.connections = batch.connections;
        if batch.items.is_empty() {
            self.commit(commit)?;
            return Ok(None);
        }
        self.state.stale = batch.before;
        let set = MessageSet {
            new_id: Some(self.set_id()?),
            old_id: self.state.acknowledged.clone(),
            ..self.message_set()
        };
        self.open(commit, ExchangeKind::Write, &set, &batch.requests, batch.items).map(Some)
    }

    /// An id that no other set of this company file has: the session, and what it has done so far.
    fn set_id(&self) -> Result<String, SessionError> {
        let last = self.store.history(self.file.id, None, 1)?.pop().map_or(0, |exchange| exchange.id.0);
        Ok(format!("F{:x}-{:x}-{last:x}", self.file.id.0, self.session.0))
    }

    fn refresh(&mut self) -> Result<String, SessionError> {
        let mut requests = Vec::new();
        let mut items = Vec::new();
        let mut keys = Vec::new();
        for (index, key) in std::mem::take(&mut self.state.refresh).into_iter().enumerate() {
            let id = format!("again-{index}");
            if let Some(request) = queries::of_record(&key, &id) {
                requests.extend(request);
                let message = format!("{}Query", key.record_type.trim_end_matches("Ret"));
                items.push(ExchangeItem {
                    request_id: id,
                    message,
                    document: None,
                    status_code: None,
                    status_message: None,
                    jobs: Vec::new(),
                });
                keys.push(key);
            }
        }
        self.state.refresh = keys;
        let (commit, set) = (self.change(), self.message_set());
        self.open(commit, ExchangeKind::Read, &set, &requests, items)
    }

    /// Takes over what came for an exchange. False: the session has failed.
    pub(super) fn settle(
        &mut self,
        exchange: &Exchange,
        received: Received<'_>,
    ) -> Result<bool, SessionError> {
        let text = match received {
            Received::Response(text) => text,
            Received::Failure { message, code, outcome, retryable } => {
                return self.settle_failure(exchange, (code, message), outcome, retryable);
            }
        };
        let set = match read_response_set(text.as_bytes()) {
            Ok(set) => set,
            Err(error) => {
                let message = format!(
                    "The answer of QuickBooks cannot be read: {error}. What it says is not lost: the next visit asks for it again."
                );
                return self.fail(message);
            }
        };
        match exchange.kind {
            ExchangeKind::Recover => self.settle_recovery(exchange, &set, text),
            ExchangeKind::Read => self.settle_read(exchange, &set),
            ExchangeKind::Write => self.settle_write(exchange, &set, text),
        }
    }

    /// `QuickBooks` took nothing of the exchange, or broke off.
    fn settle_failure(
        &mut self,
        exchange: &Exchange,
        (code, message): (&str, &str),
        outcome: Outcome,
        retryable: bool,
    ) -> Result<bool, SessionError> {
        let is_settled = exchange.kind != ExchangeKind::Write || outcome == Outcome::NotApplied;
        if is_settled {
            let mut commit = self.change();
            commit.closed = Some(closed(exchange, None, Some(message.to_owned()), exchange.items.clone()));
            if exchange.kind == ExchangeKind::Write {
                commit.jobs = self.after_refusal(exchange, code, message, retryable);
            }
            let is_one = jobs_of(exchange).len() <= 1;
            if exchange.kind == ExchangeKind::Write && !retryable {
                // One of them is at fault. Alone each shows which.
                self.state.one_by_one = true;
                self.commit(commit)?;
                return if is_one { self.fail(message.to_owned()) } else { Ok(true) };
            }
            self.commit(commit)?;
        }
        self.fail(message.to_owned())
    }

    fn after_refusal(
        &self,
        exchange: &Exchange,
        code: &str,
        message: &str,
        retryable: bool,
    ) -> Vec<JobChange> {
        let known = crate::catalogue::hresult(code);
        let error = errors::known_error(code, message, known);
        let jobs = jobs_of(exchange);
        let is_one = jobs.len() == 1;
        let change = |job| match (retryable, is_one) {
            (false, true) => failed(job, error.clone()),
            (false, false) => again(job, error.clone(), self.now),
            (true, _) => again(job, error.clone(), self.now + errors::wait_after(0)),
        };
        jobs.into_iter().map(change).collect()
    }

    /// Takes over the answers to a batch, whenever they come.
    pub(super) fn settle_write(
        &mut self,
        exchange: &Exchange,
        set: &ResponseSet,
        text: &str,
    ) -> Result<bool, SessionError> {
        let answers = match paired(exchange, &set.responses) {
            Ok(answers) => answers,
            Err(wrong) => return self.fail(wrong),
        };
        let mut commit = self.change();
        let mut items = exchange.items.clone();
        let mut fates: Vec<Fate> = Vec::new();
        for (item, response) in items.iter_mut().zip(answers) {
            item.status_code = Some(response.status_code);
            item.status_message = Some(response.message.clone());
            fates.push(self.fate(item, response, &mut commit));
        }
        commit.jobs = self.job_changes(&items, &fates)?;
        let documents: Vec<_> = items
            .iter()
            .zip(&fates)
            .filter_map(|(item, fate)| match fate {
                Fate::Failed { again: Again::AtOnce, .. } => item.document.clone(),
                _ => None,
            })
            .collect();
        self.state.stale.retain(|stale| documents.contains(&stale.document));
        self.state.acknowledged.clone_from(&exchange.set_id);
        commit.closed = Some(closed(exchange, Some(text.to_owned()), None, items));
        self.commit(commit)?;
        Ok(true)
    }

    /// What became of a request; what it made is taken over.
    fn fate(&mut self, item: &ExchangeItem, response: &Response, commit: &mut Commit) -> Fate {
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
        let error = errors::refused(response.status_code, &response.message);
        let connected = item.document.as_ref().and_then(|document| self.mirror.connections.get(document));
        let key =
            connected.map(|it| RecordKey { record_type: it.record_type.clone(), id: it.record_id.clone() });
        let again = match response.status_code {
            STALE => {
                self.state.refresh.extend(key);
                Again::AtOnce
            }
            code if GONE.contains(&code) && key.is_some() => Again::ByPerson,
            _ if error.retryable => Again::Later,
            _ => Again::Never,
        };
        Fate::Failed { error, again }
    }

    /// A job is done when its own request is. If it is not, the first request that it needs and that
    /// failed says why.
    fn job_changes(&self, items: &[ExchangeItem], fates: &[Fate]) -> Result<Vec<JobChange>, SessionError> {
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
            Again::Later if attempts < MAX_ATTEMPTS => {
                again(job, error, self.now + errors::wait_after(attempts))
            }
            Again::ByPerson => JobChange { state: JobState::Waiting, ..failed(job, error) },
            _ if is_done => JobChange { state: JobState::Done, ..failed(job, error) },
            _ => failed(job, error),
        }
    }
}

fn jobs_of(exchange: &Exchange) -> Vec<JobId> {
    let mut jobs: Vec<JobId> = exchange.items.iter().flat_map(|item| item.jobs.iter().copied()).collect();
    jobs.sort_unstable();
    jobs.dedup();
    jobs
}

fn again(job: JobId, error: JobError, at: crate::sync::stored::Moment) -> JobChange {
    JobChange { job, state: JobState::Queued, error: Some(error), next_try: Some(at), is_attempt: false }
}

fn failed(job: JobId, error: JobError) -> JobChange {
    JobChange { job, state: JobState::Failed, error: Some(error), next_try: None, is_attempt: false }
}

/// The response to each request, by its id, whatever their order.
fn paired<'r>(exchange: &Exchange, responses: &'r [Response]) -> Result<Vec<&'r Response>, String> {
    let mut by_id: HashMap<&str, &Response> = HashMap::new();
    for response in responses {
        let id = response.request_id.as_deref().unwrap_or_default();
        if by_id.insert(id, response).is_some() {
            return Err(format!("QuickBooks answered the request `{id}` twice."));
        }
    }
    let mut paired = Vec::new();
    for item in &exchange.items {
        let response = by_id
            .remove(item.request_id.as_str())
            .filter(|response| response.name == format!("{}Rs", item.message));
        paired.push(
            response
                .ok_or_else(|| format!("QuickBooks did not answer the request `{}`.", item.request_id))?,
        );
    }
    match by_id.keys().next() {
        Some(id) => Err(format!("QuickBooks answered a request `{id}` that was not sent.")),
        None => Ok(paired),
    }
}
