//! A test: no statement of the hot path takes longer as the history grows.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use chrono::DateTime;
use rusqlite::trace::{TraceEvent, TraceEventCodes};

use super::SqliteStore;
use crate::activity::{ActivityStore, Cursor, Happened, Happening};
use crate::sync::stored::{
    Closed, Commit, CompanyId, Connection, DocumentKey, ExchangeItem, ExchangeKind, JobChange, JobState,
    NewCompanyFile, NewDocument, NewExchange, NewMerge, RecordKey, Store, StoredRecord, Traversal,
};

fn company_file(store: &SqliteStore) -> CompanyId {
    let [domain, name, user_name, password_hash, owner_id, file_id] =
        ["d", "n", "u", "p", "o", "f"].map(str::to_owned);
    let path = None;
    let new = NewCompanyFile { domain, name, user_name, password_hash, owner_id, file_id, path };
    store.add_company_file(&new).unwrap()
}

/// Every statement that a session may run.
fn hot_path(store: &SqliteStore) {
    let company = company_file(store);
    let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    let key = DocumentKey { object: "invoice".to_owned(), id: "1".to_owned() };
    let keys = std::slice::from_ref(&key);
    for version in ["1", "2"] {
        let document = NewDocument { key: key.clone(), json: "{}".to_owned(), version: version.to_owned() };
        store.load(company, &[document], now).unwrap();
        store.play(company, keys, now).unwrap();
    }
    store.documents(company, keys).unwrap();
    store.company_file_of_user("u").unwrap();
    store.company_file(company).unwrap();
    store.note_contact(company, now).unwrap();
    let session = store.begin_session(company, "ticket", now).unwrap().id;
    store.session("ticket").unwrap();
    let job = store.due_jobs(company, now, 1).unwrap().remove(0).id;
    store.jobs_named(company, &[job]).unwrap();
    store.due_count(company, now).unwrap();
    store.job_counts(company).unwrap();
    store.jobs_in_error(company).unwrap();

    let mut commit = Commit::new(session, now, String::new());
    let item = ExchangeItem::new("1".to_owned(), "Add".to_owned(), Some(key.clone()), vec![job]);
    let (kind, items) = (ExchangeKind::Write, vec![item]);
    commit.opened = Some(NewExchange { kind, set_id: None, request: String::new(), items: items.clone() });
    let is_attempt = true;
    commit.jobs = vec![JobChange { job, state: JobState::Sent, error: None, next_try: None, is_attempt }];
    let exchange = store.commit(company, &commit).unwrap().exchange.unwrap();
    store.called("ticket").unwrap();
    store.exchange(company, exchange).unwrap();
    store.unanswered(company).unwrap();
    store.history(company, Some(&key), 9).unwrap();
    store.history(company, None, 9).unwrap();
    store.sessions(company, 9).unwrap();

    let mut commit = Commit::new(session, now, String::new());
    commit.jobs =
        vec![JobChange { job, state: JobState::Done, error: None, next_try: None, is_attempt: false }];
    let items = items.into_iter().map(|item| ExchangeItem { status_code: Some(0), ..item }).collect();
    commit.closed = Some(Closed { exchange, response: None, failure: None, items });
    let record = RecordKey { record_type: "Ret".to_owned(), id: "1".to_owned() };
    let (record_type, record_id) = (record.record_type.clone(), record.id.clone());
    let connection = Connection {
        document: key,
        record_type,
        record_id,
        connected_at: now,
        is_archived: false,
        may_share: false,
        generation: 0,
    };
    commit.connections = vec![connection];
    commit.deleted = vec![record.clone()];
    commit.records = vec![StoredRecord { key: record, edit_sequence: String::new(), xml: String::new() }];
    commit.traversals = vec![Traversal { query: "Query".to_owned(), began_at: now }];
    commit.is_read = true;
    commit.is_synced = true;
    store.commit(company, &commit).unwrap();
    store.records(company, &mut |_| ()).unwrap();
    store.connections(company).unwrap();
    store.traversals(company).unwrap();
}

