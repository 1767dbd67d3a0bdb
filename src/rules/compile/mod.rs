//! From what was written to a program: which request a document becomes, which elements it has,
//! whether each value fits.

mod choice;
mod condition;
mod confirm;
mod count;
mod fields;
mod filled;
mod import;
mod leaf;
mod list;
mod matching;

mod mentioned;
mod near;
mod object;
mod order;
pub mod program;
mod proved;
mod reconcile;
mod request;
mod rule_set;
pub mod seen;
mod sources;
mod then;
mod written;

pub use fields::LEFT_OUT;
pub use mentioned::Mentioned;
pub use rule_set::{Compiled, compile};
