//! The connections to the SQLite file, and transactions on them.

use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use rusqlite::backup::Backup;
use rusqlite::{Connection, TransactionBehavior};

use super::durable::Durable;
use super::failure::database;
use super::{backup, damage, open};
use crate::store::sql::tx::{About, Backend, Lasting, Stored, Tx};
use crate::sync::stored::StoreError;

/// How many idle readers are kept for the next one.
const IDLE_READERS: usize = 8;

/// A store in one SQLite file, or in memory.
///
/// There is one connection that writes, since SQLite has one writer at a time anyway: waiting for a
/// mutex is fair and costs nothing, waiting for SQLite's lock is a poll with sleeps. Readers have
/// connections of their own, so that none waits for a writer. A commit is brought to the disk before
/// its method returns, but after the next writer has got the connection. A database in memory is
/// known to one connection only, which then does everything. A use-case that panics leaves nothing
/// behind: its transaction is rolled back as it falls.
///
/// Several processes may have the file open at once.
pub struct SqliteStore {
    writer: Mutex<Connection>,
    file: Option<OnDisk>,
}

/// What a store in a file has besides.
struct OnDisk {
    readers: Readers,
    durable: Durable,
}

/// Connections that only read, made as they are needed.
struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl SqliteStore {
    /// Opens the store in that file and brings its tables up to date. A file that is not there is
    /// made, for its owner alone to read and write.
    ///
    /// # Errors
    /// [`StoreError::Database`], if the file cannot be opened, is no database, or was written by a
    /// newer version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let writer = Mutex::new(open::writer(path)?);
        let durable = Durable::of(path).map_err(database)?;
        let readers = Readers { path: path.to_owned(), idle: Mutex::default() };
        Ok(Self { writer, file: Some(OnDisk { readers, durable }) })
    }

    /// An empty store that ends with this value.
    ///
    /// # Errors
    /// [`StoreError::Database`], if there is no memory for it.
    pub fn in_memory() -> Result<Self, StoreError> {
        Ok(Self { writer: Mutex::new(open::in_memory()?), file: None })
    }

    /// The same store once more, in memory: whatever becomes of one leaves the other as it is.
    ///
    /// # Errors
    /// [`StoreError::Database`], if there is no memory for it.
    pub fn copy(&self) -> Result<Self, StoreError> {
        let mut copy = open::blank()?;
        // All of it in one step.
        Backup::new(&self.writer.lock(), &mut copy)?.step(-1)?;
        Ok(Self { writer: Mutex::new(copy), file: None })
    }

    /// Lends the connection that writes, outside of any transaction.
    pub(super) fn lend<T>(&self, work: impl FnOnce(&mut Connection) -> Stored<T>) -> Stored<T> {
        work(&mut self.writer.lock())
    }
}

/// SQLite has one writer at a time anyway, whatever it writes about.
impl Backend for SqliteStore {
    const COLUMNS: &str = "SELECT name FROM pragma_table_info(?1) ORDER BY name";

    fn read<T>(&self, work: impl FnOnce(&dyn Tx) -> Stored<T>) -> Stored<T> {
        match &self.file {
            Some(OnDisk { readers, .. }) => readers.read(work),
            None => work(&self.writer.lock().transaction()?),
        }
    }

    fn write<T>(
        &self,
        _about: About,
        lasting: Lasting,
        work: impl FnOnce(&dyn Tx) -> Stored<T>,
    ) -> Stored<T> {
        let mut writer = self.writer.lock();
        if let Some(OnDisk { durable, .. }) = &self.file {
            durable.check().map_err(database)?;
        }
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = work(&transaction)?;
        transaction.commit()?;
        if let Some(OnDisk { durable, .. }) = &self.file {
            let committed = durable.committed();
            drop(writer);
            if lasting == Lasting::Now {
                durable.wait(committed).map_err(database)?;
            }
        }
        Ok(result)
    }

    fn known_version(&self) -> i64 {
        open::newest()
    }

    fn damage(&self) -> Stored<Vec<String>> {
        self.lend(|connection| damage::damage(connection))
    }

    /// A new key is greater than all that there are.
    fn settle_keys(&self, _: &dyn Tx) -> Stored<()> {
        Ok(())
    }

    fn back_up(&self, path: &Path) -> Stored<()> {
        self.lend(|connection| backup::back_up(connection, path))
    }
}

impl Readers {
    fn read<T>(&self, work: impl FnOnce(&dyn Tx) -> Stored<T>) -> Stored<T> {
        let idle = self.idle.lock().pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => open::reader(&self.path)?,
        };
        let result = work(&reader.transaction()?);
        let mut idle = self.idle.lock();
        if idle.len() < IDLE_READERS {
            idle.push(reader);
        }
        result
    }
}
