//! One story about a store, which any backend must pass.

use std::collections::BTreeMap;

use ferrule::people::{AuditSubject, NewAuditEntry, PeopleStore};
use ferrule::store::{PostgresStore, SqliteStore};
use ferrule::sync::stored::{
    Closed, CompanyId, DocumentKey, Ending, ExchangeId, ExchangeKind, Identity, Job, JobId, JobState, Loaded,
    NewImport, NewVersion, Played, Store, StoreError, Traversal,
};
use serde_json::json;

use crate::store_support::{
    at, change, company_file, connection, document, error, exchange, item, key, mirror, new_company_file,
    record, record_key, step,
};

use crate::web_support::entry;

#[test]
fn sqlite_in_a_file_passes() {
    let folder = tempfile::tempdir().unwrap();
    story(&SqliteStore::open(&folder.path().join("ferrule.db")).unwrap(), folder.path());
}

#[test]
fn sqlite_in_memory_passes() {
    let folder = tempfile::tempdir().unwrap();
    story(&SqliteStore::in_memory().unwrap(), folder.path());
}

#[test]
fn postgres_passes() {
    let Some(address) = crate::postgres::database() else { return };
    let folder = tempfile::tempdir().unwrap();
    story(&PostgresStore::open(&address).unwrap(), folder.path());
}

/// Two servers read their clocks before one waits for the other.
#[test]
fn no_session_ends_before_it_began() {
    let end = |store: &dyn Store| {
        let shop = company_file(store, "clocks");
        let first = store.begin_session(shop, "first", at(10)).unwrap();
        let second = store.begin_session(shop, "second", at(5)).unwrap();
        let mut commit = step(second.id, 4);
        commit.ending = Some(Ending::Finished);
        store.commit(shop, &commit).unwrap();
        let ended: Vec<_> = store.sessions(shop, 2).unwrap().iter().map(|it| it.ended_at).collect();
        assert_eq!(ended, [Some(second.began_at), Some(first.began_at)]);
    };
    let file = SqliteStore::in_memory().unwrap();
    end(&file);
    assert_eq!(file.examine().unwrap(), Vec::<String>::new());
    if let Some(address) = crate::postgres::database() {
        end(&PostgresStore::open(&address).unwrap());
    }
}

#[test]
fn what_was_done_to_several_documents_is_found_by_each() {
    acts(&SqliteStore::in_memory().unwrap());
    if let Some(address) = crate::postgres::database() {
        acts(&PostgresStore::open(&address).unwrap());
    }
}

fn acts(store: &(impl Store + PeopleStore)) {
    let (shop, other) = (company_file(store, "shop"), company_file(store, "other"));
    let key = |object: &str, id: &str| DocumentKey { object: object.to_owned(), id: id.to_owned() };
    let (one, two, bill) = (key("invoice", "1"), key("invoice", "2"), key("bill", "1"));
    let subjects = [
        AuditSubject::Documents(vec![one.clone(), two.clone()]),
        AuditSubject::Documents(vec![one.clone(), bill.clone()]),
        AuditSubject::Documents(vec![two.clone()]),
        AuditSubject::Request(one.clone(), ExchangeId(7)),
        AuditSubject::Documents(Vec::new()),
    ];
    let at = entry().at;
    for about in subjects {
        store.note(&NewAuditEntry { at, company: Some(shop), about: Some(about), ..entry() }).unwrap();
    }
    let of = |company, key: &DocumentKey| -> Vec<AuditSubject> {
        store.audit_of(company, key, 9).unwrap().into_iter().filter_map(|it| it.said.about).collect()
    };
    let (both, mixed) =
        (AuditSubject::Several(Some("invoice".to_owned()), 2), AuditSubject::Several(None, 2));
    assert_eq!(
        of(shop, &one),
        [AuditSubject::Request(one.clone(), ExchangeId(7)), mixed.clone(), both.clone()]
    );
    assert_eq!(of(shop, &two), [AuditSubject::Document(two.clone()), both]);
    assert_eq!(of(shop, &bill), [mixed]);
    // Which they were, by who did it and when.
    let done = |company, person: &str| store.done_at("acme", company, person, entry().action, at).unwrap();
    assert_eq!(done(shop, &entry().person), [bill.clone(), one.clone(), two.clone()]);
    assert!(done(other, &entry().person).is_empty() && done(shop, "somebody else").is_empty());
    assert!(of(other, &one).is_empty() && of(shop, &key("bill", "2")).is_empty());
    assert_eq!(store.audit("acme", Some(shop), 9).unwrap()[0].said.about, None);
}

