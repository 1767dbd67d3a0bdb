//! Opening the SQLite file: its mode, its settings, its tables.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, Instant};

use refinery_core::{Migration, Runner};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::failure::database;
use crate::store::Tables;
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

macro_rules! migrations {
    ($($name:literal),+ $(,)?) => { [$(($name, include_str!(concat!("migrations/", $name, ".sql")))),+] };
}

/// Every migration: its name and its SQL. One that was released never changes.
///
/// They are listed here, since the macro that finds them by itself has this library, regex and all
/// that they need built a second time, for the compiler.
const MIGRATIONS: [(&str, &str); 33] = migrations![
    "V1__tables",
    "V2__finalized",
    "V3__people",
    "V4__archived_history",
    "V5__activity",
    "V6__in_error",
    "V7__last_sign_in",
    "V8__words",
    "V9__audit_subject",
    "V10__agreed",
    "V11__one_record_one_document",
    "V12__generation",
    "V14__settled",
    "V15__merged",
    "V16__reconciled",
    "V17__wish",
    "V18__flaws",
    "V19__seen",
    "V20__apart",
    "V21__unfinished",
    "V23__follows",
    "V25__layers",
    "V26__care",
    "V27__refused_sign_ins",
    "V28__found",
    "V30__alerts",
    "V32__people_by_name",
    "V33__audit_documents",
    "V35__attempts",
    "V37__pull",
    "V38__api_tokens",
    "V40__jobs_of_a_document",
    "V41__servers",
];

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
    let mut connection = blank()?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// A database in memory that has no tables yet.
