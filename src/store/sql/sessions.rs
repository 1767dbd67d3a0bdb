//! Sessions.

use super::tx::{Row, Stored, Tx, params};
use super::value::{kept, unknown_word};
use super::{company_files, exchanges};
use crate::sync::stored::{Called, Commit, CompanyId, Ending, Moment, StoreError, StoredSession};

const COLUMNS: &str = "id, company, began_at, active_at, ended_at, ending, reason, state";

pub(super) fn begin(tx: &dyn Tx, company: CompanyId, ticket: &str, now: Moment) -> Stored<StoredSession> {
    company_files::note_contact(tx, company, now)?;
    end_others(tx, company, now)?;
    let sql = "INSERT INTO session (company, ticket, began_at, active_at, state) VALUES (?1, ?2, ?3, ?3, '')
               RETURNING id";
    let id = tx.add(sql, params![company, ticket, now])?;
    let now = kept(now);
    Ok(StoredSession {
        id,
        company,
        began_at: now,
        active_at: now,
        ended_at: None,
        ending: None,
        state: String::new(),
    })
}

/// Other servers have other clocks, a call may have waited for one that began after it, and a clock may be set back: no
/// session ends before it began.
fn end_others(tx: &dyn Tx, company: CompanyId, now: Moment) -> Stored<()> {
    let sql = "UPDATE session SET ended_at = CASE WHEN began_at > ?2 THEN began_at ELSE ?2 END, ending = ?3
               WHERE company = ?1 AND ended_at IS NULL";
    tx.execute(sql, params![company, now, Ending::Overtaken.name()])?;
    Ok(())
}

pub(super) fn of_ticket(tx: &dyn Tx, ticket: &str) -> Stored<Option<StoredSession>> {
    let sql = format!("SELECT {COLUMNS} FROM session WHERE ticket = ?1 AND ended_at IS NULL");
    tx.row(&sql, params![ticket], read)
}

pub(super) fn ending_of(tx: &dyn Tx, ticket: &str) -> Stored<Option<Ending>> {
    let sql = "SELECT ending, reason FROM session WHERE ticket = ?1 AND ended_at IS NOT NULL";
    let found = tx.row(sql, params![ticket], |row| ending(row, 0))?;
    Ok(found.flatten())
}

/// The company files with a session of which nothing was heard since that moment.
pub(super) fn idle(tx: &dyn Tx, since: Moment) -> Stored<Vec<CompanyId>> {
    let sql = "SELECT company FROM session WHERE ended_at IS NULL AND active_at < ?1 ORDER BY company";
    tx.rows(sql, params![since], |row| row.get(0))
}

/// Ends the session of a company file, if nothing was heard of it since that moment. Pages that show it notice.
pub(super) fn end_idle(tx: &dyn Tx, company: CompanyId, since: Moment, now: Moment) -> Stored<()> {
    let sql = "UPDATE session SET ended_at = CASE WHEN began_at > ?3 THEN began_at ELSE ?3 END, ending = ?4
               WHERE company = ?1 AND ended_at IS NULL AND active_at < ?2";
    let values = params![company, since, now, Ending::Abandoned.name()];
    if tx.execute(sql, values)? > 0 { company_files::note_change(tx, company) } else { Ok(()) }
}

pub(super) fn called(tx: &dyn Tx, ticket: &str) -> Stored<Option<Called>> {
    let Some(session) = of_ticket(tx, ticket)? else {
        return Ok(None);
    };
    let file = company_files::one(tx, session.company)?;
    let in_flight = exchanges::in_flight(tx, session.company, session.id)?;
    Ok(Some(Called { session, file, in_flight }))
}

pub(super) fn last(tx: &dyn Tx, company: CompanyId, limit: usize) -> Stored<Vec<StoredSession>> {
    let sql = format!("SELECT {COLUMNS} FROM session WHERE company = ?1 ORDER BY id DESC LIMIT ?2");
    tx.rows(&sql, params![company, limit], read)
}

/// # Errors
/// [`StoreError::SessionEnded`], if it has, or never was.
pub(super) fn step(tx: &dyn Tx, company: CompanyId, commit: &Commit) -> Stored<()> {
    let sql = "UPDATE session SET state = ?3, active_at = ?4,
                      ended_at = CASE WHEN began_at > ?5 THEN began_at ELSE ?5 END, ending = ?6, reason = ?7
               WHERE company = ?1 AND id = ?2 AND ended_at IS NULL";
    let at = commit.at;
    let ending = commit.ending.as_ref();
    let (name, reason) = (ending.map(Ending::name), ending.and_then(Ending::reason));
    let values = params![company, commit.session, commit.state, at, ending.map(|_| at), name, reason];
    match tx.execute(sql, values)? {
        1 => Ok(()),
        _ => Err(StoreError::SessionEnded),
    }
}

fn read(row: &dyn Row) -> Stored<StoredSession> {
    Ok(StoredSession {
        id: row.get(0)?,
        company: row.get(1)?,
        began_at: row.get(2)?,
        active_at: row.get(3)?,
        ended_at: row.get(4)?,
        ending: ending(row, 5)?,
        state: row.get(7)?,
    })
}

/// How a session ended: its name in this column, and what went wrong in the next one.
pub(super) fn ending(row: &dyn Row, column: usize) -> Stored<Option<Ending>> {
    let Some(name) = row.get::<Option<String>>(column)? else {
        return Ok(None);
    };
    let known = Ending::named(&name, row.get(column + 1)?);
    known.map(Some).ok_or_else(|| unknown_word(&name))
}
