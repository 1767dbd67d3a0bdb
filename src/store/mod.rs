//! What is kept, in a database.
//!
//! Commands and services know [`Database`], which is all of what is kept; what a database is made of, only its
//! own room knows: [`sqlite`] keeps everything in one file.

mod sql;
pub mod sqlite;

use std::path::Path;
use std::sync::Arc;

use crate::activity::ActivityStore;
use crate::alerts::AlertStore;
use crate::people::PeopleStore;
use crate::sync::stored::{Store, StoreError};

pub use sqlite::SqliteStore;

/// All that is kept: company files with what belongs to them, people, what happened, and what is told of it.
pub trait Database: Store + PeopleStore + ActivityStore + AlertStore {}

impl<T: Store + PeopleStore + ActivityStore + AlertStore> Database for T {}

/// Opens the database in that file, and makes it if it is not there.
///
/// # Errors
/// [`StoreError::Database`], if it cannot be opened, is no database, or was written by a newer version.
pub fn open(path: &Path) -> Result<Arc<dyn Database>, StoreError> {
    Ok(Arc::new(SqliteStore::open(path)?))
}
