//! Calls of the Web Connector that were refused.

use super::company_files;
use super::tx::{Row, Stored, Tx, params};
use crate::sync::stored::{CompanyId, Moment, RefusedSignIn};

/// So many are kept of a company file: anybody on the network may try.
const MOST: u32 = 50;

pub(super) fn note(
    tx: &dyn Tx,
    company: CompanyId,
    address: &str,
    is_limited: bool,
    now: Moment,
) -> Stored<()> {
    let sql = "INSERT INTO refused_sign_in (company, address, is_limited, first_at, last_at, times)
               VALUES (?1, ?2, ?3, ?4, ?4, 1)
               ON CONFLICT (company, address, is_limited) DO UPDATE
               SET last_at = excluded.last_at, times = refused_sign_in.times + 1";
    tx.execute(sql, params![company, address, is_limited, now])?;
    let sql = "DELETE FROM refused_sign_in WHERE company = ?1 AND last_at < (
                   SELECT last_at FROM refused_sign_in WHERE company = ?1 ORDER BY last_at DESC LIMIT 1 OFFSET ?2)";
    tx.execute(sql, params![company, MOST - 1])?;
    company_files::note_change(tx, company)
}

pub(super) fn all(tx: &dyn Tx, company: CompanyId) -> Stored<Vec<RefusedSignIn>> {
    let sql = "SELECT address, is_limited, first_at, last_at, times FROM refused_sign_in
               WHERE company = ?1 ORDER BY last_at DESC, address, is_limited";
    let read = |row: &dyn Row| {
        Ok(RefusedSignIn {
            address: row.get(0)?,
            is_limited: row.get(1)?,
            first_at: row.get(2)?,
            last_at: row.get(3)?,
            times: row.get(4)?,
        })
    };
    tx.rows(sql, params![company], read)
}

pub(super) fn note_qwc(tx: &dyn Tx, company: CompanyId, minutes: i64) -> Stored<()> {
    let sql = "UPDATE company_file SET qwc_minutes = ?2 WHERE id = ?1";
    tx.execute(sql, params![company, minutes])?;
    company_files::note_change(tx, company)
}

pub(super) fn qwc_minutes(tx: &dyn Tx, company: CompanyId) -> Stored<Option<i64>> {
    let sql = "SELECT qwc_minutes FROM company_file WHERE id = ?1";
    Ok(tx.row(sql, params![company], |row| row.get(0))?.flatten())
}
