//! Opening the SQLite file: its mode, its settings, its tables.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::failure::database;
use crate::sync::stored::StoreError;

/// How long to wait for another process that writes.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait before what another process hinders is tried again.
const PAUSE: Duration = Duration::from_millis(20);
/// How often migrations are tried: another process may apply them at the same time.
const TRIES: usize = 5;
/// Pages of the write-ahead log, of 4 KiB, after which they are brought into the database: the more,
/// the more often a page that changed again and again goes there only once.
const CHECKPOINT: u32 = 8192;
/// Statements that a connection keeps compiled: more than there are.
const STATEMENTS: usize = 128;

mod embedded {
    refinery::embed_migrations!("src/store/sqlite/migrations");
}

/// A connection that writes, to a file that is made if it is not there.
pub(super) fn writer(path: &Path) -> Result<Connection, StoreError> {
    make(path)?;
    let mut connection = Connection::open(path)?;
    settle(&connection)?;
    // The full fsync is that of macOS, where a plain one does not reach the disk.
    patiently(|| connection.execute_batch("PRAGMA journal_mode = WAL"))?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;
         PRAGMA checkpoint_fullfsync = ON; PRAGMA journal_size_limit = 67108864;",
    )?;
    migrate(&mut connection)?;
    // From here on `Durable` sees to it that commits are on the disk.
    connection.execute_batch("PRAGMA synchronous = NORMAL")?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT)?;
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    settle(&connection)?;
    Ok(connection)
}

/// An empty database in memory.
pub(super) fn in_memory() -> Result<Connection, StoreError> {
    let mut connection = Connection::open_in_memory()?;
    settle(&connection)?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// SQLite gives the files beside it the mode of the file itself.
fn make(path: &Path) -> Result<(), StoreError> {
    match owners_alone().create_new(true).write(true).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(database(error)),
        _ => Ok(()),
    }
}

/// How to open files that only their owner may read and write.
pub(super) fn owners_alone() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn settle(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Else a statement that might use a partial index is compiled anew for each value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;")?;
    Ok(())
}

/// Does what SQLite refuses at once, without waiting, while another process opens the same new file.
fn patiently(mut work: impl FnMut() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    let began = Instant::now();
    loop {
        match work() {
            Err(error) if is_busy(&error) && began.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
            result => return result,
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Grouped: a migration and the note that it was applied are one transaction, so that a store that
/// was left in the middle of it opens again.
fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let runner = embedded::migrations::runner().set_grouped(true);
    let mut result = runner.run(connection);
    for _ in 1..TRIES {
        if result.is_ok() {
            break;
        }
        std::thread::sleep(PAUSE);
        result = runner.run(connection);
    }
    result.map(|_| ()).map_err(database)
}