pub(super) fn blank() -> Result<Connection, StoreError> {
    let connection = Connection::open_in_memory()?;
    settle(&connection)?;
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
    refuse_newer(connection)?;
    let runner = runner()?;
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

/// Tables that a newer version made are not touched: what they mean is not known here.
fn refuse_newer(connection: &Connection) -> Result<(), StoreError> {
    version_of(connection).map(drop)
}

fn version_of(connection: &Connection) -> Result<Tables, StoreError> {
    let sql = "SELECT count(*) FROM sqlite_master WHERE name = 'refinery_schema_history'";
    if connection.query_one(sql, [], |row| row.get::<_, i64>(0))? == 0 {
        return Ok(Tables::None);
    }
    let sql = "SELECT coalesce(max(version), 0) FROM refinery_schema_history";
    let found: i64 = connection.query_one(sql, [], |row| row.get(0))?;
    Tables::of(found, newest())
}

/// How the tables of a file are, which nothing is changed in.
///
/// # Errors
/// It is no database; a newer version made it; it is not there, and neither is its folder.
pub fn tables(path: &Path) -> Result<Tables, StoreError> {
    if path.exists() {
        return version_of(&reader(path)?);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if folder.is_dir() {
        return Ok(Tables::None);
    }
    let missing = format!("there is no folder `{}` to make it in", folder.display());
    Err(database(std::io::Error::other(missing)))
}

/// The newest version of the tables that is known here.
pub(super) fn newest() -> i64 {
    let versions = migrations().unwrap_or_default().into_iter().map(|it| i64::from(it.version()));
    versions.max().unwrap_or_default()
}

/// All changes of the tables, in their order.
fn migrations() -> Result<Vec<Migration>, StoreError> {
    MIGRATIONS.iter().map(|(name, sql)| Migration::unapplied(name, sql).map_err(database)).collect()
}

fn runner() -> Result<Runner, StoreError> {
    Ok(Runner::new(&migrations()?).set_grouped(true))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use refinery_core::Target;

    use super::*;
    use crate::people::{AuditAction, AuditSubject, PeopleStore as _};
    use crate::store::SqliteStore;
    use crate::sync::stored::{CompanyId, DocumentKey, Ending, ExchangeId, Store as _};

    /// What version 7 wrote: endings and acts in the words of that time.
    const ROWS: &str = "
        INSERT INTO company_file (id, domain, name, user_name, password_hash, owner_id, file_id)
            VALUES (1, 'acme', 'Acme', 'acme', '', '', '');
        INSERT INTO session (id, company, ticket, began_at, active_at, ended_at, ending, state) VALUES
            (1, 1, 'a', 10, 11, 12, 'Finished: nothing is left to do.', ''),
            (2, 1, 'b', 20, 21, 22, 'Stopped before everything was done; the next visit goes on.', ''),
            (3, 1, 'c', 30, 31, 32, 'another session began', ''),
            (4, 1, 'd', 40, 41, 42, 'QuickBooks is closed.', ''),
            (5, 1, 'e', 50, 51, NULL, NULL, '');
        INSERT INTO audit (at, domain, company, person, action, details) VALUES
            (60, 'acme', 1, 'Kim', 'update from QuickBooks', 'customer 1'),
            (61, 'acme', 1, 'Kim', 'download .qwc', ''),
            (62, 'acme', 1, 'Kim', 'connect', 'bill 1: VendorRet 8000'),
            (63, 'acme', 1, 'Kim', 'play', 'bill 1'),
            (64, 'acme', 1, 'Kim', 'play', 'bill 1, bill 2'),
            (65, 'acme', 1, 'Kim', 'import records', 'vendor: Midwest: Chemical, Summit'),
            (66, 'acme', 1, 'Kim', 'archive request', 'bill 1: exchange 12');
        INSERT INTO document (company, object, id, version, json, loaded_at) VALUES (1, 'bill', '1', 'v', '{}', 1);
        INSERT INTO job (id, company, object, document, version, is_newest, state, attempts, next_try, played_at,
                         changed_at, error)
            VALUES (1, 1, 'bill', '1', 'v', 1, 'failed', 1, 1, 1, 1,
                '{\"code\":\"9\",\"happened\":\"h\",\"cause\":\"\",\"who\":\"QuickBooks user\",\"how\":\"\",\"retryable\":false,\"outcome\":\"not applied\"}');";

    #[test]
    fn what_version_7_kept_is_brought_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ferrule.db");
        let mut old = Connection::open(&path).unwrap();
        runner().unwrap().set_target(Target::Version(7)).run(&mut old).unwrap();
        old.execute_batch(ROWS).unwrap();
        drop(old);

        let store = SqliteStore::open(&path).unwrap();
        let sessions = store.sessions(CompanyId(1), 9).unwrap();
        let endings: Vec<_> = sessions.into_iter().rev().map(|session| session.ending).collect();
        let failed = Ending::Failed("QuickBooks is closed.".to_owned());
        let known = [Ending::Finished, Ending::Stopped, Ending::Overtaken, failed].map(Some);
        assert_eq!(endings, [known.as_slice(), &[None]].concat());
        let error = store.jobs(CompanyId(1), None).unwrap().remove(0).error.unwrap();
        assert_eq!((error.who.name(), error.retryable), ("QuickBooks user", false));
        assert_eq!(store.examine().unwrap(), Vec::<String>::new());
        audit_is_brought_over(&store);
    }

    fn audit_is_brought_over(store: &SqliteStore) {
        let bill = DocumentKey { object: "bill".to_owned(), id: "1".to_owned() };
        let about = |subject: &AuditSubject| subject.document().map(|key| key.id.clone());
        let entries = store.audit("acme", Some(CompanyId(1)), 9).unwrap().into_iter().rev();
        let said: Vec<_> = entries.map(|entry| (entry.said.action, entry.said.about)).collect();
        let known = [
            (AuditAction::UpdateDocuments, None),
            (AuditAction::DownloadQwc, None),
            (AuditAction::Connect, Some(AuditSubject::Document(bill.clone()))),
            (AuditAction::Play, Some(AuditSubject::Document(bill.clone()))),
            (AuditAction::Play, None),
            (AuditAction::ImportRecords, Some(AuditSubject::Object("vendor".to_owned()))),
            (AuditAction::ArchiveRequest, Some(AuditSubject::Request(bill.clone(), ExchangeId(12)))),
        ];
        assert_eq!(said, known);
        let of_bill = store.audit_of(CompanyId(1), &bill, 9).unwrap();
        let ids: Vec<_> =
            of_bill.iter().filter_map(|entry| entry.said.about.as_ref().and_then(about)).collect();
        assert_eq!(ids, ["1", "1", "1"]);
    }

    #[test]
    fn what_a_newer_version_wrote_is_refused_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ferrule.db");
        drop(SqliteStore::open(&path).unwrap());
        let hand = Connection::open(&path).unwrap();
        hand.execute_batch(
            "INSERT INTO refinery_schema_history VALUES (999, 'later', '2030-01-01T00:00:00Z', '1')",
        )
        .unwrap();
        let error = SqliteStore::open(&path).err().unwrap().to_string();
        assert!(error.starts_with("a newer version of Ferrule wrote the database"), "{error}");
        assert!(error.contains("version 999"), "{error}");
    }

    #[test]
    fn no_migration_is_forgotten() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/sqlite/migrations");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let files: BTreeSet<String> = files.map(|name| name.into_string().unwrap()).collect();
        assert_eq!(files, MIGRATIONS.map(|(name, _)| format!("{name}.sql")).into());
    }
}