/// Two company files live through everything; at each turn the other one is untouched.
fn story(store: &dyn Store, folder: &std::path::Path) {
    let (shop, other) = company_files(store);
    documents(store, shop, other);
    jobs(store, shop, other);
    newest_jobs(store, shop);
    sessions(store, shop, other);
    exchanges(store, shop, other);
    refused_commits(store, shop, other);
    records(store, shop, other);
    of_two_the_last_counts(store, other);
    connections(store, shop, other);
    reads_and_syncs(store, shop, other);
    ignoring(store, shop, other);
    imports(store, shop, other);
    newer_versions(store, shop, other);
    without_company_file(store);
    assert_eq!(store.examine().unwrap(), Vec::<String>::new());
    backup(store, folder, shop);
}

fn company_files(store: &dyn Store) -> (CompanyId, CompanyId) {
    let shop = company_file(store, "shop");
    let other = company_file(store, "other");
    let again = store.add_company_file(&new_company_file("shop")).unwrap_err();
    assert_eq!(again.to_string(), "a company file with the name `shop` already exists");
    let mut same_user = new_company_file("third");
    "shop-user".clone_into(&mut same_user.user_name);
    let again = store.add_company_file(&same_user).unwrap_err();
    assert_eq!(again.to_string(), "a company file with the user name `shop-user` already exists");

    let names: Vec<String> = store.company_files().unwrap().into_iter().map(|it| it.made.name).collect();
    assert_eq!(names, ["other", "shop"]);
    let file = store.company_file(shop).unwrap();
    assert_eq!(file.made, new_company_file("shop"));
    assert_eq!((file.identity, file.is_paused, file.is_read_asked, file.revision), (None, false, false, 0));
    assert_eq!(store.company_file_of_user("shop-user").unwrap().unwrap().id, shop);
    assert_eq!(store.company_file_of_user("SHOP-USER").unwrap(), None);

    let settings = BTreeMap::from([("batch".to_owned(), json!(5)), ("window".to_owned(), json!("22-6"))]);
    store.set_settings(shop, &settings).unwrap();
    store.set_password_hash(shop, "$argon2id$y").unwrap();
    store.pause(shop, true).unwrap();
    store.note_contact(shop, at(1)).unwrap();
    let file = store.company_file(shop).unwrap();
    assert_eq!((file.settings, file.is_paused, file.last_contact), (settings, true, Some(at(1))));
    assert_eq!(file.made.password_hash, "$argon2id$y");
    store.pause(shop, false).unwrap();
    assert!(!store.company_file(shop).unwrap().is_paused);
    let untouched = store.company_file(other).unwrap();
    assert_eq!((untouched.settings, untouched.last_contact), (BTreeMap::new(), None));
    (shop, other)
}

