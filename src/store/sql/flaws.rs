//! Records that could not be read as they stand, and what goes wrong again and again.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::tx::{Row, Stored, Tx, params};
use super::value::unknown_word;
use crate::qbxml::{Flaw, FlawKind};
use crate::sync::stored::{
    Commit, CompanyId, KeptFlaw, MetFlaw, Moment, RecordKey, Traversal, Trouble, TroubleChange,
    TroubleSubject,
};

/// Before the key of a record whose id cannot be read.
const WITHOUT_ID: char = '#';

/// Keeps what a step met, and forgets what can be read now, or is gone. Gives how many rows that changed.
pub(super) fn step(tx: &dyn Tx, company: CompanyId, commit: &Commit) -> Stored<usize> {
    let mut changed = 0;
    if is_any(tx, company)? {
        let records = commit.records.iter().map(|record| &record.key);
        changed += forget(tx, company, records.chain(&commit.deleted))?;
        for read in &commit.read_through {
            changed += forget_not_met(tx, company, read)?;
        }
    }
    for met in &commit.flaws {
        changed += keep(tx, company, met, commit.at)?;
    }
    Ok(changed)
}

fn is_any(tx: &dyn Tx, company: CompanyId) -> Stored<bool> {
    tx.exists("SELECT 1 FROM flaw WHERE company = ?1 LIMIT 1", params![company])
}

fn forget<'k>(
    tx: &dyn Tx,
    company: CompanyId,
    records: impl Iterator<Item = &'k RecordKey>,
) -> Stored<usize> {
    let sql = "DELETE FROM flaw WHERE company = ?1 AND record_type = ?2 AND key = ?3";
    tx.for_all(sql, records, |key, run| run(params![company, key.record_type, key.id]))
}

/// Of a query that came to its end: records without an id that it no longer gave.
fn forget_not_met(tx: &dyn Tx, company: CompanyId, read: &Traversal) -> Stored<usize> {
    let sql = "DELETE FROM flaw WHERE company = ?1 AND query = ?2 AND id IS NULL AND last_at < ?3";
    tx.execute(sql, params![company, read.query, read.began_at])
}

fn keep(tx: &dyn Tx, company: CompanyId, met: &MetFlaw, at: Moment) -> Stored<usize> {
    let sql =
        "INSERT INTO flaw (company, record_type, key, id, name, kind, reason, raw, query, first_at, last_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)
               ON CONFLICT (company, record_type, key) DO UPDATE
               SET name = excluded.name, kind = excluded.kind, reason = excluded.reason, raw = excluded.raw,
                   query = excluded.query, last_at = excluded.last_at";
    let MetFlaw { query, flaw } = met;
    let kind = flaw.kind.name();
    let values = params![
        company,
        flaw.record_type,
        key_of(flaw),
        flaw.id,
        flaw.name,
        kind,
        flaw.reason,
        flaw.raw,
        query,
        at
    ];
    tx.execute(sql, values)
}

fn key_of(flaw: &Flaw) -> String {
    if let Some(id) = &flaw.id {
        return id.clone();
    }
    let digest = Sha256::digest(&flaw.raw);
    digest.iter().fold(String::from(WITHOUT_ID), |mut key, byte| {
        // Writing into a string cannot fail.
        _ = write!(key, "{byte:02x}");
        key
    })
}

pub(super) fn all(tx: &dyn Tx, company: CompanyId) -> Stored<Vec<KeptFlaw>> {
    let sql = "SELECT record_type, id, name, kind, reason, raw, query, first_at, last_at FROM flaw
               WHERE company = ?1 ORDER BY first_at, record_type, key";
    tx.rows(sql, params![company], read)
}

fn read(row: &dyn Row) -> Stored<KeptFlaw> {
    let kind: String = row.get(3)?;
    Ok(KeptFlaw {
        flaw: Flaw {
            record_type: row.get(0)?,
            id: row.get(1)?,
            name: row.get(2)?,
            kind: FlawKind::named(&kind).ok_or_else(|| unknown_word(&kind))?,
            reason: row.get(4)?,
            raw: row.get(5)?,
        },
        query: row.get(6)?,
        first_at: row.get(7)?,
        last_at: row.get(8)?,
    })
}

/// Counts what went wrong; forgets what went well.
pub(super) fn note_trouble(
    tx: &dyn Tx,
    company: CompanyId,
    change: &TroubleChange,
    at: Moment,
) -> Stored<()> {
    let subject = change.subject.text();
    let Some(reason) = &change.reason else {
        let sql = "DELETE FROM trouble WHERE company = ?1 AND subject = ?2";
        tx.execute(sql, params![company, subject])?;
        return Ok(());
    };
    let sql = "INSERT INTO trouble (company, subject, reason, first_at, last_at, times)
               VALUES (?1, ?2, ?3, ?4, ?4, 1)
               ON CONFLICT (company, subject) DO UPDATE
               SET reason = excluded.reason, last_at = excluded.last_at, times = trouble.times + 1";
    tx.execute(sql, params![company, subject, reason, at])?;
    Ok(())
}

pub(super) fn troubles(tx: &dyn Tx, company: CompanyId) -> Stored<Vec<Trouble>> {
    let sql = "SELECT subject, reason, first_at, last_at, times FROM trouble
               WHERE company = ?1 ORDER BY first_at, subject";
    let read = |row: &dyn Row| {
        let subject: String = row.get(0)?;
        Ok(Trouble {
            subject: TroubleSubject::of(&subject).ok_or_else(|| unknown_word(&subject))?,
            reason: row.get(1)?,
            first_at: row.get(2)?,
            last_at: row.get(3)?,
            times: row.get(4)?,
        })
    };
    tx.rows(sql, params![company], read)
}
