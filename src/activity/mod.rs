//! Everything that happened to a company file: visits, exchanges, ends of jobs, and what people did.

mod event;
mod found;
mod store;

pub use event::{Cursor, Event, Happened, Happening, Tally, WholeVisit};
pub use found::{Found, FoundAs};
pub use store::ActivityStore;
