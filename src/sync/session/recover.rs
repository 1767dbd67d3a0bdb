//! What became of writes whose answer was lost: asked before anything else is done.
//!
//! `QuickBooks` keeps the answer to a set of requests under its id. A set it kept no answer of it did
//! not finish; then everything is read before the documents are planned anew, and what is there all
//! the same is found by their matches.

use std::collections::HashMap;

use chrono::TimeDelta;

use crate::qbxml::{MessageSet, ResponseSet, text_at};
use crate::rules::program::{Match, MatchBy};
use crate::sync::plan::mark;
use crate::sync::stored::{
    Closed, DocumentKey, Exchange, ExchangeItem, ExchangeKind, JobChange, JobError, JobId, JobState, Moment,
};

use super::errors;
use super::read;
use super::sessions::SessionError;
use super::settle::paired;
use super::state::Phase;
use super::step::Step;

impl Step<'_> {
    /// Asks for the answer of the oldest write without one; goes on if there is none.
    pub(super) fn recover(&mut self, may_send: bool) -> Result<Option<String>, SessionError> {
        let Some(lost) = self.store.unanswered(self.file.id)?.into_iter().next() else {
            self.begin_reading()?;
            return Ok(None);
        };
        if !may_send {
            return Ok(Some(String::new()));
        }
        let set =
            MessageSet { new_id: lost.set_id.clone(), old_id: lost.set_id.clone(), ..self.message_set() };
        let commit = self.change();
        self.open(commit, ExchangeKind::Recover, &set, b"", Vec::new()).map(Some)
    }

    /// After a lost write is settled: reads if that is due, else writes.
    fn begin_reading(&mut self) -> Result<(), SessionError> {
        self.state.must_read |= self.file.is_read_asked;
        if self.state.must_read || read::is_due(self.store, self.rules, &self.file, self.now)? {
            self.plan_reading()?;
        } else {
            self.state.phase = Phase::Write;
        }
        let commit = self.change();
        self.commit(commit)?;
        Ok(())
    }

    /// Takes over what `QuickBooks` kept of a lost write.
    pub(super) fn settle_recovery(
        &mut self,
        asked: &Exchange,
        set: &ResponseSet,
        text: &str,
    ) -> Result<bool, SessionError> {
        let mut lost = self.store.unanswered(self.file.id)?.into_iter();
        let Some(lost) = lost.find(|lost| lost.set_id == asked.set_id) else {
            return self.fail("The write that was asked about is settled already.".to_owned());
        };
        let mut commit = self.change();
        commit.closed = Some(closed(asked, Some(text.to_owned()), None, Vec::new()));
        self.commit(commit)?;
        if set.responses.is_empty() {
            let code = set.attribute("messageSetStatusCode").unwrap_or("none");
            let why = format!("The answer was lost, and QuickBooks kept none (status {code}).");
            return self.settle_lost(&lost, &why, None);
        }
        if let Err(wrong) = paired(&lost, &set.responses) {
            let why = format!("The answer was lost, and what QuickBooks kept is none to it: {wrong}");
            return self.settle_lost(&lost, &why, None);
        }
        self.settle_write(&lost, set, text)
    }

    /// A write that `QuickBooks` did not finish, as far as it can tell: everything is read, then the
    /// documents are planned anew; after a while, if `error` says why.
    pub(super) fn settle_lost(
        &mut self,
        lost: &Exchange,
        why: &str,
        error: Option<&JobError>,
    ) -> Result<bool, SessionError> {
        // This session may die before it has read, and then the next one must.
        self.store.ask_for_read(self.file.id)?;
        self.file.is_read_asked = true;
        self.state.phase = Phase::Recover;
        let at = self.now + error.map_or_else(TimeDelta::zero, |_| errors::wait_after(0));
        let mut commit = self.change();
        for job in self.still_sent(lost)? {
            let needed = |item: &&ExchangeItem| item.jobs.contains(&job);
            let blind = lost.items.iter().filter(needed).find(|item| !self.can_be_found(lost, item));
            commit.jobs.push(match blind {
                Some(item) => unknown(job, item),
                None => queued(job, error.cloned(), at),
            });
        }
        let later = self.later_versions(lost, &commit.jobs)?;
        commit.jobs.extend(later);
        commit.closed = Some(closed(lost, None, Some(why.to_owned()), lost.items.clone()));
        self.commit(commit)?;
        Ok(true)
    }

    /// What becomes of jobs of documents that were sent in an earlier version, and would not be found:
    /// to send them would be to send them blind.
    fn later_versions(&self, lost: &Exchange, settled: &[JobChange]) -> Result<Vec<JobChange>, SessionError> {
        let blind: Vec<&ExchangeItem> =
            lost.items.iter().filter(|item| !self.can_be_found(lost, item)).collect();
        if blind.is_empty() {
            return Ok(Vec::new());
        }
        let mut needed_by: HashMap<DocumentKey, &ExchangeItem> = HashMap::new();
        for item in blind {
            let jobs = self.store.jobs_named(self.file.id, &item.jobs)?;
            needed_by.extend(jobs.into_iter().map(|job| (job.document, item)));
        }
        let queued = self.store.jobs(self.file.id, Some(JobState::Queued))?;
        let open = queued.iter().filter(|job| settled.iter().all(|change| change.job != job.id));
        Ok(open.filter_map(|job| Some(unknown(job.id, needed_by.get(&job.document)?))).collect())
    }

    /// Whether a record that an item made would be found again when its document is planned: a change
    /// does no harm when it is done twice, and what is created carries our mark, or is searched for if
    /// the rules say how.
    fn can_be_found(&self, lost: &Exchange, item: &ExchangeItem) -> bool {
        if !item.message.ends_with("Add") {
            return true;
        }
        let of = item.document.as_ref();
        // What carries our mark is found by it.
        if of.is_some_and(|key| mark::is_on(&lost.request, &mark::of(&key.object, &key.id))) {
            return true;
        }
        let object = of.and_then(|key| self.rules.program.object(&key.object));
        let variants = object.and_then(|object| object.export.as_ref()).map(|export| &export.variants);
        variants.is_some_and(|variants| {
            variants
                .iter()
                .filter(|variant| variant.add.body.name() == item.message)
                .all(|variant| variant.matching.as_ref().is_some_and(|it| is_sought(it, lost, item)))
        })
    }
}

/// Whether the request of an item holds what its record would be searched by: a bill without a
/// number is found by none.
fn is_sought(matching: &Match, lost: &Exchange, item: &ExchangeItem) -> bool {
    let MatchBy::Field(path) = &matching.by else {
        return true;
    };
    let opening = format!("<{}Rq requestID=\"{}\">", item.message, item.request_id);
    let Some((_, request)) = lost.request.split_once(&opening) else {
        return false;
    };
    text_at(request.as_bytes(), path).is_some_and(|text| !text.is_empty())
}

fn queued(job: JobId, error: Option<JobError>, at: Moment) -> JobChange {
    JobChange { job, state: JobState::Queued, error, next_try: Some(at), is_attempt: false }
}

fn unknown(job: JobId, item: &ExchangeItem) -> JobChange {
    let label = item.document.as_ref().map_or_else(|| item.message.clone(), ToString::to_string);
    let error = Some(errors::unknown_outcome(&label));
    JobChange { job, state: JobState::OutcomeUnknown, error, next_try: None, is_attempt: false }
}

/// An exchange at its end.
pub(super) fn closed(
    exchange: &Exchange,
    response: Option<String>,
    failure: Option<String>,
    items: Vec<ExchangeItem>,
) -> Closed {
    Closed { exchange: exchange.id, response, failure, items }
}
