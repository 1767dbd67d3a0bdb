//! An exhaustive search: two documents, two visits that may overlap, and everything that can go wrong at every
//! place, within a number of surprises. The sessions, the store and the company file are the same as everywhere; a state
//! that was met before is not gone into again.
//!
//! `FERRULE_SURPRISES=n` searches deeper than a minute: `FERRULE_SURPRISES=4 cargo test --release --test it exhaustive -- --nocapture`.

mod moves;
mod state;
mod truths;
mod world;

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;

use ferrule::simulator::DoubledGuids;

use self::moves::Move;
use self::world::{Begin, World};

/// So many surprises happen at most, unless `FERRULE_SURPRISES` says otherwise: with one more it takes far longer
/// than a minute.
const SURPRISES: usize = 2;

/// What came of a search.
#[derive(Clone, Copy, Debug, Default)]
struct Searched {
    /// States that differ.
    states: usize,
    /// Moves from one to another.
    moves: usize,
    /// Ways on which all was over.
    ends: usize,
}

/// A search from one beginning.
#[derive(Default)]
struct Search {
    seen: HashSet<u64>,
    ended: HashSet<u64>,
    searched: Searched,
}

impl Search {
    fn from(begin: Begin, guids: DoubledGuids, surprises: usize) -> Searched {
        let mut search = Self::default();
        search.explore(&World::new(begin, guids, surprises));
        search.searched
    }

    fn explore(&mut self, world: &World) {
        if !self.seen.insert(world.state()) {
            return;
        }
        self.searched.states += 1;
        let trail = world.trail.clone();
        let checked = catch_unwind(AssertUnwindSafe(|| world.is_true_now()));
        checked.unwrap_or_else(|wrong| fail(&trail, wrong));
        if world.is_over() {
            self.end(world, &trail);
        }
        for chosen in world.moves() {
            self.searched.moves += 1;
            let after = catch_unwind(AssertUnwindSafe(|| world.after(chosen)));
            let after = after.unwrap_or_else(|wrong| fail(&[trail.as_slice(), &[chosen]].concat(), wrong));
            self.explore(&after);
        }
    }

    /// No more surprises: visits go on until all is quiet.
    fn end(&mut self, world: &World, trail: &[Move]) {
        if self.ended.insert(world.without_surprises()) {
            self.searched.ends += 1;
            let ended = catch_unwind(AssertUnwindSafe(|| world.after_all().is_true_in_the_end()));
            ended.unwrap_or_else(|wrong| fail(trail, wrong));
        }
    }
}

#[expect(clippy::print_stdout, reason = "whoever looks into a failure wants to know how it came about")]
fn fail(trail: &[Move], wrong: Box<dyn std::any::Any + Send>) -> ! {
    println!("it came about by {trail:?}");
    resume_unwind(wrong)
}

#[test]
#[expect(clippy::print_stdout, reason = "whoever searches wants to know how many states there are")]
fn whatever_happens_within_small_bounds_everything_is_there_once() {
    let wanted = std::env::var("FERRULE_SURPRISES").ok();
    let surprises = wanted.map_or(SURPRISES, |text| text.parse().unwrap());
    let guids = [DoubledGuids::Refused, DoubledGuids::Taken];
    let all = Begin::ALL.into_iter().flat_map(|begin| guids.map(|guids| (begin, guids)));
    let open: Mutex<Vec<(Begin, DoubledGuids)>> = Mutex::new(all.rev().collect());
    let take = || open.lock().unwrap().pop();
    let threads = std::thread::available_parallelism().map_or(2, |threads| threads.get().min(6));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((begin, guids)) = take() {
                    let Searched { states, moves, ends } = Search::from(begin, guids, surprises);
                    println!(
                        "{begin:?}, doubled marks {guids:?}, {surprises} surprises: {states} states, {moves} moves, {ends} ends"
                    );
                    assert!(states > 50 && ends > 10, "is it searched at all?");
                }
            });
        }
    });
}
