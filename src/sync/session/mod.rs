//! Sessions: what becomes of a visit of the Web Connector, call by call.
//!
//! [`Sessions`] finds the session of a call, and its `conversation` lets the phase that is on answer: a
//! session first finds out what became of writes whose answer was lost (`recover`), then reads what
//! changed in QuickBooks (`read`), then writes what is queued (`batch`, `write`, `settle`). Each
//! phase borrows the `call`, which is all that they share: phases do not know each other, but for the
//! order in which they follow.
//!
//! Every step is one [`Commit`](super::stored::Commit), written down before its requests are handed out.
//! There is no clock and no I/O in here but the store's.

mod answers;
mod batch;
mod call;
mod candidates;
mod conversation;
mod documents;
mod errors;
mod fate;
mod glance;
mod held;
mod hello;
mod lost;
mod memory;
mod pieces;
mod progress;
mod queries;
mod read;
mod recover;
mod rule_set;
mod rulebooks;
mod sessions;
mod settle;
mod state;
mod talk;
mod waiting;
mod write;

pub use crate::sync::plan::{Planned, Preview, Standing};
pub use glance::{Decided, Glance};
pub use hello::Hello;
pub use rule_set::{RuleSet, Rulebook, RulebookError, fingerprint};
pub use rulebooks::{OfDomain, Rulebooks, Sets};
pub use sessions::{Sessions, end_abandoned};
pub use talk::{Limits, Next, Received, SessionError, Told};
