//! A store next to a model of it that is too simple to be wrong, through the same random days.

use std::collections::{BTreeMap, BTreeSet};

use ferrule::store::{AnyStore, Place};
use ferrule::sync::stored::{
    Closed, Commit, Committed, CompanyId, Connection, DocumentKey, Ending, ExchangeId, ExchangeKind, JobId,
    JobState, RecordKey, SessionId, Store, StoreError,
};
use proptest::prelude::*;

use crate::store_support::{
    at, change, company_file, connection, document, error, exchange, item, key, mirror, record, record_key,
    step,
};

/// What happens to one of two company files.
#[derive(Clone, Debug)]
enum Event {
    Load(u8, u8),
    Play(Vec<u8>),
    Begin,
    Commit(Step),
    Connect(u8, u8),
    Ignore(u8, bool),
    AskForRead,
    Reopen,
}

/// A step of the session that began so many sessions ago, whosever that was.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn by itself")]
struct Step {
    age: usize,
    records: Vec<(u8, u8)>,
    deleted: Vec<u8>,
    connections: Vec<(u8, u8)>,
    job: Option<(usize, JobState)>,
    opens: bool,
    closes: bool,
    ends: bool,
    is_read: bool,
}

#[derive(Clone, Debug)]
struct ModelJob {
    id: JobId,
    document: u8,
    version: u8,
    state: JobState,
    attempts: u32,
    has_error: bool,
}

#[derive(Debug, Default)]
struct Model {
    documents: BTreeMap<u8, u8>,
    jobs: Vec<ModelJob>,
    records: Vec<(u8, u8)>,
    connections: BTreeMap<u8, u8>,
    ignored: BTreeSet<u8>,
    session: Option<SessionId>,
    sessions: usize,
    exchanges: Vec<(ExchangeId, bool)>,
    revision: i64,
    is_read_asked: bool,
}

fn steps() -> impl Strategy<Value = Step> {
    let states = prop::sample::select(JobState::ALL.to_vec());
    let pairs = || prop::collection::vec((0..4u8, 0..3u8), 0..4);
    (
        prop_oneof![4 => Just(0usize), 1 => 1..3usize],
        (pairs(), prop::collection::vec(0..4u8, 0..2), pairs()),
        prop::option::of((0..5usize, states)),
        (any::<bool>(), any::<bool>(), prop::bool::weighted(0.2), prop::bool::weighted(0.2)),
    )
        .prop_map(|(age, (records, deleted, connections), job, (opens, closes, ends, is_read))| Step {
            age,
            records,
            deleted,
            connections,
            job,
            opens,
            closes,
            ends,
            is_read,
        })
}

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (0..4u8, 0..3u8).prop_map(|(id, version)| Event::Load(id, version)),
        3 => prop::collection::vec(0..5u8, 0..4).prop_map(Event::Play),
        2 => Just(Event::Begin),
        6 => steps().prop_map(Event::Commit),
        1 => (0..4u8, 0..3u8).prop_map(|(id, record)| Event::Connect(id, record)),
        1 => (0..3u8, any::<bool>()).prop_map(|(id, is_ignored)| Event::Ignore(id, is_ignored)),
        1 => Just(Event::AskForRead),
        1 => Just(Event::Reopen),
    ]
}

fn document_key(id: u8) -> DocumentKey {
    key("customer", &id.to_string())
}

fn connected(id: u8, record: u8) -> Connection {
    connection(document_key(id), &record.to_string(), 0)
}

fn known(id: u8) -> RecordKey {
    record_key("Ret", &id.to_string())
}

impl Model {
    fn load(&mut self, id: u8, version: u8) {
        self.documents.insert(id, version);
    }

    /// Which documents are queued by that, the jobs' keys to be filled in.
    fn play(&mut self, ids: &[u8]) -> Vec<DocumentKey> {
        let mut queued = Vec::new();
        for id in ids {
            let Some(version) = self.documents.get(id).copied() else { continue };
            let newest = self.jobs.iter().rfind(|job| job.document == *id);
            let is_this = |job: &&ModelJob| job.version == version;
            if newest
                .filter(is_this)
                .is_some_and(|job| matches!(job.state, JobState::Queued | JobState::Sent | JobState::Done))
            {
                continue;
            }
            // What became of an earlier version may still not be known.
            let unknown = newest.filter(|job| job.state == JobState::OutcomeUnknown && !is_this(job));
            let has_error = unknown.is_some_and(|job| job.has_error);
            let state = unknown.map_or(JobState::Queued, |job| job.state);
            let (id_, document) = (JobId(0), *id);
            self.jobs.push(ModelJob { id: id_, document, version, state, attempts: 0, has_error });
            if state != JobState::Queued {
                continue;
            }
            queued.push(document_key(*id));
        }
        queued
    }

    fn newest(&self) -> Vec<&ModelJob> {
        let is_newest = |(index, job): &(usize, &ModelJob)| {
            self.jobs[index + 1..].iter().all(|later| later.document != job.document)
        };
        self.jobs.iter().enumerate().filter(is_newest).map(|(_, job)| job).collect()
    }

