//! What Ferrule would send.

pub mod approve;
pub mod document;
pub mod page;