fn documents(store: &dyn Store, shop: CompanyId, other: CompanyId) {
    let first = ["10", "9", "abc", "009"].map(|id| document("customer", id, "a"));
    let loaded = store.load(shop, &first, at(2)).unwrap();
    assert_eq!(loaded, Loaded { new: 4, changed: 0, same: 0, locked: 0 });
    let again = [document("customer", "9", "a"), document("customer", "10", "b"), document("bill", "1", "a")];
    let loaded = store.load(shop, &again, at(3)).unwrap();
    assert_eq!(loaded, Loaded { new: 1, changed: 1, same: 1, locked: 0 });

    let all = store.all_documents(shop, None).unwrap();
    let ids: Vec<String> = all.iter().map(|it| it.document.key.to_string()).collect();
    assert_eq!(ids, ["bill 1", "customer 009", "customer 9", "customer 10", "customer abc"]);
    assert_eq!(store.all_documents(shop, Some("bill")).unwrap().len(), 1);
    let asked = [key("customer", "10"), key("customer", "none"), key("customer", "9")];
    let found = store.documents(shop, &asked).unwrap();
    let found: Vec<_> = found.iter().map(|it| (it.document.clone(), it.loaded_at)).collect();
    assert_eq!(found, [(document("customer", "10", "b"), at(3)), (document("customer", "9", "a"), at(2))]);

    assert_eq!(store.all_documents(other, None).unwrap(), []);
    assert_eq!(store.documents(other, &asked).unwrap(), []);
    store.load(other, &[document("customer", "9", "z")], at(3)).unwrap();
    assert_eq!(store.documents(shop, &asked[2..]).unwrap()[0].document.version, "a");
}

fn ids(jobs: &[Job]) -> Vec<&str> {
    jobs.iter().map(|job| job.document.id.as_str()).collect()
}

fn queued(keys: &[DocumentKey]) -> Played {
    Played { queued: keys.to_vec(), ..Played::default() }
}

fn jobs(store: &dyn Store, shop: CompanyId, other: CompanyId) {
    let (nine, ten) = (key("customer", "9"), key("customer", "10"));
    assert_eq!(
        store.play(shop, &[ten.clone(), nine.clone()], at(4)).unwrap(),
        queued(&[ten.clone(), nine.clone()])
    );
    let played = store.play(shop, &[nine.clone(), key("customer", "none")], at(5)).unwrap();
    assert_eq!((played.already_queued, played.unknown), (vec![nine.clone()], vec![key("customer", "none")]));

    let due = store.due_jobs(shop, at(5), 10).unwrap();
    assert_eq!(ids(&due), ["10", "9"]);
    let job = &due[0];
    assert_eq!((job.version.as_str(), job.state, job.attempts), ("b", JobState::Queued, 0));
    assert_eq!((job.next_try, job.played_at, job.changed_at, &job.error), (at(4), at(4), at(4), &None));
    assert_eq!(ids(&store.due_jobs(shop, at(5), 1).unwrap()), ["10"]);
    assert_eq!(ids(&store.due_jobs(shop, at(3), 10).unwrap()), Vec::<&str>::new());
    assert_eq!((store.due_count(shop, at(5)).unwrap(), store.due_count(shop, at(3)).unwrap()), (2, 0));
    assert_eq!(store.job_counts(shop).unwrap(), BTreeMap::from([(JobState::Queued, 2)]));
    assert_eq!(store.jobs(other, None).unwrap(), []);
    assert_eq!(
        store.jobs_named(shop, &[due[1].id, JobId(999), due[0].id]).unwrap(),
        [due[1].clone(), job.clone()]
    );
    assert_eq!(store.jobs_named(other, &[job.id]).unwrap(), []);
    assert_eq!(store.job_counts(other).unwrap(), BTreeMap::new());
}

