//! Everything that happened.

pub mod page;
pub mod row;
