//! Company files, and what their nights found.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde_json::Value;

use super::value::{Json, Millis};
use crate::sync::stored::{
    CompanyFile, CompanyId, Identity, Layers, Moment, NewCompanyFile, Reconciled, StoreError,
};

const COLUMNS: &str = "id, domain, name, user_name, password_hash, owner_id, file_id, path, identity, \
                       settings, layers, settings_aside, is_paused, is_read_asked, last_contact, last_read, last_sync, revision, changes, \
                       loads";

pub(super) fn add(tx: &Transaction<'_>, new: &NewCompanyFile) -> Result<CompanyId, StoreError> {
    let names = [("name", &new.name), ("user_name", &new.user_name)];
    for (column, value) in names {
        refuse_taken(tx, column, value)?;
    }
    tx.execute(
        "INSERT INTO company_file (domain, name, user_name, password_hash, owner_id, file_id, path)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![new.domain, new.name, new.user_name, new.password_hash, new.owner_id, new.file_id, new.path],
    )?;
    Ok(CompanyId(tx.last_insert_rowid()))
}

fn refuse_taken(tx: &Transaction<'_>, column: &'static str, value: &str) -> Result<(), StoreError> {
    let query = format!("SELECT 1 FROM company_file WHERE {column} = ?1");
    let is_taken = tx.prepare_cached(&query)?.exists([value])?;
    let what = if column == "name" { "name" } else { "user name" };
    if is_taken { Err(StoreError::Taken { what, value: value.to_owned() }) } else { Ok(()) }
}

pub(super) fn all(tx: &Transaction<'_>) -> Result<Vec<CompanyFile>, StoreError> {
    let mut query = tx.prepare_cached(&format!("SELECT {COLUMNS} FROM company_file ORDER BY name"))?;
    let files = query.query_map([], read)?;
    Ok(files.collect::<Result<_, _>>()?)
}

pub(super) fn of_user(tx: &Transaction<'_>, user_name: &str) -> Result<Option<CompanyFile>, StoreError> {
    let query = format!("SELECT {COLUMNS} FROM company_file WHERE user_name = ?1");
    Ok(tx.prepare_cached(&query)?.query_one([user_name], read).optional()?)
}

pub(super) fn one(tx: &Transaction<'_>, company: CompanyId) -> Result<CompanyFile, StoreError> {
    let query = format!("SELECT {COLUMNS} FROM company_file WHERE id = ?1");
    let file = tx.prepare_cached(&query)?.query_one([company], read).optional()?;
    file.ok_or(StoreError::NoCompanyFile(company))
}

/// # Errors
/// [`StoreError::NoCompanyFile`], if there is none.
pub(super) fn must_exist(tx: &Transaction<'_>, company: CompanyId) -> Result<(), StoreError> {
    let is_there = tx.prepare_cached("SELECT 1 FROM company_file WHERE id = ?1")?.exists([company])?;
    if is_there { Ok(()) } else { Err(StoreError::NoCompanyFile(company)) }
}

pub(super) fn pause(tx: &Transaction<'_>, company: CompanyId, is_paused: bool) -> Result<(), StoreError> {
    let sql = "UPDATE company_file SET is_paused = ?2, changes = changes + 1 WHERE id = ?1";
    found(company, tx.prepare_cached(sql)?.execute(params![company, is_paused])?)
}

pub(super) fn set_settings(
    tx: &Transaction<'_>,
    company: CompanyId,
    settings: &BTreeMap<String, Value>,
) -> Result<(), StoreError> {
    let sql = "UPDATE company_file SET settings = ?2, changes = changes + 1 WHERE id = ?1";
    found(company, tx.prepare_cached(sql)?.execute(params![company, Json(settings)])?)
}

pub(super) fn set_layers(
    tx: &Transaction<'_>,
    company: CompanyId,
    layers: &Layers,
) -> Result<(), StoreError> {
    let sql = "UPDATE company_file SET layers = ?2, settings = ?3, settings_aside = ?4, is_read_asked = 1,
               changes = changes + 1 WHERE id = ?1";
    let Layers { on, settings, aside } = layers;
    let values = params![company, Json(on), Json(settings), Json(aside)];
    found(company, tx.prepare_cached(sql)?.execute(values)?)
}

pub(super) fn set_password_hash(
    tx: &Transaction<'_>,
    company: CompanyId,
    hash: &str,
) -> Result<(), StoreError> {
    let sql = "UPDATE company_file SET password_hash = ?2, changes = changes + 1 WHERE id = ?1";
    found(company, tx.prepare_cached(sql)?.execute(params![company, hash])?)
}

pub(super) fn set_identity(
    tx: &Transaction<'_>,
    company: CompanyId,
    identity: &Identity,
) -> Result<(), StoreError> {
    let sql = "UPDATE company_file SET identity = ?2 WHERE id = ?1";
    found(company, tx.prepare_cached(sql)?.execute(params![company, Json(identity)])?)
}

pub(super) fn ask_for_read(tx: &Transaction<'_>, company: CompanyId) -> Result<(), StoreError> {
    let sql = "UPDATE company_file SET is_read_asked = 1, changes = changes + 1 WHERE id = ?1";
    found(company, tx.prepare_cached(sql)?.execute([company])?)
}

pub(super) fn note_contact(tx: &Transaction<'_>, company: CompanyId, now: Moment) -> Result<(), StoreError> {
    let sql = "UPDATE company_file SET last_contact = ?2, changes = changes + 1 WHERE id = ?1";
    found(company, tx.prepare_cached(sql)?.execute(params![company, Millis(now)])?)
}