/// What a session makes of jobs, and what play does then.
fn newest_jobs(store: &dyn Store, shop: CompanyId) {
    let (nine, ten) = (key("customer", "9"), key("customer", "10"));
    let due = store.due_jobs(shop, at(5), 10).unwrap();
    let session = store.begin_session(shop, "jobs", at(6)).unwrap().id;
    let mut commit = step(session, 7);
    commit.jobs = vec![change(due[0].id, JobState::Failed), change(due[1].id, JobState::Done)];
    commit.jobs[0].error = Some(error("3100"));
    commit.jobs[0].next_try = Some(at(100));
    commit.jobs[0].is_attempt = true;
    store.commit(shop, &commit).unwrap();

    let failed = store.jobs(shop, Some(JobState::Failed)).unwrap().remove(0);
    assert_eq!((failed.attempts, failed.next_try, failed.changed_at), (1, at(100), at(7)));
    assert_eq!(failed.error, Some(error("3100")));
    assert_eq!(store.jobs_in_error(shop).unwrap(), std::slice::from_ref(&failed));
    let played = store.play(shop, &[ten.clone(), nine.clone()], at(8)).unwrap();
    assert_eq!((played.queued, played.already_done), (vec![ten.clone()], vec![nine.clone()]));
    let again = store.due_jobs(shop, at(8), 10).unwrap().remove(0);
    assert_eq!((again.attempts, &again.error, again.next_try), (0, &None, at(8)));
    assert!(again.id > failed.id, "what became of the first is kept");
    assert_eq!(store.unplay(shop, std::slice::from_ref(&ten)).unwrap(), std::slice::from_ref(&ten));
    assert_eq!(store.jobs(shop, Some(JobState::Failed)).unwrap(), std::slice::from_ref(&failed));
    assert_eq!(
        store.play(shop, std::slice::from_ref(&ten), at(8)).unwrap().queued,
        std::slice::from_ref(&ten)
    );
    let again = store.due_jobs(shop, at(8), 10).unwrap().remove(0);

    // New versions: the queued job counts no more, and the one that is done is not the newest.
    let changed = [document("customer", "10", "c"), document("customer", "9", "b")];
    store.load(shop, &changed, at(9)).unwrap();
    assert_eq!(store.jobs(shop, None).unwrap().len(), 2);
    store.play(shop, &[ten.clone(), nine.clone()], at(10)).unwrap();
    let jobs = store.jobs(shop, None).unwrap();
    assert_eq!(jobs.iter().map(|job| job.version.as_str()).collect::<Vec<_>>(), ["c", "b"]);
    assert!(jobs.iter().all(|job| job.state == JobState::Queued && job.id > due[1].id));
    let mut commit = step(session, 11);
    commit.jobs = vec![change(jobs[1].id, JobState::Done), change(again.id, JobState::Queued)];
    store.commit(shop, &commit).unwrap();
    assert_eq!(ids(&store.due_jobs(shop, at(11), 10).unwrap()), ["10"], "an older job is not sent");
    assert_eq!(store.jobs_named(shop, &[again.id]).unwrap()[0].state, JobState::Queued);
    // What was done before and is so again has to be sent again.
    store.load(shop, &[document("customer", "9", "a")], at(12)).unwrap();
    assert_eq!(store.play(shop, std::slice::from_ref(&nine), at(12)).unwrap(), queued(&[nine]));
}

fn sessions(store: &dyn Store, shop: CompanyId, other: CompanyId) {
    let first = store.begin_session(shop, "first", at(20)).unwrap();
    assert_eq!(
        (first.company, first.began_at, first.active_at, first.ended_at),
        (shop, at(20), at(20), None)
    );
    assert_eq!(store.session("first").unwrap(), Some(first.clone()));
    assert_eq!(store.company_file(shop).unwrap().last_contact, Some(at(20)));
    let elsewhere = store.begin_session(other, "elsewhere", at(21)).unwrap();
    let second = store.begin_session(shop, "second", at(22)).unwrap();
    assert_eq!(store.session("first").unwrap(), None);
    assert_eq!(store.session("elsewhere").unwrap(), Some(elsewhere));
    assert_eq!(store.session("never").unwrap(), None);
    assert_eq!(store.called("never").unwrap(), None);
    assert_eq!(store.called("first").unwrap(), None, "it has ended");
    let called = store.called("second").unwrap().unwrap();
    assert_eq!((called.session.id, called.file.id, called.in_flight), (second.id, shop, None));

    store.commit(shop, &step(second.id, 23)).unwrap();
    let session = store.session("second").unwrap().unwrap();
    assert_eq!((session.state.as_str(), session.active_at), ("state at 23", at(23)));
    assert_eq!(store.company_file(shop).unwrap().last_contact, Some(at(23)));
    let mut commit = step(second.id, 24);
    commit.ending = Some(Ending::Failed("closed".to_owned()));
    store.commit(shop, &commit).unwrap();
    assert_eq!(store.session("second").unwrap(), None);
    let last = store.sessions(shop, 2).unwrap();
    assert_eq!(
        (last[0].id, last[0].ended_at, last[0].ending.clone()),
        (second.id, Some(at(24)), Some(Ending::Failed("closed".to_owned())))
    );
    let ended = (last[1].id, last[1].ended_at, last[1].ending.clone());
    assert_eq!(ended, (first.id, Some(at(22)), Some(Ending::Overtaken)));
}

