//! What people and other programs are told without looking at a page.

pub mod actions;
pub mod page;
