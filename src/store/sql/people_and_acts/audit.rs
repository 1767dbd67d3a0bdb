//! What people did.

use crate::people::{AuditEntry, AuditSubject, NewAuditEntry};
use crate::store::sql::tx::{Row, Stored, Tx, params};
use crate::sync::stored::{CompanyId, DocumentKey};

pub(super) const COLUMNS: &str = "id, at, domain, company, person, action, details, object, document";

pub(in crate::store::sql) fn note(tx: &dyn Tx, entry: &NewAuditEntry) -> Stored<()> {
    let sql = "INSERT INTO audit (at, domain, company, person, action, details, object, document)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let NewAuditEntry { at, domain, company, person, action, about, details } = entry;
    let object = about.as_ref().map(AuditSubject::object);
    let document = about.as_ref().and_then(AuditSubject::document);
    tx.execute(sql, params![*at, domain, company, person, action, details, object, document])?;
    Ok(())
}

pub(super) fn last(
    tx: &dyn Tx,
    domain: &str,
    company: Option<CompanyId>,
    limit: usize,
) -> Stored<Vec<AuditEntry>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit WHERE domain = ?1 AND (company = ?2 OR ?2 IS NULL) ORDER BY id DESC LIMIT ?3"
    );
    tx.rows(&sql, params![domain, company, limit], read)
}

pub(super) fn of(
    tx: &dyn Tx,
    company: CompanyId,
    document: &DocumentKey,
    limit: usize,
) -> Stored<Vec<AuditEntry>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit WHERE company = ?1 AND object = ?2 AND document = ?3
         ORDER BY id DESC LIMIT ?4"
    );
    tx.rows(&sql, params![company, document.object, document.id, limit], read)
}

pub(super) fn settings_changed(
    tx: &dyn Tx,
    domain: &str,
    company: CompanyId,
    limit: usize,
) -> Stored<Vec<AuditEntry>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit WHERE domain = ?1 AND (company IS NULL OR company = ?2)
         AND action IN ('change settings', 'change settings of the domain', 'switch layers')
         ORDER BY id DESC LIMIT ?3"
    );
    tx.rows(&sql, params![domain, company, limit], read)
}

pub(super) fn read(row: &dyn Row) -> Stored<AuditEntry> {
    let said = NewAuditEntry {
        at: row.get(1)?,
        domain: row.get(2)?,
        company: row.get(3)?,
        person: row.get(4)?,
        action: row.get(5)?,
        details: row.get(6)?,
        about: about(row)?,
    };
    Ok(AuditEntry { id: row.get(0)?, said })
}

fn about(row: &dyn Row) -> Stored<Option<AuditSubject>> {
    let Some(object) = row.get::<Option<String>>(7)? else {
        return Ok(None);
    };
    Ok(Some(match row.get(8)? {
        Some(id) => AuditSubject::Document(DocumentKey { object, id }),
        None => AuditSubject::Object(object),
    }))
}