fn exchanges(store: &dyn Store, shop: CompanyId, other: CompanyId) {
    let session = store.begin_session(shop, "exchanges", at(30)).unwrap().id;
    let job = store.due_jobs(shop, at(30), 1).unwrap().remove(0);
    let mut sent = step(session, 31);
    let items = vec![item("1", Some(job.document.clone()), &[job.id]), item("2", None, &[])];
    sent.opened = Some(exchange(ExchangeKind::Write, items.clone()));
    sent.jobs = vec![change(job.id, JobState::Sent)];
    let id = store.commit(shop, &sent).unwrap().exchange.unwrap();
    let in_flight = || store.called("exchanges").unwrap().unwrap().in_flight.map(|it| (it.id, it.items));
    assert_eq!(in_flight(), Some((id, items.clone())));
    let mut read = step(session, 32);
    read.opened = Some(exchange(ExchangeKind::Read, vec![item("3", None, &[])]));
    let read = store.commit(shop, &read).unwrap().exchange.unwrap();
    assert_eq!(in_flight().map(|it| it.0), Some(read));

    let open = store.exchange(shop, id).unwrap().unwrap();
    assert_eq!(
        (open.session, open.kind, open.sent_at, &open.items),
        (session, ExchangeKind::Write, at(31), &items)
    );
    assert_eq!((open.answered_at, &open.response, &open.failure), (None, &None, &None));
    assert_eq!((open.set_id.as_deref(), open.request.as_str()), (Some("{set}"), "<QBXML/>"));
    assert_eq!(store.unanswered(shop).unwrap(), [open], "a read that was lost is read again");
    assert_eq!(store.exchange(other, id).unwrap(), None);
    assert_eq!((store.unanswered(other).unwrap(), store.history(other, None, 9).unwrap()), (vec![], vec![]));

    let mut answered = items;
    answered[0].status_code = Some(0);
    answered[0].status_message = Some("Status OK".to_owned());
    let mut closed = step(session, 33);
    closed.closed = Some(Closed {
        exchange: id,
        response: Some("<QBXML>done</QBXML>".to_owned()),
        failure: None,
        items: answered[..1].to_vec(),
    });
    closed.jobs = vec![change(job.id, JobState::Done)];
    assert_eq!(store.commit(shop, &closed).unwrap().exchange, None);
    assert_eq!(store.unanswered(shop).unwrap(), []);
    let history = store.history(shop, None, 9).unwrap();
    assert_eq!(history.iter().map(|it| it.id).collect::<Vec<_>>(), [read, id]);
    assert_eq!((history[1].answered_at, &history[1].items), (Some(at(33)), &answered));
    assert_eq!(store.history(shop, None, 1).unwrap()[0].id, read);
    assert_eq!(store.history(shop, Some(&job.document), 9).unwrap(), history[1..]);
    assert_eq!(store.history(shop, Some(&key("customer", "abc")), 9).unwrap(), []);
    assert_eq!(store.history(other, Some(&job.document), 9).unwrap(), []);
    closed.at = at(34);
    let twice = store.commit(shop, &closed).unwrap_err();
    assert_eq!(twice.to_string(), format!("there is no unanswered exchange {}", id.0));
}

/// Everything that a commit could change, as text.
fn everything(store: &dyn Store, company: CompanyId) -> String {
    let file = store.company_file(company).unwrap();
    let jobs = store.jobs(company, None).unwrap();
    let sessions = store.sessions(company, 99).unwrap();
    let history = store.history(company, None, 99).unwrap();
    let connections = store.connections(company).unwrap();
    let traversals = store.traversals(company).unwrap();
    let records = mirror(store, company);
    format!("{file:?} {jobs:?} {sessions:?} {history:?} {connections:?} {traversals:?} {records:?}")
}

