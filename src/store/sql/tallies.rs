//! Numbers about all company files: one statement for each number, however many company files there are. Each of them
//! finds what it counts by an index, and none looks at jobs that are done.

use std::collections::BTreeMap;

use super::sessions::ending;
use super::tx::{FromValue, Row, Stored, Tx, params};
use crate::sync::stored::{
    CompanyId, ExchangeId, ExchangeKind, Followed, JobState, Moment, SessionId, SessionTimes, Since, Tally,
};

const QUEUED: &str = "SELECT id, (SELECT played_at FROM job WHERE job.company = company_file.id
                                  AND job.is_newest = 1 AND job.state = 'queued' ORDER BY job.id LIMIT 1)
                      FROM company_file";
const JOBS: &str = "SELECT id, (SELECT count(*) FROM job WHERE job.company = company_file.id
                                AND job.is_newest = 1 AND job.state = ?1)
                    FROM company_file";
const UNANSWERED: &str = "SELECT company, count(*) FROM exchange
                          WHERE answered_at IS NULL AND kind = 'write' GROUP BY company";
const RECONCILED: &str =
    "SELECT id, (SELECT differing FROM reconciled WHERE reconciled.company = company_file.id
                                      ORDER BY night DESC LIMIT 1)
                          FROM company_file";

/// As many new sessions are told at once; the rest the next time.
const SESSIONS: usize = 10_000;

pub(super) fn all(tx: &dyn Tx) -> Stored<Vec<Tally>> {
    let queued = by_company::<Option<Moment>>(tx, QUEUED)?;
    let unanswered = by_company::<usize>(tx, UNANSWERED)?;
    let reconciled = by_company::<Option<usize>>(tx, RECONCILED)?;
    let mut jobs: BTreeMap<CompanyId, BTreeMap<JobState, usize>> = BTreeMap::new();
    for state in JobState::ALL.into_iter().filter(|state| *state != JobState::Done) {
        let read = |row: &dyn Row| Ok((row.get(0)?, row.get(1)?));
        for (company, count) in tx.rows(JOBS, params![state], read)? {
            jobs.entry(company).or_default().insert(state, count);
        }
    }
    let sql = "SELECT id, name, is_paused, last_contact, last_read, last_sync FROM company_file ORDER BY id";
    tx.rows(sql, params![], |row| {
        let company = row.get(0)?;
        Ok(Tally {
            company,
            name: row.get(1)?,
            is_paused: row.get(2)?,
            last_contact: row.get(3)?,
            last_read: row.get(4)?,
            last_sync: row.get(5)?,
            jobs: jobs.remove(&company).unwrap_or_default(),
            oldest_queued: queued.get(&company).copied().flatten(),
            unanswered: unanswered.get(&company).copied().unwrap_or_default(),
            reconciled_differing: reconciled.get(&company).copied().flatten(),
        })
    })
}

fn by_company<T: FromValue>(tx: &dyn Tx, sql: &str) -> Stored<BTreeMap<CompanyId, T>> {
    Ok(tx.rows(sql, params![], |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// Where to follow from: what is over by now is not told.
pub(super) fn follow(tx: &dyn Tx) -> Stored<Followed> {
    let last =
        |sql| Ok::<_, crate::sync::stored::StoreError>(tx.row(sql, params![], |row| row.get(0))?.flatten());
    let session: Option<i64> = last("SELECT max(id) FROM session")?;
    let exchange: Option<i64> = last("SELECT max(id) FROM exchange")?;
    let open = "SELECT id FROM session WHERE ended_at IS NULL ORDER BY id";
    Ok(Followed {
        session: session.map(SessionId),
        open: tx.rows(open, params![], |row| row.get(0))?,
        exchange: exchange.map(ExchangeId),
    })
}

pub(super) fn since(tx: &dyn Tx, followed: &Followed) -> Stored<Since> {
    let mut sessions = Vec::new();
    for id in &followed.open {
        let sql = "SELECT id, began_at, ended_at, ending, reason FROM session WHERE id = ?1";
        sessions.extend(tx.row(sql, params![id], times)?);
    }
    let after = followed.session.map_or(0, |id| id.0);
    let sql = "SELECT id, began_at, ended_at, ending, reason FROM session WHERE id > ?1 ORDER BY id LIMIT ?2";
    sessions.extend(tx.rows(sql, params![after, SESSIONS], times)?);
    let after = followed.exchange.map_or(0, |id| id.0);
    let sql = "SELECT kind, count(*), max(id) FROM exchange WHERE id > ?1 GROUP BY kind ORDER BY kind";
    let read = |row: &dyn Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let exchanges: Vec<(ExchangeKind, usize, i64)> = tx.rows(sql, params![after], read)?;
    let last = exchanges.iter().map(|(_, _, last)| ExchangeId(*last)).max();
    let followed = Followed {
        session: sessions.iter().map(|it| it.id).max().max(followed.session),
        open: sessions.iter().filter(|it| it.ended.is_none()).map(|it| it.id).collect(),
        exchange: last.or(followed.exchange),
    };
    let exchanges = exchanges.into_iter().map(|(kind, count, _)| (kind, count)).collect();
    Ok(Since { sessions, exchanges, followed })
}

fn times(row: &dyn Row) -> Stored<SessionTimes> {
    let ended: Option<Moment> = row.get(2)?;
    Ok(SessionTimes { id: row.get(0)?, began_at: row.get(1)?, ended: ended.zip(ending(row, 3)?) })
}