    fn connect(&mut self, id: u8, record: u8) -> bool {
        self.connections.insert(id, record) != Some(record)
    }

    fn take(&mut self, step: &Step, opened: Option<ExchangeId>) {
        let mut has_changed = false;
        for (id, edit) in &step.records {
            if let Some((_, was)) = self.records.iter_mut().find(|(it, _)| it == id) {
                has_changed |= was != edit;
                *was = *edit;
            } else {
                self.records.push((*id, *edit));
                has_changed = true;
            }
        }
        let before = self.records.len();
        self.records.retain(|(id, _)| !step.deleted.contains(id));
        has_changed |= self.records.len() != before;
        for (id, record) in &step.connections {
            has_changed |= self.connect(*id, *record);
        }
        self.revision += i64::from(has_changed);
        if let Some((index, state)) = step.job
            && let Some(job) = self.jobs.get_mut(index)
        {
            job.attempts += u32::from(state == JobState::Sent);
            (job.state, job.has_error) = (state, state == JobState::Failed);
        }
        if step.closes
            && let Some((_, is_open)) = self.exchanges.iter_mut().find(|(_, is_open)| *is_open)
        {
            *is_open = false;
        }
        self.exchanges.extend(opened.map(|id| (id, true)));
        if step.ends {
            self.session = None;
        }
        self.is_read_asked &= !step.is_read;
    }

    /// Whether a step would send a job in whose place a newer one of its document has come. Nothing of it is kept then.
    fn sends_what_is_superseded(&self, step: &Step) -> bool {
        let Some((index, JobState::Sent)) = step.job else { return false };
        let newer = |job: &ModelJob| {
            self.jobs.iter().rfind(|it| it.document == job.document).is_some_and(|it| it.id != job.id)
        };
        self.jobs.get(index).is_some_and(newer)
    }

    fn commit_of(&self, step_: &Step, session: SessionId) -> Commit {
        let mut commit = step(session, 5);
        commit.records = step_
            .records
            .iter()
            .map(|(id, edit)| record("Ret", &id.to_string(), &edit.to_string()))
            .collect();
        commit.deleted = step_.deleted.iter().map(|id| known(*id)).collect();
        commit.connections = step_.connections.iter().map(|(id, record)| connected(*id, *record)).collect();
        if let Some((index, state)) = step_.job
            && let Some(job) = self.jobs.get(index)
        {
            let error = (state == JobState::Failed).then(|| error("3100"));
            commit.jobs = vec![ferrule::sync::stored::JobChange { error, ..change(job.id, state) }];
        }
        let open = self.exchanges.iter().find(|(_, is_open)| *is_open).filter(|_| step_.closes);
        commit.closed = open.map(|(exchange, _)| Closed {
            exchange: *exchange,
            response: None,
            failure: None,
            items: vec![],
        });
        commit.opened =
            step_.opens.then(|| exchange(ExchangeKind::Write, vec![item("1", Some(document_key(1)), &[])]));
        commit.ending = step_.ends.then(|| Ending::Failed("closed".to_owned()));
        commit.is_read = step_.is_read;
        commit
    }
}

/// The two company files, and all sessions there were.
struct Days<'p> {
    place: &'p Place,
    store: AnyStore,
    companies: [CompanyId; 2],
    models: [Model; 2],
    sessions: Vec<SessionId>,
}

impl<'p> Days<'p> {
    fn begin(place: &'p Place) -> Self {
        let store = AnyStore::open(place).unwrap();
        let companies = ["shop", "other"].map(|name| company_file(&store, name));
        Self { place, store, companies, models: Default::default(), sessions: Vec::new() }
    }

    fn live(place: &'p Place, events: &[(usize, Event)]) {
        let mut days = Self::begin(place);
        for (which, event) in events {
            days.happen(*which, event);
            days.compare();
        }
    }

    fn happen(&mut self, which: usize, event: &Event) {
        let company = self.companies[which];
        let model = &mut self.models[which];
        match event {
            Event::Load(id, version) => {
                model.load(*id, *version);
                let document = document("customer", &id.to_string(), &version.to_string());
                self.store.load(company, &[document], at(0)).unwrap();
            }
            Event::Play(ids) => {
                let keys: Vec<DocumentKey> = ids.iter().map(|id| document_key(*id)).collect();
                assert_eq!(self.store.play(company, &keys, at(1)).unwrap().queued, model.play(ids));
                name_jobs(&self.store, company, model);
            }
            Event::Begin => {
                let ticket = format!("ticket {}", self.sessions.len());
                let session = self.store.begin_session(company, &ticket, at(2)).unwrap().id;
                self.sessions.push(session);
                model.session = Some(session);
                model.sessions += 1;
            }
            Event::Commit(step) => self.commit(which, step),
            Event::Connect(id, record) => {
                model.revision += i64::from(model.connect(*id, *record));
                self.store.connect(company, &connected(*id, *record)).unwrap();
            }
            Event::Ignore(id, is_ignored) => {
                if *is_ignored {
                    model.ignored.insert(*id)
                } else {
                    model.ignored.remove(id)
                };
                self.store.ignore(company, &[known(*id)], *is_ignored).unwrap();
            }
            Event::AskForRead => {
                model.is_read_asked = true;
                self.store.ask_for_read(company).unwrap();
            }
            Event::Reopen => self.store = AnyStore::open(self.place).unwrap(),
        }
    }

