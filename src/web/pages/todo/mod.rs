//! What waits for a person, and who looks after it.

pub mod care;
pub mod page;
