//! Imports: documents made of records, with their connections.

use std::collections::HashSet;

use super::tx::{Stored, Tx, params};
use super::{company_files, connections, documents, records};
use crate::sync::stored::{CompanyId, Moment, NewDocument, NewImport, RecordKey};

pub(super) fn import(
    tx: &dyn Tx,
    company: CompanyId,
    imports: &[NewImport],
    now: Moment,
) -> Stored<Vec<RecordKey>> {
    let mut taken = taken(tx, company)?;
    let mut done: Vec<RecordKey> = Vec::new();
    let mut kept: Vec<NewDocument> = Vec::new();
    let sql = "SELECT 1 FROM record WHERE company = ?1 AND record_type = ?2 AND id = ?3";
    for NewImport { document, connection } in imports {
        let key = connection.record();
        if tx.exists(sql, params![company, key.record_type, key.id])? && taken.insert(key.clone()) {
            connections::keep(tx, company, connection)?;
            kept.push(document.clone());
            done.push(key);
        }
    }
    documents::load(tx, company, &kept, now)?;
    if !done.is_empty() {
        company_files::note_change(tx, company)?;
        company_files::revise(tx, company)?;
    }
    Ok(done)
}

/// Records that cannot be imported: connected ones, and those that are ignored.
fn taken(tx: &dyn Tx, company: CompanyId) -> Stored<HashSet<RecordKey>> {
    let mut taken: HashSet<RecordKey> = records::ignored(tx, company)?.into_iter().collect();
    let sql = "SELECT DISTINCT record_type, record_id FROM connection WHERE company = ?1";
    taken.extend(tx.rows(sql, params![company], records::key)?);
    Ok(taken)
}
