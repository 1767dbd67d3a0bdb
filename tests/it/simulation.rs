//! A seeded simulation: two shops in one store, people who change things on both sides, and all that can
//! go wrong in between. `FERRULE_SEED=n` replays one run, `FERRULE_FIRST=n` is the first seed of many, and
//! `FERRULE_SESSIONS=n` says how many sessions there are in all: `FERRULE_SESSIONS=1000000 cargo test --release --test it simulation -- --nocapture`.

mod check;
mod decisions;
pub mod dice;
mod layered;
mod people;
mod quickbooks;
mod reconciled;
mod refused;
mod spoilt;
mod steelhead;
mod tally;
mod tenant;

use std::sync::atomic::{AtomicUsize, Ordering};

use ferrule::simulator::{Clock as _, DoubledGuids, ManualClock};
use ferrule::sync::stored::{JobState, Moment};

use self::dice::Dice;
use self::steelhead::Templates;
use self::tally::Tally;
use self::tenant::Tenant;
use crate::loop_support::{BEGIN, EITHER, empty_store};

/// Sessions of one run.
const RUN: usize = 100;
/// Sessions of all runs together, unless `FERRULE_SESSIONS` says otherwise.
const SESSIONS: usize = if cfg!(debug_assertions) { 600 } else { 20_000 };
/// After so many it is told how far they are.
const PROGRESS: usize = 20_000;
/// So many sessions are enough for everything to happen.
const ENOUGH: usize = 20_000;
/// Seeds of runs that failed once, and why. Those that failed before people decided anything run without that.
const FAILED_ONCE: [(u64, Deciding, Wrong, &str); 7] = [
    (1694, Deciding::No, Wrong::Usual, "a connection was restored after another bill had got its record"),
    (4669, Deciding::No, Wrong::Usual, "a connection was restored after another customer had got its record"),
    (
        1_795_947_443,
        Deciding::Yes,
        Wrong::Spoilt,
        "a bill was answered without its id, the session ended, and the next one sent it again",
    ),
    (
        1_795_962_140,
        Deciding::Yes,
        Wrong::Refused,
        "an item without its end tag took the next one of another type with it, which was then taken for deleted",
    ),
    (
        137,
        Deciding::Yes,
        Wrong::Layered,
        "a payment was deleted while its layer was off, and counted as done once the layer was on again",
    ),
    (
        2131,
        Deciding::Yes,
        Wrong::TakenOut,
        "a custom field was sent once more: QuickBooks had refused to show the record, which alone tells that it is filled",
    ),
    (
        1_796_030_727,
        Deciding::Yes,
        Wrong::TakenOut,
        "a bill counted as sent for good: its answer came after a newer version was played, which was then taken back",
    ),
];

/// One shop of so many has layers: its visits take twice as long.
const SHOPS_WITH_LAYERS: usize = 8;

/// Whether people settle, adopt and decide in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deciding {
    Yes,
    No,
}

/// What can go wrong in a run; each has what those before it have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
enum Wrong {
    Usual,
    /// In some answers of QuickBooks something cannot be read.
    Spoilt,
    /// Documents are as QuickBooks does not take them, and company files of other kinds.
    Refused,
    /// Some shops have payments, and what follows an invoice.
    Layered,
    /// What was played is taken out of the queue again, and what is queued is looked at before it goes.
    TakenOut,
}

/// What the names of the shops' documents begin with.
const MARKS: [&str; 2] = ["Alder", "Birch"];

fn moment(clock: &ManualClock) -> Moment {
    Moment::from_timestamp(clock.now(), 0).unwrap()
}

/// What QuickBooks does with a doubled mark in a run.
fn guids(seed: u64) -> DoubledGuids {
    EITHER[usize::try_from(seed % 3).unwrap()]
}

