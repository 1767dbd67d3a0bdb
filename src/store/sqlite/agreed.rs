//! What documents and their records agreed on last.

use rusqlite::{OptionalExtension as _, Transaction, params};

use super::{company_files, connections};
use crate::engine::Agreed;
use crate::sync::stored::{Agreement, CompanyId, Connection, DocumentKey, StoreError};

pub(super) fn all(tx: &Transaction<'_>, company: CompanyId) -> Result<Vec<Agreement>, StoreError> {
    let sql = "SELECT object, document, record, ours, theirs, wish FROM agreed
               WHERE company = ?1 ORDER BY object, document";
    let mut query = tx.prepare_cached(sql)?;
    let all = query.query_map([company], |row| {
        Ok(Agreement {
            document: DocumentKey { object: row.get(0)?, id: row.get(1)? },
            agreed: Agreed { record: row.get(2)?, ours: row.get(3)?, theirs: row.get(4)?, wish: row.get(5)? },
        })
    })?;
    Ok(all.collect::<Result<_, _>>()?)
}

pub(super) fn one(
    tx: &Transaction<'_>,
    company: CompanyId,
    key: &DocumentKey,
) -> Result<Option<Agreement>, StoreError> {
    let sql = "SELECT record, ours, theirs, wish FROM agreed
               WHERE company = ?1 AND object = ?2 AND document = ?3";
    let found = tx.prepare_cached(sql)?.query_one(params![company, key.object, key.id], |row| {
        Ok(Agreed { record: row.get(0)?, ours: row.get(1)?, theirs: row.get(2)?, wish: row.get(3)? })
    });
    Ok(found.optional()?.map(|agreed| Agreement { document: key.clone(), agreed }))
}

/// Connections of documents of these objects of which it is not known what they agreed on.
pub(super) fn unknown(
    tx: &Transaction<'_>,
    company: CompanyId,
    objects: &[&str],
) -> Result<Vec<Connection>, StoreError> {
    let sql = "SELECT it.object, it.document, record_type, record_id, connected_at, is_archived, may_share, generation
               FROM connection AS it
               LEFT JOIN agreed ON agreed.company = it.company AND agreed.object = it.object
                               AND agreed.document = it.document
               WHERE it.company = ?1 AND it.object = ?2 AND NOT is_archived
               AND agreed.record IS NOT it.record_id ORDER BY it.document";
    let mut query = tx.prepare_cached(sql)?;
    let mut all = Vec::new();
    for object in objects {
        for connection in query.query_map(params![company, object], connections::read)? {
            all.push(connection?);
        }
    }
    Ok(all)
}

/// Whether a person wants values of a document in its record that Steelhead has not changed.
pub(super) fn is_wished(
    tx: &Transaction<'_>,
    company: CompanyId,
    key: &DocumentKey,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM agreed WHERE company = ?1 AND object = ?2 AND document = ?3 AND wish <> 0";
    Ok(tx.prepare_cached(sql)?.exists(params![company, key.object, key.id])?)
}

pub(super) fn agree(tx: &Transaction<'_>, company: CompanyId, all: &[Agreement]) -> Result<(), StoreError> {
    if keep(tx, company, all)? > 0 {
        company_files::note_change(tx, company)?;
        company_files::revise(tx, company)?;
    }
    Ok(())
}

/// Keeps them in the place of what was agreed before; gives how many changed by that.
pub(super) fn keep(tx: &Transaction<'_>, company: CompanyId, all: &[Agreement]) -> Result<usize, StoreError> {
    let sql = "INSERT INTO agreed (company, object, document, record, ours, theirs, wish)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
               ON CONFLICT (company, object, document) DO UPDATE
               SET record = excluded.record, ours = excluded.ours, theirs = excluded.theirs,
                   wish = excluded.wish
               WHERE (record, ours, theirs, wish) IS NOT
                     (excluded.record, excluded.ours, excluded.theirs, excluded.wish)";
    let mut insert = tx.prepare_cached(sql)?;
    let mut changed = 0;
    for Agreement { document, agreed } in all {
        let Agreed { record, ours, theirs, wish } = agreed;
        changed +=
            insert.execute(params![company, document.object, document.id, record, ours, theirs, wish])?;
    }
    Ok(changed)
}
