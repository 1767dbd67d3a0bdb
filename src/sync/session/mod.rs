//! Sessions: what becomes of a visit of the Web Connector, call by call.
//!
//! A session first finds out what became of writes whose answer was lost (`recover`), then reads
//! what changed in QuickBooks (`read`), then writes what is queued (`batch`, `write`, `settle`). Every
//! step is one [`Commit`](super::stored::Commit), written down before its requests are handed out.
//! There is no clock and no I/O in here but the store's.

mod batch;
mod closing;
mod connections;
mod errors;
mod fate;
mod glance;
mod held;
mod hello;
mod mirror;
mod preview;
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

pub(super) use connections::Connections;
pub use glance::Glance;
pub use hello::Hello;
pub(super) use mirror::Mirror;
pub use preview::{Planned, Preview, Standing};
pub use rulebook::Rulebook;
pub use sessions::{Limits, Next, Received, SessionError, Sessions, Told};
