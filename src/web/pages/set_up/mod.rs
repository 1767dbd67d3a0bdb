//! A new company file, from nothing to the first plan, on one page.

pub mod actions;
pub mod page;
