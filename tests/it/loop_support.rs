//! A shop: a store, sessions over it, and a simulated company file, joined without SOAP.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use ferrule::rules::{Program, RuleFiles, compile};
use ferrule::simulator::{CompanyFile, ManualClock, Settings};
use ferrule::store::SqliteStore;
use ferrule::sync::session::{Hello, Limits, Next, Received, Rulebook, Sessions, Told};
use ferrule::sync::stored::{
    CompanyId, DocumentKey, Job, JobState, Moment, NewCompanyFile, NewDocument, Store,
};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

pub fn program() -> Program {
    let compiled = compile(&RuleFiles::read(&[root().join("rules")]).unwrap());
    compiled.program.unwrap()
}

/// Where a visit breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// Before QuickBooks gets the n-th requests.
    BeforeProcessing(usize),
    /// After QuickBooks did the n-th requests; the answer is lost.
    AfterProcessing(usize),
    /// After the n-th answer was taken over.
    AfterReceiving(usize),
    Never,
}

pub struct Shop {
    pub store: Arc<SqliteStore>,
    pub rules: Arc<Rulebook>,
    pub sessions: Sessions,
    pub file: CompanyFile,
    pub clock: ManualClock,
    pub company: CompanyId,
    tickets: u32,
}

pub const BEGIN: i64 = 1_790_000_000;

impl Shop {
    pub fn new() -> Self {
        let store = Arc::new(SqliteStore::in_memory().unwrap());
        Self::over(store)
    }

    pub fn over(store: Arc<SqliteStore>) -> Self {
        let rules = Arc::new(Rulebook::new(program()));
        let company = store
            .add_company_file(&NewCompanyFile {
                domain: "lakeside".to_owned(),
                name: "Lakeside Plating".to_owned(),
                user_name: "lakeside".to_owned(),
                password_hash: String::new(),
                owner_id: "{0f1b1c1d-0000-4000-8000-000000000001}".to_owned(),
                file_id: "{0f1b1c1d-0000-4000-8000-000000000002}".to_owned(),
                path: None,
            })
            .unwrap();
        let clock = ManualClock::at(BEGIN);
        let mut file = CompanyFile::new(Settings::default(), clock.clone());
        for entry in sorted(&root().join("fixtures/shop/quickbooks")) {
            file.load_responses(&std::fs::read_to_string(entry).unwrap()).unwrap();
        }
        let sessions = Sessions::new(store.clone(), rules.clone(), Limits { batch: 5, page: 20 });
        Self { store, rules, sessions, file, clock, company, tickets: 0 }
    }

    pub fn now(&self) -> Moment {
        use ferrule::simulator::Clock as _;
        DateTime::<Utc>::from_timestamp(self.clock.now(), 0).unwrap()
    }

    /// A server that was started anew: nothing but the store is left.
    pub fn restart(&mut self) {
        self.sessions = Sessions::new(self.store.clone(), self.rules.clone(), Limits { batch: 5, page: 20 });
    }

    /// Loads documents of the sample shop.
    pub fn load(&self, names: &[&str]) -> Vec<DocumentKey> {
        let mut keys = Vec::new();
        let mut all = Vec::new();
        for name in names {
            let path = root().join("fixtures/shop/documents").join(name);
            for raw in ferrule::steelhead::read_file(&path).unwrap() {
                let value: serde_json::Value = serde_json::from_str(raw.json()).unwrap();
                let key = DocumentKey {
                    object: value["object"].as_str().unwrap().to_owned(),
                    id: value["id"].to_string(),
                };
                keys.push(key.clone());
                all.push(NewDocument { key, json: raw.json().to_owned(), version: raw.json().to_owned() });
            }
        }
        self.store.load(self.company, &all, self.now()).unwrap();
        keys
    }

    pub fn load_json(&self, object: &str, id: &str, json: &str) -> DocumentKey {
        let key = DocumentKey { object: object.to_owned(), id: id.to_owned() };
        let new = NewDocument { key: key.clone(), json: json.to_owned(), version: json.to_owned() };
        self.store.load(self.company, &[new], self.now()).unwrap();
        key
    }

    pub fn play(&self, keys: &[DocumentKey]) {
        self.store.play(self.company, keys, self.now()).unwrap();
    }

    /// A whole visit, or a part of one. Gives what was sent.
    pub fn visit(&mut self, stop: Break) -> Vec<String> {
        self.clock.advance(60);
        self.tickets += 1;
        let ticket = format!("ticket {}", self.tickets);
        let file = self.store.company_file(self.company).unwrap();
        if !self.sessions.has_work(&file, self.now()).unwrap() {
            return Vec::new();
        }
        self.sessions.begin(self.company, &ticket, self.now()).unwrap();
        self.file.begin_session().unwrap();
        let sent = self.calls(&ticket, stop);
        self.file.end_session();
        sent
    }

    fn calls(&mut self, ticket: &str, stop: Break) -> Vec<String> {
        let mut sent = Vec::new();
        loop {
            self.clock.advance(1);
            let turn = sent.len();
            let hello = Hello { path: "C:\\Lakeside.qbw", country: "US", major: 13, ..Hello::default() };
            let request = match self.sessions.next(ticket, &hello, self.now()).unwrap() {
                Next::Request(request) => request,
                Next::Nothing => break,
                Next::Failed => panic!("{:?}", self.sessions.last_error(ticket)),
            };
            sent.push(request.clone());
            if stop == Break::BeforeProcessing(turn) {
                return sent;
            }
            let answer = self.file.process(&request).unwrap_or_else(|error| panic!("{error:?}: {request}"));
            if stop == Break::AfterProcessing(turn) {
                return sent;
            }
            let told = self.sessions.receive(ticket, Received::Response(&answer), self.now()).unwrap();
            if stop == Break::AfterReceiving(turn) {
                return sent;
            }
            match told {
                Told::Working { done, total } => assert!(done < total),
                Told::Done => break,
                Told::Failed => panic!("{:?}\n{request}\n{answer}", self.sessions.last_error(ticket)),
            }
            assert!(sent.len() < 500, "a session without an end");
        }
        self.sessions.end(ticket, self.now()).unwrap();
        sent
    }

    pub fn jobs(&self) -> Vec<Job> {
        self.store.jobs(self.company, None).unwrap()
    }

    pub fn job(&self, key: &DocumentKey) -> Job {
        self.jobs().into_iter().find(|job| job.document == *key).unwrap()
    }

    pub fn count(&self, state: JobState) -> usize {
        self.store.job_counts(self.company).unwrap().get(&state).copied().unwrap_or_default()
    }

    pub fn wait(&self, time: TimeDelta) {
        self.clock.advance(time.num_seconds());
    }
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}
