//! The mirror, how far its reads have come, and which of its records are ignored.

use rusqlite::{OptionalExtension, Transaction, params};

use super::company_files::note_change;
use super::value::Millis;
use crate::sync::stored::{
    Commit, CompanyId, Moment, RecordKey, StoreError, StoredRecord, Traversal, Unfinished,
};

/// Keeps records as they are now; gives how many are new or changed by that.
pub(super) fn keep(
    tx: &Transaction<'_>,
    company: CompanyId,
    records: &[StoredRecord],
) -> Result<usize, StoreError> {
    let sql = "INSERT INTO record (company, record_type, id, edit_sequence, xml) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (company, record_type, id) DO UPDATE
               SET edit_sequence = excluded.edit_sequence, xml = excluded.xml
               WHERE (edit_sequence, xml) IS NOT (excluded.edit_sequence, excluded.xml)";
    let mut insert = tx.prepare_cached(sql)?;
    let mut changed = 0;
    for record in records {
        let key = &record.key;
        changed +=
            insert.execute(params![company, key.record_type, key.id, record.edit_sequence, record.xml])?;
    }
    Ok(changed)
}

/// Notes that a read of everything met these records.
pub(super) fn note_seen(
    tx: &Transaction<'_>,
    company: CompanyId,
    records: &[StoredRecord],
    read: Moment,
) -> Result<(), StoreError> {
    let sql = "UPDATE record SET seen = ?4 WHERE company = ?1 AND record_type = ?2 AND id = ?3";
    let mut update = tx.prepare_cached(sql)?;
    for StoredRecord { key, .. } in records {
        update.execute(params![company, key.record_type, key.id, Millis(read)])?;
    }
    Ok(())
}

/// The records of a type that a read of everything has not met.
pub(super) fn not_seen(
    tx: &Transaction<'_>,
    company: CompanyId,
    record_type: &str,
    read: Moment,
) -> Result<Vec<RecordKey>, StoreError> {
    let sql = "SELECT id FROM record WHERE company = ?1 AND record_type = ?2 AND seen IS NOT ?3 ORDER BY id";
    let mut query = tx.prepare_cached(sql)?;
    let key =
        |row: &rusqlite::Row<'_>| Ok(RecordKey { record_type: record_type.to_owned(), id: row.get(0)? });
    Ok(query.query_map(params![company, record_type, Millis(read)], key)?.collect::<Result<_, _>>()?)
}

/// Forgets records; gives how many were known.
pub(super) fn drop(
    tx: &Transaction<'_>,
    company: CompanyId,
    records: &[RecordKey],
) -> Result<usize, StoreError> {
    let sql = "DELETE FROM record WHERE company = ?1 AND record_type = ?2 AND id = ?3";
    let mut delete = tx.prepare_cached(sql)?;
    let mut dropped = 0;
    for key in records {
        dropped += delete.execute(params![company, key.record_type, key.id])?;
    }
    Ok(dropped)
}

pub(super) fn one(
    tx: &Transaction<'_>,
    company: CompanyId,
    key: &RecordKey,
) -> Result<Option<StoredRecord>, StoreError> {
    let sql = "SELECT edit_sequence, xml FROM record WHERE company = ?1 AND record_type = ?2 AND id = ?3";
    let mut query = tx.prepare_cached(sql)?;
    let found = query.query_one(params![company, key.record_type, key.id], |row| {
        Ok(StoredRecord { key: key.clone(), edit_sequence: row.get(0)?, xml: row.get(1)? })
    });
    Ok(found.optional()?)
}

pub(super) fn of_type(
    tx: &Transaction<'_>,
    company: CompanyId,
    record_type: &str,
) -> Result<Vec<StoredRecord>, StoreError> {
    let sql = "SELECT id, edit_sequence, xml FROM record WHERE company = ?1 AND record_type = ?2 ORDER BY id";
    let mut query = tx.prepare_cached(sql)?;
    let read = |row: &rusqlite::Row<'_>| {
        let key = RecordKey { record_type: record_type.to_owned(), id: row.get(0)? };
        Ok(StoredRecord { key, edit_sequence: row.get(1)?, xml: row.get(2)? })
    };
    Ok(query.query_map(params![company, record_type], read)?.collect::<Result<_, _>>()?)
}