/// One run.
fn run(seed: u64, deciding: Deciding, templates: &Templates, wrong: Wrong) -> Tally {
    let mut dice = Dice(seed);
    let store = empty_store();
    let clock = ManualClock::at(BEGIN);
    let are_spoilt = wrong >= Wrong::Spoilt;
    let odd = |mark: &str| Dice(seed.rotate_left(16) ^ u64::from(mark.as_bytes()[0]));
    let odd = |mark| (wrong >= Wrong::Refused).then(|| odd(mark));
    let layered = |mark: &str| Dice(seed.rotate_left(48) ^ u64::from(mark.as_bytes()[0]));
    let layered = |mark| {
        (wrong >= Wrong::Layered).then(|| layered(mark)).filter(|dice| dice.clone().one_in(SHOPS_WITH_LAYERS))
    };
    let mut tenants = MARKS.map(|mark| Tenant::new(&store, mark, clock.clone(), (odd(mark), layered(mark))));
    for tenant in &mut tenants {
        tenant.shop.doubled_guids(guids(seed));
        let taken_out = Dice(seed.rotate_left(24) ^ tenant.mark.len() as u64);
        tenant.taken_out = (wrong >= Wrong::TakenOut).then_some(taken_out);
        tenant.spoilt = are_spoilt.then_some(Dice(seed.rotate_left(32) ^ tenant.mark.len() as u64));
    }
    if deciding == Deciding::Yes {
        for (tenant, number) in tenants.iter_mut().zip(1..) {
            tenant.own = Some(Dice(seed.wrapping_mul(2).wrapping_add(number)));
        }
    }
    let mut put_back = [None; MARKS.len()];
    let mut own = Dice(!seed);
    while tenants.iter().map(|tenant| tenant.tally.sessions).sum::<usize>() < RUN {
        let tenant = dice.below(2);
        tenants[tenant].turn(templates, &mut dice);
        // Summer time, or someone sets the clock; not so often that a change lies further back than what
        // every read asks for again.
        if are_spoilt && own.one_in(60) {
            clock.advance(100 * 86_400);
            tenants[tenant].tally.note("session: after a long silence");
        }
        let reads = tenants.each_ref().map(|tenant| tenant.file().last_read);
        if dice.one_in(10) && reads.iter().zip(&put_back).all(|(now, then)| now != then) {
            clock.advance(-3000);
            put_back = reads;
            tenants[tenant].tally.note("session: clock put back");
        }
    }
    tenants.iter_mut().for_each(Tenant::settle);
    tenants.iter_mut().for_each(Tenant::check);
    let mut tally = Tally::default();
    for tenant in tenants {
        let (all, done) = (tenant.shop.jobs().len(), tenant.shop.count(JobState::Done));
        let mut own = tenant.tally;
        (own.done, own.not_done) = (done, all - done);
        tally.add(own);
    }
    tally
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

/// All runs from that seed on, on all processors. Of many it is told from time to time how far they are.
fn runs(first: u64, wanted: usize, templates: &Templates) -> Tally {
    let threads = std::thread::available_parallelism().map_or(2, |threads| threads.get().min(8));
    let mut all = Tally::default();
    let (sessions, began) = (AtomicUsize::new(0), std::time::Instant::now());
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                let sessions = &sessions;
                scope.spawn(move || {
                    let (mut tally, mut seed) = (Tally::default(), first + worker as u64);
                    while tally.sessions < wanted.div_ceil(threads) {
                        let ran =
                            std::panic::catch_unwind(|| run(seed, Deciding::Yes, templates, Wrong::TakenOut));
                        let ran = ran.unwrap_or_else(|_| panic!("FERRULE_SEED={seed} replays this"));
                        let before = sessions.fetch_add(ran.sessions, Ordering::Relaxed);
                        let now = before + ran.sessions;
                        if before / PROGRESS < now / PROGRESS {
                            tell(&format!("{now} sessions in {:.0?}, up to seed {seed}", began.elapsed()));
                        }
                        tally.add(ran);
                        seed += threads as u64;
                    }
                    tally
                })
            })
            .collect();
        for worker in workers {
            all.add(worker.join().unwrap());
        }
    });
    all
}

#[test]
fn whatever_happens_everything_is_there_once_or_its_error_is_on_show() {
    let templates = Templates::new();
    let wanted = number("FERRULE_SESSIONS").map_or(SESSIONS, |number| usize::try_from(number).unwrap());
    if let Some(seed) = number("FERRULE_SEED") {
        tell(&run(seed, Deciding::Yes, &templates, Wrong::TakenOut).told());
        return;
    }
    let first = number("FERRULE_FIRST").unwrap_or_default();
    let began = std::time::Instant::now();
    let all = runs(first, wanted, &templates);
    let seconds = began.elapsed().as_secs_f64();
    let Tally { sessions, done, not_done, .. } = all;
    tell(&format!(
        "{sessions} sessions from seed {first} in {seconds:.1} s: {done} documents done, {not_done} with their error\n{}",
        all.told()
    ));
    assert!(sessions >= wanted && done > not_done);
    assert!(sessions < ENOUGH || all.missing().is_empty(), "never happened: {:?}", all.missing());
}

#[test]
fn what_failed_once_does_so_no_more() {
    let templates = Templates::new();
    for (seed, deciding, wrong, why) in FAILED_ONCE {
        let ran = std::panic::catch_unwind(|| run(seed, deciding, &templates, wrong));
        assert!(ran.is_ok(), "the seed {seed} ({deciding:?}) failed again: {why}");
    }
}

#[expect(clippy::print_stdout, reason = "whoever runs many sessions wants to know how many they were")]
fn tell(text: &str) {
    println!("{text}");
}
