//! A batch: the next documents that are queued, planned by the same code as `ferrule diff`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::document::Origin;
use crate::engine::fault::codes;
use crate::engine::{Counterpart, Decision, Key};
use crate::sync::plan::draft::finalized;
use crate::sync::stored::{
    Candidate, Connection, DocumentKey, ExchangeItem, Finalized, Job, JobChange, JobError, JobId, JobState,
    SessionId, StoredDocument,
};
use crate::sync::{Plan, Source, Step as PlanStep, settings};

use super::errors;
use super::sessions::SessionError;
use super::state::Stale;
use super::step::Step;
use crate::sync::company_file::document::document_key;
use crate::sync::plan::closing::{Closing, Sources};
use crate::sync::plan::preview::Standing;

/// What is to be done for the next documents.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// The requests, one after the other.
    pub requests: Vec<u8>,
    /// What each is for.
    pub items: Vec<ExchangeItem>,
    /// What becomes of jobs at once.
    pub jobs: Vec<JobChange>,
    /// Documents that were played as drafts and are finalized by being sent.
    pub finalized: Vec<Finalized>,
    /// Connections that need no request.
    pub connections: Vec<Connection>,
    /// For each change of a record: the elements, with what they held when it was planned.
    pub before: Vec<Stale>,
}

/// A batch that was planned and is still to be handed out.
#[derive(Debug)]
pub(super) struct Planned {
    session: SessionId,
    /// The settings that differed from their defaults.
    settings: BTreeMap<String, serde_json::Value>,
    /// The jobs as they were then.
    jobs: Vec<Job>,
    /// The batch.
    pub batch: Batch,
}

/// Documents in full, and what is wrong with those that cannot be read.
#[derive(Default)]
pub(super) struct Known {
    pub sources: Sources,
    pub broken: HashMap<DocumentKey, JobError>,
    /// Drafts that were played: they are taken as they are once they are finalized.
    pub drafts: HashMap<DocumentKey, Finalized>,
    /// Say of every element where it comes from.
    pub explain: bool,
}