pub(super) fn each(
    tx: &Transaction<'_>,
    company: CompanyId,
    each: &mut dyn FnMut(StoredRecord),
) -> Result<(), StoreError> {
    let sql = "SELECT record_type, id, edit_sequence, xml FROM record WHERE company = ?1 ORDER BY place";
    let mut query = tx.prepare_cached(sql)?;
    let mut rows = query.query([company])?;
    while let Some(row) = rows.next()? {
        let key = RecordKey { record_type: row.get(0)?, id: row.get(1)? };
        each(StoredRecord { key, edit_sequence: row.get(2)?, xml: row.get(3)? });
    }
    Ok(())
}

pub(super) fn note_traversal(
    tx: &Transaction<'_>,
    company: CompanyId,
    traversal: &Traversal,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO traversal (company, query, began_at) VALUES (?1, ?2, ?3)
               ON CONFLICT (company, query) DO UPDATE SET began_at = excluded.began_at";
    tx.prepare_cached(sql)?.execute(params![company, traversal.query, Millis(traversal.began_at)])?;
    Ok(())
}

pub(super) fn drop_traversal(
    tx: &Transaction<'_>,
    company: CompanyId,
    query: &str,
) -> Result<(), StoreError> {
    let sql = "DELETE FROM traversal WHERE company = ?1 AND query = ?2";
    tx.prepare_cached(sql)?.execute(params![company, query])?;
    Ok(())
}

pub(super) fn traversals(tx: &Transaction<'_>, company: CompanyId) -> Result<Vec<Traversal>, StoreError> {
    let sql = "SELECT query, began_at FROM traversal WHERE company = ?1 ORDER BY query";
    let mut query = tx.prepare_cached(sql)?;
    let traversals = query.query_map([company], |row| {
        Ok(Traversal { query: row.get(0)?, began_at: row.get::<_, Millis>(1)?.0 })
    })?;
    Ok(traversals.collect::<Result<_, _>>()?)
}

/// Keeps how reads stand that are on their way, and forgets those that are so no longer.
pub(super) fn note_unfinished(
    tx: &Transaction<'_>,
    company: CompanyId,
    commit: &Commit,
) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO unfinished (company, query, times, come_to, full_at)
               VALUES (?1, ?2, ?3, ?4, ?5)";
    for read in &commit.unfinished {
        let (come_to, full) = (read.come_to.map(Millis), read.full.map(Millis));
        tx.prepare_cached(sql)?.execute(params![company, read.query, read.times, come_to, full])?;
    }
    for query in &commit.finished {
        let sql = "DELETE FROM unfinished WHERE company = ?1 AND query = ?2";
        tx.prepare_cached(sql)?.execute(params![company, query])?;
    }
    Ok(())
}

pub(super) fn unfinished(tx: &Transaction<'_>, company: CompanyId) -> Result<Vec<Unfinished>, StoreError> {
    let sql = "SELECT query, times, come_to, full_at FROM unfinished WHERE company = ?1 ORDER BY query";
    let mut query = tx.prepare_cached(sql)?;
    let reads = query.query_map([company], |row| {
        Ok(Unfinished {
            query: row.get(0)?,
            times: row.get(1)?,
            come_to: row.get::<_, Option<Millis>>(2)?.map(|at| at.0),
            full: row.get::<_, Option<Millis>>(3)?.map(|at| at.0),
        })
    })?;
    Ok(reads.collect::<Result<_, _>>()?)
}

pub(super) fn ignored(tx: &Transaction<'_>, company: CompanyId) -> Result<Vec<RecordKey>, StoreError> {
    let sql = "SELECT record_type, id FROM ignored WHERE company = ?1 ORDER BY record_type, id";
    let mut query = tx.prepare_cached(sql)?;
    let keys =
        query.query_map([company], |row| Ok(RecordKey { record_type: row.get(0)?, id: row.get(1)? }))?;
    Ok(keys.collect::<Result<_, _>>()?)
}

pub(super) fn ignore(
    tx: &Transaction<'_>,
    company: CompanyId,
    records: &[RecordKey],
    is_ignored: bool,
) -> Result<(), StoreError> {
    note_change(tx, company)?;
    let mut change = tx.prepare_cached(if is_ignored {
        "INSERT INTO ignored (company, record_type, id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"
    } else {
        "DELETE FROM ignored WHERE company = ?1 AND record_type = ?2 AND id = ?3"
    })?;
    for key in records {
        change.execute(params![company, key.record_type, key.id])?;
    }
    Ok(())
}