fn refused_commits(store: &dyn Store, shop: CompanyId, other: CompanyId) {
    let old = store.begin_session(shop, "old", at(40)).unwrap().id;
    let current = store.begin_session(shop, "current", at(41)).unwrap().id;
    let elsewhere = store.begin_session(other, "refused elsewhere", at(41)).unwrap().id;
    let before = (everything(store, shop), everything(store, other));
    let job = store.due_jobs(shop, at(50), 1).unwrap().remove(0);
    let mut full = step(old, 42);
    full.ending = Some(Ending::Finished);
    full.is_synced = true;
    full.is_read = true;
    full.opened = Some(exchange(ExchangeKind::Write, vec![item("9", None, &[job.id])]));
    full.jobs = vec![change(job.id, JobState::Sent)];
    full.connections = vec![connection(key("customer", "9"), "C9", 42)];
    full.records = vec![record("CustomerRet", "R1", "1")];
    full.traversals = vec![Traversal { query: "CustomerQueryRq".to_owned(), began_at: at(42) }];

    assert!(matches!(store.commit(shop, &full), Err(StoreError::SessionEnded)));
    full.session = elsewhere;
    assert!(matches!(store.commit(shop, &full), Err(StoreError::SessionEnded)));
    full.session = current;
    full.jobs.push(change(ferrule::sync::stored::JobId(999), JobState::Done));
    assert_eq!(store.commit(shop, &full).unwrap_err().to_string(), "there is no job 999");
    full.session = elsewhere;
    full.jobs.pop();
    let foreign = store.commit(other, &full).unwrap_err();
    assert_eq!(foreign.to_string(), format!("there is no job {}", job.id.0));
    assert_eq!((everything(store, shop), everything(store, other)), before);
}

