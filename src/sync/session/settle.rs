//! Settling: answers come in.

use std::collections::{BTreeSet, HashMap};

use crate::catalogue::Outcome;
use crate::qbxml::{Response, ResponseSet, read_response_set};
use crate::sync::stored::{Exchange, ExchangeKind, JobId, JobState};

use super::errors;
use super::fate::{Again, Fate, again, failed};
use super::recover::closed;
use super::sessions::{Received, SessionError};
use super::state::Phase;
use super::step::Step;

/// The parser of `QuickBooks` refuses the whole set for what one request in it holds.
const NOT_PARSED: &str = "0x80040400";

impl Step<'_> {
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
                return self.nonsense(exchange, message);
            }
        };
        match exchange.kind {
            ExchangeKind::Recover => self.settle_recovery(exchange, &set, text),
            ExchangeKind::Read => self.settle_read(exchange, &set),
            ExchangeKind::Write => self.settle_write(exchange, &set, text),
        }
    }

    /// What came says nothing about what was asked, and the session fails. What became of a write the
    /// next visit finds out; anything else is asked anew.
    pub(super) fn nonsense(&mut self, exchange: &Exchange, message: String) -> Result<bool, SessionError> {
        self.state.error = Some(message.clone());
        let mut commit = self.change();
        if exchange.kind != ExchangeKind::Write {
            commit.closed = Some(closed(exchange, None, Some(message), exchange.items.clone()));
        }
        self.commit(commit)?;
        Ok(false)
    }

    /// `QuickBooks` took nothing of the exchange, or broke off.
    fn settle_failure(
        &mut self,
        exchange: &Exchange,
        (code, message): (&str, &str),
        outcome: Outcome,
        retryable: bool,
    ) -> Result<bool, SessionError> {
        if exchange.kind != ExchangeKind::Write {
            return self.nonsense(exchange, message.to_owned());
        }
        if outcome != Outcome::NotApplied {
            return self.fail(message.to_owned());
        }
        let jobs = self.still_sent(exchange)?;
        // One of them is at fault. Alone each shows which; any other refusal is not theirs.
        let is_content = !retryable && code.eq_ignore_ascii_case(NOT_PARSED);
        let error = errors::known_error(code, message, crate::catalogue::hresult(code));
        let mut commit = self.change();
        commit.jobs = match jobs.as_slice() {
            [job] if is_content => vec![failed(*job, error)],
            jobs => {
                let at = if is_content { self.now } else { self.now + errors::wait_after(0) };
                jobs.iter().map(|job| again(*job, error.clone(), at)).collect()
            }
        };
        commit.closed = Some(closed(exchange, None, Some(message.to_owned()), exchange.items.clone()));
        self.state.one_by_one = is_content && jobs.len() > 1;
        self.commit(commit)?;
        if is_content { Ok(true) } else { self.fail(message.to_owned()) }
    }

    /// The jobs of an exchange that still wait for what became of it: not those that needed no request
    /// of their own, or were refused by the rules, and not those that a newer version has replaced.
    pub(super) fn still_sent(&self, exchange: &Exchange) -> Result<Vec<JobId>, SessionError> {
        let of_it: BTreeSet<JobId> =
            exchange.items.iter().flat_map(|item| item.jobs.iter().copied()).collect();
        let sent = self.store.jobs(self.file.id, Some(JobState::Sent))?;
        Ok(sent.into_iter().map(|job| job.id).filter(|job| of_it.contains(job)).collect())
    }

    /// Takes over the answers to a batch, whenever they come.
    pub(super) fn settle_write(
        &mut self,
        exchange: &Exchange,
        set: &ResponseSet,
        text: &str,
    ) -> Result<bool, SessionError> {
        if let Some(code) = unkept(set) {
            let message = format!("QuickBooks did nothing of it, or keeps no answer (status {code}).");
            let error = errors::refused(code, &message);
            return self.settle_lost(exchange, &message, Some(&error));
        }
        let answers = match paired(exchange, &set.responses) {
            Ok(answers) => answers,
            Err(wrong) => return self.nonsense(exchange, wrong),
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
        let settled: Vec<_> = items
            .iter()
            .zip(&fates)
            .filter(|(_, fate)| !matches!(fate, Fate::Failed { again: Again::AtOnce, .. }))
            .filter_map(|(item, _)| item.document.as_ref())
            .collect();
        self.state.stale.retain(|stale| !settled.contains(&&stale.document));
        if fates.iter().any(|fate| matches!(fate, Fate::Failed { again: Again::AfterRead, .. })) {
            self.state.must_read = true;
            self.state.phase = Phase::Recover;
        }
        self.state.acknowledged.clone_from(&exchange.set_id);
        commit.closed = Some(closed(exchange, Some(text.to_owned()), None, items));
        self.commit(commit)?;
        Ok(true)
    }
}

/// Why a set has no responses at all: it was not done under its id, as far as `QuickBooks` can tell.
fn unkept(set: &ResponseSet) -> Option<i32> {
    let code = set.attribute("messageSetStatusCode")?.parse().ok()?;
    (set.responses.is_empty() && code != 0).then_some(code)
}

/// The response to each request, by its id, whatever their order.
pub(super) fn paired<'r>(
    exchange: &Exchange,
    responses: &'r [Response],
) -> Result<Vec<&'r Response>, String> {
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
