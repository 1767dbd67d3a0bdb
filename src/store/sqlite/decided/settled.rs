//! What people say of documents that were done by hand.

use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use crate::store::sqlite::value::Millis;
use crate::store::sqlite::{company_files, documents, jobs};
use crate::sync::stored::{CompanyId, DocumentKey, JobState, Settled, Settlement, StoreError};

const COLUMNS: &str = "object, document, is_settled, person, at, reason";

pub(in crate::store::sqlite) fn all(
    tx: &Transaction<'_>,
    company: CompanyId,
) -> Result<Vec<Settlement>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM settled WHERE company = ?1 ORDER BY object, document");
    let mut query = tx.prepare_cached(&sql)?;
    let all = query.query_map([company], read)?;
    Ok(all.collect::<Result<_, _>>()?)
}

pub(in crate::store::sqlite) fn of_document(
    tx: &Transaction<'_>,
    company: CompanyId,
    key: &DocumentKey,
) -> Result<Option<Settlement>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM settled WHERE company = ?1 AND object = ?2 AND document = ?3");
    Ok(tx.prepare_cached(&sql)?.query_one(params![company, key.object, key.id], read).optional()?)
}

/// Whether a person says that a document is done by hand.
pub(in crate::store::sqlite) fn is_settled(
    tx: &Transaction<'_>,
    company: CompanyId,
    key: &DocumentKey,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM settled WHERE company = ?1 AND object = ?2 AND document = ?3 AND is_settled = 1";
    Ok(tx.prepare_cached(sql)?.exists(params![company, key.object, key.id])?)
}

pub(in crate::store::sqlite) fn settle(
    tx: &Transaction<'_>,
    company: CompanyId,
    all: &[Settlement],
) -> Result<Settled, StoreError> {
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

pub(in crate::store::sqlite) fn forget(
    tx: &Transaction<'_>,
    company: CompanyId,
    keys: &[DocumentKey],
) -> Result<Vec<DocumentKey>, StoreError> {
    let sql = "DELETE FROM settled WHERE company = ?1 AND object = ?2 AND document = ?3 AND is_settled = 1";
    let mut delete = tx.prepare_cached(sql)?;
    let mut forgotten = Vec::new();
    for key in keys {
        if delete.execute(params![company, key.object, key.id])? > 0 {
            forgotten.push(key.clone());
        }
    }
    if !forgotten.is_empty() {
        company_files::note_change(tx, company)?;
        company_files::revise(tx, company)?;
    }
    Ok(forgotten)
}

fn keep(tx: &Transaction<'_>, company: CompanyId, said: &Settlement) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO settled (company, object, document, is_settled, person, at, reason)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let Settlement { document, is_settled, by, at, why } = said;
    let values = params![company, document.object, document.id, is_settled, by, Millis(*at), why];
    tx.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Settlement> {
    Ok(Settlement {
        document: DocumentKey { object: row.get(0)?, id: row.get(1)? },
        is_settled: row.get(2)?,
        by: row.get(3)?,
        at: row.get::<_, Millis>(4)?.0,
        why: row.get(5)?,
    })
}
