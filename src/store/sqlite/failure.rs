//! What SQLite's errors mean to the callers of the store.

use rusqlite::Error;

use crate::sync::stored::StoreError;

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        database(error)
    }
}

/// A failure of the database, or of the files it lives in.
pub(super) fn database(error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Database(Box::new(error))
}
