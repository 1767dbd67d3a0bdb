//! Company files, and what their nights found.

use std::collections::BTreeMap;

use serde_json::Value;

use super::tx::{Row, Stored, Tx, params};
use super::value::Json;
use crate::sync::stored::{
    CompanyFile, CompanyId, Identity, Layers, Moment, NewCompanyFile, Reconciled, StoreError,
};

const COLUMNS: &str = "id, domain, name, user_name, password_hash, owner_id, file_id, path, identity, \
                       settings, layers, settings_aside, is_paused, is_read_asked, last_contact, last_read, last_sync, revision, changes, \
                       loads";

pub(super) fn add(tx: &dyn Tx, new: &NewCompanyFile) -> Stored<CompanyId> {
    let names = [("name", &new.name), ("user_name", &new.user_name)];
    for (column, value) in names {
        refuse_taken(tx, column, value)?;
    }
    tx.add(
        "INSERT INTO company_file (domain, name, user_name, password_hash, owner_id, file_id, path)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id",
        params![new.domain, new.name, new.user_name, new.password_hash, new.owner_id, new.file_id, new.path],
    )
}

fn refuse_taken(tx: &dyn Tx, column: &'static str, value: &str) -> Stored<()> {
    let query = format!("SELECT 1 FROM company_file WHERE {column} = ?1");
    let is_taken = tx.exists(&query, params![value])?;
    let what = if column == "name" { "name" } else { "user name" };
    if is_taken { Err(StoreError::Taken { what, value: value.to_owned() }) } else { Ok(()) }
}

pub(super) fn all(tx: &dyn Tx) -> Stored<Vec<CompanyFile>> {
    tx.rows(&format!("SELECT {COLUMNS} FROM company_file ORDER BY name"), params![], read)
}

pub(super) fn of_user(tx: &dyn Tx, user_name: &str) -> Stored<Option<CompanyFile>> {
    let query = format!("SELECT {COLUMNS} FROM company_file WHERE user_name = ?1");
    tx.row(&query, params![user_name], read)
}

pub(super) fn one(tx: &dyn Tx, company: CompanyId) -> Stored<CompanyFile> {
    let query = format!("SELECT {COLUMNS} FROM company_file WHERE id = ?1");
    let file = tx.row(&query, params![company], read)?;
    file.ok_or(StoreError::NoCompanyFile(company))
}

/// # Errors
/// [`StoreError::NoCompanyFile`], if there is none.
pub(super) fn must_exist(tx: &dyn Tx, company: CompanyId) -> Stored<()> {
    let is_there = tx.exists("SELECT 1 FROM company_file WHERE id = ?1", params![company])?;
    if is_there { Ok(()) } else { Err(StoreError::NoCompanyFile(company)) }
}

pub(super) fn pause(tx: &dyn Tx, company: CompanyId, is_paused: bool) -> Stored<()> {
    let sql = "UPDATE company_file SET is_paused = ?2, changes = changes + 1 WHERE id = ?1";
    found(company, tx.execute(sql, params![company, is_paused])?)
}

pub(super) fn set_settings(
    tx: &dyn Tx,
    company: CompanyId,
    settings: &BTreeMap<String, Value>,
) -> Stored<()> {
    let sql = "UPDATE company_file SET settings = ?2, changes = changes + 1 WHERE id = ?1";
    found(company, tx.execute(sql, params![company, Json(settings)])?)
}

pub(super) fn set_layers(tx: &dyn Tx, company: CompanyId, layers: &Layers) -> Stored<()> {
    let sql = "UPDATE company_file SET layers = ?2, settings = ?3, settings_aside = ?4, is_read_asked = 1,
               changes = changes + 1 WHERE id = ?1";
    let Layers { on, settings, aside } = layers;
    let values = params![company, Json(on), Json(settings), Json(aside)];
    found(company, tx.execute(sql, values)?)
}

pub(super) fn renew_password_hash(tx: &dyn Tx, company: CompanyId, before: &str, hash: &str) -> Stored<()> {
    let sql = "UPDATE company_file SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2";
    tx.execute(sql, params![company, before, hash]).map(drop)
}

pub(super) fn set_password_hash(tx: &dyn Tx, company: CompanyId, hash: &str) -> Stored<()> {
    let sql = "UPDATE company_file SET password_hash = ?2, changes = changes + 1 WHERE id = ?1";
    found(company, tx.execute(sql, params![company, hash])?)
}

pub(super) fn set_identity(tx: &dyn Tx, company: CompanyId, identity: &Identity) -> Stored<()> {
    let sql = "UPDATE company_file SET identity = ?2 WHERE id = ?1";
    found(company, tx.execute(sql, params![company, Json(identity)])?)
}

pub(super) fn ask_for_read(tx: &dyn Tx, company: CompanyId) -> Stored<()> {
    let sql = "UPDATE company_file SET is_read_asked = 1, changes = changes + 1 WHERE id = ?1";
    found(company, tx.execute(sql, params![company])?)
}

