//! What happened, by time.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::audit;
use crate::activity::{ActivityStore, Cursor, Event, Found, FoundAs, Happened, Happening, Tally, WholeVisit};
use crate::store::sql::tx::{Backend, Row, Stored, Tx, params};
use crate::store::sql::{company_files, exchanges, found, jobs, sessions};
use crate::sync::stored::{CompanyId, ExchangeId, Job, Moment, RecordKey, SessionId};

impl<B: Backend> ActivityStore for B {
    fn events(
        &self,
        company: CompanyId,
        domain: &str,
        kinds: &[Happening],
        behind: Cursor,
        from: Option<Moment>,
        limit: usize,
    ) -> Stored<Vec<Event>> {
        let from = from.map_or(i64::MIN, |from| from.timestamp_millis());
        self.read(|tx| {
            let mut all = Vec::new();
            for kind in kinds {
                let (at, id) = behind.of(*kind);
                let bounds = Bounds { at, id, from, limit };
                all.extend(match kind {
                    Happening::Visit => visits(tx, company, bounds)?,
                    Happening::Exchange => exchanges(tx, company, bounds)?,
                    Happening::Job => ends(tx, company, bounds)?,
                    Happening::Night => nights(tx, company, bounds)?,
                    Happening::Action => actions(tx, company, domain, bounds)?,
                });
            }
            all.sort_by_key(|event| {
                let cursor = event.cursor();
                (Reverse(cursor.at), cursor.kind, Reverse(cursor.id))
            });
            all.truncate(limit);
            for event in &mut all {
                fill(tx, company, &mut event.happened)?;
            }
            Ok(all)
        })
    }

    fn visit(&self, company: CompanyId, visit: SessionId, limit: usize) -> Stored<Option<WholeVisit>> {
        self.read(|tx| whole_visit(tx, company, visit, limit))
    }

    fn found_of(&self, company: CompanyId, record: &RecordKey, limit: usize) -> Stored<Vec<Found>> {
        self.read(|tx| found::of_record(tx, company, record, limit))
    }

    fn found_in(&self, company: CompanyId, visit: SessionId, limit: usize) -> Stored<Vec<Found>> {
        self.read(|tx| found::in_visit(tx, company, visit, limit))
    }

    fn found_counts(&self, company: CompanyId, visit: SessionId) -> Stored<Vec<(FoundAs, String, usize)>> {
        self.read(|tx| found::counts(tx, company, visit))
    }

    fn tally(&self, company: CompanyId, from: Moment, until: Moment, stretch: i64) -> Stored<Vec<Tally>> {
        self.read(|tx| {
            let mut all: BTreeMap<i64, Tally> = BTreeMap::new();
            for tally in tally_visits(tx, company, from, until, stretch)? {
                all.insert(tally.stretch, tally);
            }
            for (stretch, done, failed) in tally_jobs(tx, company, from, until, stretch)? {
                let tally = all.entry(stretch).or_insert(Tally { stretch, ..Tally::default() });
                (tally.done, tally.failed) = (done, failed);
            }
            Ok(all.into_values().collect())
        })
    }
}

/// Which events of a kind.
#[derive(Clone, Copy)]
struct Bounds {
    at: i64,
    id: i64,
    from: i64,
    limit: usize,
}

/// Exchanges are found by the time of the visit: there is an index for that.
fn whole_visit(
    tx: &dyn Tx,
    company: CompanyId,
    visit: SessionId,
    limit: usize,
) -> Stored<Option<WholeVisit>> {
    let sql = "SELECT began_at, ended_at, ending, reason FROM session WHERE company = ?1 AND id = ?2";
    let read =
        |row: &dyn Row| Ok((row.get::<Moment>(0)?, row.get::<Option<Moment>>(1)?, sessions::ending(row, 2)?));
    let Some((began_at, ended_at, ending)) = tx.row(sql, params![company, visit], read)? else {
        return Ok(None);
    };
    let sql = "SELECT id FROM exchange WHERE company = ?1 AND sent_at BETWEEN ?2 AND ?3 AND session = ?4
               ORDER BY sent_at, id LIMIT ?5";
    let until = ended_at.map_or(i64::MAX, |at| at.timestamp_millis());
    let keys = tx.rows(sql, params![company, began_at, until, visit, limit], |row| row.get(0))?;
    let exchanges = keys.into_iter().map(|key| exchanges::one(tx, company, key));
    let exchanges = exchanges.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    Ok(Some(WholeVisit { began_at, ended_at, ending, exchanges }))
}

