//! A company file, reconciled: the ledger of what is kept, and why a document was not sent.

use std::collections::HashMap;

use crate::rules::Program;
use crate::sync::plan::preview::{Preview, Standing};
use crate::sync::reconcile::{Ledger, Period, Reconciliation};
use crate::sync::stored::{CompanyFile, DocumentKey, Job, JobState, Moment, Store, StoreError};
use crate::sync::why::of_job;
use crate::sync::{KeptError, NotSent};

/// A period of a company file, reconciled as everything is kept now.
///
/// # Errors
/// The store failed, or holds settings that the rules do not take.
pub fn reconcile(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    period: Period,
    now: Moment,
) -> Result<Reconciliation, KeptError> {
    let preview = Preview::load(store, file.id)?;
    let planned = preview.plan(program, Standing::AsIs, &|_| true)?;
    let ledger = Ledger::of_kept(program, &preview, &planned.plan)?;
    let unsent = Unsent::of(store, file, now)?;
    Ok(ledger.period(period, &|document| Some(unsent.reason(document))))
}

/// Why documents were not sent that nothing in the rules holds back.
#[derive(Debug)]
pub struct Unsent {
    jobs: HashMap<DocumentKey, Job>,
    now: Moment,
}

impl Unsent {
    /// As it is now.
    ///
    /// # Errors
    /// The store failed.
    pub fn of(store: &dyn Store, file: &CompanyFile, now: Moment) -> Result<Self, StoreError> {
        let jobs = store.jobs(file.id, None)?.into_iter().map(|job| (job.document.clone(), job));
        Ok(Self { jobs: jobs.collect(), now })
    }

    /// Until when that holds, if nothing is written meanwhile: a document that is tried again later is in the queue from then on.
    pub fn until(&self) -> Option<Moment> {
        let later = |job: &&Job| job.state == JobState::Queued && job.next_try > self.now;
        self.jobs.values().filter(later).map(|job| job.next_try).min()
    }

    /// Why a document was not sent.
    pub fn reason(&self, document: &DocumentKey) -> String {
        let reasons = self.jobs.get(document).map(|job| of_job(job, self.now)).unwrap_or_default();
        let told: Vec<String> = reasons.iter().map(ToString::to_string).collect();
        if told.is_empty() { NotSent::NeverPlayed.to_string() } else { told.join(" ") }
    }
}
