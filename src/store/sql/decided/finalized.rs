//! Documents that were finalized here, and are locked by that.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::store::sql::company_files::note_load;
use crate::store::sql::documents;
use crate::store::sql::tx::{Stored, Tx, params};
use crate::sync::stored::{CompanyId, DocumentKey, Finalized, Moment, NewDocument};

/// What becomes of a document that is loaded, as far as it was finalized here.
pub(in crate::store::sql) enum Lock {
    /// It was not, or it is finalized where it comes from too.
    Open,
    /// It is the draft that it was made of.
    SameDraft,
    /// It is another draft.
    Locked,
}

pub(in crate::store::sql) fn finalize(
    tx: &dyn Tx,
    company: CompanyId,
    all: &[Finalized],
    now: Moment,
) -> Stored<Vec<DocumentKey>> {
    let mut done = Vec::new();
    for finalized in all {
        let key = &finalized.document.key;
        if documents::version(tx, company, key)?.as_ref() != Some(&finalized.draft) {
            continue;
        }
        documents::keep(tx, company, &finalized.document, now)?;
        // What was played as a draft is done as the finalized document.
        let sql = "UPDATE job SET version = ?5
                   WHERE company = ?1 AND object = ?2 AND document = ?3 AND is_newest = 1 AND version = ?4";
        let version = &finalized.document.version;
        tx.execute(sql, params![company, key.object, key.id, finalized.draft, version])?;
        let sql = "INSERT INTO finalized (company, object, document, field, draft, finalized_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                   ON CONFLICT (company, object, document) DO UPDATE
                   SET field = excluded.field, draft = excluded.draft, finalized_at = excluded.finalized_at";
        let values = params![company, key.object, key.id, finalized.field, finalized.draft, now];
        tx.execute(sql, values)?;
        done.push(key.clone());
    }
    if !done.is_empty() {
        note_load(tx, company)?;
    }
    Ok(done)
}

/// Whether a version that is loaded may take the place of the one that is kept.
pub(in crate::store::sql) fn lock(tx: &dyn Tx, company: CompanyId, new: &NewDocument) -> Stored<Lock> {
    let sql = "SELECT field, draft FROM finalized WHERE company = ?1 AND object = ?2 AND document = ?3";
    let key = params![company, new.key.object, new.key.id];
    let kept: Option<(String, String)> = tx.row(sql, key, |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some((field, draft)) = kept else {
        return Ok(Lock::Open);
    };
    if draft == new.version {
        return Ok(Lock::SameDraft);
    }
    if !is_filled(&new.json, &field) {
        return Ok(Lock::Locked);
    }
    let sql = "DELETE FROM finalized WHERE company = ?1 AND object = ?2 AND document = ?3";
    tx.execute(sql, key)?;
    Ok(Lock::Open)
}

fn is_filled(json: &str, field: &str) -> bool {
    let fields: Option<BTreeMap<String, &RawValue>> = serde_json::from_str(json).ok();
    fields.and_then(|fields| fields.get(field).map(|value| value.get() != "null")).unwrap_or(false)
}
