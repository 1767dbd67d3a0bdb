//! Documents.

use std::cmp::Ordering;

use super::company_files::{must_exist, note_load};
use super::decided::finalized::{self, Lock};
use super::tx::{Row, Stored, Tx, params};
use crate::sync::stored::{CompanyId, DocumentKey, Loaded, Moment, NewDocument, NewVersion, StoredDocument};

pub(super) fn load(
    tx: &dyn Tx,
    company: CompanyId,
    documents: &[NewDocument],
    now: Moment,
) -> Stored<Loaded> {
    must_exist(tx, company)?;
    let mut loaded = Loaded::default();
    for document in documents {
        match version(tx, company, &document.key)? {
            Some(version) if version == document.version => loaded.same += 1,
            Some(_) => match finalized::lock(tx, company, document)? {
                Lock::Open => {
                    keep(tx, company, document, now)?;
                    loaded.changed += 1;
                }
                Lock::SameDraft => loaded.same += 1,
                Lock::Locked => loaded.locked += 1,
            },
            None => {
                keep(tx, company, document, now)?;
                loaded.new += 1;
            }
        }
    }
    if loaded.new + loaded.changed > 0 {
        note_load(tx, company)?;
    }
    Ok(loaded)
}

pub(super) fn renew(
    tx: &dyn Tx,
    company: CompanyId,
    versions: &[NewVersion],
    now: Moment,
) -> Stored<Vec<DocumentKey>> {
    must_exist(tx, company)?;
    let mut renewed = Vec::new();
    for NewVersion { document, before } in versions {
        if version(tx, company, &document.key)?.as_ref() == Some(before) {
            keep(tx, company, document, now)?;
            renewed.push(document.key.clone());
        }
    }
    if !renewed.is_empty() {
        note_load(tx, company)?;
    }
    Ok(renewed)
}

/// The present version of a document.
pub(super) fn version(tx: &dyn Tx, company: CompanyId, key: &DocumentKey) -> Stored<Option<String>> {
    let sql = "SELECT version FROM document WHERE company = ?1 AND object = ?2 AND id = ?3";
    tx.row(sql, params![company, key.object, key.id], |row| row.get(0))
}

pub(super) fn keep(tx: &dyn Tx, company: CompanyId, new: &NewDocument, now: Moment) -> Stored<()> {
    let sql = "INSERT INTO document (company, object, id, version, json, loaded_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)
               ON CONFLICT (company, object, id) DO UPDATE
               SET version = excluded.version, json = excluded.json, loaded_at = excluded.loaded_at";
    let key = &new.key;
    let values = params![company, key.object, key.id, new.version, new.json, now];
    tx.execute(sql, values)?;
    Ok(())
}

pub(super) fn some(tx: &dyn Tx, company: CompanyId, keys: &[DocumentKey]) -> Stored<Vec<StoredDocument>> {
    let sql = "SELECT object, id, version, json, loaded_at FROM document
               WHERE company = ?1 AND object = ?2 AND id = ?3";
    let mut found = Vec::new();
    for key in keys {
        found.extend(tx.row(sql, params![company, key.object, key.id], read)?);
    }
    Ok(found)
}

pub(super) fn all(tx: &dyn Tx, company: CompanyId, object: Option<&str>) -> Stored<Vec<StoredDocument>> {
    let columns = "SELECT object, id, version, json, loaded_at FROM document WHERE company = ?1";
    let mut documents = match object {
        Some(object) => tx.rows(&format!("{columns} AND object = ?2"), params![company, object], read)?,
        None => tx.rows(columns, params![company], read)?,
    };
    documents.sort_by(|a, b| in_order(&a.document.key, &b.document.key));
    Ok(documents)
}

/// By object, then by id: numbers by value and before all else, which is by text.
fn in_order(a: &DocumentKey, b: &DocumentKey) -> Ordering {
    let by_id = || match (number(&a.id), number(&b.id)) {
        (Some(x), Some(y)) => (x.len(), x).cmp(&(y.len(), y)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    a.object.cmp(&b.object).then_with(by_id).then_with(|| a.id.cmp(&b.id))
}

/// The digits of a number of any length, without the zeros in front.
fn number(id: &str) -> Option<&str> {
    let is_number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| id.trim_start_matches('0'))
}

fn read(row: &dyn Row) -> Stored<StoredDocument> {
    let key = DocumentKey { object: row.get(0)?, id: row.get(1)? };
    let document = NewDocument { key, version: row.get(2)?, json: row.get(3)? };
    Ok(StoredDocument { document, loaded_at: row.get(4)? })
}
