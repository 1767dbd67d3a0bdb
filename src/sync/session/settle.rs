//! Settling: answers come in.

use std::collections::HashMap;

use crate::catalogue::Outcome;
use crate::qbxml::{Response, ResponseSet, read_response_set};
use crate::sync::stored::{Exchange, ExchangeKind, JobChange, JobId};

use super::errors;
use super::fate::{Again, Fate, again, failed};
use super::recover::closed;
use super::sessions::{Received, SessionError};
use super::step::Step;

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
}

fn jobs_of(exchange: &Exchange) -> Vec<JobId> {
    let mut jobs: Vec<JobId> = exchange.items.iter().flat_map(|item| item.jobs.iter().copied()).collect();
    jobs.sort_unstable();
    jobs.dedup();
    jobs
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
