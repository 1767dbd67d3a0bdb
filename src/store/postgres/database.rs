//! Use-cases in a PostgreSQL database.

use std::cell::RefCell;
use std::path::Path;

use super::address::Address;
use super::failure::Failure;
use super::migrations::{self, migrate, newest};
use super::pool::Pool;
use super::session::Session;
use super::transaction::Transaction;
use crate::store::Tables;
use crate::store::sql::tx::{About, Backend, Lasting, Stored, Tx};
use crate::sync::stored::StoreError;

/// What reads: all of it sees the same moment.
const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// What writes about people does so alone, and so does what makes company files. The number means nothing: it is the
/// lock's name.
const PEOPLE: i64 = 0x6665_7272_756c_6532;

/// A store in a PostgreSQL database.
///
/// A use-case that writes locks first what it writes about, mostly one company file, and keeps the lock to its end.
/// So those of one company file come one after the other, on however many servers, and each sees all that those before
/// it did; those of different company files do not wait for each other. A use-case that panics leaves nothing behind:
/// its connection is closed as it falls.
pub struct PostgresStore {
    pool: Pool,
}

impl PostgresStore {
    /// Opens the store at that address and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Database`], if the address is none, the server cannot be reached or refuses; [`StoreError::Newer`],
    /// if a newer version made the tables.
    pub fn open(address: &str) -> Result<Self, StoreError> {
        let address = Address::of(address)?;
        let mut session = Session::connect(&address)?;
        migrate(&mut session)?;
        Ok(Self { pool: Pool::with(address, session) })
    }

    fn transaction<T>(&self, begin: &str, work: impl FnOnce(&dyn Tx) -> Stored<T>) -> Stored<T> {
        let transaction = Transaction(RefCell::new(self.pool.begin(begin)?));
        let result = work(&transaction);
        let lent = transaction.0.into_inner();
        match &result {
            Ok(_) => lent.end("COMMIT")?,
            // A connection on which anything failed is not used again.
            Err(StoreError::Database(_)) => drop(lent),
            // What the use-case refuses counts, whatever becomes of the connection.
            Err(_) => lent.end("ROLLBACK").unwrap_or_default(),
        }
        result
    }
}

/// How the tables at that address are, which nothing is changed in.
///
/// # Errors
/// As [`PostgresStore::open`].
pub fn tables(address: &str) -> Result<Tables, StoreError> {
    migrations::tables(&mut Session::connect(&Address::of(address)?)?)
}

/// Tables whose keys PostgreSQL gives, with the name of the key.
const KEYED: [(&str, &str); 7] = [
    ("company_file", "id"),
    ("job", "id"),
    ("session", "id"),
    ("exchange", "id"),
    ("record", "place"),
    ("person", "id"),
    ("audit", "id"),
];

impl Backend for PostgresStore {
    const COLUMNS: &str = "SELECT column_name::text FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name = ?1 ORDER BY 1";

    fn read<T>(&self, work: impl FnOnce(&dyn Tx) -> Stored<T>) -> Stored<T> {
        self.transaction(READ, work)
    }

    /// Each statement sees what was committed before it, so that all of them see what others did until the lock was
    /// had.
    fn write<T>(&self, about: About, lasting: Lasting, work: impl FnOnce(&dyn Tx) -> Stored<T>) -> Stored<T> {
        let lock = match about {
            About::File(company) => {
                format!("SELECT 1 FROM company_file WHERE id = {} FOR NO KEY UPDATE", company.0)
            }
            About::People => format!("SELECT pg_advisory_xact_lock({PEOPLE})"),
            About::Attempts => String::new(),
        };
        let lasting = match lasting {
            Lasting::Now => "",
            Lasting::Soon => "SET LOCAL synchronous_commit = off;",
        };
        self.transaction(&format!("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; {lasting} {lock}"), work)
    }

    fn known_version(&self) -> i64 {
        newest()
    }

    fn damage(&self) -> Stored<Vec<String>> {
        Ok(Vec::new())
    }

    fn settle_keys(&self, tx: &dyn Tx) -> Stored<()> {
        for (table, key) in KEYED {
            let sql = format!(
                "SELECT setval(pg_get_serial_sequence('{table}', '{key}'), max({key})) FROM {table} HAVING max({key}) > 0"
            );
            tx.execute(&sql, &[])?;
        }
        Ok(())
    }

    fn back_up(&self, _: &Path) -> Stored<()> {
        Err(Failure::NoCopy.into())
    }
}