/// Something changed that pages show and that no other column of it tells.
pub(super) fn note_change(tx: &Transaction<'_>, company: CompanyId) -> Result<(), StoreError> {
    let sql = "UPDATE company_file SET changes = changes + 1 WHERE id = ?1";
    found(company, tx.prepare_cached(sql)?.execute([company])?)
}

/// Documents are there that were not, or in other versions.
pub(super) fn note_load(tx: &Transaction<'_>, company: CompanyId) -> Result<(), StoreError> {
    let sql = "UPDATE company_file SET changes = changes + 1, loads = loads + 1 WHERE id = ?1";
    found(company, tx.prepare_cached(sql)?.execute([company])?)
}

/// The read of everything came to its end, and with it one that was asked for.
pub(super) fn note_read(tx: &Transaction<'_>, company: CompanyId, now: Moment) -> Result<(), StoreError> {
    let sql = "UPDATE company_file SET last_read = ?2, is_read_asked = 0 WHERE id = ?1";
    found(company, tx.prepare_cached(sql)?.execute(params![company, Millis(now)])?)
}

/// A session ended with nothing left to do.
pub(super) fn note_sync(tx: &Transaction<'_>, company: CompanyId, now: Moment) -> Result<(), StoreError> {
    let sql = "UPDATE company_file SET last_sync = ?2 WHERE id = ?1";
    found(company, tx.prepare_cached(sql)?.execute(params![company, Millis(now)])?)
}

/// A step of a session was written down; `is_revised`, if it changed records or connections. Gives the
/// count of such changes.
pub(super) fn note_step(
    tx: &Transaction<'_>,
    company: CompanyId,
    now: Moment,
    is_revised: bool,
) -> Result<i64, StoreError> {
    let sql = "UPDATE company_file SET last_contact = ?2, changes = changes + 1, revision = revision + ?3
               WHERE id = ?1 RETURNING revision";
    let values = params![company, Millis(now), is_revised];
    let revision = tx.prepare_cached(sql)?.query_one(values, |row| row.get(0)).optional()?;
    revision.ok_or(StoreError::NoCompanyFile(company))
}

/// Its records or connections changed.
pub(super) fn revise(tx: &Transaction<'_>, company: CompanyId) -> Result<(), StoreError> {
    let sql = "UPDATE company_file SET revision = revision + 1 WHERE id = ?1";
    found(company, tx.prepare_cached(sql)?.execute([company])?)
}

fn found(company: CompanyId, changed: usize) -> Result<(), StoreError> {
    if changed == 1 { Ok(()) } else { Err(StoreError::NoCompanyFile(company)) }
}

fn read(row: &Row<'_>) -> rusqlite::Result<CompanyFile> {
    let moment =
        |column: &str| Ok::<_, rusqlite::Error>(row.get::<_, Option<Millis>>(column)?.map(|it| it.0));
    Ok(CompanyFile {
        id: row.get("id")?,
        made: read_made(row)?,
        identity: row.get::<_, Option<Json<Identity>>>("identity")?.map(|it| it.0),
        settings: row.get::<_, Json<_>>("settings")?.0,
        layers: row.get::<_, Json<_>>("layers")?.0,
        settings_aside: row.get::<_, Json<_>>("settings_aside")?.0,
        is_paused: row.get("is_paused")?,
        is_read_asked: row.get("is_read_asked")?,
        last_contact: moment("last_contact")?,
        last_read: moment("last_read")?,
        last_sync: moment("last_sync")?,
        revision: row.get("revision")?,
        changes: row.get("changes")?,
        loads: row.get("loads")?,
    })
}

fn read_made(row: &Row<'_>) -> rusqlite::Result<NewCompanyFile> {
    Ok(NewCompanyFile {
        domain: row.get("domain")?,
        name: row.get("name")?,
        user_name: row.get("user_name")?,
        password_hash: row.get("password_hash")?,
        owner_id: row.get("owner_id")?,
        file_id: row.get("file_id")?,
        path: row.get("path")?,
    })
}

/// The columns of a night, in the order in which [`night`] takes them.
pub(super) const NIGHT_COLUMNS: &str = "night, at, first_day, last_day, transactions, differing, words";

/// Keeps what a night found, unless it was done before.
pub(super) fn keep_night(
    tx: &Transaction<'_>,
    company: CompanyId,
    found: &Reconciled,
) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT OR IGNORE INTO reconciled (company, {NIGHT_COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
    );
    let Reconciled { night, at, from, to, transactions, differing, words } = found;
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    tx.prepare_cached(&sql)?.execute(params![
        company,
        Millis(*night),
        Millis(*at),
        from,
        to,
        count(*transactions),
        count(*differing),
        words
    ])?;
    Ok(())
}

/// What the last night found.
pub(super) fn last_night(tx: &Transaction<'_>, company: CompanyId) -> Result<Option<Reconciled>, StoreError> {
    let sql =
        format!("SELECT {NIGHT_COLUMNS} FROM reconciled WHERE company = ?1 ORDER BY night DESC LIMIT 1");
    Ok(tx.prepare_cached(&sql)?.query_one([company], night).optional()?)
}

/// A night of a row.
pub(super) fn night(row: &Row<'_>) -> rusqlite::Result<Reconciled> {
    let count = |column: usize| row.get(column).map(|count: i64| usize::try_from(count).unwrap_or_default());
    Ok(Reconciled {
        night: row.get::<_, Millis>(0)?.0,
        at: row.get::<_, Millis>(1)?.0,
        from: row.get(2)?,
        to: row.get(3)?,
        transactions: count(4)?,
        differing: count(5)?,
        words: row.get(6)?,
    })
}
