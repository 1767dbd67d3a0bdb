//! Which programs may use the API.

pub mod actions;
pub mod page;
