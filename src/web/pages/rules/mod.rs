//! The rules: reading them, and trying a change of them.

pub mod attempt;
pub mod files;
pub mod trial;
