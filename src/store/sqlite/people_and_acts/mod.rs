//! Who may sign in, what they did, and what happened.

mod activity;
mod audit;
mod people;
