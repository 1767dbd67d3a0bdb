//! The tables.

use refinery_core::{Migration, Runner};

use super::failure::Failure;
use super::session::Session;
use crate::store::Tables;
use crate::sync::stored::StoreError;

macro_rules! migrations {
    ($($name:literal),+ $(,)?) => { &[$(($name, include_str!(concat!("migrations/", $name, ".sql")))),+] };
}

/// Every migration: its name and its SQL. One that was released never changes. The first one has all that SQLite's have
/// up to their 27th and with their 32nd; each other one has the number of SQLite's.
const MIGRATIONS: &[(&str, &str)] = migrations![
    "V1__tables",
    "V28__found",
    "V30__alerts",
    "V33__audit_documents",
    "V35__attempts",
    "V37__pull",
    "V38__api_tokens",
    "V40__jobs_of_a_document",
    "V41__servers"
];

/// Only one server brings the tables up to date at a time. The number means nothing: it is the lock's name.
const MIGRATING: i64 = 0x6665_7272_756c_6531;

/// The version of the tables; none is 0.
const VERSION: &str = "SELECT coalesce(max(version), 0)::text FROM refinery_schema_history";

/// Brings the tables up to date, unless they are: who may only use them need not be allowed to make any.
pub(super) fn migrate(session: &mut Session) -> Result<(), StoreError> {
    let encoding = session.ask("SHOW server_encoding")?;
    if encoding != "UTF8" {
        return Err(Failure::Encoding(encoding).into());
    }
    let (known, newest) = (migrations()?, newest());
    if version(session)? == newest {
        return Ok(());
    }
    session.batch(&format!("SELECT pg_advisory_lock({MIGRATING})"))?;
    let found = version(session)?;
    if found > newest {
        return Err(StoreError::Newer { found, known: newest });
    }
    let runner = Runner::new(&known).set_grouped(true);
    session.with(async |client| runner.run_async(client).await)?.map_err(|error| told(&error))?;
    session.batch(&format!("SELECT pg_advisory_unlock({MIGRATING})"))?;
    Ok(())
}

/// How the tables are, which nothing is changed in.
pub(super) fn tables(session: &mut Session) -> Result<Tables, StoreError> {
    Tables::of(version(session)?, newest())
}

fn version(session: &mut Session) -> Result<i64, Failure> {
    let is_there = session.ask("SELECT (to_regclass('refinery_schema_history') IS NOT NULL)::text")?;
    let version = if is_there == "true" { session.ask(VERSION)? } else { String::new() };
    Ok(version.parse().unwrap_or_default())
}

/// The newest version of the tables that is known here.
pub(super) fn newest() -> i64 {
    let versions = migrations().unwrap_or_default().into_iter().map(|it| i64::from(it.version()));
    versions.max().unwrap_or_default()
}

fn migrations() -> Result<Vec<Migration>, Failure> {
    let migration = |(name, sql): &(&str, &str)| Migration::unapplied(name, sql);
    let all = MIGRATIONS.iter().map(migration).collect::<Result<_, _>>();
    all.map_err(|error| Failure::Migration(error.to_string()))
}

/// What PostgreSQL said of a migration.
fn told(error: &refinery_core::Error) -> Failure {
    let mut last: &dyn std::error::Error = error;
    while let Some(deeper) = last.source() {
        last = deeper;
    }
    match last.downcast_ref::<tokio_postgres::error::DbError>() {
        Some(said) => Failure::Said(format!("{} (while tables were made)", said.message())),
        None => Failure::Migration(last.to_string()),
    }
}
