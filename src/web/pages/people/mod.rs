//! Who may sign in, and signing in.

pub mod actions;
pub mod invite;
pub mod page;
pub mod sign_in;
pub mod sign_out;
