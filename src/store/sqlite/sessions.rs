//! Sessions.

use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::value::{Millis, unknown_word};
use super::{company_files, exchanges};
use crate::sync::stored::{Called, Commit, CompanyId, Ending, Moment, SessionId, StoreError, StoredSession};

const COLUMNS: &str = "id, company, began_at, active_at, ended_at, ending, reason, state";

pub(super) fn begin(
    tx: &Transaction<'_>,
    company: CompanyId,
    ticket: &str,
    now: Moment,
) -> Result<StoredSession, StoreError> {
    company_files::note_contact(tx, company, now)?;
    end_others(tx, company, now)?;
    let sql = "INSERT INTO session (company, ticket, began_at, active_at, state) VALUES (?1, ?2, ?3, ?3, '')";
    tx.prepare_cached(sql)?.execute(params![company, ticket, Millis(now)])?;
    let now = Millis::kept(now);
    Ok(StoredSession {
        id: SessionId(tx.last_insert_rowid()),
        company,
        began_at: now,
        active_at: now,
        ended_at: None,
        ending: None,
        state: String::new(),
    })
}

fn end_others(tx: &Transaction<'_>, company: CompanyId, now: Moment) -> Result<(), StoreError> {
    let sql = "UPDATE session SET ended_at = ?2, ending = ?3 WHERE company = ?1 AND ended_at IS NULL";
    tx.prepare_cached(sql)?.execute(params![company, Millis(now), Ending::Overtaken.name()])?;
    Ok(())
}

pub(super) fn of_ticket(tx: &Transaction<'_>, ticket: &str) -> Result<Option<StoredSession>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM session WHERE ticket = ?1 AND ended_at IS NULL");
    Ok(tx.prepare_cached(&sql)?.query_one([ticket], read).optional()?)
}

pub(super) fn ending_of(tx: &Transaction<'_>, ticket: &str) -> Result<Option<Ending>, StoreError> {
    let sql = "SELECT ending, reason FROM session WHERE ticket = ?1 AND ended_at IS NOT NULL";
    let found = tx.prepare_cached(sql)?.query_one([ticket], |row| ending(row, 0)).optional()?;
    Ok(found.flatten())
}

/// Sessions of which nothing was heard since that moment. Pages that show them notice.
pub(super) fn end_idle(tx: &Transaction<'_>, since: Moment, now: Moment) -> Result<(), StoreError> {
    let sql = "UPDATE session SET ended_at = ?2, ending = ?3 WHERE ended_at IS NULL AND active_at < ?1
               RETURNING company";
    let mut query = tx.prepare_cached(sql)?;
    let values = params![Millis(since), Millis(now), Ending::Abandoned.name()];
    let ended: Vec<CompanyId> = query.query_map(values, |row| row.get(0))?.collect::<Result<_, _>>()?;
    ended.into_iter().try_for_each(|company| company_files::note_change(tx, company))
}

pub(super) fn called(tx: &Transaction<'_>, ticket: &str) -> Result<Option<Called>, StoreError> {
    let Some(session) = of_ticket(tx, ticket)? else {
        return Ok(None);
    };
    let file = company_files::one(tx, session.company)?;
    let in_flight = exchanges::in_flight(tx, session.company, session.id)?;
    Ok(Some(Called { session, file, in_flight }))
}

pub(super) fn last(
    tx: &Transaction<'_>,
    company: CompanyId,
    limit: usize,
) -> Result<Vec<StoredSession>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM session WHERE company = ?1 ORDER BY id DESC LIMIT ?2");
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut query = tx.prepare_cached(&sql)?;
    let sessions = query.query_map(params![company, limit], read)?;
    Ok(sessions.collect::<Result<_, _>>()?)
}

/// # Errors
/// [`StoreError::SessionEnded`], if it has, or never was.
pub(super) fn step(tx: &Transaction<'_>, company: CompanyId, commit: &Commit) -> Result<(), StoreError> {
    let sql = "UPDATE session SET state = ?3, active_at = ?4, ended_at = ?5, ending = ?6, reason = ?7
               WHERE company = ?1 AND id = ?2 AND ended_at IS NULL";
    let at = Millis(commit.at);
    let ending = commit.ending.as_ref();
    let (name, reason) = (ending.map(Ending::name), ending.and_then(Ending::reason));
    let values = params![company, commit.session, commit.state, at, ending.map(|_| at), name, reason];
    match tx.prepare_cached(sql)?.execute(values)? {
        1 => Ok(()),
        _ => Err(StoreError::SessionEnded),
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredSession> {
    Ok(StoredSession {
        id: row.get(0)?,
        company: row.get(1)?,
        began_at: row.get::<_, Millis>(2)?.0,
        active_at: row.get::<_, Millis>(3)?.0,
        ended_at: row.get::<_, Option<Millis>>(4)?.map(|it| it.0),
        ending: ending(row, 5)?,
        state: row.get(7)?,
    })
}

/// How a session ended: its name in this column, and what went wrong in the next one.
pub(super) fn ending(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Ending>> {
    let Some(name) = row.get::<_, Option<String>>(column)? else {
        return Ok(None);
    };
    let known = Ending::named(&name, row.get(column + 1)?);
    known.map(Some).ok_or_else(|| unknown_word(column, &name))
}