    fn commit(&mut self, which: usize, step: &Step) {
        let Some(session) = self.sessions.iter().rev().nth(step.age).copied() else { return };
        let model = &mut self.models[which];
        let result = self.store.commit(self.companies[which], &model.commit_of(step, session));
        if model.session == Some(session) && model.sends_what_is_superseded(step) {
            assert!(matches!(result, Err(StoreError::SettledMeanwhile(_))), "{result:?}");
        } else if model.session == Some(session) {
            let Committed { exchange: opened, revision } = result.unwrap();
            assert_eq!(opened.is_some(), step.opens);
            assert_eq!(revision, self.store.company_file(self.companies[which]).unwrap().revision);
            model.take(step, opened);
        } else {
            assert!(matches!(result, Err(StoreError::SessionEnded)));
        }
    }

    fn compare(&self) {
        for (company, model) in self.companies.into_iter().zip(&self.models) {
            compare(&self.store, company, model);
        }
    }
}

/// Tells the model the keys of jobs that are new.
fn name_jobs(store: &dyn Store, company: CompanyId, model: &mut Model) {
    for job in store.jobs(company, None).unwrap() {
        let id = job.document.id.parse::<u8>().unwrap();
        let newest = model.jobs.iter_mut().rfind(|it| it.document == id).unwrap();
        assert!(newest.id == JobId(0) || newest.id == job.id);
        newest.id = job.id;
    }
}

fn compare(store: &dyn Store, company: CompanyId, model: &Model) {
    let documents = store.all_documents(company, None).unwrap();
    let documents = documents.iter().map(|it| (it.document.key.id.clone(), it.document.version.clone()));
    let expected = model.documents.iter().map(|(id, version)| (id.to_string(), version.to_string()));
    assert!(documents.eq(expected));

    let shown = |id: JobId, state: JobState, attempts: u32, has_error: bool| (id, state, attempts, has_error);
    let jobs = store.jobs(company, None).unwrap();
    let jobs: Vec<_> =
        jobs.iter().map(|it| shown(it.id, it.state, it.attempts, it.error.is_some())).collect();
    let newest = model.newest();
    let expected: Vec<_> =
        newest.iter().map(|it| shown(it.id, it.state, it.attempts, it.has_error)).collect();
    assert_eq!(jobs, expected);
    let in_error: Vec<JobId> = store.jobs_in_error(company).unwrap().iter().map(|job| job.id).collect();
    let wrong = newest.iter().filter(|job| job.has_error && job.state != JobState::Done).map(|job| job.id);
    assert_eq!(in_error, wrong.collect::<Vec<_>>());
    let due: Vec<JobId> = store.due_jobs(company, at(9), 99).unwrap().iter().map(|job| job.id).collect();
    let queued = newest.iter().filter(|job| job.state == JobState::Queued).map(|job| job.id);
    assert_eq!(due, queued.collect::<Vec<_>>());
    assert_eq!(store.due_count(company, at(9)).unwrap(), due.len());
    assert_eq!(store.job_counts(company).unwrap().values().sum::<usize>(), newest.len());

    let records: Vec<_> = model.records.iter().map(|(id, edit)| (id.to_string(), edit.to_string())).collect();
    assert_eq!(mirror(store, company), records);
    let connections: Vec<_> = model.connections.iter().map(|(id, record)| connected(*id, *record)).collect();
    assert_eq!(store.connections(company).unwrap(), connections);
    let ignored: Vec<_> = model.ignored.iter().map(|id| known(*id)).collect();
    assert_eq!(store.ignored(company).unwrap(), ignored);
    let file = store.company_file(company).unwrap();
    assert_eq!((file.revision, file.is_read_asked), (model.revision, model.is_read_asked));

    let sessions = store.sessions(company, 99).unwrap();
    let open = sessions.iter().find(|session| session.ended_at.is_none()).map(|session| session.id);
    assert_eq!((sessions.len(), open), (model.sessions, model.session));
    let history = store.history(company, Some(&document_key(1)), 99).unwrap();
    let mut history: Vec<_> = history.iter().map(|it| (it.id, it.answered_at.is_none())).collect();
    history.reverse();
    assert_eq!(history, model.exchanges);
    let unanswered = store.unanswered(company).unwrap();
    assert_eq!(unanswered.len(), model.exchanges.iter().filter(|(_, is_open)| *is_open).count());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_store_does_what_its_model_does(events in prop::collection::vec((0..2usize, events()), 1..60)) {
        let folder = tempfile::tempdir().unwrap();
        Days::live(&Place::File(folder.path().join("ferrule.db")), &events);
        if let Some(address) = crate::postgres::database() {
            Days::live(&Place::Postgres(address), &events);
        }
    }
}
