//! A write that `QuickBooks` did not finish, as far as it can tell.
//!
//! That is no proof that nothing of it was done: it may have broken off in the middle. So everything is
//! read before its documents go again. Then they are planned anew, and a record that is there all the same is found by
//! its match or by our mark. What could be found by neither is not sent again before a person has looked.

use std::collections::HashMap;

use chrono::TimeDelta;

use crate::qbxml::text_at;
use crate::rules::program::{Match, MatchBy};
use crate::sync::plan::mark;
use crate::sync::stored::{
    Agreement, Closed, DocumentKey, Exchange, ExchangeItem, JobChange, JobError, JobId, JobState, Moment,
};

use super::answers::sent;
use super::call::{SessionCall, Settled};
use super::errors;
use super::talk::SessionError;

/// A write of which no answer will come.
pub(super) struct LostWrite<'c, 's> {
    /// The call.
    pub call: &'c mut SessionCall<'s>,
    /// The write.
    pub lost: &'c Exchange,
}

/// Everything was read: what became of the writes whose ids were claimed is in the records, if it is anywhere. Their
/// jobs are queued again, and the documents planned anew.
pub(super) fn settle_claimed(call: &mut SessionCall<'_>) -> Result<(), SessionError> {
    let claimed = std::mem::take(&mut call.state.claimed);
    let is_claimed = |it: &Exchange| it.set_id.as_ref().is_some_and(|id| claimed.contains(id));
    for lost in call.store.unanswered(call.file.id)?.iter().filter(|it| is_claimed(it)) {
        LostWrite { call, lost }.close("The answer was lost, and QuickBooks kept none.", None)?;
    }
    Ok(())
}

impl LostWrite<'_, '_> {
    /// `QuickBooks` says itself that it did not do it, or kept nothing. Everything is read all the same before its jobs
    /// go again; for which they wait a while, if `error` says why.
    pub fn settle(self, why: &str, error: &JobError) -> Result<Settled, SessionError> {
        self.call.read_first()?;
        self.close(why, Some(error))
    }

    /// Its jobs are queued again. Those whose records would not be found wait for a person.
    fn close(self, why: &str, error: Option<&JobError>) -> Result<Settled, SessionError> {
        let at = self.call.now + error.map_or_else(TimeDelta::zero, |_| errors::wait_after(0));
        let mut commit = self.call.change();
        for job in self.call.still_sent(&self.lost.items)? {
            let job = job.id;
            let needed = |item: &&ExchangeItem| item.jobs.contains(&job);
            let blind = self.lost.items.iter().filter(needed).find(|item| !self.can_be_found(item));
            commit.jobs.push(match blind {
                Some(item) => self.unknown(job, item),
                None => queued(job, error.cloned(), at),
            });
        }
        let later = self.later_versions(&commit.jobs)?;
        commit.jobs.extend(later);
        commit.agreed = self.agreements();
        commit.closed = Some(Closed::of(self.lost, None, Some(why.to_owned()), self.lost.items.clone()));
        self.call.commit(commit)?;
        Ok(Settled::Well)
    }

    /// What was to be changed and is so now is agreed on: it was done, or somebody typed in the same. Else it would be
    /// taken for a change of QuickBooks', and what Steelhead changes next for a conflict.
    fn agreements(&self) -> Vec<Agreement> {
        let mirror = &*self.call.mirror;
        let of = |item: &ExchangeItem| {
            let document = item.document.as_ref()?;
            let (known, connection) = (mirror.agreed.get(document)?, mirror.connections.get(document)?);
            let record = mirror.company.by_id(&connection.record_id)?;
            let is_its = known.record == connection.record_id
                && !item.message.ends_with("Add")
                && item.follows.is_none();
            let sent = sent(self.lost, item).filter(|_| is_its)?;
            let agreed = known.perhaps_answered(&sent, &record, &mirror.company);
            (agreed != **known).then(|| Agreement { document: document.clone(), agreed })
        };
        self.lost.items.iter().filter_map(of).collect()
    }

    /// What becomes of jobs of documents that were sent in an earlier version, and would not be found:
    /// to send them would be to send them blind.
    fn later_versions(&self, settled: &[JobChange]) -> Result<Vec<JobChange>, SessionError> {
        let blind: Vec<&ExchangeItem> =
            self.lost.items.iter().filter(|item| !self.can_be_found(item)).collect();
        if blind.is_empty() {
            return Ok(Vec::new());
        }
        let (store, company) = (self.call.store, self.call.file.id);
        let mut needed_by: HashMap<DocumentKey, &ExchangeItem> = HashMap::new();
        for item in blind {
            let jobs = store.jobs_named(company, &item.jobs)?;
            needed_by.extend(jobs.into_iter().map(|job| (job.document, item)));
        }
        let queued = store.jobs(company, Some(JobState::Queued))?;
        let open = queued.iter().filter(|job| settled.iter().all(|change| change.job != job.id));
        Ok(open.filter_map(|job| Some(self.unknown(job.id, needed_by.get(&job.document)?))).collect())
    }

    fn unknown(&self, job: JobId, item: &ExchangeItem) -> JobChange {
        let label = item.document.as_ref().map_or_else(|| item.message.clone(), |key| self.call.called(key));
        let error = Some(errors::unknown_outcome(&label));
        JobChange { job, state: JobState::OutcomeUnknown, error, next_try: None, is_attempt: false }
    }

    /// Whether a record that an item made would be found again when its document is planned: a change
    /// does no harm when it is done twice, and what is created carries our mark, or is searched for if
    /// the rules say how.
    fn can_be_found(&self, item: &ExchangeItem) -> bool {
        // Whether what follows was done, the record shows.
        if !item.message.ends_with("Add") || item.follows.is_some() {
            return true;
        }
        let of = item.document.as_ref();
        if of.is_some_and(|key| mark::is_on(&self.lost.request, key)) {
            return true;
        }
        let object = of.and_then(|key| self.call.rules.program.object(&key.object));
        let variants = object.and_then(|object| object.export.as_ref()).map(|export| &export.variants);
        // Which variant made the request is not kept: each that may have made it must search.
        variants.is_some_and(|variants| {
            variants
                .iter()
                .filter(|variant| variant.add.body.name() == item.message)
                .all(|variant| variant.matching.as_ref().is_some_and(|it| self.is_sought(it, item)))
        })
    }

    /// Whether the request of an item holds what its record would be searched by: a bill without a
    /// number is found by none.
    fn is_sought(&self, matching: &Match, item: &ExchangeItem) -> bool {
        let MatchBy::Field(path) = &matching.by else {
            return true;
        };
        let opening = format!("<{}Rq requestID=\"{}\">", item.message, item.request_id);
        let Some((_, request)) = self.lost.request.split_once(&opening) else {
            return false;
        };
        text_at(request.as_bytes(), path).is_some_and(|text| !text.is_empty())
    }
}

fn queued(job: JobId, error: Option<JobError>, at: Moment) -> JobChange {
    JobChange { job, state: JobState::Queued, error, next_try: Some(at), is_attempt: false }
}
