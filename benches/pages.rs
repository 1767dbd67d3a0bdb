//! How long the server takes for each page, with 50,000 records, 20,000 documents and a long history in
//! one SQLite file. In process: the router is asked, nothing goes over a wire.
//!
//! ```text
//! cargo bench --bench pages
//! ```
//!
//! A page is asked for once, so that what is made in the background is there, then many times. It is the
//! median that must stay below 50 ms.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints its figures and stops at what it cannot measure"
)]

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use chrono::{DateTime, TimeDelta, Utc};
use ferrule::connector::service::ServiceConfig;
use ferrule::store::SqliteStore;
use ferrule::sync::session::Rulebook;
use ferrule::sync::stored::{
    Closed, Commit, CompanyId, Connection, DocumentKey, ExchangeItem, ExchangeKind, JobChange, JobState,
    NewCompanyFile, NewDocument, NewExchange, RecordKey, Store as _, StoredRecord, Traversal,
};
use ferrule::sync::version;
use ferrule::web::people::{NewAuditEntry, NewPerson, PeopleStore as _, Role, Token};
use ferrule::web::{Origin, Site, pages};
use support::{documents, records, rules};
use tower::ServiceExt as _;

/// Every page that is measured. Further ones are a line each.
const PAGES: [(&str, &str); 17] = [
    ("integrations", "/c/1/integrations"),
    ("settings", "/c/1/integrations/settings"),
    ("plan", "/c/1/plan"),
    ("plan, last page", "/c/1/plan?is=unchanged&page=9999"),
    ("plan, all open", "/c/1/plan?open=1&per=25"),
    ("plan, searched", "/c/1/plan?q=1017999"),
    ("plan of the queue", "/c/1/plan?of=queue"),
    ("plan of an invoice", "/c/1/plan?object=invoice&id=1017999"),
    ("plan of a part number", "/c/1/plan?object=partNumber&id=7"),
    ("rules", "/c/1/rules"),
    ("rules, to try", "/c/1/rules/try"),
    ("domain", "/c/1/domain"),
    ("activity", "/c/1/activity"),
    ("activity, hours", "/c/1/activity?by=hour&kind=job"),
    ("activity, years ago", "/c/1/activity?to=2024-06-01"),
    ("activity, searched", "/c/1/activity?q=customeradd"),
    ("activity, not found", "/c/1/activity?q=nothing+like+it"),
];

const INVOICES: u32 = 18_000;
const CUSTOMERS: u32 = 2_000;
/// Visits: one an hour.
const VISITS: i64 = 20_000;
const RUNS: usize = 25;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let store = Arc::new(SqliteStore::open(&folder.path().join("ferrule.db")).unwrap());
    let company = fill(&store);
    let token = sign_in(&store);
    println!(
        "{} documents, {} records, {VISITS} visits, filled in {:.0?}",
        INVOICES + CUSTOMERS,
        records::COUNT,
        began.elapsed()
    );
    let rulebook = Arc::new(Rulebook::new(rules::program()));
    let config = ServiceConfig::default();
    let site =
        Site::new(store.clone(), rulebook, Origin::of(&config), Utc::now, config.journal.clone()).unwrap();
    let routes = pages(&Arc::new(site)).routes;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let began = Instant::now();
        while ask(&routes, "/c/1/plan", &token).await.1.contains("is being worked out") {}
        println!("the first plan was there after {:.2?}", began.elapsed());
        for (name, path) in PAGES {
            measure(&routes, name, path, &token).await;
        }
    });
    assert_eq!(store.company_file(company).unwrap().id, company);
}

async fn measure(routes: &Router, name: &str, path: &str, token: &str) {
    let (_, first) = ask(routes, path, token).await;
    let mut times = Vec::new();
    for _ in 0..RUNS {
        times.push(ask(routes, path, token).await.0);
    }
    times.sort_unstable();
    let median = times.get(RUNS / 2).copied().unwrap_or_default();
    let slowest = times.last().copied().unwrap_or_default();
    println!("{name:24} {median:>9.2?} (at most {slowest:.2?}), {} KB", first.len() / 1024);
}

async fn ask(routes: &Router, path: &str, token: &str) -> (Duration, String) {
    let request = Request::get(path).header("host", "localhost").header("cookie", format!("ferrule={token}"));
    let request = request.body(Body::empty()).unwrap();
    let began = Instant::now();
    let response = routes.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let took = began.elapsed();
    assert!(status.is_success(), "{path}: {status}");
    (took, String::from_utf8(body.to_vec()).unwrap())
}

fn sign_in(store: &SqliteStore) -> String {
    let entry = NewAuditEntry {
        at: Utc::now(),
        domain: "acme".to_owned(),
        company: None,
        person: "bench".to_owned(),
        action: "add person".to_owned(),
        details: String::new(),
    };
    let new = NewPerson { domain: "acme".to_owned(), name: "kim".to_owned(), role: Role::Administrator };
    let (link, token) = (Token::new().unwrap(), Token::new().unwrap());
    let person = store.add_person(&new, &link.hash(), Utc::now(), &entry).unwrap();
    store.sign_in(person, &token.hash(), Utc::now()).unwrap();
    token.expose().to_owned()
}

