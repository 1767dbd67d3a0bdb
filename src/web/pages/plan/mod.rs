//! What Ferrule would send.

pub mod approve;
pub mod document;
pub mod download;
pub mod page;
