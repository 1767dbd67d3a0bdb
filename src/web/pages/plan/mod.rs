//! What Ferrule would send.

pub mod document;
pub mod page;
