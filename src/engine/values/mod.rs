//! From expressions to values, and from values to the text that an element takes.

mod amounts;
mod budget;
mod choose;
pub(super) mod eval;
pub(super) mod format;
pub(super) mod inactive;
mod looked_up;
mod member;
mod missing;
pub(super) mod names;
mod operators;
mod reference;
mod routine;
mod steps;
mod turns;

pub(super) use budget::Budget;
