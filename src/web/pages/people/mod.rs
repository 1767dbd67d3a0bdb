//! Who may sign in, and signing in.

pub mod actions;
pub mod chosen;
pub mod invite;
pub mod own_password;
pub mod page;
pub mod sign_in;
pub mod sign_out;
