//! The mirror, how far its reads have come, and which of its records are ignored.

use super::company_files::note_change;
use super::tx::{Row, Stored, Tx, params};
use crate::sync::stored::{Commit, CompanyId, Moment, RecordKey, StoredRecord, Traversal, Unfinished};

/// Keeps records as they are now; gives how many are new or changed by that.
pub(super) fn keep(tx: &dyn Tx, company: CompanyId, records: &[StoredRecord]) -> Stored<usize> {
    let sql = "INSERT INTO record (company, record_type, id, edit_sequence, xml) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (company, record_type, id) DO UPDATE
               SET edit_sequence = excluded.edit_sequence, xml = excluded.xml
               WHERE (record.edit_sequence, record.xml) IS DISTINCT FROM (excluded.edit_sequence, excluded.xml)";
    tx.for_all(sql, records, |StoredRecord { key, edit_sequence, xml }, run| {
        run(params![company, key.record_type, key.id, edit_sequence, xml])
    })
}

/// Notes that a read of everything met these records.
pub(super) fn note_seen(
    tx: &dyn Tx,
    company: CompanyId,
    records: &[StoredRecord],
    read: Moment,
) -> Stored<()> {
    let sql = "UPDATE record SET seen = ?4 WHERE company = ?1 AND record_type = ?2 AND id = ?3";
    tx.for_all(sql, records, |StoredRecord { key, .. }, run| {
        run(params![company, key.record_type, key.id, read])
    })?;
    Ok(())
}

/// The records of a type that a read of everything has not met.
pub(super) fn not_seen(
    tx: &dyn Tx,
    company: CompanyId,
    record_type: &str,
    read: Moment,
) -> Stored<Vec<RecordKey>> {
    let sql = "SELECT id FROM record WHERE company = ?1 AND record_type = ?2 AND seen IS DISTINCT FROM ?3 ORDER BY id";
    let key = |row: &dyn Row| Ok(RecordKey { record_type: record_type.to_owned(), id: row.get(0)? });
    tx.rows(sql, params![company, record_type, read], key)
}

/// Forgets records; gives how many were known.
pub(super) fn drop(tx: &dyn Tx, company: CompanyId, records: &[RecordKey]) -> Stored<usize> {
    let sql = "DELETE FROM record WHERE company = ?1 AND record_type = ?2 AND id = ?3";
    tx.for_all(sql, records, |key, run| run(params![company, key.record_type, key.id]))
}

pub(super) fn one(tx: &dyn Tx, company: CompanyId, key: &RecordKey) -> Stored<Option<StoredRecord>> {
    let sql = "SELECT edit_sequence, xml FROM record WHERE company = ?1 AND record_type = ?2 AND id = ?3";
    tx.row(sql, params![company, key.record_type, key.id], |row| {
        Ok(StoredRecord { key: key.clone(), edit_sequence: row.get(0)?, xml: row.get(1)? })
    })
}

pub(super) fn of_type(tx: &dyn Tx, company: CompanyId, record_type: &str) -> Stored<Vec<StoredRecord>> {
    let sql = "SELECT id, edit_sequence, xml FROM record WHERE company = ?1 AND record_type = ?2 ORDER BY id";
    let read = |row: &dyn Row| {
        let key = RecordKey { record_type: record_type.to_owned(), id: row.get(0)? };
        Ok(StoredRecord { key, edit_sequence: row.get(1)?, xml: row.get(2)? })
    };
    tx.rows(sql, params![company, record_type], read)
}

pub(super) fn each(tx: &dyn Tx, company: CompanyId, each: &mut dyn FnMut(StoredRecord)) -> Stored<()> {
    let sql = "SELECT record_type, id, edit_sequence, xml FROM record WHERE company = ?1 ORDER BY place";
    tx.each(sql, params![company], &mut |row| {
        each(StoredRecord { key: key(row)?, edit_sequence: row.get(2)?, xml: row.get(3)? });
        Ok(())
    })
}

pub(super) fn note_traversal(tx: &dyn Tx, company: CompanyId, traversal: &Traversal) -> Stored<()> {
    let sql = "INSERT INTO traversal (company, query, began_at) VALUES (?1, ?2, ?3)
               ON CONFLICT (company, query) DO UPDATE SET began_at = excluded.began_at";
    tx.execute(sql, params![company, traversal.query, traversal.began_at])?;
    Ok(())
}

pub(super) fn drop_traversal(tx: &dyn Tx, company: CompanyId, query: &str) -> Stored<()> {
    let sql = "DELETE FROM traversal WHERE company = ?1 AND query = ?2";
    tx.execute(sql, params![company, query])?;
    Ok(())
}

pub(super) fn traversals(tx: &dyn Tx, company: CompanyId) -> Stored<Vec<Traversal>> {
    let sql = "SELECT query, began_at FROM traversal WHERE company = ?1 ORDER BY query";
    tx.rows(sql, params![company], |row| Ok(Traversal { query: row.get(0)?, began_at: row.get(1)? }))
}

/// Keeps how reads stand that are on their way, and forgets those that are so no longer.
pub(super) fn note_unfinished(tx: &dyn Tx, company: CompanyId, commit: &Commit) -> Stored<()> {
    let sql = "INSERT INTO unfinished (company, query, times, come_to, full_at) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (company, query) DO UPDATE
               SET times = excluded.times, come_to = excluded.come_to, full_at = excluded.full_at";
    for read in &commit.unfinished {
        let (come_to, full) = (read.come_to, read.full);
        tx.execute(sql, params![company, read.query, read.times, come_to, full])?;
    }
    for query in &commit.finished {
        let sql = "DELETE FROM unfinished WHERE company = ?1 AND query = ?2";
        tx.execute(sql, params![company, query])?;
    }
    Ok(())
}

pub(super) fn unfinished(tx: &dyn Tx, company: CompanyId) -> Stored<Vec<Unfinished>> {
    let sql = "SELECT query, times, come_to, full_at FROM unfinished WHERE company = ?1 ORDER BY query";
    tx.rows(sql, params![company], |row| {
        Ok(Unfinished { query: row.get(0)?, times: row.get(1)?, come_to: row.get(2)?, full: row.get(3)? })
    })
}

pub(super) fn ignored(tx: &dyn Tx, company: CompanyId) -> Stored<Vec<RecordKey>> {
    let sql = "SELECT record_type, id FROM ignored WHERE company = ?1 ORDER BY record_type, id";
    tx.rows(sql, params![company], key)
}

/// The key of a record, in the first two columns.
pub(super) fn key(row: &dyn Row) -> Stored<RecordKey> {
    Ok(RecordKey { record_type: row.get(0)?, id: row.get(1)? })
}

pub(super) fn ignore(tx: &dyn Tx, company: CompanyId, records: &[RecordKey], is_ignored: bool) -> Stored<()> {
    note_change(tx, company)?;
    let sql = if is_ignored {
        "INSERT INTO ignored (company, record_type, id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"
    } else {
        "DELETE FROM ignored WHERE company = ?1 AND record_type = ?2 AND id = ?3"
    };
    tx.for_all(sql, records, |key, run| run(params![company, key.record_type, key.id]))?;
    Ok(())
}
