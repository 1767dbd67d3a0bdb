//! Jobs.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::agreed;
use super::company_files::{must_exist, note_change};
use super::decided::settled;
use super::documents;
use super::value::{Json, Millis};
use crate::sync::stored::{
    CompanyId, DocumentKey, Job, JobChange, JobError, JobId, JobState, Moment, Played, StoreError,
};

pub(super) const COLUMNS: &str =
    "id, object, document, version, state, attempts, next_try, played_at, changed_at, error";

/// What became of a document that was played.
enum PlayFate {
    Queued,
    AlreadyQueued,
    AlreadyDone,
    Undecided,
    Settled,
    Unknown,
}

pub(super) fn play(
    tx: &Transaction<'_>,
    company: CompanyId,
    keys: &[DocumentKey],
    now: Moment,
) -> Result<Played, StoreError> {
    must_exist(tx, company)?;
    let mut played = Played::default();
    for key in keys {
        let fate = match play_one(tx, company, key, now)? {
            PlayFate::Queued => &mut played.queued,
            PlayFate::AlreadyQueued => &mut played.already_queued,
            PlayFate::AlreadyDone => &mut played.already_done,
            PlayFate::Undecided => &mut played.undecided,
            PlayFate::Settled => &mut played.settled,
            PlayFate::Unknown => &mut played.unknown,
        };
        fate.push(key.clone());
    }
    if !played.queued.is_empty() {
        note_change(tx, company)?;
    }
    Ok(played)
}

fn play_one(
    tx: &Transaction<'_>,
    company: CompanyId,
    key: &DocumentKey,
    now: Moment,
) -> Result<PlayFate, StoreError> {
    let Some(version) = documents::version(tx, company, key)? else {
        return Ok(PlayFate::Unknown);
    };
    if settled::is_settled(tx, company, key)? {
        return Ok(PlayFate::Settled);
    }
    let is_wished = agreed::is_wished(tx, company, key)?;
    match newest(tx, company, key)? {
        // What is done goes again if a person wants more of it in the record.
        Some(job) if job.version == version && !(is_wished && job.state == JobState::Done) => {
            play_again(tx, company, &job, now)
        }
        before => {
            if let Some(job) = &before {
                supersede(tx, company, job.id)?;
            }
            queue(tx, company, key, &version, now)?;
            match before.filter(|job| job.state == JobState::OutcomeUnknown) {
                Some(job) => inherit(tx, company, key, &job).map(|()| PlayFate::Undecided),
                None => Ok(PlayFate::Queued),
            }
        }
    }
}

/// A new version says nothing of what became of the one before it: that is still to be found out.
fn inherit(
    tx: &Transaction<'_>,
    company: CompanyId,
    key: &DocumentKey,
    before: &Job,
) -> Result<(), StoreError> {
    let sql = "UPDATE job SET state = ?4, error = ?5
               WHERE company = ?1 AND object = ?2 AND document = ?3 AND is_newest = 1";
    let error = before.error.as_ref().map(Json);
    tx.prepare_cached(sql)?.execute(params![company, key.object, key.id, before.state, error])?;
    Ok(())
}

fn play_again(
    tx: &Transaction<'_>,
    company: CompanyId,
    job: &Job,
    now: Moment,
) -> Result<PlayFate, StoreError> {
    match job.state {
        JobState::Queued | JobState::Sent => Ok(PlayFate::AlreadyQueued),
        JobState::Done => Ok(PlayFate::AlreadyDone),
        JobState::Rejected | JobState::Failed | JobState::Waiting | JobState::OutcomeUnknown => {
            // What became of it is kept: it counts again if this is taken out of the queue.
            supersede(tx, company, job.id)?;
            queue(tx, company, &job.document, &job.version, now)?;
            Ok(PlayFate::Queued)
        }
    }
}

pub(super) fn newest(
    tx: &Transaction<'_>,
    company: CompanyId,
    key: &DocumentKey,
) -> Result<Option<Job>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM job WHERE company = ?1 AND object = ?2 AND document = ?3 AND is_newest = 1"
    );
    Ok(tx.prepare_cached(&sql)?.query_one(params![company, key.object, key.id], read).optional()?)
}

fn queue(
    tx: &Transaction<'_>,
    company: CompanyId,
    key: &DocumentKey,
    version: &str,
    now: Moment,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO job (company, object, document, version, is_newest, state, attempts, next_try,
                                played_at, changed_at)
               VALUES (?1, ?2, ?3, ?4, 1, ?5, 0, ?6, ?6, ?6)";
    let values = params![company, key.object, key.id, version, JobState::Queued, Millis(now)];
    tx.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

pub(super) fn note_checked(
    tx: &Transaction<'_>,
    company: CompanyId,
    checked: &[(DocumentKey, Option<JobError>)],
) -> Result<(), StoreError> {
    let sql = "UPDATE job SET error = ?4
               WHERE company = ?1 AND object = ?2 AND document = ?3 AND is_newest = 1 AND state = 'queued'";
    let mut update = tx.prepare_cached(sql)?;
    let mut changed = 0;
    for (key, error) in checked {
        changed += update.execute(params![company, key.object, key.id, error.as_ref().map(Json)])?;
    }
    if changed > 0 { note_change(tx, company) } else { Ok(()) }
}

/// One that was tried before stays: what became of that has to be seen to its end.
pub(super) fn unplay(
    tx: &Transaction<'_>,
    company: CompanyId,
    keys: &[DocumentKey],
) -> Result<Vec<DocumentKey>, StoreError> {
    let mut taken = Vec::new();
    for key in keys {
        let job = newest(tx, company, key)?;
        let Some(job) = job.filter(|job| job.state == JobState::Queued && job.attempts == 0) else {
            continue;
        };
        supersede(tx, company, job.id)?;
        let sql = "UPDATE job SET is_newest = 1 WHERE id = (
                       SELECT max(id) FROM job WHERE company = ?1 AND object = ?2 AND document = ?3
                       AND id < ?4 AND state <> 'queued')";
        tx.prepare_cached(sql)?.execute(params![company, key.object, key.id, job.id])?;
        taken.push(key.clone());
    }
    if !taken.is_empty() {
        note_change(tx, company)?;
    }
    Ok(taken)
}

