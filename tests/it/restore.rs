//! A copy that was made while a visit went on is put in the place of the database: visits go on from it, and QuickBooks
//! has everything once. SQLite is copied by the doctor, PostgreSQL by its own programs.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Output};
use std::sync::Arc;

use ferrule::simulator::ManualClock;
use ferrule::store::{AnyStore, PostgresStore, SqliteStore};
use ferrule::sync::stored::{JobState, Store as _};

use crate::loop_support::{BEGIN, Break, DOCUMENTS, EITHER, Reply, Shop};
use crate::postgres::Server;
use crate::servers::{found, untroubled};

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

/// Every so many turns of a visit PostgreSQL is copied: a copy takes longer than one of SQLite.
const EVERY: usize = 4;

fn dump(postgres: &Server, database: &str, into: &Path) -> Child {
    let mut dump = postgres.program("pg_dump");
    dump.args(["--format=custom", "--file"]).arg(into).arg(database).spawn().unwrap()
}

fn well(mut command: Command) {
    let Output { status, stderr, .. } = command.output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
}

/// The copy begins in one turn of a visit, and the visit either waits for it or goes on meanwhile.
#[test]
fn a_postgres_dump_that_was_made_under_way_is_restored_and_makes_nothing_twice() {
    let Some(postgres) = Server::start() else { return };
    let expected = untroubled(0);
    let open = |database: &str| Arc::new(AnyStore::from(PostgresStore::open(database).unwrap()));
    let (mut unfinished, mut copies) = (0, 0);
    for turn in (1..TURNS).step_by(EVERY) {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy");
        let running = postgres.new_database();
        let mut shop = Shop::over(open(&running), "Lakeside Plating", ManualClock::at(BEGIN));
        shop.doubled_guids(EITHER[copies % EITHER.len()]);
        shop.play(&shop.load(&DOCUMENTS));
        let is_awaited = copies % 2 == 0;
        let mut dumping = None;
        shop.visit_by(&mut |_, at, _| {
            if at == turn {
                let mut begun = dump(&postgres, &running, &copy);
                if is_awaited {
                    assert!(begun.wait().unwrap().success());
                }
                dumping = Some(begun);
            }
            Reply::Deliver
        });
        let Some(mut dumping) = dumping else { break };
        for _ in 0..3 {
            shop.visit(Break::Never);
        }
        assert!(dumping.wait().unwrap().success());
        copies += 1;
        // The machine of the database dies; a fresh database takes its place.
        let fresh = postgres.new_database();
        let mut restore = postgres.program("pg_restore");
        restore.args(["--exit-on-error", "--dbname", &fresh]).arg(&copy);
        well(restore);
        shop.store = open(&fresh);
        shop.serve(shop.store.clone());
        let counts = shop.store.job_counts(shop.company).unwrap();
        let count = |state| counts.get(&state).copied().unwrap_or_default();
        unfinished += usize::from(count(JobState::Queued) + count(JobState::Sent) > 0);
        goes_on(&mut shop, &expected, &format!("copied in turn {turn}, awaited: {is_awaited}"));
    }
    assert!(copies >= 3 && unfinished >= 2, "{copies} copies, {unfinished} of them with something to do");
}
