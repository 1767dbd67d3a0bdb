//! A store in whichever database.

use std::path::Path;

use super::sql::transfer::take_over;
use super::sql::tx::{About, Backend, Lasting, Stored, Tx};
use super::{Place, PostgresStore, SqliteStore};
use crate::sync::stored::StoreError;

/// A store in whichever database.
pub enum AnyStore {
    /// In a file, or in memory.
    Sqlite(SqliteStore),
    /// On a server.
    Postgres(PostgresStore),
}

impl AnyStore {
    /// Opens the database, and makes its tables if they are not there; a file too.
    ///
    /// # Errors
    /// [`StoreError::Database`], if it cannot be opened, or is no database; [`StoreError::Newer`], if a newer version
    /// wrote it.
    pub fn open(place: &Place) -> Result<Self, StoreError> {
        Ok(match place {
            Place::File(path) => Self::Sqlite(SqliteStore::open(path)?),
            Place::Postgres(address) => Self::Postgres(PostgresStore::open(address)?),
        })
    }

    /// Takes over all that is kept here into an empty store, as a whole or not at all, and compares it row by row.
    /// Gives how many rows there are. Nothing may write meanwhile.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`], if something is kept there; [`StoreError::NotTakenOver`], if somebody wrote meanwhile.
    pub fn move_to(&self, to: &Self) -> Result<usize, StoreError> {
        match to {
            Self::Sqlite(store) => take_over(self, store),
            Self::Postgres(store) => take_over(self, store),
        }
    }
}

impl From<SqliteStore> for AnyStore {
    fn from(store: SqliteStore) -> Self {
        Self::Sqlite(store)
    }
}

impl From<PostgresStore> for AnyStore {
    fn from(store: PostgresStore) -> Self {
        Self::Postgres(store)
    }
}

impl Backend for AnyStore {
    /// Where it matters, one of the two is asked.
    const COLUMNS: &str = SqliteStore::COLUMNS;

    fn read<T>(&self, work: impl FnOnce(&dyn Tx) -> Stored<T>) -> Stored<T> {
        match self {
            Self::Sqlite(store) => store.read(work),
            Self::Postgres(store) => store.read(work),
        }
    }

    fn write<T>(&self, about: About, lasting: Lasting, work: impl FnOnce(&dyn Tx) -> Stored<T>) -> Stored<T> {
        match self {
            Self::Sqlite(store) => store.write(about, lasting, work),
            Self::Postgres(store) => store.write(about, lasting, work),
        }
    }

    fn known_version(&self) -> i64 {
        match self {
            Self::Sqlite(store) => store.known_version(),
            Self::Postgres(store) => store.known_version(),
        }
    }

    fn damage(&self) -> Stored<Vec<String>> {
        match self {
            Self::Sqlite(store) => store.damage(),
            Self::Postgres(store) => store.damage(),
        }
    }

    fn settle_keys(&self, tx: &dyn Tx) -> Stored<()> {
        match self {
            Self::Sqlite(store) => store.settle_keys(tx),
            Self::Postgres(store) => store.settle_keys(tx),
        }
    }

    fn back_up(&self, path: &Path) -> Stored<()> {
        match self {
            Self::Sqlite(store) => Backend::back_up(store, path),
            Self::Postgres(store) => Backend::back_up(store, path),
        }
    }
}
