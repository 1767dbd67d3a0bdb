//! A session, whatever QuickBooks answers. The input is a list of answers, separated by lines of `%%`:
//!
//! - `=`: what a simulated company file answers
//! - `=from>to`: the same with each `from` replaced by `to`, further such lines applied as well
//! - `0x80040400` and the like: QuickBooks took nothing, for this reason
//! - `?`: none; the next session begins
//! - anything else: that.
//!
//! When the list is at its end, QuickBooks answers as it should.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use chrono::DateTime;
use ferrule::catalogue::{Outcome, hresult};
use ferrule::document::{Decoder, Origin};
use ferrule::rules::{RuleFiles, compile};
use ferrule::simulator::{CompanyFile, ManualClock, Settings};
use ferrule::store::SqliteStore;
use ferrule::sync::new_document;
use ferrule::sync::session::{Hello, Limits, Next, Received, Rulebook, Sessions, Told};
use ferrule::sync::stored::{CompanyId, JobState, Moment, NewCompanyFile, NewDocument, Store};

/// Longer input tells nothing new.
const LIMIT: usize = 1 << 14;
const BEGIN: i64 = 1_790_000_000;
/// So many calls end every session.
const CALLS: usize = 60;

/// What the company file holds: what the documents refer to, and something to read.
const BOOKS: &str = include_str!("../rules/books.xml");

const DOCUMENTS: [&str; 3] = [
    r#"{"object":"customer","id":1,"name":"Acme Plating","phone":"937-555-0188"}"#,
    r#"{"object":"customer","id":2,"name":"Known Customer","phone":"937-555-0199"}"#,
    r#"{"object":"invoice","id":3,"number":77,"date":"2026-07-01","customer":{"id":1,"name":"Acme Plating"},"lines":[{"what":"Zinc","quantity":3,"rate":1.25}]}"#,
];

struct Rules {
    book: Arc<Rulebook>,
    documents: Vec<NewDocument>,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let root = match env!("CARGO_MANIFEST_DIR") {
        dir if dir.ends_with("fuzz") => Path::new(dir).to_owned(),
        dir => Path::new(dir).join("fuzz"),
    };
    let files = RuleFiles::read(&[root.join("rules")]).expect("the small rule set is there");
    let program = compile(&files).program.expect("the small rule set compiles");
    let decoder = Decoder::whole(&program.shapes);
    let documents = DOCUMENTS.map(|json| {
        let document = decoder.decode(json, &Origin::default()).expect("the document is sound");
        new_document(&program, &document.root, json).expect("the document has an id")
    });
    Rules { book: Arc::new(Rulebook::new(program)), documents: documents.into() }
});

/// Whatever comes: every job is on its way, done, or has an error that is not blank; a session that
/// fails says why; the store is sound, also when QuickBooks answers as it should again.
///
/// # Panics
/// If that is not so.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if text.len() > LIMIT {
        return;
    }
    let mut shop = Shop::new();
    let mut answers = text.split("\n%%\n");
    let mut is_over = false;
    for _ in 0..CALLS {
        if is_over {
            break;
        }
        is_over = shop.visit(&mut answers);
        shop.check();
    }
    // Whatever was tried again later is tried now, and nothing but the books' own words comes.
    for _ in 0..4 {
        shop.clock.advance(3 * 86_400);
        shop.visit(&mut std::iter::empty());
        shop.check();
    }
}

struct Shop {
    store: Arc<SqliteStore>,
    sessions: Sessions,
    file: CompanyFile,
    clock: ManualClock,
    company: CompanyId,
    tickets: usize,
}

