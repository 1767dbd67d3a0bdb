//! Old exchanges that may go.

use super::exchanges;
use super::tx::{Row, Stored, Tx, params};
use super::value::Json;
use crate::sync::stored::{CompanyId, Exchange, ExchangeId, JobId, JobState, Looked, Moment, Old};

/// The exchange is answered, its session is over, and it is not the last one of the company file, which the next call may
/// ask for.
const IS_OVER: &str = "SELECT 1 FROM exchange JOIN session
                       ON session.company = exchange.company AND session.id = exchange.session
                       WHERE exchange.company = ?1 AND exchange.id = ?2
                       AND exchange.answered_at IS NOT NULL AND session.ended_at IS NOT NULL
                       AND EXISTS (SELECT 1 FROM exchange AS later
                                   WHERE later.company = exchange.company AND later.id > exchange.id)";

/// A document of which it is the last exchange, or the last that QuickBooks took.
const IS_LAST: &str = "SELECT 1 FROM exchange_item AS item
                       WHERE item.company = ?1 AND item.exchange = ?2 AND item.object IS NOT NULL
                       AND (NOT EXISTS (SELECT 1 FROM exchange_item AS later
                                        WHERE later.company = item.company AND later.object = item.object
                                        AND later.document = item.document AND later.exchange > item.exchange)
                            OR item.status_code = 0
                               AND NOT EXISTS (SELECT 1 FROM exchange_item AS later
                                               WHERE later.company = item.company AND later.object = item.object
                                               AND later.document = item.document
                                               AND later.exchange > item.exchange AND later.status_code = 0))";

pub(super) fn old(
    tx: &dyn Tx,
    company: CompanyId,
    before: Moment,
    from: Option<Looked>,
    most: usize,
) -> Stored<Old> {
    let sql = "SELECT sent_at, id FROM exchange
               WHERE company = ?1 AND sent_at < ?2 AND (sent_at, id) > (?3, ?4) ORDER BY sent_at, id LIMIT ?5";
    let (at, id) = from.map_or((i64::MIN, i64::MIN), |(at, id)| (at.timestamp_millis(), id.0));
    let read = |row: &dyn Row| Ok((row.get(0)?, row.get(1)?));
    let seen: Vec<(Moment, ExchangeId)> = tx.rows(sql, params![company, before, at, id, most], read)?;
    let looked = seen.last().copied().filter(|_| seen.len() == most);
    let mut found: Vec<Exchange> = Vec::new();
    for (_, id) in seen {
        if may_go(tx, company, id)? {
            found.extend(exchanges::one(tx, company, id)?);
        }
    }
    Ok(Old { exchanges: found, looked })
}

pub(super) fn remove(tx: &dyn Tx, company: CompanyId, all: &[ExchangeId]) -> Stored<usize> {
    let mut removed = 0;
    for id in all {
        if may_go(tx, company, *id)? {
            let items = "DELETE FROM exchange_item WHERE company = ?1 AND exchange = ?2";
            tx.execute(items, params![company, id])?;
            removed +=
                tx.execute("DELETE FROM exchange WHERE company = ?1 AND id = ?2", params![company, id])?;
        }
    }
    Ok(removed)
}

fn may_go(tx: &dyn Tx, company: CompanyId, exchange: ExchangeId) -> Stored<bool> {
    let values = params![company, exchange];
    Ok(tx.exists(IS_OVER, values)? && !tx.exists(IS_LAST, values)? && !is_needed(tx, company, exchange)?)
}

/// Whether a job of it is under way, or nobody knows what became of it; also one that a newer one has replaced, and that
/// counts again once that is taken out of the queue.
fn is_needed(tx: &dyn Tx, company: CompanyId, exchange: ExchangeId) -> Stored<bool> {
    let sql = "SELECT jobs FROM exchange_item WHERE company = ?1 AND exchange = ?2 AND jobs <> '[]'";
    let jobs = tx.rows(sql, params![company, exchange], |row| Ok(row.get::<Json<Vec<JobId>>>(0)?.0))?;
    for job in jobs.into_iter().flatten() {
        let state =
            tx.row("SELECT state FROM job WHERE company = ?1 AND id = ?2", params![company, job], |row| {
                row.get(0)
            })?;
        if matches!(state, Some(JobState::Queued | JobState::Sent | JobState::OutcomeUnknown)) {
            return Ok(true);
        }
    }
    Ok(false)
}
