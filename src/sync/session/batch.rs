//! A batch: the next documents that are queued, planned by the same code as `ferrule diff`.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::document::Code;
use crate::engine::{Counterpart, Decision, Difference, Fate, Key};
use crate::sync::company_file::document::document_key;
use crate::sync::stored::{
    Candidate, DocumentKey, ExchangeItem, Job, JobChange, JobError, JobId, JobState, RecordKey,
};
use crate::sync::{Plan, Step};

use super::call::SessionCall;
use super::candidates::candidates;
use super::documents::{self, KnownDocuments};
use super::errors;
use super::held::held;
use super::memory::{Batch, PlannedBatch};
use super::talk::SessionError;

/// The session plans what it writes next.
pub(super) struct BatchPlanning<'c, 's> {
    /// The call.
    pub call: &'c mut SessionCall<'s>,
}

impl BatchPlanning<'_, '_> {
    /// Plans the next jobs; nothing if none is due.
    ///
    /// It is planned when an answer came, to know whether there is more to do; when it is asked for, that
    /// is the plan still, unless jobs, records, connections or settings have changed.
    pub fn next(self) -> Result<Option<PlannedBatch>, SessionError> {
        let call = &mut *self.call;
        let limit = if call.state.one_by_one { 1 } else { call.limits.batch };
        let jobs = call.store.due_jobs(call.file.id, call.now, limit)?;
        if jobs.is_empty() {
            return Ok(None);
        }
        let is_this = |planned: &PlannedBatch| {
            planned.session == call.session && planned.jobs == jobs && planned.settings == call.file.settings
        };
        if let Some(planned) = call.ahead.planned.take().filter(is_this) {
            return Ok(Some(planned));
        }
        let wanted: BTreeSet<DocumentKey> = jobs.iter().map(|job| job.document.clone()).collect();
        let mut known = KnownDocuments::default();
        known.read(call, &wanted, true)?;
        let plan = known.plan(call, &wanted)?;
        let (session, settings) = (call.session, call.file.settings.clone());
        let batch = self.batch_of(&plan, &jobs, &known);
        Ok(Some(PlannedBatch { session, settings, jobs, batch }))
    }

    /// What the plan asks for, as far as it is of these jobs. The plan has the documents in the order in
    /// which they need each other, and so has the batch: a record is made before what refers to it. A
    /// request may serve several jobs, and is sent unless every one of them is held back.
    fn batch_of(&self, plan: &Plan, jobs: &[Job], known: &KnownDocuments) -> Batch {
        let mut batch = Batch::default();
        let by_document: HashMap<&DocumentKey, &Job> = jobs.iter().map(|job| (&job.document, job)).collect();
        let needed = needed_by(plan, &by_document);
        let held = held(self.call, plan, &needed);
        let mut planned: BTreeSet<&DocumentKey> = BTreeSet::new();
        let mut awaiting = Awaiting::default();
        for step in &plan.steps {
            let Some(key) = step.outcome.key.as_ref().map(|key| document_key(&step.object, key)) else {
                continue;
            };
            let job = by_document.get(&key).copied();
            if let Some(job) = job {
                planned.insert(&job.document);
            }
            let jobs = needed.get(&key).cloned().unwrap_or_default();
            if let Some(error) = set_aside(step) {
                batch.jobs.extend(job.map(|job| self.held_back(job.id, Some(error))));
            } else if let Some((state, error)) = settled(self.call, step, &key, known) {
                batch.jobs.extend(job.map(|job| change(job.id, state, error)));
            } else if !jobs.is_empty() && jobs.iter().all(|job| held.contains_key(job)) {
                let error = jobs.iter().find_map(|job| held.get(job)).cloned();
                batch.jobs.extend(job.map(|job| self.held_back(job.id, error)));
            } else if awaiting.is_early(step) {
                // Its job is with those of what it waits for: it fails if they do, and is queued again if they are done.
                batch.jobs.extend(job.map(|job| sent(job.id)));
                awaiting.jobs.extend(job.map(|job| job.id));
                continue;
            } else if let (Some(xml), Some(request)) = (step.sent_xml(), step.outcome.request()) {
                batch.jobs.extend(job.map(|job| sent(job.id)));
                batch.requests.extend(xml);
                batch.items.push(item(step.request_id(), request.message, key.clone(), jobs));
            } else if let Some(error) = self.unshown(step, &key) {
                batch.jobs.extend(job.map(|job| self.held_back(job.id, Some(error))));
            } else if step.outcome.follow_ups().iter().any(|it| !it.request.awaits) {
                batch.jobs.extend(job.map(|job| sent(job.id)));
                let record = step.outcome.decision.counterpart().and_then(|it| it.record.as_deref());
                batch.followed.extend(record.and_then(RecordKey::of));
                for (follow, id, xml) in step.follow_ups().filter(|(it, ..)| !it.request.awaits) {
                    batch.requests.extend(xml);
                    let own: Vec<JobId> = job.iter().map(|job| job.id).collect();
                    batch
                        .items
                        .push(item(id, follow.request.message, key.clone(), own).following(&follow.id));
                }
            }
            let is_out = |change: &JobChange| {
                job.is_some_and(|job| job.id == change.job)
                    && matches!(change.state, JobState::Sent | JobState::Done)
            };
            if batch.jobs.last().is_some_and(is_out) {
                batch.finalized.extend(known.drafts.get(&key).cloned());
            }
            batch.connections.extend(documents::connection(self.call, step, &key));
            batch.agreed.extend(documents::agreement(self.call, step, &key));
        }
        awaiting.reject_blind(&mut batch);
        let left = jobs.iter().filter(|job| !planned.contains(&job.document));
        batch.jobs.extend(left.map(|job| without_plan(job, known)));
        batch
    }

