//! A company file that has been in use for years: 50,000 records, 20,000 documents, a visit an hour.

use chrono::{DateTime, TimeDelta, Utc};
use ferrule::qbxml::{Record, read_responses};
use ferrule::store::SqliteStore;
use ferrule::sync::stored::{
    Closed, Commit, CompanyId, Connection, DocumentKey, Ending, ExchangeItem, ExchangeKind, Job, JobChange,
    JobState, NewCompanyFile, NewDocument, NewExchange, RecordKey, SessionId, Store as _, StoredRecord,
    Traversal,
};
use ferrule::sync::version;

use super::{documents, records};

/// How many there are of each.
pub const INVOICES: u32 = 18_000;
pub const CUSTOMERS: u32 = 2_000;
/// Items in the company file, which has 50,000 records with them.
pub const ITEMS: u32 = 48_080;
pub const VISITS: i64 = 20_000;
/// Those of the last documents that were not synced yet.
const OPEN: usize = 100;

/// Fills an empty store.
pub fn fill(store: &SqliteStore) -> CompanyId {
    let [domain, name, user_name, password_hash, owner_id, file_id] =
        ["acme", "Acme", "acme", "", "{1}", "{2}"].map(str::to_owned);
    let new = NewCompanyFile { domain, name, user_name, password_hash, owner_id, file_id, path: None };
    let company = store.add_company_file(&new).unwrap();
    let settings = serde_json::json!({ "items_into_part_numbers_filter": "Service" });
    store.set_settings(company, &serde_json::from_value(settings).unwrap()).unwrap();
    let now = Utc::now();
    let keys = load(store, company);
    read(store, company, now - TimeDelta::hours(VISITS + 1));
    history(store, company, &keys, now);
    company
}

fn load(store: &SqliteStore, company: CompanyId) -> Vec<DocumentKey> {
    let customers = (0..CUSTOMERS).map(|number| document("customer", number, documents::customer(number)));
    let invoices =
        (1..=INVOICES).map(|number| document("invoice", 1_000_000 + number, documents::invoice(number, 5)));
    let all: Vec<NewDocument> = customers.chain(invoices).collect();
    for batch in all.chunks(1_000) {
        store.load(company, batch, Utc::now()).unwrap();
    }
    all.into_iter().map(|it| it.key).collect()
}

fn document(object: &str, id: u32, json: String) -> NewDocument {
    let key = DocumentKey { object: object.to_owned(), id: id.to_string() };
    NewDocument { key, version: version(&json), json }
}

/// The books, as a visit reads them.
fn read(store: &SqliteStore, company: CompanyId, at: DateTime<Utc>) {
    let session = store.begin_session(company, "read", at).unwrap().id;
    for text in records::lists(ITEMS) {
        for response in read_responses(text.as_bytes()).unwrap() {
            let mut commit = Commit::new(session, at, String::new());
            commit.records = response.records.iter().map(|record| stored(record)).collect();
            let query = response.head.name.replace("Rs", "Rq");
            commit.traversals = vec![Traversal { query, began_at: at }];
            store.commit(company, &commit).unwrap();
        }
    }
}

fn stored(record: &Record) -> StoredRecord {
    StoredRecord {
        key: RecordKey { record_type: record.name().to_owned(), id: record.id().unwrap().to_owned() },
        edit_sequence: record.get("EditSequence").unwrap_or_default().to_owned(),
        xml: record.to_xml(),
    }
}

/// A visit an hour, with three exchanges each; all but the last documents were synced in one of them.
fn history(store: &SqliteStore, company: CompanyId, keys: &[DocumentKey], now: DateTime<Utc>) {
    store.play(company, keys, now).unwrap();
    let jobs = store.jobs(company, None).unwrap();
    let mut jobs = jobs.iter().take(keys.len() - OPEN);
    for visit in 0..VISITS {
        let at = now - TimeDelta::hours(VISITS - visit);
        let session = store.begin_session(company, &format!("visit {visit}"), at).unwrap().id;
        let kinds =
            [(ExchangeKind::Read, None), (ExchangeKind::Write, jobs.next()), (ExchangeKind::Write, None)];
        for (place, (kind, job)) in (0..).zip(kinds) {
            exchange(store, company, (session, at + TimeDelta::seconds(place * 5)), kind, job);
        }
        let mut commit = Commit::new(session, at + TimeDelta::seconds(20), String::new());
        commit.ending = Some(Ending::Finished);
        commit.is_synced = true;
        store.commit(company, &commit).unwrap();
    }
}

fn exchange(
    store: &SqliteStore,
    company: CompanyId,
    (session, at): (SessionId, DateTime<Utc>),
    kind: ExchangeKind,
    job: Option<&Job>,
) {
    let item = |number: usize| ExchangeItem {
        request_id: number.to_string(),
        message: "CustomerAdd".to_owned(),
        document: job.map(|job| job.document.clone()),
        status_code: Some(0),
        status_message: None,
        jobs: job.iter().map(|job| job.id).collect(),
        follows: None,
    };
    let items: Vec<_> = (0..5).map(item).collect();
    let mut commit = Commit::new(session, at, String::new());
    let request = "<QBXML/>".repeat(200);
    commit.opened = Some(NewExchange { kind, set_id: None, request: request.clone(), items: items.clone() });
    let exchange = store.commit(company, &commit).unwrap().exchange.unwrap();
    let mut commit = Commit::new(session, at + TimeDelta::seconds(3), String::new());
    commit.closed = Some(Closed { exchange, response: Some(request), failure: None, items });
    let (state, is_attempt) = (JobState::Done, true);
    let done = |job: &Job| JobChange { job: job.id, state, error: None, next_try: None, is_attempt };
    commit.jobs.extend(job.map(done));
    commit.connections.extend(job.filter(|job| job.document.object == "customer").map(|job| Connection {
        document: job.document.clone(),
        generation: 0,
        record_type: "CustomerRet".to_owned(),
        record_id: format!("C{}-1767225650", job.document.id),
        connected_at: at,
        is_archived: false,
        may_share: true,
    }));
    store.commit(company, &commit).unwrap();
}
