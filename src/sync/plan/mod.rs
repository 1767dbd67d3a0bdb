//! The plan: what playing documents would do, and what a session does.
//!
//! One document after the other, each after those that it refers to ([`planner`]). What the engine decides
//! of a document alone is checked against the rest of the plan: names, numbers and records that another
//! document has taken ([`taken`]), books that are closed ([`closed_books`]). No I/O, and no clock.

mod alone;
pub(super) mod closed_books;
pub(super) mod closing;
pub(super) mod draft;
pub(super) mod mark;
mod near_names;
#[expect(clippy::module_inception, reason = "the room is about its main noun")]
pub(super) mod plan;
pub(super) mod planner;
pub(super) mod played;
pub(super) mod preview;
mod recognized;
pub(super) mod taken;

pub use plan::{Action, Counts, Plan, Step};
pub use planner::{PlanInputs, Planner, Source};
pub use played::{NotPlayed, check_played, played_objects};
pub use preview::{Planned, Preview, Standing, Unreadable};
