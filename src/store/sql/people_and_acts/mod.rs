//! Who may sign in, what they did, what happened, and what is told of it.

mod activity;
mod alerts;
mod api_tokens;
mod attempts;
pub(super) mod audit;
mod care;
mod people;
