//! What expressions and scripts mean: their syntax, their types, what they read of documents, and
//! the small tree that is left of each.
//!
//! `syntax` takes the sugar off; the `typer` walks through what is left and asks the files beside it
//! what comes of each step; an `environment` does it for the values of rule files.

mod blocks;
pub mod branch;
mod calls;
pub(super) mod checker;
pub(super) mod demands;
pub(super) mod doubts;
mod elsewhere;
pub(super) mod environment;
pub(super) mod fields;
pub(super) mod fold;
pub(super) mod inlining;
pub(super) mod language;
pub(super) mod looked_up;
pub mod node;
mod operators;
mod references;
pub(super) mod scope;
pub mod settings;
pub(super) mod shapes;
pub(super) mod typed;
mod typer;
pub mod types;
pub mod uses;
pub(super) mod written;

pub use language::{script, special};
