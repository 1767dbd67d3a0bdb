//! A program, a document and what is known of QuickBooks in; what is to be done out. Pure: no I/O,
//! no clock. The same code serves `diff` and `serve`.

mod agreed;
mod agreeing;
mod budget;
mod candidates;
mod choose;
mod clash;
mod confirm;
mod confirmed;
mod context;
mod decide;
mod differences;
mod emit;
mod emit_told;
mod eval;
mod export;
pub mod fault;
mod format;
mod import;
mod imported;
mod inactive;
mod likely;
mod member;
mod operators;
mod outcome;
mod reference;
mod routine;
mod settled;
mod skipped;
mod words;

pub use agreed::Agreed;
pub use candidates::Candidate;
pub use confirmed::{Confirmed, DIFFERS, Expected, Unconfirmed};
pub use context::{ByHand, Context, Key, Link, Links};
pub use export::{Engine, Options};
pub use import::{ImportNote, Imported};
pub use imported::ImportedValue;
pub use outcome::{Counterpart, Decision, Dependency, Difference, Fate, Note, Outcome, Provenance, Request};
pub use settled::SETTLED;