/// The document of a job that counts no more; nothing if it counts.
pub(super) fn superseded(
    tx: &Transaction<'_>,
    company: CompanyId,
    job: JobId,
) -> Result<Option<DocumentKey>, StoreError> {
    let sql = "SELECT object, document FROM job WHERE company = ?1 AND id = ?2 AND is_newest = 0";
    let key = |row: &Row<'_>| Ok(DocumentKey { object: row.get(0)?, id: row.get(1)? });
    Ok(tx.prepare_cached(sql)?.query_one(params![company, job], key).optional()?)
}

/// The job stays for the history's sake, which names it.
pub(super) fn supersede(tx: &Transaction<'_>, company: CompanyId, job: JobId) -> Result<(), StoreError> {
    let sql = "UPDATE job SET is_newest = 0 WHERE company = ?1 AND id = ?2";
    tx.prepare_cached(sql)?.execute(params![company, job])?;
    Ok(())
}

pub(super) fn due(
    tx: &Transaction<'_>,
    company: CompanyId,
    now: Moment,
    limit: usize,
) -> Result<Vec<Job>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM job
         WHERE company = ?1 AND state = 'queued' AND is_newest = 1 AND next_try <= ?2 ORDER BY id LIMIT ?3"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut query = tx.prepare_cached(&sql)?;
    let jobs = query.query_map(params![company, Millis(now), limit], read)?;
    Ok(jobs.collect::<Result<_, _>>()?)
}

pub(super) fn due_count(tx: &Transaction<'_>, company: CompanyId, now: Moment) -> Result<usize, StoreError> {
    let sql = "SELECT count(*) FROM job
               WHERE company = ?1 AND state = 'queued' AND is_newest = 1 AND next_try <= ?2";
    Ok(tx.prepare_cached(sql)?.query_one(params![company, Millis(now)], |row| row.get(0))?)
}

pub(super) fn counts(
    tx: &Transaction<'_>,
    company: CompanyId,
) -> Result<BTreeMap<JobState, usize>, StoreError> {
    let sql = "SELECT state, count(*) FROM job WHERE company = ?1 AND is_newest = 1 GROUP BY state";
    let mut query = tx.prepare_cached(sql)?;
    let counts = query.query_map([company], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(counts.collect::<Result<_, _>>()?)
}

pub(super) fn all(
    tx: &Transaction<'_>,
    company: CompanyId,
    state: Option<JobState>,
) -> Result<Vec<Job>, StoreError> {
    let select = format!("SELECT {COLUMNS} FROM job WHERE company = ?1 AND is_newest = 1");
    if let Some(state) = state {
        let mut query = tx.prepare_cached(&format!("{select} AND state = ?2 ORDER BY id"))?;
        let jobs = query.query_map(params![company, state], read)?;
        return Ok(jobs.collect::<Result<_, _>>()?);
    }
    let mut query = tx.prepare_cached(&format!("{select} ORDER BY id"))?;
    let jobs = query.query_map([company], read)?;
    Ok(jobs.collect::<Result<_, _>>()?)
}

pub(super) fn in_error(tx: &Transaction<'_>, company: CompanyId) -> Result<Vec<Job>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM job
         WHERE company = ?1 AND is_newest = 1 AND error IS NOT NULL AND state <> 'done' ORDER BY id"
    );
    let mut query = tx.prepare_cached(&sql)?;
    let jobs = query.query_map([company], read)?;
    Ok(jobs.collect::<Result<_, _>>()?)
}

pub(super) fn named(
    tx: &Transaction<'_>,
    company: CompanyId,
    jobs: &[JobId],
) -> Result<Vec<Job>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM job WHERE company = ?1 AND id = ?2");
    let mut query = tx.prepare_cached(&sql)?;
    let mut found = Vec::new();
    for job in jobs {
        found.extend(query.query_one(params![company, job], read).optional()?);
    }
    Ok(found)
}

/// What a step of a session made of a job.
pub(super) fn change(
    tx: &Transaction<'_>,
    company: CompanyId,
    change: &JobChange,
    at: Moment,
) -> Result<(), StoreError> {
    let sql = "UPDATE job SET state = ?3, error = ?4, next_try = coalesce(?5, next_try),
                              attempts = attempts + ?6, changed_at = ?7
               WHERE company = ?1 AND id = ?2";
    let error = change.error.as_ref().map(Json);
    let next_try = change.next_try.map(Millis);
    let values = params![company, change.job, change.state, error, next_try, change.is_attempt, Millis(at)];
    match tx.prepare_cached(sql)?.execute(values)? {
        1 => Ok(()),
        _ => Err(StoreError::Missing { what: "job", key: change.job.0.to_string() }),
    }
}

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Job> {
    Ok(Job {
        id: row.get(0)?,
        document: DocumentKey { object: row.get(1)?, id: row.get(2)? },
        version: row.get(3)?,
        state: row.get(4)?,
        attempts: row.get(5)?,
        next_try: row.get::<_, Millis>(6)?.0,
        played_at: row.get::<_, Millis>(7)?.0,
        changed_at: row.get::<_, Millis>(8)?.0,
        error: row.get::<_, Option<Json<JobError>>>(9)?.map(|it| it.0),
    })
}