impl Step<'_> {
    /// Plans the next jobs; nothing if none is due.
    ///
    /// It is planned when an answer came, to know whether there is more to do; when it is asked for, that
    /// is the plan still, unless jobs, records, connections or settings have changed.
    pub(super) fn batch(&mut self) -> Result<Option<Planned>, SessionError> {
        let limit = if self.state.one_by_one { 1 } else { self.limits.batch };
        let jobs = self.store.due_jobs(self.file.id, self.now, limit)?;
        if jobs.is_empty() {
            return Ok(None);
        }
        let is_this = |planned: &Planned| {
            planned.session == self.session && planned.jobs == jobs && planned.settings == self.file.settings
        };
        if let Some(planned) = self.ahead.planned.take().filter(is_this) {
            return Ok(Some(planned));
        }
        let wanted: BTreeSet<DocumentKey> = jobs.iter().map(|job| job.document.clone()).collect();
        let mut known = Known::default();
        self.read_documents(&mut known, &wanted, true)?;
        let plan = self.closed_plan(&mut known, &wanted)?;
        let batch = self.batch_of(&plan, &jobs, &known);
        let (session, settings) = (self.session, self.file.settings.clone());
        Ok(Some(Planned { session, settings, jobs, batch }))
    }

    /// The plan of the wanted documents with all that they refer to in full.
    pub(super) fn closed_plan(
        &self,
        known: &mut Known,
        wanted: &BTreeSet<DocumentKey>,
    ) -> Result<Plan, SessionError> {
        let closing = Closing {
            program: &self.rules.program,
            settings: &settings(&self.rules.program, &self.file)?,
            mirror: self.mirror,
            standing: Standing::AsIs,
            closed_until: self.file.closed_until(),
            played_at: (!known.drafts.is_empty()).then_some(self.now),
            explain: known.explain,
        };
        let mut sources = std::mem::take(&mut known.sources);
        let plan = closing.plan(wanted, &mut sources, &mut |met| {
            self.read_documents(known, met, false)?;
            Ok::<_, SessionError>(std::mem::take(&mut known.sources))
        })?;
        known.sources = sources;
        Ok(plan)
    }

    /// Reads documents; those that are played as they are once they are finalized.
    pub(super) fn read_documents(
        &self,
        known: &mut Known,
        keys: &BTreeSet<DocumentKey>,
        are_played: bool,
    ) -> Result<(), SessionError> {
        let program = &self.rules.program;
        let decoder = &program.decoder;
        let (archived, keys): (Vec<_>, Vec<_>) =
            keys.iter().cloned().partition(|key| self.mirror.is_archived(key));
        known.broken.extend(archived.into_iter().map(|key| (key, errors::archived())));
        for StoredDocument { document, .. } in self.store.documents(self.file.id, &keys)? {
            let origin = Origin::file(document.key.to_string());
            let finalized = if are_played { finalized(program, &document, self.now) } else { None };
            let read = decoder.decode(&document.json, &origin);
            known.drafts.extend(finalized.map(|it| (document.key.clone(), it)));
            match read {
                Ok(read) => {
                    let source = Source { origin, document: read.root };
                    known.sources.insert(document.key, source);
                }
                Err(problems) => {
                    let messages: Vec<String> = problems.iter().map(ToString::to_string).collect();
                    known.broken.insert(document.key, errors::unreadable(&messages));
                }
            }
        }
        Ok(())
    }

    fn batch_of(&self, plan: &Plan, jobs: &[Job], known: &Known) -> Batch {
        let mut batch = Batch::default();
        let by_document: HashMap<&DocumentKey, &Job> = jobs.iter().map(|job| (&job.document, job)).collect();
        let needed = needed_by(plan, &by_document);
        let held = self.held(plan, &needed);
        let mut planned: BTreeSet<&DocumentKey> = BTreeSet::new();
        for step in &plan.steps {
            let Some(key) = step.outcome.key.as_ref().map(|key| document_key(&step.object, key)) else {
                continue;
            };
            let job = by_document.get(&key).copied();
            if let Some(job) = job {
                planned.insert(&job.document);
            }
            let jobs = needed.get(&key).cloned().unwrap_or_default();
            if let Some((state, error)) = self.settled(step, &key, known) {
                batch.jobs.extend(job.map(|job| change(job.id, state, error)));
            } else if !jobs.is_empty() && jobs.iter().all(|job| held.contains_key(job)) {
                let error = jobs.iter().find_map(|job| held.get(job)).cloned();
                batch.jobs.extend(job.map(|job| self.held_back(job.id, error)));
            } else if let (Some(xml), Some(request)) = (step.sent_xml(), step.outcome.request()) {
                batch.jobs.extend(job.map(|job| sent(job.id)));
                batch.requests.extend(xml);
                batch.items.push(item(step.request_id(), request.message, key.clone(), jobs));
                batch.before.extend(before(step, &key));
            }
            let is_out = |change: &JobChange| {
                job.is_some_and(|job| job.id == change.job)
                    && matches!(change.state, JobState::Sent | JobState::Done)
            };
            if batch.jobs.last().is_some_and(is_out) {
                batch.finalized.extend(known.drafts.get(&key).cloned());
            }
            batch.connections.extend(self.connection(step, &key));
        }
        let left = jobs.iter().filter(|job| !planned.contains(&job.document));
        batch.jobs.extend(left.map(|job| without_plan(job, known)));
        batch
    }

    /// How far a document is that needs no request of its own; nothing for one that does.
    fn settled(
        &self,
        step: &PlanStep,
        key: &DocumentKey,
        known: &Known,
    ) -> Option<(JobState, Option<JobError>)> {
        Some(match &step.outcome.decision {
            Decision::Reject(notes) if self.mirror.is_gone(key) => {
                (JobState::Waiting, Some(errors::gone(notes, key, self.candidates_of(key, known))))
            }
            Decision::Reject(notes) if notes.iter().any(|note| note.code == codes::NO_MATCH) => {
                (JobState::Rejected, Some(errors::unclear(notes, self.candidates_of(key, known))))
            }
            Decision::Reject(notes) => (JobState::Rejected, Some(errors::rejected(notes))),
            Decision::Skip(Some(note)) if step.outcome.waits => {
                (JobState::Waiting, Some(errors::to_be_done(note)))
            }
            Decision::Skip(note) => (JobState::Rejected, Some(errors::skipped(note.as_ref()))),
            Decision::Share { .. } => (JobState::Done, None),
            Decision::Create(_) => return None,
            Decision::Connect(counterpart) | Decision::Keep(counterpart) => match &counterpart.request {
                None => (JobState::Done, None),
                Some(_) => match self.conflict(key, counterpart) {
                    Some(error) => (JobState::Waiting, Some(error)),
                    None => return None,
                },
            },
        })
    }

    fn candidates_of(&self, key: &DocumentKey, known: &Known) -> Vec<Candidate> {
        known.sources.get(key).map(|source| self.candidates(key, &source.document)).unwrap_or_default()
    }

    /// Whether what is to be changed is not what it was when the same change was refused.
    fn conflict(&self, key: &DocumentKey, counterpart: &Counterpart) -> Option<JobError> {
        let stale = self.state.stale.iter().find(|stale| stale.document == *key)?;
        let differences: Vec<_> = counterpart
            .changes
            .iter()
            .filter(|change| {
                let was = stale.before.iter().find(|(path, _)| *path == change.path);
                // What was as Steelhead has it, and is not any more, was changed in QuickBooks too.
                was.is_none_or(|(_, before)| *before != change.before)
            })
            .map(|change| (change.path.clone(), change.after.clone(), change.before.clone()))
            .collect();
        (!differences.is_empty()).then(|| errors::conflict(&differences))
    }

    /// The connection that a step makes without a request.
    pub(super) fn connection(&self, step: &PlanStep, key: &DocumentKey) -> Option<Connection> {
        let Decision::Connect(Counterpart { record: Some(record), .. }) = &step.outcome.decision else {
            return None;
        };
        Some(Connection {
            document: key.clone(),
            record_type: record.name().to_owned(),
            record_id: record.id()?.to_owned(),
            connected_at: self.now,
            is_archived: false,
        })
    }
}

/// Which jobs need the request of which document: their own, and those of all that they refer to.
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

fn without_plan(job: &Job, known: &Known) -> JobChange {
    let error = known.broken.get(&job.document).cloned().unwrap_or_else(errors::not_on_its_own);
    change(job.id, JobState::Rejected, Some(error))
}

fn change(job: JobId, state: JobState, error: Option<JobError>) -> JobChange {
    JobChange { job, state, error, next_try: None, is_attempt: false }
}

fn sent(job: JobId) -> JobChange {
    JobChange { is_attempt: true, ..change(job, JobState::Sent, None) }
}

fn item(request_id: String, message: &str, document: DocumentKey, jobs: Vec<JobId>) -> ExchangeItem {
    ExchangeItem {
        request_id,
        message: message.to_owned(),
        document: Some(document),
        status_code: None,
        status_message: None,
        jobs,
    }
}

fn before(step: &PlanStep, key: &DocumentKey) -> Option<Stale> {
    let (Decision::Connect(counterpart) | Decision::Keep(counterpart)) = &step.outcome.decision else {
        return None;
    };
    let before = counterpart.changes.iter().map(|change| (change.path.clone(), change.before.clone()));
    Some(Stale { document: key.clone(), before: before.collect() })
}
