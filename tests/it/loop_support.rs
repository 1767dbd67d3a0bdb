//! A shop: a store, sessions over it, and a simulated company file, joined without SOAP.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, TimeDelta, Utc};
use ferrule::catalogue::{Outcome, hresult as hresult_of};
use ferrule::rules::{Compiled, Program, RuleFiles, compile};
use ferrule::simulator::{CompanyFile, DoubledGuids, HResult, ManualClock, Settings};
use ferrule::store::{AnyStore, SqliteStore};
use ferrule::sync::session::{
    Hello, Limits, Next, Received, Rulebook, Rulebooks, SessionError, Sessions, Told,
};
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

/// The rules of the project, compiled once.
pub fn rulebook() -> Arc<Rulebook> {
    static RULES: OnceLock<Arc<Rulebook>> = OnceLock::new();
    RULES.get_or_init(|| Arc::new(Rulebook::new(program()))).clone()
}

/// The rules of the project with an optional layer over them.
pub fn with_layer(name: &str) -> Arc<Rulebook> {
    let folders = [root().join("rules"), root().join("rules/optional").join(name)];
    Arc::new(Rulebook::new(compile(&RuleFiles::read(&folders).unwrap()).program.unwrap()))
}

/// A change of a rule file's text.
pub type Edit = fn(&str) -> String;

/// The rules of the project with some of their files changed.
pub fn rules_with(changes: &[(&str, Edit)]) -> Arc<Rulebook> {
    Arc::new(Rulebook::new(compiled_with(changes).program.unwrap()))
}

/// What comes of the rules of the project with some of their files changed.
pub fn compiled_with(changes: &[(&str, Edit)]) -> Compiled {
    let all: Vec<Change<'_>> = changes.iter().map(|(name, it)| (*name, it as _)).collect();
    edited(&all)
}

/// A file of the rules, and what becomes of its text.
pub type Change<'c> = (&'c str, &'c dyn Fn(&str) -> String);

/// The same with changes that know more than the text.
pub fn edited(changes: &[Change<'_>]) -> Compiled {
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join("rules"), folder.path());
    for (name, change) in changes {
        let path = folder.path().join(name);
        let before = std::fs::read_to_string(&path).unwrap();
        let after = change(&before);
        assert_ne!(before, after);
        std::fs::write(path, after).unwrap();
    }
    compile(&RuleFiles::read(&[folder.path().to_owned()]).unwrap())
}

pub fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir(&to).unwrap();
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
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

/// What becomes of requests that were handed out.
#[derive(Clone, Debug)]
pub enum Reply {
    /// QuickBooks does them, and the answer comes back.
    Deliver,
    /// QuickBooks gets nothing, and the visit ends without a word.
    Drop,
    /// QuickBooks does them, and the visit ends without a word.
    Lose,
    /// QuickBooks does them, the answer comes back, and the visit ends without a word.
    Leave,
    /// QuickBooks gets nothing, and this comes back.
    Text(String),
    /// QuickBooks does them, and this comes back in place of its answer.
    Instead(fn(&str) -> String),
    /// QuickBooks does them, and the answer comes back twice.
    Twice,
}

pub struct Shop {
    pub store: Arc<AnyStore>,
    /// What the sessions see of the store.
    pub served: Arc<dyn Store>,
    pub rules: Arc<Rulebook>,
    /// Those of a server whose company files have layers of their own; `rules` are this shop's of them then.
    pub books: Option<Rulebooks>,
    pub sessions: Sessions,
    pub limits: Limits,
    pub file: CompanyFile,
    pub clock: ManualClock,
    pub company: CompanyId,
    /// What the Web Connector says of the company file.
    pub path: String,
    pub qbxml: (i32, i32),
    /// What QuickBooks says of itself with the first call.
    pub responses: String,
    name: String,
    tickets: u32,
}

/// The sample shop's customers and vendors, what they are billed for, and all that they are billed.
pub const DOCUMENTS: [&str; 7] = [
    "customers.json",
    "part_numbers.ndjson",
    "products.ndjson",
    "vendors.json",
    "terms.ndjson",
    "invoices.json",
    "bills.json",
];

pub const BEGIN: i64 = 1_790_000_000;

/// What QuickBooks may do with a new record whose mark another one has: nobody knows.
pub const EITHER: [DoubledGuids; 3] =
    [DoubledGuids::Refused, DoubledGuids::RefusedForEver, DoubledGuids::Taken];

/// An empty store: in memory, unless `FERRULE_DATABASE` says otherwise.
pub fn empty_store() -> Arc<AnyStore> {
    Arc::new(crate::postgres::wanted().unwrap_or_else(|| SqliteStore::in_memory().unwrap().into()))
}

impl Shop {
    pub fn new() -> Self {
        Self::over(empty_store(), "Lakeside Plating", ManualClock::at(BEGIN))
    }

    /// A shop of that name among others in one store.
    pub fn over(store: Arc<AnyStore>, name: &str, clock: ManualClock) -> Self {
        Self::with(store, name, clock, "fixtures/shop/quickbooks")
    }

