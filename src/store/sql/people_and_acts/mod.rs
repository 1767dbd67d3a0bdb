//! Who may sign in, what they did, and what happened.

mod activity;
pub(super) mod audit;
mod care;
mod people;
