//! What reads found: records that were new, changed or gone.

use super::tx::{Row, Stored, Tx, params};
use crate::activity::{Found, FoundAs};
use crate::sync::stored::{Commit, CompanyId, ExchangeKind, RecordKey, SessionId};

/// Notes what a step found that read something. It must be done before the records are kept.
pub(super) fn note(tx: &dyn Tx, company: CompanyId, commit: &Commit) -> Stored<()> {
    // A write answers with the record that it made, and what is dropped without an answer was only forgotten.
    let Some(closed) = &commit.closed else { return Ok(()) };
    let sql = "SELECT kind FROM exchange WHERE company = ?1 AND id = ?2";
    let kind: Option<ExchangeKind> = tx.row(sql, params![company, closed.exchange], |row| row.get(0))?;
    if kind.is_none_or(|kind| kind == ExchangeKind::Write) {
        return Ok(());
    }
    let (session, at) = (commit.session, commit.at);
    let sql = "INSERT INTO found (company, session, record_type, record, what, at)
               SELECT ?1, ?2, ?3, ?4, CASE WHEN known.id IS NULL THEN ?8 ELSE ?9 END, ?5
               FROM (SELECT 1) AS one
               LEFT JOIN record AS known
                   ON known.company = ?1 AND known.record_type = ?3 AND known.id = ?4
               WHERE known.id IS NULL OR known.edit_sequence <> ?6 OR known.xml <> ?7
               ON CONFLICT DO NOTHING";
    let (new, changed) = (FoundAs::New, FoundAs::Changed);
    for it in &commit.records {
        let RecordKey { record_type, id } = &it.key;
        tx.execute(
            sql,
            params![company, session, record_type, id, at, it.edit_sequence, it.xml, new, changed],
        )?;
    }
    let sql = "INSERT INTO found (company, session, record_type, record, what, at)
               SELECT company, ?2, record_type, id, ?5, ?6 FROM record
               WHERE company = ?1 AND record_type = ?3 AND id = ?4
               ON CONFLICT (company, session, record_type, record) DO UPDATE SET what = excluded.what";
    for RecordKey { record_type, id } in &commit.deleted {
        tx.execute(sql, params![company, session, record_type, id, FoundAs::Gone, at])?;
    }
    Ok(())
}

/// The last so many reads that found something of a record, newest first.
///
/// The visits are asked for first, from the index: else SQLite goes through all that was ever found, the newest first.
pub(super) fn of_record(
    tx: &dyn Tx,
    company: CompanyId,
    record: &RecordKey,
    limit: usize,
) -> Stored<Vec<Found>> {
    let sql = "SELECT session, record_type, record, what, at FROM found
               WHERE company = ?1 AND record_type = ?2 AND record = ?3
                 AND session IN (SELECT session FROM found WHERE company = ?1 AND record_type = ?2 AND record = ?3)
               ORDER BY session DESC LIMIT ?4";
    tx.rows(sql, params![company, record.record_type, record.id, limit], read)
}

/// The first so many records that a visit found something of, by type and id.
pub(super) fn in_visit(
    tx: &dyn Tx,
    company: CompanyId,
    visit: SessionId,
    limit: usize,
) -> Stored<Vec<Found>> {
    let sql = "SELECT session, record_type, record, what, at FROM found
               WHERE company = ?1 AND session = ?2 ORDER BY record_type, record LIMIT ?3";
    tx.rows(sql, params![company, visit, limit], read)
}

/// How many records of which type a visit found something of.
pub(super) fn counts(
    tx: &dyn Tx,
    company: CompanyId,
    visit: SessionId,
) -> Stored<Vec<(FoundAs, String, usize)>> {
    let sql = "SELECT what, record_type, count(*) FROM found
               WHERE company = ?1 AND session = ?2 GROUP BY what, record_type ORDER BY what, record_type";
    tx.rows(sql, params![company, visit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

fn read(row: &dyn Row) -> Stored<Found> {
    Ok(Found {
        visit: row.get(0)?,
        record: RecordKey { record_type: row.get(1)?, id: row.get(2)? },
        what: row.get(3)?,
        at: row.get(4)?,
    })
}
