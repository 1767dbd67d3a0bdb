//! The SQLite file itself: who may read it, who may open it at once, what becomes of other files.

use std::sync::Barrier;

use ferrule::store::SqliteStore;
use ferrule::sync::stored::{Connection, JobState, Settlement, Store};

use crate::store_support::{at, change, company_file, document, exchange, item, key, step};

#[cfg(unix)]
#[test]
fn only_its_owner_reads_the_store_and_its_copies() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("ferrule.db")).unwrap();
    company_file(&store, "shop");
    store.back_up(&folder.path().join("copy.db")).unwrap();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.path());
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["copy.db", "ferrule.db", "ferrule.db-shm", "ferrule.db-wal"]);
}

#[test]
fn what_was_kept_is_there_when_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ferrule.db");
    let shop = company_file(&SqliteStore::open(&path).unwrap(), "shop");
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.company_file(shop).unwrap().made.name, "shop");
}

/// As `serve` and `load` do it, each with a store of its own.
#[test]
fn several_may_open_a_new_file_at_once_and_write_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ferrule.db");
    let together = Barrier::new(8);
    std::thread::scope(|scope| {
        for number in 0..8 {
            let (path, together) = (&path, &together);
            scope.spawn(move || {
                together.wait();
                let store = SqliteStore::open(path).unwrap();
                let company = company_file(&store, &format!("shop {number}"));
                for id in 0..20 {
                    store.load(company, &[document("customer", &id.to_string(), "a")], at(0)).unwrap();
                }
                assert_eq!(store.all_documents(company, None).unwrap().len(), 20);
            });
        }
    });
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.company_files().unwrap().len(), 8);
    assert_eq!(store.examine().unwrap(), Vec::<String>::new());
}

/// Readers of a store see steps as wholes while they are made.
#[test]
fn a_reader_never_sees_half_a_step() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("ferrule.db")).unwrap();
    let shop = company_file(&store, "shop");
    let session = store.begin_session(shop, "ticket", at(0)).unwrap().id;
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 1..=60 {
                let mut commit = step(session, number);
                commit.records = (0..50)
                    .map(|id| crate::store_support::record("Ret", &id.to_string(), &number.to_string()))
                    .collect();
                store.commit(shop, &commit).unwrap();
            }
        });
        while !writer.is_finished() {
            let records = crate::store_support::mirror(&store, shop);
            assert!(records.is_empty() || records.len() == 50);
            assert!(records.windows(2).all(|pair| pair[0].1 == pair[1].1), "{records:?}");
        }
    });
}

#[test]
fn what_is_no_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "not a database, but long enough to be looked at as one".repeat(40)).unwrap();
    let error = SqliteStore::open(&path).err().unwrap();
    assert_eq!(error.to_string(), "the database failed: file is not a database");
    assert!(SqliteStore::open(&folder.path().join("no/such/folder.db")).is_err());
}

/// What `examine` is for: a store that someone else has written to.
#[test]
fn examine_finds_what_must_not_be() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ferrule.db");
    let store = SqliteStore::open(&path).unwrap();
    let shop = company_file(&store, "shop");
    store.load(shop, &[document("customer", "1", "a"), document("customer", "2", "a")], at(0)).unwrap();
    store.play(shop, &[key("customer", "1"), key("customer", "2")], at(1)).unwrap();
    let jobs = store.due_jobs(shop, at(1), 2).unwrap();
    let session = store.begin_session(shop, "ticket", at(2)).unwrap().id;
    let mut commit = step(session, 3);
    let sent = item("1", Some(jobs[0].document.clone()), &[jobs[0].id]);
    commit.opened = Some(exchange(ferrule::sync::stored::ExchangeKind::Write, vec![sent]));
    commit.jobs = vec![change(jobs[0].id, JobState::Sent)];
    store.commit(shop, &commit).unwrap();
    store.begin_session(shop, "another", at(4)).unwrap();
    assert_eq!(store.examine().unwrap(), Vec::<String>::new(), "it is on its way in an exchange");

    let hand = rusqlite::Connection::open(&path).unwrap();
    hand.execute_batch(
        "PRAGMA foreign_keys = OFF; UPDATE exchange SET answered_at = 5;
         UPDATE job SET state = 'failed' WHERE document = '2';
         INSERT INTO connection VALUES (9, 'customer', '1', 'Ret', 'R', 0, 0, 0, 0);",
    )
    .unwrap();
    let found = [
        "a row of `connection` belongs to a row of `company_file` that is not there",
        "company file 1: a job counts as sent, but no exchange holds it: customer 1",
        "company file 1: a job has failed, but nothing says why: customer 2",
    ];
    assert_eq!(store.examine().unwrap(), found);
    hand.execute_batch("UPDATE job SET state = 'lost' WHERE document = '2'").unwrap();
    let error = store.jobs(shop, None).unwrap_err();
    assert_eq!(error.to_string(), "the store holds the unknown word `lost`");
}

/// Side by side, several writers are brought to the disk by one of them.
#[test]
fn sessions_side_by_side_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ferrule.db");
    let store = SqliteStore::open(&path).unwrap();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let store = &store;
            scope.spawn(move || {
                let company = company_file(store, &format!("shop {number}"));
                let session = store.begin_session(company, &number.to_string(), at(0)).unwrap().id;
                for second in 1..=20 {
                    store.commit(company, &step(session, second)).unwrap();
                }
            });
        }
    });
    for number in 0..8 {
        let session = store.session(&number.to_string()).unwrap().unwrap();
        assert_eq!(session.state, "state at 20");
    }
}

#[test]
fn a_record_is_the_counterpart_of_one_document() {
    let store = SqliteStore::in_memory().unwrap();
    let shop = company_file(&store, "shop");
    let own = |id: &str| Connection {
        may_share: false,
        generation: 0,
        ..crate::store_support::connection(key("customer", id), "R", 0)
    };
    store.connect(shop, &own("1")).unwrap();
    assert!(store.connect(shop, &own("2")).is_err());
    store.connect(shop, &Connection { is_archived: true, ..own("1") }).unwrap();
    store.connect(shop, &own("2")).unwrap();
    assert!(store.connect(shop, &own("1")).is_err(), "it cannot be restored");
    store.connect(shop, &Connection { may_share: true, ..own("3") }).unwrap();
    let other = company_file(&store, "other");
    store.connect(other, &own("1")).unwrap();
    assert_eq!(store.connections(shop).unwrap().iter().filter(|it| !it.is_archived).count(), 2);
}

/// What people say of documents, and what they take back, is no damage.
#[test]
fn examine_is_content_with_what_people_do() {
    let store = SqliteStore::in_memory().unwrap();
    let shop = company_file(&store, "shop");
    let keys = ["1", "2", "3"].map(|id| key("customer", id));
    store.load(shop, &["1", "2", "3"].map(|id| document("customer", id, "a")), at(0)).unwrap();
    store.play(shop, &keys, at(1)).unwrap();
    let [settled, taken_out, _] = &keys;
    let (document, by, why) = (settled.clone(), "Kim".to_owned(), String::new());
    store.settle(shop, &[Settlement { document, is_settled: true, by, at: at(2), why }]).unwrap();
    assert_eq!(store.unplay(shop, std::slice::from_ref(taken_out)).unwrap().len(), 1);
    assert_eq!(store.examine().unwrap(), Vec::<String>::new());
}
