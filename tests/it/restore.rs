//! A copy that was made while a visit went on is put in the place of the database: visits go on from it, and QuickBooks
//! has everything once.

use std::sync::Arc;

use ferrule::simulator::ManualClock;
use ferrule::store::{AnyStore, SqliteStore};
use ferrule::sync::stored::{JobState, Store as _};

use crate::loop_support::{BEGIN, Break, DOCUMENTS, EITHER, Reply, Shop};
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
        for _ in 0..6 {
            shop.visit(Break::Never);
        }
        assert_eq!(found(&shop.file), expected, "copied in turn {turn}, {doubled:?}");
        let left = shop.store.job_counts(shop.company).unwrap();
        for state in [JobState::Queued, JobState::Sent, JobState::OutcomeUnknown] {
            assert_eq!(left.get(&state).copied().unwrap_or_default(), 0, "turn {turn}: {left:?}");
        }
        assert_eq!(shop.store.examine().unwrap(), Vec::<String>::new());
    }
    assert!(unfinished >= 5, "only {unfinished} copies had something to do");
}