fn visits(tx: &dyn Tx, company: CompanyId, bounds: Bounds) -> Stored<Vec<Event>> {
    let sql = "SELECT began_at, id, ended_at, ending, reason FROM session
               WHERE company = ?1 AND (began_at, id) < (?2, ?3) AND began_at >= ?4
               ORDER BY began_at DESC, id DESC LIMIT ?5";
    let Bounds { at, id, from, limit } = bounds;
    tx.rows(sql, params![company, at, id, from, limit], |row| {
        let ended_at = row.get(2)?;
        let happened = Happened::Visit { id: row.get(1)?, ended_at, ending: sessions::ending(row, 3)? };
        Ok(Event { at: row.get(0)?, happened })
    })
}

fn exchanges(tx: &dyn Tx, company: CompanyId, bounds: Bounds) -> Stored<Vec<Event>> {
    let sql = "SELECT sent_at, id, session, kind, answered_at, failure FROM exchange
               WHERE company = ?1 AND (sent_at, id) < (?2, ?3) AND sent_at >= ?4
               ORDER BY sent_at DESC, id DESC LIMIT ?5";
    let Bounds { at, id, from, limit } = bounds;
    tx.rows(sql, params![company, at, id, from, limit], |row| {
        let happened = Happened::Exchange {
            id: row.get(1)?,
            session: row.get(2)?,
            kind: row.get(3)?,
            answered_at: row.get(4)?,
            failure: row.get(5)?,
            requests: Vec::new(),
        };
        Ok(Event { at: row.get(0)?, happened })
    })
}

/// What is wanted only of the events that are shown.
fn fill(tx: &dyn Tx, company: CompanyId, happened: &mut Happened) -> Stored<()> {
    if let Happened::Exchange { id, requests, .. } = happened {
        *requests = requests_of(tx, company, *id)?;
    }
    if let Happened::Job(job, message) = happened {
        *message = written_by(tx, company, job)?;
    }
    Ok(())
}

/// The message by which a document was last written with good result, before its job came to its end.
///
/// The exchanges of the document are asked for first, from the index that holds nothing else. Else SQLite goes through
/// every item of the company file: it takes for granted that a company file has some ten of them.
fn written_by(tx: &dyn Tx, company: CompanyId, job: &Job) -> Stored<Option<String>> {
    let sql = "SELECT message FROM exchange_item AS it
               WHERE company = ?1 AND object = ?2 AND document = ?3 AND status_code = 0
                 AND exchange IN (SELECT exchange FROM exchange_item
                                  WHERE company = ?1 AND object = ?2 AND document = ?3)
                 AND EXISTS (SELECT 1 FROM exchange AS ex
                             WHERE ex.company = ?1 AND ex.id = it.exchange AND ex.kind = 'write' AND ex.sent_at <= ?4)
               ORDER BY exchange DESC, position LIMIT 1";
    let Job { document, changed_at, .. } = job;
    tx.row(sql, params![company, document.object, document.id, *changed_at], |row| row.get(0))
}

