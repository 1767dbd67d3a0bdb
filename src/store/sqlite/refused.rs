//! Calls of the Web Connector that were refused.

use rusqlite::{Row, Transaction, params};

use super::company_files;
use super::value::Millis;
use crate::sync::stored::{CompanyId, Moment, RefusedSignIn, StoreError};

/// So many are kept of a company file: anybody on the network may try.
const MOST: u32 = 50;

pub(super) fn note(
    tx: &Transaction<'_>,
    company: CompanyId,
    address: &str,
    is_limited: bool,
    now: Moment,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO refused_sign_in (company, address, is_limited, first_at, last_at, times)
               VALUES (?1, ?2, ?3, ?4, ?4, 1)
               ON CONFLICT (company, address, is_limited) DO UPDATE
               SET last_at = excluded.last_at, times = times + 1";
    tx.prepare_cached(sql)?.execute(params![company, address, is_limited, Millis(now)])?;
    let sql = "DELETE FROM refused_sign_in WHERE company = ?1 AND last_at < (
                   SELECT last_at FROM refused_sign_in WHERE company = ?1 ORDER BY last_at DESC LIMIT 1 OFFSET ?2)";
    tx.prepare_cached(sql)?.execute(params![company, MOST - 1])?;
    company_files::note_change(tx, company)
}

pub(super) fn all(tx: &Transaction<'_>, company: CompanyId) -> Result<Vec<RefusedSignIn>, StoreError> {
    let sql = "SELECT address, is_limited, first_at, last_at, times FROM refused_sign_in
               WHERE company = ?1 ORDER BY last_at DESC, address, is_limited";
    let mut query = tx.prepare_cached(sql)?;
    let read = |row: &Row<'_>| {
        Ok(RefusedSignIn {
            address: row.get(0)?,
            is_limited: row.get(1)?,
            first_at: row.get::<_, Millis>(2)?.0,
            last_at: row.get::<_, Millis>(3)?.0,
            times: row.get(4)?,
        })
    };
    Ok(query.query_map([company], read)?.collect::<Result<_, _>>()?)
}

pub(super) fn note_qwc(tx: &Transaction<'_>, company: CompanyId, minutes: i64) -> Result<(), StoreError> {
    let sql = "UPDATE company_file SET qwc_minutes = ?2 WHERE id = ?1";
    tx.prepare_cached(sql)?.execute(params![company, minutes])?;
    company_files::note_change(tx, company)
}

pub(super) fn qwc_minutes(tx: &Transaction<'_>, company: CompanyId) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT qwc_minutes FROM company_file WHERE id = ?1";
    Ok(tx.prepare_cached(sql)?.query_one([company], |row| row.get(0))?)
}
