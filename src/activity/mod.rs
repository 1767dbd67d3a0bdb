//! Everything that happened to a company file: visits, exchanges, ends of jobs, and what people did.

mod event;
mod store;

pub use event::{Cursor, Event, Happened, Happening, Tally, WholeVisit};
pub use store::ActivityStore;