impl Shop {
    fn new() -> Self {
        let rules = &*RULES;
        let store = Arc::new(SqliteStore::in_memory().expect("a database in memory opens"));
        let new = NewCompanyFile {
            domain: "shop".into(),
            name: "shop".into(),
            user_name: "shop".into(),
            password_hash: String::new(),
            owner_id: "{0f1b1c1d-0000-4000-8000-000000000001}".into(),
            file_id: "{0f1b1c1d-0000-4000-8000-000000000002}".into(),
            path: None,
        };
        let company = store.add_company_file(&new).expect("it is the first");
        let clock = ManualClock::at(BEGIN);
        let mut file = CompanyFile::new(Settings::default(), clock.clone());
        file.load_responses(BOOKS).expect("the books are responses");
        let sessions = Sessions::new(store.clone(), rules.book.clone(), Limits { batch: 2, page: 2 });
        let shop = Self { store, sessions, file, clock, company, tickets: 0 };
        shop.store.load(company, &rules.documents, shop.now()).expect("the documents are kept");
        let keys: Vec<_> = rules.documents.iter().map(|document| document.key.clone()).collect();
        shop.store.play(company, &keys, shop.now()).expect("the documents are played");
        shop
    }

    fn now(&self) -> Moment {
        use ferrule::simulator::Clock as _;
        DateTime::from_timestamp(self.clock.now(), 0).expect("a time of ours")
    }

    /// One session. True: the answers are used up and nothing is left to do.
    fn visit<'a>(&mut self, answers: &mut impl Iterator<Item = &'a str>) -> bool {
        self.clock.advance(60);
        self.tickets += 1;
        let ticket = self.tickets.to_string();
        self.sessions.begin(self.company, &ticket, self.now()).expect("a session begins");
        let mut is_over = false;
        self.file.begin_session().expect("the books are open");
        for _ in 0..CALLS {
            self.clock.advance(1);
            let hello = Hello {
                company_file_name: "C:\\a.qbw".into(),
                country: "US".into(),
                major: 13,
                minor: 0,
                ..Hello::default()
            };
            let request = match self.sessions.next(&ticket, &hello, self.now()).expect("a call is answered") {
                Next::Request(request) => request,
                Next::Nothing => {
                    is_over = true;
                    break;
                }
                Next::Failed => break,
            };
            let answer = answers.next();
            if answer == Some("?") {
                self.file.end_session();
                return false;
            }
            is_over = answer.is_none();
            match self.receive(&ticket, &request, answer) {
                Told::Working { done, total } => assert!(done < total),
                Told::Done => break,
                Told::Failed => {
                    is_over = false;
                    let error = self.sessions.last_error(&ticket).expect("the session is there");
                    assert!(error.is_some_and(|error| !error.trim().is_empty()), "failed without a word");
                    break;
                }
            }
        }
        self.file.end_session();
        let word = self.sessions.end(&ticket, self.now()).expect("a session ends");
        assert!(!word.trim().is_empty());
        is_over && answers.next().is_none()
    }

    fn receive(&mut self, ticket: &str, request: &str, answer: Option<&str>) -> Told {
        let answer = answer.unwrap_or("=");
        let given = match answer.strip_prefix('=') {
            Some(edits) => self.file.process(request).map_or_else(
                |refusal| refusal.to_string(),
                |told| {
                    edits.lines().filter_map(|edit| edit.split_once('>')).fold(told, |told, (from, to)| {
                        if from.is_empty() || told.len() > LIMIT { told } else { told.replace(from, to) }
                    })
                },
            ),
            None => answer.to_owned(),
        };
        let code = given.trim();
        let received = if code.starts_with("0x") && code.len() == 10 {
            let known = hresult(code);
            Received::Failure {
                message: "QuickBooks did not take it",
                code,
                outcome: known.map_or(Outcome::Unknown, |known| known.outcome),
                retryable: known.is_some_and(|known| known.retryable),
            }
        } else {
            Received::Response(given)
        };
        self.sessions.receive(ticket, received, self.now()).expect("an answer is taken")
    }

    fn check(&self) {
        for job in self.store.jobs(self.company, None).expect("the jobs are there") {
            let error = job.error.as_ref();
            let is_said = error.is_some_and(|error| !error.happened.trim().is_empty());
            let must_say = matches!(
                job.state,
                JobState::Failed | JobState::Rejected | JobState::OutcomeUnknown | JobState::Waiting
            );
            assert!(is_said || !must_say, "{job:?}");
        }
        assert_eq!(self.store.examine().expect("the store can be examined"), [""; 0]);
    }
}
