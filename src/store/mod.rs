//! What is kept, in a database.
//!
//! Commands and services know [`Database`], which is all of what is kept; what a database is made of, only its
//! own room knows: [`sqlite`] keeps everything in one file, [`postgres`] on a server.

mod any;
mod place;
pub mod postgres;
mod sql;
pub mod sqlite;

use std::sync::Arc;

use crate::activity::ActivityStore;
use crate::alerts::AlertStore;
use crate::people::{ApiTokenStore, AttemptStore, PeopleStore};
use crate::sync::stored::{Followed, HistoryStore, ServerStore, Since, Store, StoreError, Tally};

pub use any::AnyStore;
pub use place::{Place, Tables};
pub use postgres::PostgresStore;
pub use sqlite::SqliteStore;

/// All that is kept: company files with what belongs to them, people, what happened, and what is told of it.
pub trait Database:
    Store
    + ServerStore
    + HistoryStore
    + PeopleStore
    + ApiTokenStore
    + AttemptStore
    + ActivityStore
    + AlertStore
    + Upkeep
{
}

impl<T> Database for T where
    T: Store
        + ServerStore
        + HistoryStore
        + PeopleStore
        + ApiTokenStore
        + AttemptStore
        + ActivityStore
        + AlertStore
        + Upkeep
{
}

/// Whether the database itself can be worked with, and numbers for whoever watches it.
pub trait Upkeep: Send + Sync {
    /// Whether it answers now, and has all tables that this program knows. Those that a newer one made have them too: it may
    /// add to them while older ones run.
    ///
    /// # Errors
    /// [`StoreError::Database`], if it does not answer.
    fn has_tables(&self) -> Result<bool, StoreError>;

    /// How each company file stands, in numbers, by its id. It takes a dozen statements, however many there are.
    ///
    /// # Errors
    /// The store failed.
    fn tallies(&self) -> Result<Vec<Tally>, StoreError>;

    /// Where sessions and exchanges of all company files are followed from, to be told of what comes after this moment.
    ///
    /// # Errors
    /// The store failed.
    fn follow(&self) -> Result<Followed, StoreError>;

    /// What came after that. On a server that several write to, an exchange that was begun earlier and written later
    /// may be missed: it is for rates, not for books.
    ///
    /// # Errors
    /// The store failed.
    fn since(&self, followed: &Followed) -> Result<Since, StoreError>;
}

/// Opens the database, and makes its tables if they are not there; a file too.
///
/// # Errors
/// [`StoreError::Database`], if it cannot be opened, or is no database; [`StoreError::Newer`], if a newer version wrote
/// it.
pub fn open(place: &Place) -> Result<Arc<dyn Database>, StoreError> {
    Ok(Arc::new(AnyStore::open(place)?))
}

/// How the tables of a database are. It is reached as [`open`] would, but nothing in it is changed, and no file is made.
///
/// # Errors
/// [`StoreError::Database`], if it cannot be reached, is no database, or its file could not be made; [`StoreError::Newer`],
/// if a newer version wrote it.
pub fn tables(place: &Place) -> Result<Tables, StoreError> {
    match place {
        Place::File(path) => sqlite::tables(path),
        Place::Postgres(address) => postgres::tables(address),
    }
}