pub(super) fn note_contact(tx: &dyn Tx, company: CompanyId, now: Moment) -> Stored<()> {
    let sql = "UPDATE company_file SET last_contact = ?2, changes = changes + 1 WHERE id = ?1";
    found(company, tx.execute(sql, params![company, now])?)
}

/// Something changed that pages show and that no other column of it tells.
pub(super) fn note_change(tx: &dyn Tx, company: CompanyId) -> Stored<()> {
    let sql = "UPDATE company_file SET changes = changes + 1 WHERE id = ?1";
    found(company, tx.execute(sql, params![company])?)
}

/// Documents are there that were not, or in other versions.
pub(super) fn note_load(tx: &dyn Tx, company: CompanyId) -> Stored<()> {
    let sql = "UPDATE company_file SET changes = changes + 1, loads = loads + 1 WHERE id = ?1";
    found(company, tx.execute(sql, params![company])?)
}

/// The read of everything came to its end, and with it one that was asked for.
pub(super) fn note_read(tx: &dyn Tx, company: CompanyId, now: Moment) -> Stored<()> {
    let sql = "UPDATE company_file SET last_read = ?2, is_read_asked = 0 WHERE id = ?1";
    found(company, tx.execute(sql, params![company, now])?)
}

/// A session ended with nothing left to do.
pub(super) fn note_sync(tx: &dyn Tx, company: CompanyId, now: Moment) -> Stored<()> {
    let sql = "UPDATE company_file SET last_sync = ?2 WHERE id = ?1";
    found(company, tx.execute(sql, params![company, now])?)
}

/// A step of a session was written down; `is_revised`, if it changed records or connections. Gives the
/// count of such changes.
pub(super) fn note_step(tx: &dyn Tx, company: CompanyId, now: Moment, is_revised: bool) -> Stored<i64> {
    let sql = "UPDATE company_file SET last_contact = ?2, changes = changes + 1, revision = revision + ?3
               WHERE id = ?1 RETURNING revision";
    let values = params![company, now, is_revised];
    let revision = tx.row(sql, values, |row| row.get(0))?;
    revision.ok_or(StoreError::NoCompanyFile(company))
}

/// Its records or connections changed.
pub(super) fn revise(tx: &dyn Tx, company: CompanyId) -> Stored<()> {
    let sql = "UPDATE company_file SET revision = revision + 1 WHERE id = ?1";
    found(company, tx.execute(sql, params![company])?)
}

fn found(company: CompanyId, changed: usize) -> Stored<()> {
    if changed == 1 { Ok(()) } else { Err(StoreError::NoCompanyFile(company)) }
}

fn read(row: &dyn Row) -> Stored<CompanyFile> {
    Ok(CompanyFile {
        id: row.get(0)?,
        made: read_made(row)?,
        identity: row.get::<Option<Json<Identity>>>(8)?.map(|it| it.0),
        settings: row.get::<Json<_>>(9)?.0,
        layers: row.get::<Json<_>>(10)?.0,
        settings_aside: row.get::<Json<_>>(11)?.0,
        is_paused: row.get(12)?,
        is_read_asked: row.get(13)?,
        last_contact: row.get(14)?,
        last_read: row.get(15)?,
        last_sync: row.get(16)?,
        revision: row.get(17)?,
        changes: row.get(18)?,
        loads: row.get(19)?,
    })
}

fn read_made(row: &dyn Row) -> Stored<NewCompanyFile> {
    Ok(NewCompanyFile {
        domain: row.get(1)?,
        name: row.get(2)?,
        user_name: row.get(3)?,
        password_hash: row.get(4)?,
        owner_id: row.get(5)?,
        file_id: row.get(6)?,
        path: row.get(7)?,
    })
}

/// The columns of a night, in the order in which [`night`] takes them.
pub(super) const NIGHT_COLUMNS: &str = "night, at, first_day, last_day, transactions, differing, words";

/// Keeps what a night found, unless it was done before.
pub(super) fn keep_night(tx: &dyn Tx, company: CompanyId, found: &Reconciled) -> Stored<()> {
    let sql = format!(
        "INSERT INTO reconciled (company, {NIGHT_COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT DO NOTHING"
    );
    let Reconciled { night, at, from, to, transactions, differing, words } = found;
    let values = params![company, night, at, from, to, transactions, differing, words];
    tx.execute(&sql, values)?;
    Ok(())
}

/// What the last night found.
pub(super) fn last_night(tx: &dyn Tx, company: CompanyId) -> Stored<Option<Reconciled>> {
    let sql =
        format!("SELECT {NIGHT_COLUMNS} FROM reconciled WHERE company = ?1 ORDER BY night DESC LIMIT 1");
    tx.row(&sql, params![company], night)
}

/// A night of a row.
pub(super) fn night(row: &dyn Row) -> Stored<Reconciled> {
    Ok(Reconciled {
        night: row.get(0)?,
        at: row.get(1)?,
        from: row.get(2)?,
        to: row.get(3)?,
        transactions: row.get(4)?,
        differing: row.get(5)?,
        words: row.get(6)?,
    })
}