    /// Why nothing can follow yet: QuickBooks did not show the record, which alone tells what was done.
    fn unshown(&self, step: &Step, document: &DocumentKey) -> Option<JobError> {
        let record = RecordKey::of(step.outcome.decision.counterpart()?.record.as_deref()?)?;
        let (_, message) = self.call.state.unshown.iter().find(|(it, _)| *it == record)?;
        Some(errors::unshown(&self.call.called(document), message))
    }

    /// The job is tried again when the read may have gone better.
    fn held_back(&self, job: JobId, error: Option<JobError>) -> JobChange {
        let next_try = Some(self.call.now + errors::wait_after(0));
        JobChange { next_try, ..change(job, JobState::Queued, error) }
    }
}

/// Documents whose requests hold an id that is not known before another request was answered. They go in a later batch.
#[derive(Default)]
struct Awaiting<'p> {
    /// Their jobs.
    jobs: Vec<JobId>,
    /// Those of them that make a record: what refers to one of these waits as well.
    new: HashSet<&'p Key>,
}

impl<'p> Awaiting<'p> {
    /// Whether a step cannot be sent yet.
    fn is_early(&mut self, step: &'p Step) -> bool {
        let Some(request) = step.outcome.request() else { return false };
        let mut needed = step.outcome.dependencies.iter();
        let is_early = request.awaits || needed.any(|it| self.new.contains(&it.key));
        if is_early && matches!(step.outcome.decision, Decision::Create(_)) {
            self.new.extend(step.outcome.key.as_ref());
        }
        is_early
    }

    /// What waits for nothing that is sent would wait for ever.
    fn reject_blind(&self, batch: &mut Batch) {
        let Batch { jobs, items, .. } = batch;
        let is_blind = |job: &JobId| !items.iter().any(|item| item.jobs.contains(job));
        let blind: Vec<JobId> = self.jobs.iter().copied().filter(is_blind).collect();
        for job in jobs.iter_mut().filter(|it| blind.contains(&it.job)) {
            *job = change(job.job, JobState::Rejected, Some(errors::nothing_to_await()));
        }
    }
}

