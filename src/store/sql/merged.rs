//! Imported documents that turn out to be Steelhead's own.

use super::company_files::{self, note_change, note_load, revise};
use super::people_and_acts::audit;
use super::tx::{Stored, Tx, params};
use super::{agreed, connections};
use crate::people::{AuditAction, AuditSubject, NewAuditEntry};
use crate::sync::is_of_record;
use crate::sync::stored::{Agreement, CompanyId, Connection, DocumentKey, Held, Merged, Moment, NewMerge};

/// Tables that name a document, where the imported one has nothing that is worth keeping, or the other has its own.
const FORGOTTEN: [&str; 3] = ["agreed", "settled", "finalized"];

pub(super) fn merge(
    tx: &dyn Tx,
    company: CompanyId,
    merges: &[NewMerge],
    held: &[Held],
    now: Moment,
) -> Stored<Vec<Merged>> {
    let mut done = Vec::new();
    for new in merges {
        done.extend(merge_one(tx, company, new, now)?);
    }
    let is_held_anew = hold(tx, company, held)?;
    if !done.is_empty() {
        note_load(tx, company)?;
    } else if is_held_anew {
        note_change(tx, company)?;
    }
    if !done.is_empty() || is_held_anew {
        revise(tx, company)?;
    }
    Ok(done)
}

/// Nothing is done if the two are not as they were when they were compared.
fn merge_one(tx: &dyn Tx, company: CompanyId, new: &NewMerge, now: Moment) -> Stored<Option<Merged>> {
    let NewMerge { imported, document, .. } = new;
    let Some(of_imported) = connections::of_document(tx, company, imported)? else { return Ok(None) };
    let of_document = connections::of_document(tx, company, document)?;
    let is_other = |it: &Connection| it.is_archived || it.record() != of_imported.record();
    let is_one = imported.object == document.object && is_of_record(imported) && !is_of_record(document);
    if !is_one || of_imported.is_archived || of_document.as_ref().is_some_and(is_other) {
        return Ok(None);
    }
    take_over(tx, company, imported, document)?;
    if of_document.is_none() {
        let connection = Connection { document: document.clone(), may_share: new.may_share, ..of_imported };
        connections::keep(tx, company, &connection)?;
        let agreed = new.agreed.clone().map(|agreed| Agreement { document: document.clone(), agreed });
        agreed::keep(tx, company, agreed.as_slice())?;
    }
    let sql =
        "INSERT INTO merged (company, object, imported, document, at) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (company, object, imported) DO UPDATE SET document = excluded.document, at = excluded.at";
    let values = params![company, imported.object, imported.id, document.id, now];
    tx.execute(sql, values)?;
    audit::note(
        tx,
        &NewAuditEntry {
            at: now,
            domain: company_files::one(tx, company)?.made.domain,
            company: Some(company),
            person: "Ferrule".to_owned(),
            action: AuditAction::MergeDocuments,
            about: Some(AuditSubject::Document(document.clone())),
            details: format!("{imported} is {document} now"),
        },
    )?;
    Ok(Some(Merged { imported: imported.clone(), document: document.clone() }))
}

/// What was exchanged and done about the imported document is the other's from then on. The imported one goes.
fn take_over(tx: &dyn Tx, company: CompanyId, imported: &DocumentKey, document: &DocumentKey) -> Stored<()> {
    let (object, old, new) = (&imported.object, &imported.id, &document.id);
    for sql in [
        // The exchanges are asked for first, from an index: else SQLite goes through every item of the company file.
        "UPDATE exchange_item SET document = ?4 WHERE company = ?1 AND object = ?2 AND document = ?3
         AND exchange IN (SELECT exchange FROM exchange_item WHERE company = ?1 AND object = ?2 AND document = ?3)",
        "UPDATE audit SET document = ?4 WHERE company = ?1 AND object = ?2 AND document = ?3",
        "UPDATE audit_document SET document = ?4 WHERE company = ?1 AND object = ?2 AND document = ?3
         AND audit NOT IN (SELECT audit FROM audit_document WHERE company = ?1 AND object = ?2 AND document = ?4)",
        "UPDATE job SET document = ?4, is_newest = 0 WHERE company = ?1 AND object = ?2 AND document = ?3",
    ] {
        tx.execute(sql, params![company, object, old, new])?;
    }
    for table in FORGOTTEN {
        let sql = format!("DELETE FROM {table} WHERE company = ?1 AND object = ?2 AND document = ?3");
        tx.execute(&sql, params![company, object, old])?;
    }
    let sql = "DELETE FROM connection WHERE company = ?1 AND object = ?2 AND document = ?3";
    tx.execute(sql, params![company, object, old])?;
    let sql = "DELETE FROM document WHERE company = ?1 AND object = ?2 AND id = ?3";
    tx.execute(sql, params![company, object, old])?;
    Ok(())
}

/// Keeps what is held now in the place of what was. Tells whether that is anything else.
fn hold(tx: &dyn Tx, company: CompanyId, all: &[Held]) -> Stored<bool> {
    let mut before = held(tx, company)?;
    let mut after = all.to_vec();
    for list in [&mut before, &mut after] {
        list.sort_by(|a, b| a.document.cmp(&b.document));
    }
    if before == after {
        return Ok(false);
    }
    tx.execute("DELETE FROM held WHERE company = ?1", params![company])?;
    let sql = "INSERT INTO held (company, object, document, imported, reason) VALUES (?1, ?2, ?3, ?4, ?5)";
    tx.for_all(sql, all, |Held { document, imported, reason }, run| {
        run(params![company, document.object, document.id, imported.id, reason])
    })?;
    Ok(true)
}

pub(super) fn held(tx: &dyn Tx, company: CompanyId) -> Stored<Vec<Held>> {
    let sql =
        "SELECT object, document, imported, reason FROM held WHERE company = ?1 ORDER BY object, document";
    tx.rows(sql, params![company], |row| {
        let object: String = row.get(0)?;
        Ok(Held {
            document: DocumentKey { object: object.clone(), id: row.get(1)? },
            imported: DocumentKey { object, id: row.get(2)? },
            reason: row.get(3)?,
        })
    })
}

/// A person has said of one of two documents what it is: nothing is held for its sake any more.
pub(super) fn decided(tx: &dyn Tx, company: CompanyId, connection: &Connection) -> Stored<()> {
    let DocumentKey { object, id } = &connection.document;
    let sql = "DELETE FROM held WHERE company = ?1 AND object = ?2 AND (document = ?3 OR imported = ?3)";
    tx.execute(sql, params![company, object, id])?;
    Ok(())
}

pub(super) fn merged_into(
    tx: &dyn Tx,
    company: CompanyId,
    imported: &DocumentKey,
) -> Stored<Option<DocumentKey>> {
    let sql = "SELECT document FROM merged WHERE company = ?1 AND object = ?2 AND imported = ?3";
    let values = params![company, imported.object, imported.id];
    let id = tx.row(sql, values, |row| row.get(0))?;
    Ok(id.map(|id| DocumentKey { object: imported.object.clone(), id }))
}
