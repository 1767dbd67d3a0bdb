//! Where functions, settings, fields, names and keys are defined, and where they are used.

mod files;
mod index;
mod rename;
mod words;

pub use index::{Index, Occurrence};
pub use rename::{places, rename};