/// How far a document is that needs no request of its own; nothing for one that does. Nothing is sent
/// for a document of which a person has to decide something first.
pub(super) fn settled(
    call: &SessionCall<'_>,
    step: &Step,
    key: &DocumentKey,
    known: &KnownDocuments,
) -> Option<(JobState, Option<JobError>)> {
    Some(match &step.outcome.decision {
        Decision::Reject(notes) if call.mirror.is_gone(key) => {
            (JobState::Waiting, Some(errors::gone(notes, key, candidates_of(call, key, known))))
        }
        Decision::Reject(notes) if notes.iter().any(|note| note.code == Code::NoMatch) => {
            (JobState::Rejected, Some(errors::unclear(notes, candidates_of(call, key, known))))
        }
        Decision::Reject(notes) if notes.iter().any(|note| note.code == Code::NearTwin) => {
            (JobState::Rejected, Some(errors::near_twin(notes, candidates_of(call, key, known))))
        }
        Decision::Reject(notes) => (JobState::Rejected, Some(errors::rejected(notes))),
        Decision::Skip(Some(note)) if step.outcome.waits => {
            (JobState::Waiting, Some(errors::to_be_done(note)))
        }
        Decision::Skip(Some(note)) if step.outcome.is_by_hand => {
            (JobState::Rejected, Some(errors::by_hand(note)))
        }
        Decision::Skip(note) => (JobState::Rejected, Some(errors::skipped(note.as_ref()))),
        Decision::Share { .. } => (JobState::Done, None),
        Decision::Create(_) => return None,
        Decision::Connect(counterpart) | Decision::Keep(counterpart) => match &counterpart.request {
            // What a person has to decide waits, and what else was changed goes all the same.
            Some(_) => return None,
            None => match conflict(counterpart) {
                Some(error) => (JobState::Waiting, Some(error)),
                None if !step.outcome.follow_ups().is_empty() => return None,
                None => (JobState::Done, None),
            },
        },
    })
}

fn candidates_of(call: &SessionCall<'_>, key: &DocumentKey, known: &KnownDocuments) -> Vec<Candidate> {
    let source = known.sources.get(key);
    source.map(|source| candidates(call, key, &source.document)).unwrap_or_default()
}

/// Why a document waits for a record that cannot be read; nothing if anything else is wrong with it.
pub(super) fn set_aside(step: &Step) -> Option<JobError> {
    let Decision::Reject(notes) = &step.outcome.decision else { return None };
    let waits = !notes.is_empty() && notes.iter().all(|note| note.code == Code::SetAside);
    waits.then(|| errors::set_aside(notes))
}

/// What both sides have changed, where the rules leave it to a person who leads.
fn conflict(counterpart: &Counterpart) -> Option<JobError> {
    let asked: Vec<&Difference> =
        counterpart.changes.iter().filter(|change| change.fate == Fate::Asked).collect();
    (!asked.is_empty()).then(|| errors::conflict(&asked))
}

/// Which jobs need the request of which document: their own, and those of all that they refer to. The
/// plan is gone through backwards, so that what is needed is met after all that need it.
fn needed_by(plan: &Plan, jobs: &HashMap<&DocumentKey, &Job>) -> HashMap<DocumentKey, Vec<JobId>> {
    let objects: HashMap<&Key, &str> = plan
        .steps
        .iter()
        .filter_map(|step| Some((step.outcome.key.as_ref()?, step.object.as_str())))
        .collect();
    let mut needed: HashMap<DocumentKey, BTreeSet<JobId>> = HashMap::new();
    for step in plan.steps.iter().rev() {
        let Some(key) = step.outcome.key.as_ref().map(|key| document_key(&step.object, key)) else {
            continue;
        };
        let mut own = needed.remove(&key).unwrap_or_default();
        own.extend(jobs.get(&key).map(|job| job.id));
        for dependency in &step.outcome.dependencies {
            if let Some(object) = objects.get(&dependency.key) {
                needed.entry(document_key(object, &dependency.key)).or_default().extend(&own);
            }
        }
        needed.insert(key, own);
    }
    needed.into_iter().map(|(key, jobs)| (key, jobs.into_iter().collect())).collect()
}

fn without_plan(job: &Job, known: &KnownDocuments) -> JobChange {
    change(job.id, JobState::Rejected, Some(not_planned(&job.document, known)))
}

/// Why a document that is queued is in no plan.
pub(super) fn not_planned(document: &DocumentKey, known: &KnownDocuments) -> JobError {
    known.broken.get(document).cloned().unwrap_or_else(errors::not_on_its_own)
}

fn change(job: JobId, state: JobState, error: Option<JobError>) -> JobChange {
    JobChange { job, state, error, next_try: None, is_attempt: false }
}

fn sent(job: JobId) -> JobChange {
    JobChange { is_attempt: true, ..change(job, JobState::Sent, None) }
}

fn item(request_id: String, message: &str, document: DocumentKey, jobs: Vec<JobId>) -> ExchangeItem {
    ExchangeItem::new(request_id, message.to_owned(), Some(document), jobs)
}
