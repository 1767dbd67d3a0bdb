//! What is said of rule files: codes with their pages, places, and how people see them.
//!
//! The lowest room: it knows files as text, and nothing of what they mean.

pub mod codes;
pub mod diagnostic;
pub mod render;
pub mod source;
pub mod suggest;
mod wrap;
