//! What people did.

use crate::people::{AuditAction, AuditEntry, AuditSubject, NewAuditEntry};
use crate::store::sql::tx::{Row, Stored, Tx, params};
use crate::sync::stored::{CompanyId, DocumentKey, ExchangeId, Moment};

pub(super) const COLUMNS: &str =
    "id, at, domain, company, person, action, details, object, document, exchange, documents";

pub(in crate::store::sql) fn note(tx: &dyn Tx, entry: &NewAuditEntry) -> Stored<()> {
    let sql = "INSERT INTO audit (at, domain, company, person, action, details, object, document, exchange, documents)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING id";
    let NewAuditEntry { at, domain, company, person, action, about, details } = entry;
    let about = about.as_ref();
    let object = about.and_then(AuditSubject::object);
    let document = about.and_then(AuditSubject::document).map(|key| key.id.as_str());
    let exchange = match about {
        Some(AuditSubject::Request(_, exchange)) => Some(exchange.0),
        _ => None,
    };
    let several = about.and_then(AuditSubject::several).and_then(|count| i64::try_from(count).ok());
    let values = params![*at, domain, company, person, action, details, object, document, exchange, several];
    let id: Option<i64> = tx.row(sql, values, |row| row.get(0))?;
    let (Some(id), Some(company), Some(AuditSubject::Documents(keys)), Some(_)) =
        (id, company, about, several)
    else {
        return Ok(());
    };
    let sql = "INSERT INTO audit_document (audit, company, object, document) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT DO NOTHING";
    tx.for_all(sql, keys, |key, run| run(params![id, *company, key.object, key.id]))?;
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
        "SELECT {COLUMNS} FROM audit WHERE id IN (
             SELECT id FROM audit WHERE company = ?1 AND object = ?2 AND document = ?3
             UNION SELECT audit FROM audit_document WHERE company = ?1 AND object = ?2 AND document = ?3)
         ORDER BY id DESC LIMIT ?4"
    );
    tx.rows(&sql, params![company, document.object, document.id, limit], read)
}

pub(super) fn done_at(
    tx: &dyn Tx,
    (domain, company): (&str, CompanyId),
    (person, action): (&str, AuditAction),
    at: Moment,
) -> Stored<Vec<DocumentKey>> {
    // The documents of an act of several stand beside it.
    let sql = "WITH act AS (
             SELECT id, object, document FROM audit
             WHERE domain = ?1 AND company = ?2 AND at = ?3 AND person = ?4 AND action = ?5)
         SELECT object, document FROM act WHERE document IS NOT NULL
         UNION SELECT audit_document.object, audit_document.document
         FROM act JOIN audit_document ON audit_document.audit = act.id
         ORDER BY 1, 2";
    tx.rows(sql, params![domain, company, at, person, action], |row| {
        Ok(DocumentKey { object: row.get(0)?, id: row.get(1)? })
    })
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
    let object = row.get::<Option<String>>(7)?;
    if let Some(several) = row.get::<Option<i64>>(10)? {
        return Ok(Some(AuditSubject::Several(object, usize::try_from(several).unwrap_or_default())));
    }
    let Some(object) = object else { return Ok(None) };
    let Some(id) = row.get(8)? else { return Ok(Some(AuditSubject::Object(object))) };
    let key = DocumentKey { object, id };
    Ok(Some(match row.get(9)? {
        Some(exchange) => AuditSubject::Request(key, ExchangeId(exchange)),
        None => AuditSubject::Document(key),
    }))
}
