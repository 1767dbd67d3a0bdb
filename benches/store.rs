//! How fast the store is, on a disk, with each commit brought to it.
//!
//! ```text
//! cargo bench --bench store              # all of it
//! cargo bench --bench store -- steps     # only some
//! ```
//!
//! The file is made in the system's folder for temporary files: set `TMPDIR` to measure another disk.

#![expect(clippy::unwrap_used, reason = "a benchmark stops at what it cannot measure")]

use std::hint::black_box;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::DateTime;
use divan::Bencher;
use divan::counter::ItemsCount;
use ferrule::store::SqliteStore;
use ferrule::sync::stored::{
    Closed, Commit, CompanyId, DocumentKey, ExchangeId, ExchangeItem, ExchangeKind, JobChange, JobId,
    JobState, Moment, NewCompanyFile, NewDocument, NewExchange, RecordKey, SessionId, Store, StoredRecord,
};
use tempfile::TempDir;

/// Jobs in the queue.
const JOBS: usize = 10_000;
/// Records of one read.
const RECORDS: usize = 50_000;

fn main() {
    divan::main();
}

fn now() -> Moment {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn store() -> (TempDir, SqliteStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("ferrule.db")).unwrap();
    (folder, store)
}

fn company_file(store: &SqliteStore, name: &str) -> CompanyId {
    let [name, text] = [name, "x"].map(str::to_owned);
    let new = NewCompanyFile {
        domain: text.clone(),
        user_name: name.clone(),
        name,
        password_hash: text.clone(),
        owner_id: text.clone(),
        file_id: text,
        path: None,
    };
    store.add_company_file(&new).unwrap()
}

fn key(number: usize) -> DocumentKey {
    DocumentKey { object: "invoice".to_owned(), id: number.to_string() }
}

/// A company file with a queue.
fn with_jobs(store: &SqliteStore, name: &str) -> CompanyId {
    let company = company_file(store, name);
    let keys: Vec<DocumentKey> = (0..JOBS).map(key).collect();
    let document =
        |key: &DocumentKey| NewDocument { key: key.clone(), json: "{}".repeat(500), version: "1".to_owned() };
    store.load(company, &keys.iter().map(document).collect::<Vec<_>>(), now()).unwrap();
    store.play(company, &keys, now()).unwrap();
    company
}

/// One company file's session, which closes an exchange and opens the next with each step.
struct Steps {
    company: CompanyId,
    session: SessionId,
    open: Option<ExchangeId>,
}

impl Steps {
    fn new(store: &SqliteStore, company: CompanyId, ticket: &str) -> Self {
        let session = store.begin_session(company, ticket, now()).unwrap().id;
        Self { company, session, open: None }
    }

    fn step(&mut self, store: &SqliteStore, job: JobId) {
        let item = ExchangeItem {
            request_id: "1".to_owned(),
            message: "InvoiceAdd".to_owned(),
            document: Some(key(0)),
            status_code: None,
            status_message: None,
            jobs: vec![job],
            follows: None,
        };
        let mut commit = Commit::new(self.session, now(), "x".repeat(200));
        commit.closed = self.open.map(|exchange| Closed {
            exchange,
            response: Some("r".repeat(1500)),
            failure: None,
            items: vec![ExchangeItem { status_code: Some(0), ..item.clone() }],
        });
        let (request, items) = ("q".repeat(2000), vec![item]);
        commit.opened = Some(NewExchange { kind: ExchangeKind::Write, set_id: None, request, items });
        let change =
            JobChange { job, state: JobState::Queued, error: None, next_try: None, is_attempt: true };
        commit.jobs = vec![change];
        self.open = store.commit(self.company, &commit).unwrap().exchange;
    }
}

/// Steps of sessions, which run side by side, each for a company file of its own.
#[divan::bench(args = [1, 8, 32], sample_count = 10)]
fn steps(bencher: Bencher<'_, '_>, sessions: usize) {
    const STEPS: usize = 500;
    let (_folder, store) = store();
    let mut running = Vec::new();
    for number in 0..sessions {
        let company = with_jobs(&store, &number.to_string());
        let job = store.due_jobs(company, now(), 1).unwrap().remove(0).id;
        running.push((Steps::new(&store, company, &number.to_string()), job));
    }
    bencher.counter(ItemsCount::new(STEPS * sessions)).bench_local(|| {
        std::thread::scope(|scope| {
            for (session, job) in &mut running {
                let store = &store;
                scope.spawn(move || (0..STEPS).for_each(|_| session.step(store, *job)));
            }
        });
    });
}

/// A whole read in one commit.
#[divan::bench(sample_count = 10)]
fn records(bencher: Bencher<'_, '_>) {
    let (_folder, store) = store();
    let count = AtomicI64::new(0);
    let record = |number: usize| StoredRecord {
        key: RecordKey {
            record_type: "ItemServiceRet".to_owned(),
            id: format!("8000{number:04X}-1700000000"),
        },
        edit_sequence: "1700000000".to_owned(),
        xml: format!("{number:0700}"),
    };
    let all: Vec<StoredRecord> = (0..RECORDS).map(record).collect();
    bencher
        .counter(ItemsCount::new(RECORDS))
        .with_inputs(|| {
            let name = count.fetch_add(1, Ordering::Relaxed).to_string();
            let company = company_file(&store, &name);
            let session = store.begin_session(company, &name, now()).unwrap().id;
            let mut commit = Commit::new(session, now(), String::new());
            commit.records.clone_from(&all);
            (company, commit)
        })
        .bench_local_values(|(company, commit)| store.commit(company, &commit).unwrap());
}

/// All records of a company file, handed to a caller.
#[divan::bench(sample_count = 10)]
fn mirror(bencher: Bencher<'_, '_>) {
    let (_folder, store) = store();
    let company = company_file(&store, "mirror");
    let session = store.begin_session(company, "mirror", now()).unwrap().id;
    let mut commit = Commit::new(session, now(), String::new());
    for number in 0..RECORDS {
        let key = RecordKey { record_type: "ItemServiceRet".to_owned(), id: number.to_string() };
        let xml = format!("{number:0700}");
        commit.records.push(StoredRecord { key, edit_sequence: "1".to_owned(), xml });
    }
    store.commit(company, &commit).unwrap();
    bencher.counter(ItemsCount::new(RECORDS)).bench_local(|| {
        store.records(company, &mut |record| drop(black_box(record))).unwrap();
    });
}

/// What a session asks for in between.
#[divan::bench(args = ["session", "company_file", "due_jobs(20)", "due_count", "unanswered", "job_counts"])]
fn queries(bencher: Bencher<'_, '_>, query: &str) {
    let (_folder, store) = store();
    let company = with_jobs(&store, "queries");
    Steps::new(&store, company, "ticket").step(&store, JobId(1));
    bencher.bench_local(|| match query {
        "session" => drop(black_box(store.session("ticket").unwrap())),
        "company_file" => drop(black_box(store.company_file(company).unwrap())),
        "due_jobs(20)" => drop(black_box(store.due_jobs(company, now(), 20).unwrap())),
        "due_count" => drop(black_box(store.due_count(company, now()).unwrap())),
        "unanswered" => drop(black_box(store.unanswered(company).unwrap())),
        _ => drop(black_box(store.job_counts(company).unwrap())),
    });
}
