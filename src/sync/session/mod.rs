//! Sessions: what becomes of a visit of the Web Connector, call by call.
//!
//! A session first finds out what became of writes whose answer was lost (`recover`), then reads
//! what changed in QuickBooks (`read`), then writes what is queued (`batch`, `write`, `settle`). Every
//! step is one [`Commit`](super::stored::Commit), written down before its requests are handed out.
//! There is no clock and no I/O in here but the store's.

mod batch;
mod errors;
mod fate;
mod glance;
mod held;
mod hello;
mod memory;
mod progress;
mod queries;
mod read;
mod recover;
mod relink;
mod rulebook;
mod sessions;
mod settle;
mod state;
mod step;
mod waiting;
mod write;

pub use crate::sync::plan::{Planned, Preview, Standing};
pub use glance::Glance;
pub use hello::Hello;
pub use rulebook::Rulebook;
pub use sessions::{Limits, Next, Received, SessionError, Sessions, Told};
