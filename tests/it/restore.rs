//! A copy that was made while a visit went on is put in the place of the database: visits go on from it, and QuickBooks
//! has everything once. SQLite is copied by the doctor, PostgreSQL by its own programs.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Output};
use std::sync::Arc;

use ferrule::simulator::ManualClock;
use ferrule::store::{AnyStore, PostgresStore, SqliteStore};
use ferrule::sync::stored::{JobState, Store as _};

use crate::loop_support::{BEGIN, Break, DOCUMENTS, EITHER, Reply, Shop};
use crate::postgres::Server;
use crate::servers::{another_invoice, found, untroubled};

/// More than a visit has requests.
const TURNS: usize = 40;

#[test]
fn a_restored_copy_goes_on_and_makes_nothing_twice() {
    let expected = untroubled(0);
    let open = |path: &std::path::Path| Arc::new(AnyStore::from(SqliteStore::open(path).unwrap()));
    let mut unfinished = 0;
    for turn in 0..TURNS {
        let folder = tempfile::tempdir().unwrap();
        let [running, copy] = ["ferrule.db", "copy.db"].map(|name| folder.path().join(name));
        let mut shop = Shop::over(open(&running), "Lakeside Plating", ManualClock::at(BEGIN));
        let doubled = EITHER[turn % EITHER.len()];
        shop.doubled_guids(doubled);
        shop.play(&shop.load(&DOCUMENTS));
        let store = shop.store.clone();
        shop.visit_by(&mut |_, at, _| {
            if at == turn {
                store.back_up(&copy).unwrap();
            }
            Reply::Deliver
        });
        if !copy.exists() {
            break;
        }
        for _ in 0..3 {
            shop.visit(Break::Never);
        }
        // The disk dies; the copy takes its place.
        drop(store);
        shop.store = open(&copy);
        shop.serve(shop.store.clone());
        let counts = shop.store.job_counts(shop.company).unwrap();
        let count = |state| counts.get(&state).copied().unwrap_or_default();
        unfinished += usize::from(count(JobState::Queued) + count(JobState::Sent) > 0);
        goes_on(&mut shop, &expected, &format!("copied in turn {turn}, {doubled:?}"));
    }
    assert!(unfinished >= 5, "only {unfinished} copies had something to do");
}

/// Visits come to the copy until nothing is left to do: QuickBooks holds what a shop without trouble has, each once.
fn goes_on(shop: &mut Shop, expected: &BTreeMap<String, usize>, what: &str) {
    for _ in 0..6 {
        shop.visit(Break::Never);
    }
    assert_eq!(&found(&shop.file), expected, "{what}");
    let left = shop.store.job_counts(shop.company).unwrap();
    for state in [JobState::Queued, JobState::Sent, JobState::OutcomeUnknown] {
        assert_eq!(left.get(&state).copied().unwrap_or_default(), 0, "{what}: {left:?}");
    }
    assert_eq!(shop.store.examine().unwrap(), Vec::<String>::new(), "{what}");
}

/// When the database is lost.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Lost {
    /// As soon as the copy is there, in the middle of the visit: QuickBooks has done what nobody heard of.
    AtOnce,
    /// After the visit, which waited for the copy, and three more.
    Later,
    /// The same, but the visit went on while the copy was being made.
    Meanwhile,
}

fn dump(postgres: &Server, database: &str, into: &Path) -> Child {
    let mut dump = postgres.program("pg_dump");
    dump.args(["--format=custom", "--file"]).arg(into).arg(database).spawn().unwrap()
}

fn restore(postgres: &Server, copy: &Path) -> Arc<AnyStore> {
    let fresh = postgres.new_database();
    let mut restore = postgres.program("pg_restore");
    restore.args(["--exit-on-error", "--dbname", &fresh]).arg(copy);
    let Output { status, stderr, .. } = restore.output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    Arc::new(AnyStore::from(PostgresStore::open(&fresh).unwrap()))
}

/// A visit in whose turn of that number the copy is made; false if it has not so many.
fn visit(
    shop: &mut Shop,
    postgres: &Server,
    (running, copy): (&str, &Path),
    turn: usize,
    lost: Lost,
) -> bool {
    let mut dumping = None;
    shop.visit_by(&mut |_, at, _| {
        if at != turn {
            return Reply::Deliver;
        }
        let mut begun = dump(postgres, running, copy);
        if lost != Lost::Meanwhile {
            assert!(begun.wait().unwrap().success());
        }
        dumping = Some(begun);
        if lost == Lost::AtOnce { Reply::Lose } else { Reply::Deliver }
    });
    let Some(mut dumping) = dumping else { return false };
    if lost != Lost::AtOnce {
        for _ in 0..3 {
            shop.visit(Break::Never);
        }
    }
    assert!(dumping.wait().unwrap().success());
    true
}

/// The copy is restored into a fresh database, and the service goes on from it: also with what is played then.
#[test]
fn a_postgres_dump_that_was_made_under_way_is_restored_and_makes_nothing_twice() {
    let Some(postgres) = Server::start() else { return };
    let expected = untroubled(1);
    let (mut unfinished, mut copies) = (0, 0);
    for turn in 1..TURNS {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy");
        let running = postgres.new_database();
        let store = Arc::new(AnyStore::from(PostgresStore::open(&running).unwrap()));
        let mut shop = Shop::over(store, "Lakeside Plating", ManualClock::at(BEGIN));
        let lost = [Lost::AtOnce, Lost::Later, Lost::Meanwhile][copies % 3];
        let doubled = EITHER[(copies / 3) % EITHER.len()];
        shop.doubled_guids(doubled);
        shop.play(&shop.load(&DOCUMENTS));
        if !visit(&mut shop, &postgres, (&running, &copy), turn, lost) {
            break;
        }
        copies += 1;
        shop.store = restore(&postgres, &copy);
        shop.serve(shop.store.clone());
        let counts = shop.store.job_counts(shop.company).unwrap();
        let count = |state| counts.get(&state).copied().unwrap_or_default();
        unfinished += usize::from(count(JobState::Queued) + count(JobState::Sent) > 0);
        shop.play(&[another_invoice(&shop, 0)]);
        goes_on(&mut shop, &expected, &format!("copied in turn {turn}, lost: {lost:?}, {doubled:?}"));
    }
    assert!(copies >= 9 && unfinished >= 5, "{copies} copies, {unfinished} of them with something to do");
}
