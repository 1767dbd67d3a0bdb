//! What people did.

use rusqlite::{Row, Transaction, params};

use super::value::Millis;
use crate::people::{AuditEntry, NewAuditEntry};
use crate::sync::stored::{CompanyId, StoreError};

pub(super) fn note(tx: &Transaction<'_>, entry: &NewAuditEntry) -> Result<(), StoreError> {
    let sql = "INSERT INTO audit (at, domain, company, person, action, details)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let NewAuditEntry { at, domain, company, person, action, details } = entry;
    tx.prepare_cached(sql)?.execute(params![Millis(*at), domain, company, person, action, details])?;
    Ok(())
}

pub(super) fn last(
    tx: &Transaction<'_>,
    domain: &str,
    company: Option<CompanyId>,
    limit: usize,
) -> Result<Vec<AuditEntry>, StoreError> {
    let sql = "SELECT id, at, domain, company, person, action, details FROM audit
               WHERE domain = ?1 AND (?2 IS NULL OR company = ?2) ORDER BY id DESC LIMIT ?3";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut query = tx.prepare_cached(sql)?;
    let entries = query.query_map(params![domain, company, limit], read)?;
    Ok(entries.collect::<Result<_, _>>()?)
}

/// The name stands alone, or before a colon.
pub(super) fn of(
    tx: &Transaction<'_>,
    company: CompanyId,
    name: &str,
    limit: usize,
) -> Result<Vec<AuditEntry>, StoreError> {
    let sql = "SELECT id, at, domain, company, person, action, details FROM audit
               WHERE company = ?1 AND (details = ?2 OR (details >= ?2 || ':' AND details < ?2 || ';'))
               ORDER BY id DESC LIMIT ?3";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut query = tx.prepare_cached(sql)?;
    let entries = query.query_map(params![company, name, limit], read)?;
    Ok(entries.collect::<Result<_, _>>()?)
}

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    let said = NewAuditEntry {
        at: row.get::<_, Millis>(1)?.0,
        domain: row.get(2)?,
        company: row.get(3)?,
        person: row.get(4)?,
        action: row.get(5)?,
        details: row.get(6)?,
    };
    Ok(AuditEntry { id: row.get(0)?, said })
}