/// Messages of an exchange, how many of each, and how many of those were refused: codes of up to 500
/// are no errors.
fn requests_of(tx: &dyn Tx, company: CompanyId, exchange: ExchangeId) -> Stored<Vec<(String, usize, usize)>> {
    let sql = "SELECT message, count(*), count(*) FILTER (WHERE status_code > 500) FROM exchange_item
               WHERE company = ?1 AND exchange = ?2 GROUP BY message ORDER BY min(position)";
    tx.rows(sql, params![company, exchange], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

fn ends(tx: &dyn Tx, company: CompanyId, bounds: Bounds) -> Stored<Vec<Event>> {
    let sql = format!(
        "SELECT {} FROM job
         WHERE company = ?1 AND (changed_at, id) < (?2, ?3) AND changed_at >= ?4
           AND state NOT IN ('queued', 'sent')
         ORDER BY changed_at DESC, id DESC LIMIT ?5",
        jobs::COLUMNS
    );
    let Bounds { at, id, from, limit } = bounds;
    tx.rows(&sql, params![company, at, id, from, limit], |row| {
        let job = jobs::read(row)?;
        Ok(Event { at: job.changed_at, happened: Happened::Job(Box::new(job), None) })
    })
}

fn nights(tx: &dyn Tx, company: CompanyId, bounds: Bounds) -> Stored<Vec<Event>> {
    let sql = format!(
        "SELECT {} FROM reconciled
         WHERE company = ?1 AND (at, night) < (?2, ?3) AND at >= ?4 ORDER BY at DESC, night DESC LIMIT ?5",
        company_files::NIGHT_COLUMNS
    );
    let Bounds { at, id, from, limit } = bounds;
    tx.rows(&sql, params![company, at, id, from, limit], |row| {
        let night = company_files::night(row)?;
        Ok(Event { at: night.at, happened: Happened::Night(Box::new(night)) })
    })
}

/// Actions about the company file, and those about the domain as a whole.
fn actions(tx: &dyn Tx, company: CompanyId, domain: &str, bounds: Bounds) -> Stored<Vec<Event>> {
    let mut all = Vec::new();
    // An index serves either, but not both in one.
    for of in ["company = ?6", "company IS NULL AND ?6 <> 0"] {
        let sql = format!(
            "SELECT {} FROM audit WHERE domain = ?1 AND (at, id) < (?2, ?3) AND at >= ?4 AND {of}
             ORDER BY at DESC, id DESC LIMIT ?5",
            audit::COLUMNS
        );
        let Bounds { at, id, from, limit } = bounds;
        all.extend(tx.rows(&sql, params![domain, at, id, from, limit, company], |row| {
            let entry = audit::read(row)?;
            Ok(Event { at: entry.said.at, happened: Happened::Action(Box::new(entry)) })
        })?);
    }
    Ok(all)
}

fn tally_visits(
    tx: &dyn Tx,
    company: CompanyId,
    from: Moment,
    until: Moment,
    stretch: i64,
) -> Stored<Vec<Tally>> {
    let sql = "SELECT began_at / ?4, count(*), coalesce(max(ended_at - began_at), 0),
                      count(*) FILTER (WHERE ending <> 'finished')
               FROM session WHERE company = ?1 AND began_at >= ?2 AND began_at < ?3 GROUP BY 1";
    let read = |row: &dyn Row| {
        Ok(Tally {
            stretch: row.get(0)?,
            visits: row.get(1)?,
            longest: row.get(2)?,
            stopped: row.get(3)?,
            ..Tally::default()
        })
    };
    tx.rows(sql, params![company, from, until, stretch], read)
}

fn tally_jobs(
    tx: &dyn Tx,
    company: CompanyId,
    from: Moment,
    until: Moment,
    stretch: i64,
) -> Stored<Vec<(i64, usize, usize)>> {
    let sql = "SELECT changed_at / ?4, count(*) FILTER (WHERE state = 'done'), count(*) FILTER (WHERE state <> 'done') FROM job
               WHERE company = ?1 AND changed_at >= ?2 AND changed_at < ?3
                 AND state NOT IN ('queued', 'sent') GROUP BY 1";
    let read = |row: &dyn Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    tx.rows(sql, params![company, from, until, stretch], read)
}