/// How SQLite goes about a statement.
fn plan(store: &SqliteStore, sql: &str) -> Vec<String> {
    let explained = store.lend(|tx| {
        let mut query = tx.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
        let parameters = vec![rusqlite::types::Null; query.parameter_count()];
        let steps = query.query_map(rusqlite::params_from_iter(parameters), |row| row.get(3))?;
        Ok(steps.collect::<Result<_, _>>()?)
    });
    explained.unwrap()
}

/// The statements that are run meanwhile, each once.
fn statements(store: &SqliteStore, run: impl FnOnce(&SqliteStore)) -> BTreeSet<String> {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let noted = Arc::clone(&seen);
    let note = move |event: TraceEvent<'_>| {
        if let TraceEvent::Stmt(_, sql) = event {
            noted.lock().unwrap().insert(sql.to_owned());
        }
    };
    let codes = TraceEventCodes::SQLITE_TRACE_STMT;
    store.lend(|connection| Ok(connection.trace_v2(codes, Some(note))?)).unwrap();
    run(store);
    let is_query =
        |sql: &&String| ["SELECT", "INSERT", "UPDATE", "DELETE"].iter().any(|it| sql.starts_with(it));
    seen.lock().unwrap().iter().filter(is_query).cloned().collect()
}

#[test]
fn the_hot_path_searches_and_never_scans_or_sorts() {
    let store = SqliteStore::in_memory().unwrap();
    let statements = statements(&store, hot_path);
    assert!(statements.len() > 30, "{statements:#?}");
    for sql in &statements {
        let plan = plan(&store, sql);
        let is_slow = |step: &String| step.contains("SCAN") || step.contains("TEMP B-TREE");
        assert!(!plan.iter().any(is_slow), "{sql}\n{plan:#?}");
        assert!(
            sql.contains("company") || sql.contains("ticket = ?1"),
            "a statement about every company file: {sql}"
        );
    }
}

/// What is asked of history, and what changes it, of a company file in which something happened.
fn history(store: &SqliteStore) {
    let company = CompanyId(1);
    let events = store.events(company, "d", &Happening::ALL, Cursor::NEWEST, None, 9).unwrap();
    assert!(
        events.iter().any(|it| matches!(&it.happened, Happened::Job(_, Some(message)) if message == "Add"))
    );
    let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    store.tally(company, now, now, 1).unwrap();
    store.found_of(company, &RecordKey { record_type: "Ret".to_owned(), id: "1".to_owned() }, 9).unwrap();

    let [imported, document] =
        ["qb-1", "7"].map(|id| DocumentKey { object: "invoice".to_owned(), id: id.to_owned() });
    let connection = Connection {
        document: imported.clone(),
        record_type: "Ret".to_owned(),
        record_id: "2".to_owned(),
        connected_at: now,
        is_archived: false,
        may_share: false,
        generation: 0,
    };
    store.connect(company, &connection).unwrap();
    let merge = NewMerge { imported, document, may_share: false, agreed: None };
    assert_eq!(store.merge(company, &[merge], &[], now).unwrap().len(), 1);
}

#[test]
fn history_is_never_gone_through_from_its_beginning() {
    let store = SqliteStore::in_memory().unwrap();
    hot_path(&store);
    let statements = statements(&store, history);
    assert!(statements.len() > 6, "{statements:#?}");
    // There is one reconciliation a night, and few documents are held: to go through them takes no time.
    let is_short = |sql: &String| ["FROM reconciled", "FROM held"].iter().any(|from| sql.contains(from));
    for sql in statements.iter().filter(|sql| !is_short(sql)) {
        let plan = plan(&store, sql);
        let is_slow = |step: &String| step.contains("SCAN") || step.ends_with("(company=?)");
        assert!(!plan.iter().any(is_slow), "{sql}\n{plan:#?}");
    }
}
