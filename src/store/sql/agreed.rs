//! What documents and their records agreed on last.

use super::tx::{Stored, Tx, params};
use super::{company_files, connections};
use crate::engine::Agreed;
use crate::sync::stored::{Agreement, CompanyId, Connection, DocumentKey};

pub(super) fn all(tx: &dyn Tx, company: CompanyId) -> Stored<Vec<Agreement>> {
    let sql = "SELECT object, document, record, ours, theirs, wish FROM agreed
               WHERE company = ?1 ORDER BY object, document";
    tx.rows(sql, params![company], |row| {
        Ok(Agreement {
            document: DocumentKey { object: row.get(0)?, id: row.get(1)? },
            agreed: Agreed { record: row.get(2)?, ours: row.get(3)?, theirs: row.get(4)?, wish: row.get(5)? },
        })
    })
}

pub(super) fn one(tx: &dyn Tx, company: CompanyId, key: &DocumentKey) -> Stored<Option<Agreement>> {
    let sql = "SELECT record, ours, theirs, wish FROM agreed
               WHERE company = ?1 AND object = ?2 AND document = ?3";
    tx.row(sql, params![company, key.object, key.id], |row| {
        Ok(Agreement {
            document: key.clone(),
            agreed: Agreed { record: row.get(0)?, ours: row.get(1)?, theirs: row.get(2)?, wish: row.get(3)? },
        })
    })
}

/// Connections of documents of these objects of which it is not known what they agreed on.
pub(super) fn unknown(tx: &dyn Tx, company: CompanyId, objects: &[&str]) -> Stored<Vec<Connection>> {
    let sql = "SELECT it.object, it.document, record_type, record_id, connected_at, is_archived, may_share, generation
               FROM connection AS it
               LEFT JOIN agreed ON agreed.company = it.company AND agreed.object = it.object
                               AND agreed.document = it.document
               WHERE it.company = ?1 AND it.object = ?2 AND is_archived = 0
               AND agreed.record IS DISTINCT FROM it.record_id ORDER BY it.document";
    let mut all = Vec::new();
    for object in objects {
        all.extend(tx.rows(sql, params![company, object], connections::read)?);
    }
    Ok(all)
}

/// Whether a person wants values of a document in its record that Steelhead has not changed.
pub(super) fn is_wished(tx: &dyn Tx, company: CompanyId, key: &DocumentKey) -> Stored<bool> {
    let sql = "SELECT 1 FROM agreed WHERE company = ?1 AND object = ?2 AND document = ?3 AND wish <> 0";
    tx.exists(sql, params![company, key.object, key.id])
}

pub(super) fn agree(tx: &dyn Tx, company: CompanyId, all: &[Agreement]) -> Stored<()> {
    if keep(tx, company, all)? > 0 {
        company_files::note_change(tx, company)?;
        company_files::revise(tx, company)?;
    }
    Ok(())
}

/// Keeps them in the place of what was agreed before; gives how many changed by that.
pub(super) fn keep(tx: &dyn Tx, company: CompanyId, all: &[Agreement]) -> Stored<usize> {
    let sql = "INSERT INTO agreed (company, object, document, record, ours, theirs, wish)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
               ON CONFLICT (company, object, document) DO UPDATE
               SET record = excluded.record, ours = excluded.ours, theirs = excluded.theirs,
                   wish = excluded.wish
               WHERE (agreed.record, agreed.ours, agreed.theirs, agreed.wish) IS DISTINCT FROM
                     (excluded.record, excluded.ours, excluded.theirs, excluded.wish)";
    tx.for_all(sql, all, |Agreement { document, agreed }, run| {
        let Agreed { record, ours, theirs, wish } = agreed;
        run(params![company, document.object, document.id, record, ours, theirs, wish])
    })
}