    /// The same with the books of another folder.
    pub fn with(store: Arc<AnyStore>, name: &str, clock: ManualClock, books: &str) -> Self {
        let company = store
            .add_company_file(&NewCompanyFile {
                domain: name.to_owned(),
                name: name.to_owned(),
                user_name: name.to_owned(),
                password_hash: String::new(),
                owner_id: "{0f1b1c1d-0000-4000-8000-000000000001}".to_owned(),
                file_id: "{0f1b1c1d-0000-4000-8000-000000000002}".to_owned(),
                path: None,
            })
            .unwrap();
        let mut file = CompanyFile::new(Settings::default(), clock.clone());
        for entry in sorted(&root().join(books)) {
            file.load_responses(&std::fs::read_to_string(entry).unwrap()).unwrap();
        }
        let (rules, limits) = (rulebook(), Limits { batch: 5, page: 20 });
        let sessions = Sessions::new(store.clone(), rules.clone(), limits);
        Self {
            served: store.clone(),
            store,
            rules,
            books: None,
            sessions,
            limits,
            file,
            clock,
            company,
            path: "C:\\Lakeside.qbw".to_owned(),
            qbxml: (13, 0),
            responses: String::new(),
            name: name.to_owned(),
            tickets: 0,
        }
    }

    /// The same shop once more, on a server that was started anew: whatever becomes of one leaves the other as it is.
    pub fn copy(&self) -> Self {
        use ferrule::simulator::Clock as _;
        let AnyStore::Sqlite(store) = self.store.as_ref() else { panic!("only what is in memory is copied") };
        let store = Arc::new(AnyStore::from(store.copy().unwrap()));
        let clock = ManualClock::at(self.clock.now());
        Self {
            served: store.clone(),
            sessions: Sessions::new(store.clone(), self.ruled(), self.limits),
            books: self.books.clone(),
            store,
            rules: self.rules.clone(),
            file: self.file.copy(clock.clone()),
            clock,
            path: self.path.clone(),
            responses: self.responses.clone(),
            name: self.name.clone(),
            ..*self
        }
    }

    pub fn now(&self) -> Moment {
        use ferrule::simulator::Clock as _;
        DateTime::<Utc>::from_timestamp(self.clock.now(), 0).unwrap()
    }

    fn ruled(&self) -> Rulebooks {
        self.books.clone().unwrap_or_else(|| self.rules.clone().into())
    }

    /// A server that was started anew: nothing but the store is left.
    pub fn restart(&mut self) {
        self.sessions = Sessions::new(self.served.clone(), self.ruled(), self.limits);
    }

    /// A server that sees the store through this.
    pub fn serve(&mut self, served: Arc<dyn Store>) {
        self.served = served;
        self.restart();
    }

    /// What QuickBooks does with a new record whose mark another one has.
    pub fn doubled_guids(&mut self, doubled_guids: DoubledGuids) {
        let settings = Settings { doubled_guids, ..self.file.settings().clone() };
        self.file.set_settings(settings);
    }

    /// The edition of QuickBooks that has the company file.
    pub fn edition(&mut self, country: &str) {
        let settings = Settings { country: country.to_owned(), ..self.file.settings().clone() };
        self.file.set_settings(settings);
    }

    /// QuickBooks is started anew and has forgotten the answers it kept.
    pub fn forget_answers(&mut self) {
        let clear = "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq oldMessageSetID=\"ClearAllMessageSets\" onError=\"stopOnError\"></QBXMLMsgsRq></QBXML>";
        self.in_quickbooks(clear);
    }