fn records(store: &dyn Store, shop: CompanyId, other: CompanyId) {
    let session = store.begin_session(shop, "records", at(50)).unwrap().id;
    let mut commit = step(session, 51);
    commit.records = ["Z", "A", "M"].map(|id| record("CustomerRet", id, "1")).to_vec();
    commit.records.push(record("VendorRet", "A", "1"));
    store.commit(shop, &commit).unwrap();
    let revision = store.company_file(shop).unwrap().revision;
    store.commit(shop, &commit).unwrap();
    assert_eq!(store.company_file(shop).unwrap().revision, revision, "nothing is new");
    let mut commit = step(session, 52);
    commit.records = vec![record("CustomerRet", "A", "2"), record("CustomerRet", "N", "1")];
    commit.deleted = vec![record_key("CustomerRet", "Z"), record_key("CustomerRet", "never")];
    store.commit(shop, &commit).unwrap();
    let expected =
        [("A", "2"), ("M", "1"), ("A", "1"), ("N", "1")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(mirror(store, shop), expected);
    assert_eq!(store.company_file(shop).unwrap().revision, revision + 1);
    assert_eq!((mirror(store, other), store.company_file(other).unwrap().revision), (vec![], 0));
}

/// QuickBooks may give a record twice in one answer, however long that is.
fn of_two_the_last_counts(store: &dyn Store, other: CompanyId) {
    let session = store.begin_session(other, "twice", at(60)).unwrap().id;
    let mut commit = step(session, 61);
    let edits = (0..400).map(|number| record("Twice", &(number % 200).to_string(), &number.to_string()));
    commit.records = edits.collect();
    store.commit(other, &commit).unwrap();
    let kept = store.records_of(other, "Twice").unwrap();
    assert_eq!(kept.len(), 200);
    for record in &kept {
        let last = record.key.id.parse::<usize>().unwrap() + 200;
        assert_eq!(record.edit_sequence, last.to_string());
    }
    let mut commit = step(session, 62);
    commit.deleted = kept.into_iter().map(|record| record.key).collect();
    store.commit(other, &commit).unwrap();
}

fn connections(store: &dyn Store, shop: CompanyId, other: CompanyId) {
    let session = store.begin_session(shop, "connections", at(60)).unwrap().id;
    let revision = store.company_file(shop).unwrap().revision;
    let (ten, bill) = (connection(key("customer", "10"), "A", 61), connection(key("bill", "1"), "B", 61));
    let mut commit = step(session, 61);
    commit.connections = vec![ten.clone(), bill.clone()];
    store.commit(shop, &commit).unwrap();
    assert_eq!(store.connections(shop).unwrap(), [bill.clone(), ten.clone()]);
    assert_eq!(store.company_file(shop).unwrap().revision, revision + 1);
    let mut archived = ten;
    archived.is_archived = true;
    store.connect(shop, &archived).unwrap();
    store.connect(shop, &archived).unwrap();
    assert_eq!(store.connections(shop).unwrap(), [bill, archived]);
    assert_eq!(store.company_file(shop).unwrap().revision, revision + 2);
    assert_eq!(store.connections(other).unwrap(), []);
}

fn reads_and_syncs(store: &dyn Store, shop: CompanyId, other: CompanyId) {
    let session = store.begin_session(shop, "reads", at(70)).unwrap().id;
    store.ask_for_read(shop).unwrap();
    assert!(store.company_file(shop).unwrap().is_read_asked);
    let identity = Identity {
        company_name: "Acme".to_owned(),
        path: "C:\\Books\\shop.qbw".to_owned(),
        file_id: None,
        country: "US".to_owned(),
        qbxml: "16.0".to_owned(),
        closing_date: Some("2025-12-31".to_owned()),
    };
    let mut commit = step(session, 71);
    commit.identity = Some(identity.clone());
    for (query, seconds) in [("VendorQueryRq", 70), ("CustomerQueryRq", 70), ("CustomerQueryRq", 71)] {
        commit.traversals.push(Traversal { query: query.to_owned(), began_at: at(seconds) });
    }
    store.commit(shop, &commit).unwrap();
    let file = store.company_file(shop).unwrap();
    assert_eq!((file.identity, file.is_read_asked, file.last_read), (Some(identity.clone()), true, None));
    let mut commit = step(session, 72);
    commit.is_read = true;
    commit.is_synced = true;
    store.commit(shop, &commit).unwrap();
    let file = store.company_file(shop).unwrap();
    assert_eq!((file.is_read_asked, file.last_read, file.last_sync), (false, Some(at(72)), Some(at(72))));
    assert_eq!(file.identity, Some(identity));
    let traversals: Vec<_> =
        store.traversals(shop).unwrap().into_iter().map(|it| (it.query, it.began_at)).collect();
    assert_eq!(traversals, [("CustomerQueryRq".to_owned(), at(71)), ("VendorQueryRq".to_owned(), at(70))]);
    assert_eq!(store.traversals(other).unwrap(), []);
    let file = store.company_file(other).unwrap();
    assert_eq!((file.last_read, file.last_sync, file.identity), (None, None, None));
}

fn ignoring(store: &dyn Store, shop: CompanyId, other: CompanyId) {
    let keys = [record_key("VendorRet", "A"), record_key("CustomerRet", "M"), record_key("CustomerRet", "A")];
    store.ignore(shop, &keys, true).unwrap();
    store.ignore(shop, &keys[..1], true).unwrap();
    store.ignore(other, &keys[..1], true).unwrap();
    let mut sorted = keys.to_vec();
    sorted.sort();
    assert_eq!(store.ignored(shop).unwrap(), sorted);
    store.ignore(shop, &keys[..2], false).unwrap();
    assert_eq!(store.ignored(shop).unwrap(), keys[2..]);
    assert_eq!(store.ignored(other).unwrap(), keys[..1]);
}

fn import(object: &str, record_id: &str) -> NewImport {
    let document = document(object, &format!("qb-{record_id}"), "1");
    NewImport { connection: connection(document.key.clone(), record_id, 90), document }
}

fn imports(store: &dyn Store, shop: CompanyId, other: CompanyId) {
    let (ignored, gone) = (import("customer", "A"), import("customer", "Z"));
    let wanted = [ignored, import("customer", "M"), gone, import("product", "M"), import("customer", "N")];
    let before = store.company_file(shop).unwrap();
    assert_eq!(store.import(other, &wanted, at(90)).unwrap(), []);
    let done = store.import(shop, &wanted, at(90)).unwrap();
    assert_eq!(done, ["M", "N"].map(|id| record_key("CustomerRet", id)));
    let after = store.company_file(shop).unwrap();
    assert_eq!((after.revision, after.loads), (before.revision + 1, before.loads + 1));
    assert_eq!(store.import(shop, &wanted, at(91)).unwrap(), []);
    assert_eq!(store.company_file(shop).unwrap(), after, "nothing happened");
    let known = store.documents(shop, &[key("customer", "qb-M"), key("product", "qb-M")]).unwrap();
    assert_eq!((known.len(), known[0].loaded_at), (1, at(90)));
    assert!(store.connections(shop).unwrap().contains(&import("customer", "N").connection));
    assert!(store.documents(other, &[key("customer", "qb-M")]).unwrap().is_empty());
    let found = store.record(shop, &record_key("CustomerRet", "M")).unwrap().unwrap();
    assert_eq!(found, record("CustomerRet", "M", "1"));
    assert_eq!(store.record(shop, &record_key("VendorRet", "M")).unwrap(), None);
    assert_eq!(store.record(other, &record_key("CustomerRet", "M")).unwrap(), None);
}

fn newer_versions(store: &dyn Store, shop: CompanyId, other: CompanyId) {
    let newer = |id: &str, version: &str, before: &str| NewVersion {
        document: document("customer", id, version),
        before: before.to_owned(),
    };
    let wanted = [newer("qb-M", "2", "1"), newer("qb-N", "2", "0"), newer("qb-none", "2", "1")];
    assert_eq!(store.renew(other, &wanted, at(95)).unwrap(), []);
    assert_eq!(store.renew(shop, &wanted, at(95)).unwrap(), [key("customer", "qb-M")]);
    assert_eq!(store.renew(shop, &wanted, at(96)).unwrap(), []);
    let known = store.documents(shop, &["qb-M", "qb-N"].map(|id| key("customer", id))).unwrap();
    let known: Vec<_> = known.iter().map(|it| (it.document.version.as_str(), it.loaded_at)).collect();
    assert_eq!(known, [("2", at(95)), ("1", at(90))]);
}

fn without_company_file(store: &dyn Store) {
    let none = CompanyId(99);
    let refusals = [
        store.company_file(none).map(drop),
        store.pause(none, true),
        store.set_settings(none, &BTreeMap::new()),
        store.set_password_hash(none, "x"),
        store.load(none, &[], at(0)).map(drop),
        store.play(none, &[], at(0)).map(drop),
        store.begin_session(none, "none", at(0)).map(drop),
        store.note_contact(none, at(0)),
        store.connect(none, &connection(key("bill", "1"), "B", 0)),
        store.ignore(none, &[], true),
        store.import(none, &[], at(0)).map(drop),
        store.renew(none, &[], at(0)).map(drop),
        store.ask_for_read(none),
    ];
    for refusal in refusals {
        assert_eq!(refusal.unwrap_err().to_string(), "there is no company file 99");
    }
    assert_eq!(store.session("none").unwrap(), None);
}

fn backup(store: &dyn Store, folder: &std::path::Path, shop: CompanyId) {
    let path = folder.join("copy.db");
    if let Err(error) = store.back_up(&path) {
        // PostgreSQL has a program of its own for that.
        assert!(error.to_string().contains("`pg_dump"), "{error}");
        return;
    }
    assert!(store.back_up(&path).is_err(), "a copy is never written over");
    let copy = SqliteStore::open(&path).unwrap();
    assert_eq!(everything(&copy, shop), everything(store, shop));
    assert_eq!(copy.all_documents(shop, None).unwrap(), store.all_documents(shop, None).unwrap());
    assert_eq!(copy.ignored(shop).unwrap(), store.ignored(shop).unwrap());
    assert_eq!(copy.examine().unwrap(), Vec::<String>::new());
}
