//! What people did.

use rusqlite::{Row, Transaction, params};

use crate::people::{AuditEntry, AuditSubject, NewAuditEntry};
use crate::store::sqlite::value::Millis;
use crate::sync::stored::{CompanyId, DocumentKey, StoreError};

pub(super) const COLUMNS: &str = "id, at, domain, company, person, action, details, object, document";

pub(in crate::store::sqlite) fn note(tx: &Transaction<'_>, entry: &NewAuditEntry) -> Result<(), StoreError> {
    let sql = "INSERT INTO audit (at, domain, company, person, action, details, object, document)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let NewAuditEntry { at, domain, company, person, action, about, details } = entry;
    let object = about.as_ref().map(AuditSubject::object);
    let document = about.as_ref().and_then(AuditSubject::document);
    tx.prepare_cached(sql)?.execute(params![
        Millis(*at),
        domain,
        company,
        person,
        action,
        details,
        object,
        document
    ])?;
    Ok(())
}

pub(super) fn last(
    tx: &Transaction<'_>,
    domain: &str,
    company: Option<CompanyId>,
    limit: usize,
) -> Result<Vec<AuditEntry>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit WHERE domain = ?1 AND (?2 IS NULL OR company = ?2) ORDER BY id DESC LIMIT ?3"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut query = tx.prepare_cached(&sql)?;
    let entries = query.query_map(params![domain, company, limit], read)?;
    Ok(entries.collect::<Result<_, _>>()?)
}

pub(super) fn of(
    tx: &Transaction<'_>,
    company: CompanyId,
    document: &DocumentKey,
    limit: usize,
) -> Result<Vec<AuditEntry>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit WHERE company = ?1 AND object = ?2 AND document = ?3
         ORDER BY id DESC LIMIT ?4"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut query = tx.prepare_cached(&sql)?;
    let entries = query.query_map(params![company, document.object, document.id, limit], read)?;
    Ok(entries.collect::<Result<_, _>>()?)
}

pub(super) fn settings_changed(
    tx: &Transaction<'_>,
    domain: &str,
    company: CompanyId,
    limit: usize,
) -> Result<Vec<AuditEntry>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit WHERE domain = ?1 AND (company IS NULL OR company = ?2)
         AND action IN ('change settings', 'change settings of the domain', 'switch layers')
         ORDER BY id DESC LIMIT ?3"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut query = tx.prepare_cached(&sql)?;
    let entries = query.query_map(params![domain, company, limit], read)?;
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
        about: about(row)?,
    };
    Ok(AuditEntry { id: row.get(0)?, said })
}

fn about(row: &Row<'_>) -> rusqlite::Result<Option<AuditSubject>> {
    let Some(object) = row.get::<_, Option<String>>(7)? else {
        return Ok(None);
    };
    Ok(Some(match row.get(8)? {
        Some(id) => AuditSubject::Document(DocumentKey { object, id }),
        None => AuditSubject::Object(object),
    }))
}
