//! What became of writes whose answer was lost: asked before anything else is done.
//!
//! `QuickBooks` keeps the answer to a set of requests under its id. A set it kept no answer of it did
//! not finish; then everything is read before the documents are planned anew, and what is there all
//! the same is found by their matches.

use crate::qbxml::{MessageSet, ResponseSet};
use crate::sync::stored::{Closed, Exchange, ExchangeItem, ExchangeKind, JobChange, JobId, JobState, Moment};

use super::errors;
use super::read;
use super::sessions::SessionError;
use super::state::{Phase, Reading};
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
        let is_due = self.state.must_read || read::is_due(self.store, self.rules, &self.file, self.now)?;
        self.state.phase =
            if is_due { Phase::Read(Reading { began_at: self.now, open: Vec::new() }) } else { Phase::Write };
        if is_due {
            self.plan_reading()?;
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
            return self.settle_lost(
                &lost,
                &format!("The answer was lost, and QuickBooks kept none (status {code})."),
            );
        }
        self.settle_write(&lost, set, text)
    }

    /// A write that `QuickBooks` did not finish, as far as it can tell: everything is read, then the
    /// documents are planned anew.
    pub(super) fn settle_lost(&mut self, lost: &Exchange, why: &str) -> Result<bool, SessionError> {
        self.state.must_read = true;
        let mut jobs: Vec<JobId> = lost.items.iter().flat_map(|item| item.jobs.iter().copied()).collect();
        jobs.sort_unstable();
        jobs.dedup();
        let mut commit = self.change();
        for job in jobs {
            let blind = lost.items.iter().find(|item| item.jobs.contains(&job) && !self.can_be_found(item));
            commit.jobs.push(match blind {
                Some(item) => unknown(job, item),
                None => queued(job, self.now),
            });
        }
        commit.closed = Some(closed(lost, None, Some(why.to_owned()), lost.items.clone()));
        self.commit(commit)?;
        Ok(true)
    }

    /// Whether a record that an item made would be found again when its document is planned: a change
    /// does no harm when it is done twice, and what is created is searched for if the rules say how.
    fn can_be_found(&self, item: &ExchangeItem) -> bool {
        if !item.message.ends_with("Add") {
            return true;
        }
        let object = item.document.as_ref().and_then(|key| self.rules.program.object(&key.object));
        let variants = object.and_then(|object| object.export.as_ref()).map(|export| &export.variants);
        variants.is_some_and(|variants| {
            variants
                .iter()
                .filter(|variant| variant.add.body.name() == item.message)
                .all(|variant| variant.matching.is_some())
        })
    }
}

fn queued(job: JobId, now: Moment) -> JobChange {
    JobChange { job, state: JobState::Queued, error: None, next_try: Some(now), is_attempt: false }
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
