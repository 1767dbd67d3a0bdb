//! Settling: the answers to a write come in, at once or when a later visit asks for them.

use crate::catalogue::Outcome;
use crate::engine::Agreed;
use crate::qbxml::ResponseSet;
use crate::sync::company_file::document::keeps_agreements;
use crate::sync::stored::{Agreement, Closed, Exchange, ExchangeItem, JobId};

use super::answers::{foreign, paired, sent, unkept};
use super::call::{SessionCall, Settled};
use super::errors;
use super::fate::{self, Again, RequestFate, again, failed};
use super::lost::LostWrite;
use super::talk::SessionError;

/// The parser of `QuickBooks` refuses the whole set for what one request in it holds.
const NOT_PARSED: &str = "0x80040400";

/// A write comes to its end.
pub(super) struct Settling<'c, 's> {
    /// The call.
    pub call: &'c mut SessionCall<'s>,
}

impl Settling<'_, '_> {
    /// `QuickBooks` took nothing of the write, or broke off.
    ///
    /// Only if it is certain that nothing was done are the jobs queued again. Else the write stays open,
    /// and the next visit finds out.
    pub fn failure(
        self,
        exchange: &Exchange,
        (code, message): (&str, &str),
        outcome: Outcome,
        retryable: bool,
    ) -> Result<Settled, SessionError> {
        let call = self.call;
        if outcome != Outcome::NotApplied {
            return call.fail(message.to_owned());
        }
        let jobs: Vec<JobId> = call.still_sent(&exchange.items)?.iter().map(|job| job.id).collect();
        // What the parser refuses is the fault of one of the documents, and it does not say of which. So
        // they go again one by one, and the one that is refused alone is the one. Any other refusal is
        // not theirs, and the visit ends with it.
        let is_content = !retryable && code.eq_ignore_ascii_case(NOT_PARSED);
        let error = errors::known_error(code, message, crate::catalogue::hresult(code));
        let mut commit = call.change();
        commit.jobs = match jobs.as_slice() {
            [job] if is_content => vec![failed(*job, error)],
            jobs => {
                let at = if is_content { call.now } else { call.now + errors::wait_after(0) };
                jobs.iter().map(|job| again(*job, error.clone(), at)).collect()
            }
        };
        commit.closed = Some(Closed::of(exchange, None, Some(message.to_owned()), exchange.items.clone()));
        call.state.one_by_one = is_content && jobs.len() > 1;
        call.commit(commit)?;
        if is_content { Ok(Settled::Well) } else { call.fail(message.to_owned()) }
    }

    /// Takes over the answers to a write, whenever they come.
    pub fn answers(
        self,
        exchange: &Exchange,
        set: &ResponseSet,
        text: &str,
    ) -> Result<Settled, SessionError> {
        let call = self.call;
        if let Some(code) = unkept(set) {
            let message = format!("QuickBooks did not do it, or kept no answer to it (status {code}).");
            let error = errors::refused(code, &message);
            return LostWrite { call, lost: exchange }.settle(&message, &error);
        }
        let answers = match paired(exchange, &set.responses) {
            Ok(answers) => answers,
            Err(wrong) => return call.nonsense(exchange, wrong),
        };
        if let Some(wrong) = foreign(exchange, set, &answers) {
            return call.nonsense(exchange, wrong);
        }
        let mut commit = call.change();
        let mut items = exchange.items.clone();
        let mut fates: Vec<RequestFate> = Vec::new();
        for (item, response) in items.iter_mut().zip(answers) {
            item.status_code = Some(response.status_code);
            item.status_message = Some(response.message.clone());
            fates.push(RequestFate::of(call, item, response, &mut commit));
        }
        commit.jobs = fate::job_changes(call, &items, &fates)?;
        commit.agreed = agreements(call, exchange, &items, &fates);
        // By way of `Recover` the session reads, and comes back to writing after that.
        if fates.iter().any(|fate| fate.again() == Some(Again::AfterRead)) {
            call.read_first()?;
        }
        // The next set names this one as answered: `QuickBooks` may forget what it kept of it.
        call.state.acknowledged.clone_from(&exchange.set_id);
        commit.closed = Some(Closed::of(exchange, Some(text.to_owned()), None, items));
        call.commit(commit)?;
        Ok(Settled::Well)
    }
}

/// What is agreed on from now on: what was sent, and what `QuickBooks` made of it.
fn agreements(
    call: &SessionCall<'_>,
    exchange: &Exchange,
    items: &[ExchangeItem],
    fates: &[RequestFate],
) -> Vec<Agreement> {
    let mut agreed = Vec::new();
    for (item, fate) in items.iter().zip(fates) {
        let RequestFate::Done(record) = fate else { continue };
        let Some(document) =
            item.document.as_ref().filter(|it| keeps_agreements(&call.rules.program, &it.object))
        else {
            continue;
        };
        let Some(sent) = sent(exchange, item) else { continue };
        let company = &call.mirror.company;
        let id = record.id().unwrap_or_default();
        let noted = call.mirror.agreed.get(document).map(AsRef::as_ref);
        let known = match noted.filter(|known| known.record == id) {
            Some(known) => known.answered(&sent, record, company),
            None => Agreed::made(noted, &sent, record, company),
        };
        agreed.push(Agreement { document: document.clone(), agreed: known });
    }
    agreed
}
