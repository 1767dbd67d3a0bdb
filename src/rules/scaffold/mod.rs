//! Files to begin with: a shop's repository, an object.

mod object;
mod repository;
mod upgrade;

use std::path::PathBuf;

pub use object::{KnownObject, Scaffold, ScaffoldError, object};
pub use repository::{BASE_COPY, base_copy, repository};
pub use upgrade::{Changed, changed};

/// A file that is to be written: its path and its text.
pub type Draft = (PathBuf, String);
