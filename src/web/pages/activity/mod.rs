//! Everything that happened.

pub mod download;
pub mod page;
pub mod row;
