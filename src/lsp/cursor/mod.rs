//! Where the cursor is, in a file that may be half typed.

pub mod outline;
pub mod pairs;
pub mod tokens;
