//! What people say of documents that were done by hand.

use crate::store::sql::tx::{Row, Stored, Tx, params};
use crate::store::sql::{company_files, documents, jobs};
use crate::sync::stored::{CompanyId, DocumentKey, JobState, Settled, Settlement};

const COLUMNS: &str = "object, document, is_settled, person, at, reason";

pub(in crate::store::sql) fn all(tx: &dyn Tx, company: CompanyId) -> Stored<Vec<Settlement>> {
    let sql = format!("SELECT {COLUMNS} FROM settled WHERE company = ?1 ORDER BY object, document");
    tx.rows(&sql, params![company], read)
}

pub(in crate::store::sql) fn of_document(
    tx: &dyn Tx,
    company: CompanyId,
    key: &DocumentKey,
) -> Stored<Option<Settlement>> {
    let sql = format!("SELECT {COLUMNS} FROM settled WHERE company = ?1 AND object = ?2 AND document = ?3");
    tx.row(&sql, params![company, key.object, key.id], read)
}

/// Whether a person says that a document is done by hand.
pub(in crate::store::sql) fn is_settled(tx: &dyn Tx, company: CompanyId, key: &DocumentKey) -> Stored<bool> {
    let sql = "SELECT 1 FROM settled WHERE company = ?1 AND object = ?2 AND document = ?3 AND is_settled = 1";
    tx.exists(sql, params![company, key.object, key.id])
}

pub(in crate::store::sql) fn settle(tx: &dyn Tx, company: CompanyId, all: &[Settlement]) -> Stored<Settled> {
    let mut done = Settled::default();
    for said in all {
        let key = &said.document;
        let job = jobs::newest(tx, company, key)?;
        let fate = if documents::version(tx, company, key)?.is_none() {
            &mut done.unknown
        } else if said.is_settled && job.as_ref().is_some_and(|job| job.state == JobState::Sent) {
            &mut done.under_way
        } else if said.is_settled && is_settled(tx, company, key)? {
            &mut done.already
        } else {
            keep(tx, company, said)?;
            // What was done is done. Anything else counts no more, also once the document is taken back: it is
            // played anew then.
            if let Some(job) = job.filter(|job| said.is_settled && job.state != JobState::Done) {
                jobs::supersede(tx, company, job.id)?;
            }
            &mut done.settled
        };
        fate.push(key.clone());
    }
    if !done.settled.is_empty() {
        company_files::note_change(tx, company)?;
        company_files::revise(tx, company)?;
    }
    Ok(done)
}

pub(in crate::store::sql) fn forget(
    tx: &dyn Tx,
    company: CompanyId,
    keys: &[DocumentKey],
) -> Stored<Vec<DocumentKey>> {
    let sql = "DELETE FROM settled WHERE company = ?1 AND object = ?2 AND document = ?3 AND is_settled = 1";
    let mut forgotten = Vec::new();
    for key in keys {
        if tx.execute(sql, params![company, key.object, key.id])? > 0 {
            forgotten.push(key.clone());
        }
    }
    if !forgotten.is_empty() {
        company_files::note_change(tx, company)?;
        company_files::revise(tx, company)?;
    }
    Ok(forgotten)
}

fn keep(tx: &dyn Tx, company: CompanyId, said: &Settlement) -> Stored<()> {
    let sql = "INSERT INTO settled (company, object, document, is_settled, person, at, reason)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
               ON CONFLICT (company, object, document) DO UPDATE
               SET is_settled = excluded.is_settled, person = excluded.person, at = excluded.at,
                   reason = excluded.reason";
    let Settlement { document, is_settled, by, at, why } = said;
    let values = params![company, document.object, document.id, is_settled, by, *at, why];
    tx.execute(sql, values)?;
    Ok(())
}

fn read(row: &dyn Row) -> Stored<Settlement> {
    Ok(Settlement {
        document: DocumentKey { object: row.get(0)?, id: row.get(1)? },
        is_settled: row.get(2)?,
        by: row.get(3)?,
        at: row.get(4)?,
        why: row.get(5)?,
    })
}
