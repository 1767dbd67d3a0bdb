//! What can be run and is probably not what was meant: texts that look like expressions, comparisons with what may be
//! absent, conditions that contradict themselves, names that are never used.

pub mod absent;
pub mod contradiction;
pub mod literal;
pub mod names;
pub mod unused;