    /// Another application hands this to QuickBooks.
    pub fn in_quickbooks(&mut self, requests: &str) -> String {
        self.file.meanwhile(|file| {
            file.begin_session().unwrap();
            // What is the matter with QuickBooks is over at some time.
            let answer = (0..20).find_map(|_| file.process(requests).ok());
            let answer = answer.unwrap_or_else(|| panic!("QuickBooks takes it never: {requests}"));
            file.end_session();
            answer
        })
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
    ///
    /// # Panics
    /// If the session fails.
    pub fn visit(&mut self, stop: Break) -> Vec<String> {
        let visit = self.visit_by(&mut |_, turn, _| match stop {
            Break::BeforeProcessing(at) if at == turn => Reply::Drop,
            Break::AfterProcessing(at) if at == turn => Reply::Lose,
            Break::AfterReceiving(at) if at == turn => Reply::Leave,
            _ => Reply::Deliver,
        });
        assert_eq!(visit.error, None);
        visit.sent
    }

    /// Whether the Web Connector would be asked in.
    pub fn has_work(&self) -> bool {
        let file = self.store.company_file(self.company).unwrap();
        self.sessions.has_work(&file, self.now()).unwrap()
    }

    pub fn begin(&mut self) -> String {
        self.try_begin().unwrap()
    }

    /// The ticket of a new session. The server may die already while it ends the one before.
    fn try_begin(&mut self) -> Result<String, SessionError> {
        self.tickets += 1;
        let ticket = format!("{} {}", self.name, self.tickets);
        self.sessions.begin(self.company, &ticket, self.now())?;
        Ok(ticket)
    }

    /// A visit of which `reply` decides, at every turn, what becomes of the requests.
    pub fn visit_by(&mut self, reply: &mut dyn FnMut(&mut CompanyFile, usize, &str) -> Reply) -> Visit {
        self.clock.advance(60);
        if !self.has_work() {
            return Visit::default();
        }
        let ticket = self.begin();
        self.file.begin_session().unwrap();
        let visit = self.calls(&ticket, reply).unwrap_or_else(|error| panic!("{error}"));
        self.file.end_session();
        visit
    }

    /// A visit whose server may die: then the error is given.
    pub fn try_visit(
        &mut self,
        reply: &mut dyn FnMut(&mut CompanyFile, usize, &str) -> Reply,
    ) -> Result<Visit, SessionError> {
        self.clock.advance(60);
        let ticket = self.try_begin()?;
        self.file.begin_session().unwrap();
        let visit = self.calls(&ticket, reply);
        self.file.end_session();
        visit
    }

    pub fn next(&self, ticket: &str) -> Result<Next, SessionError> {
        let (major, minor) = self.qbxml;
        let hello = Hello {
            hcp_response: self.responses.clone(),
            company_file_name: self.path.clone(),
            country: self.file.settings().country.clone(),
            major,
            minor,
        };
        self.sessions.next(ticket, &hello, self.now())
    }

    fn calls(
        &mut self,
        ticket: &str,
        reply: &mut dyn FnMut(&mut CompanyFile, usize, &str) -> Reply,
    ) -> Result<Visit, SessionError> {
        let mut visit = Visit::default();
        loop {
            self.clock.advance(1);
            let turn = visit.sent.len();
            let request = match self.next(ticket)? {
                Next::Request(request) => request,
                Next::Nothing => break,
                Next::Failed => {
                    visit.error = self.sessions.last_error(ticket)?;
                    break;
                }
            };
            visit.sent.push(request.clone());
            assert!(visit.sent.len() < 500, "a session without an end");
            let reply = reply(&mut self.file, turn, &request);
            let answer = match &reply {
                Reply::Drop => return Ok(visit),
                Reply::Text(text) => Ok(text.clone()),
                _ => self.file.process(&request),
            };
            let answer = match (&reply, answer) {
                (Reply::Lose, _) => return Ok(visit),
                (Reply::Instead(change), Ok(answer)) => Ok(change(&answer)),
                (_, answer) => answer,
            };
            let told = self.receive(ticket, &answer)?;
            match (&reply, told) {
                (Reply::Leave, _) => return Ok(visit),
                (Reply::Twice, _) => drop(self.receive(ticket, &answer)?),
                (_, Told::Working { done, total }) => assert!(done < total),
                (_, Told::Done) => break,
                (_, Told::Failed) => {
                    visit.error = self.sessions.last_error(ticket)?;
                    assert!(visit.error.is_some());
                    break;
                }
            }
        }
        self.sessions.end(ticket, self.now())?;
        Ok(visit)
    }

    pub fn receive(&self, ticket: &str, answer: &Result<String, HResult>) -> Result<Told, SessionError> {
        match answer {
            Ok(answer) => self.sessions.receive(ticket, Received::Response(answer.to_owned()), self.now()),
            Err(hresult) => {
                let code = hresult.to_string();
                let known = hresult_of(hresult.0);
                let received = Received::Failure {
                    message: known.map_or("unknown", |known| &known.happened),
                    code: &code,
                    outcome: known.map_or(Outcome::Unknown, |known| known.outcome),
                    retryable: known.is_some_and(|known| known.retryable),
                };
                self.sessions.receive(ticket, received, self.now())
            }
        }
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

    /// The document of that id as the sample shop has it, changed by `change`; loaded.
    pub fn change(&self, names: &str, id: u64, change: impl FnOnce(&mut serde_json::Value)) -> DocumentKey {
        let mut value = sample(names, id);
        change(&mut value);
        let object = value["object"].as_str().unwrap().to_owned();
        self.load_json(&object, &value["id"].to_string(), &value.to_string())
    }
}

/// What came of a visit.
#[derive(Debug, Default)]
pub struct Visit {
    /// What was handed out.
    pub sent: Vec<String>,
    /// Why the session failed.
    pub error: Option<String>,
}

/// A document of the sample shop.
pub fn sample(file: &str, id: u64) -> serde_json::Value {
    let path = root().join("fixtures/shop/documents").join(file);
    let all = ferrule::steelhead::read_file(&path).unwrap();
    let mut all = all.iter().map(|raw| serde_json::from_str::<serde_json::Value>(raw.json()).unwrap());
    all.find(|value| value["id"] == id).unwrap()
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}
