//! Documents that wait for a person: after every read they are looked at again.

use std::collections::{BTreeSet, HashMap};

use crate::engine::{Decision, Fate};
use crate::sync::company_file::document::document_key;
use crate::sync::stored::{DocumentKey, Job, JobChange, JobState};

use super::call::SessionCall;
use super::documents::{self, KnownDocuments};
use super::errors;
use super::talk::SessionError;

/// So many are looked at after a read, the oldest first.
const LIMIT: usize = 500;

/// Ends the jobs that wait for a person and for which nothing is left to do: someone has done in
/// `QuickBooks` what had to be done there. What is still to be sent waits for a play.
pub(super) fn settle(call: &mut SessionCall<'_>) -> Result<(), SessionError> {
    let mut jobs = call.store.jobs(call.file.id, Some(JobState::Waiting))?;
    jobs.truncate(LIMIT);
    let keys: Vec<DocumentKey> = jobs.iter().map(|job| job.document.clone()).collect();
    let known = call.store.documents(call.file.id, &keys)?;
    let versions: HashMap<_, _> =
        known.into_iter().map(|it| (it.document.key, it.document.version)).collect();
    // Of a document that came in another version since, nobody has said that it is to be sent.
    jobs.retain(|job| versions.get(&job.document) == Some(&job.version));
    if jobs.is_empty() {
        return Ok(());
    }
    let wanted: BTreeSet<DocumentKey> = jobs.iter().map(|job| job.document.clone()).collect();
    let mut known = KnownDocuments::default();
    known.read(call, &wanted, false)?;
    let plan = known.plan(call, &wanted)?;
    let by_document: HashMap<DocumentKey, Job> =
        jobs.into_iter().map(|job| (job.document.clone(), job)).collect();
    let mut commit = call.change();
    for step in &plan.steps {
        let key = step.outcome.key.as_ref().map(|key| document_key(&step.object, key));
        let Some(job) = key.as_ref().and_then(|key| by_document.get(key)) else { continue };
        let (Decision::Keep(counterpart) | Decision::Connect(counterpart)) = &step.outcome.decision else {
            continue;
        };
        if counterpart.request.is_none() && !counterpart.changes.iter().any(|it| it.fate == Fate::Asked) {
            let error = Some(errors::resolved(job.error.clone()));
            let state = JobState::Done;
            commit.jobs.push(JobChange { job: job.id, state, error, next_try: None, is_attempt: false });
            commit.connections.extend(documents::connection(call, step, &job.document));
        }
    }
    if !commit.jobs.is_empty() {
        call.commit(commit)?;
    }
    Ok(())
}