fn fill(store: &SqliteStore) -> CompanyId {
    let [domain, name, user_name, password_hash, owner_id, file_id] =
        ["acme", "Acme", "acme", "", "{1}", "{2}"].map(str::to_owned);
    let new = NewCompanyFile { domain, name, user_name, password_hash, owner_id, file_id, path: None };
    let company = store.add_company_file(&new).unwrap();
    let now = Utc::now();
    let keys = load(store, company);
    read(store, company);
    history(store, company, &keys, now);
    company
}

fn load(store: &SqliteStore, company: CompanyId) -> Vec<DocumentKey> {
    let document = |object: &str, id: u32, json: String| NewDocument {
        key: DocumentKey { object: object.to_owned(), id: id.to_string() },
        version: version(&json),
        json,
    };
    let customers = (0..CUSTOMERS).map(|number| document("customer", number, documents::customer(number)));
    let invoices =
        (1..=INVOICES).map(|number| document("invoice", 1_000_000 + number, documents::invoice(number, 5)));
    let all: Vec<NewDocument> = customers.chain(invoices).collect();
    for batch in all.chunks(1_000) {
        store.load(company, batch, Utc::now()).unwrap();
    }
    all.into_iter().map(|it| it.key).collect()
}

/// The books, as a visit reads them.
fn read(store: &SqliteStore, company: CompanyId) {
    let now = Utc::now() - TimeDelta::hours(VISITS + 1);
    let session = store.begin_session(company, "read", now).unwrap().id;
    for (_, text) in records::files() {
        let mut queries = Vec::new();
        let mut all = Vec::new();
        for response in ferrule::qbxml::read_responses(text.as_bytes()).unwrap() {
            queries.push(response.head.name.replace("Rs", "Rq"));
            all.extend(response.records);
        }
        for batch in all.chunks(1_000) {
            let mut commit = Commit::new(session, now, String::new());
            commit.records = batch
                .iter()
                .map(|record| StoredRecord {
                    key: RecordKey {
                        record_type: record.name().to_owned(),
                        id: record.id().unwrap().to_owned(),
                    },
                    edit_sequence: record.get("EditSequence").unwrap_or_default().to_owned(),
                    xml: record.to_xml(),
                })
                .collect();
            store.commit(company, &commit).unwrap();
        }
        let mut commit = Commit::new(session, now, String::new());
        commit.traversals = queries.into_iter().map(|query| Traversal { query, began_at: now }).collect();
        store.commit(company, &commit).unwrap();
    }
}

/// A visit an hour, with three exchanges each; every document was synced once.
fn history(store: &SqliteStore, company: CompanyId, keys: &[DocumentKey], now: DateTime<Utc>) {
    store.play(company, keys, now).unwrap();
    let jobs = store.jobs(company, None).unwrap();
    let mut jobs = jobs.iter().take(keys.len() - 100);
    for visit in 0..VISITS {
        let at = now - TimeDelta::hours(VISITS - visit);
        let session = store.begin_session(company, &format!("visit {visit}"), at).unwrap().id;
        for (index, kind) in
            [ExchangeKind::Read, ExchangeKind::Write, ExchangeKind::Write].into_iter().enumerate()
        {
            let at = at + TimeDelta::seconds(i64::try_from(index).unwrap() * 5);
            let job = jobs.next().filter(|_| index == 1);
            exchange(store, company, (session, at), kind, job);
        }
        let mut commit = Commit::new(session, at + TimeDelta::seconds(20), String::new());
        commit.ending = Some("Finished: nothing is left to do.".to_owned());
        commit.is_synced = true;
        store.commit(company, &commit).unwrap();
    }
}

fn exchange(
    store: &SqliteStore,
    company: CompanyId,
    (session, at): (ferrule::sync::stored::SessionId, DateTime<Utc>),
    kind: ExchangeKind,
    job: Option<&ferrule::sync::stored::Job>,
) {
    let item = |number: usize| ExchangeItem {
        request_id: number.to_string(),
        message: "CustomerAdd".to_owned(),
        document: job.map(|job| job.document.clone()),
        status_code: Some(0),
        status_message: None,
        jobs: job.iter().map(|job| job.id).collect(),
    };
    let items: Vec<_> = (0..5).map(item).collect();
    let mut commit = Commit::new(session, at, String::new());
    commit.opened =
        Some(NewExchange { kind, set_id: None, request: "<QBXML/>".repeat(200), items: items.clone() });
    let exchange = store.commit(company, &commit).unwrap().exchange.unwrap();
    let mut commit = Commit::new(session, at + TimeDelta::seconds(3), String::new());
    commit.closed = Some(Closed { exchange, response: Some("<QBXML/>".repeat(200)), failure: None, items });
    commit.jobs.extend(job.map(|job| JobChange {
        job: job.id,
        state: JobState::Done,
        error: None,
        next_try: None,
        is_attempt: true,
    }));
    let is_customer = |job: &&ferrule::sync::stored::Job| job.document.object == "customer";
    commit.connections.extend(job.filter(is_customer).map(|job| Connection {
        document: job.document.clone(),
        record_type: "CustomerRet".to_owned(),
        record_id: format!("C{}-1767225650", job.document.id),
        connected_at: at,
        is_archived: false,
    }));
    store.commit(company, &commit).unwrap();
}
