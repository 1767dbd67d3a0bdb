//! Jobs.

use std::collections::BTreeMap;

use super::agreed;
use super::company_files::{must_exist, note_change};
use super::decided::settled;
use super::documents;
use super::tx::{Row, Stored, Tx, params};
use super::value::Json;
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

pub(super) fn play(tx: &dyn Tx, company: CompanyId, keys: &[DocumentKey], now: Moment) -> Stored<Played> {
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

fn play_one(tx: &dyn Tx, company: CompanyId, key: &DocumentKey, now: Moment) -> Stored<PlayFate> {
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
fn inherit(tx: &dyn Tx, company: CompanyId, key: &DocumentKey, before: &Job) -> Stored<()> {
    let sql = "UPDATE job SET state = ?4, error = ?5
               WHERE company = ?1 AND object = ?2 AND document = ?3 AND is_newest = 1";
    let error = before.error.as_ref().map(Json);
    tx.execute(sql, params![company, key.object, key.id, before.state, error])?;
    Ok(())
}

fn play_again(tx: &dyn Tx, company: CompanyId, job: &Job, now: Moment) -> Stored<PlayFate> {
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

pub(super) fn newest(tx: &dyn Tx, company: CompanyId, key: &DocumentKey) -> Stored<Option<Job>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM job WHERE company = ?1 AND object = ?2 AND document = ?3 AND is_newest = 1"
    );
    tx.row(&sql, params![company, key.object, key.id], read)
}

fn queue(tx: &dyn Tx, company: CompanyId, key: &DocumentKey, version: &str, now: Moment) -> Stored<()> {
    let sql = "INSERT INTO job (company, object, document, version, is_newest, state, attempts, next_try,
                                played_at, changed_at)
               VALUES (?1, ?2, ?3, ?4, 1, ?5, 0, ?6, ?6, ?6)";
    let values = params![company, key.object, key.id, version, JobState::Queued, now];
    tx.execute(sql, values)?;
    Ok(())
}

pub(super) fn note_checked(
    tx: &dyn Tx,
    company: CompanyId,
    checked: &[(DocumentKey, Option<JobError>)],
) -> Stored<()> {
    let sql = "UPDATE job SET error = ?4
               WHERE company = ?1 AND object = ?2 AND document = ?3 AND is_newest = 1 AND state = 'queued'";
    let changed = tx.for_all(sql, checked, |(key, error), run| {
        run(params![company, key.object, key.id, error.as_ref().map(Json)])
    })?;
    if changed > 0 { note_change(tx, company) } else { Ok(()) }
}

/// One that was tried before stays, in whatever version: what became of that has to be seen to its end. In the place
/// of a job that is taken comes what there was before it.
pub(super) fn unplay(tx: &dyn Tx, company: CompanyId, keys: &[DocumentKey]) -> Stored<Vec<DocumentKey>> {
    let mut taken = Vec::new();
    for key in keys {
        let job = newest(tx, company, key)?;
        let Some(job) = job.filter(|job| job.state == JobState::Queued && job.attempts == 0) else {
            continue;
        };
        let before = before(tx, company, &job)?;
        if before.as_ref().is_some_and(|(_, state)| *state == JobState::Queued) {
            continue;
        }
        supersede(tx, company, job.id)?;
        if let Some((before, _)) = before {
            let sql = "UPDATE job SET is_newest = 1 WHERE company = ?1 AND id = ?2";
            tx.execute(sql, params![company, before])?;
        }
        taken.push(key.clone());
    }
    if !taken.is_empty() {
        note_change(tx, company)?;
    }
    Ok(taken)
}

/// What there was of a document before a job that was never sent: not one that was taken out of the queue itself, or
/// replaced before it was sent.
fn before(tx: &dyn Tx, company: CompanyId, job: &Job) -> Stored<Option<(JobId, JobState)>> {
    let sql = "SELECT id, state FROM job
               WHERE company = ?1 AND object = ?2 AND document = ?3 AND id < ?4
               AND (state <> 'queued' OR attempts > 0) ORDER BY id DESC LIMIT 1";
    let key = &job.document;
    tx.row(sql, params![company, key.object, key.id, job.id], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The document of a job that counts no more; nothing if it counts.
pub(super) fn superseded(tx: &dyn Tx, company: CompanyId, job: JobId) -> Stored<Option<DocumentKey>> {
    let sql = "SELECT object, document FROM job WHERE company = ?1 AND id = ?2 AND is_newest = 0";
    let key = |row: &dyn Row| Ok(DocumentKey { object: row.get(0)?, id: row.get(1)? });
    tx.row(sql, params![company, job], key)
}

/// The job stays for the history's sake, which names it.
pub(super) fn supersede(tx: &dyn Tx, company: CompanyId, job: JobId) -> Stored<()> {
    let sql = "UPDATE job SET is_newest = 0 WHERE company = ?1 AND id = ?2";
    tx.execute(sql, params![company, job])?;
    Ok(())
}

pub(super) fn due(tx: &dyn Tx, company: CompanyId, now: Moment, limit: usize) -> Stored<Vec<Job>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM job
         WHERE company = ?1 AND state = 'queued' AND is_newest = 1 AND next_try <= ?2 ORDER BY id LIMIT ?3"
    );
    tx.rows(&sql, params![company, now, limit], read)
}

pub(super) fn due_count(tx: &dyn Tx, company: CompanyId, now: Moment) -> Stored<usize> {
    let sql = "SELECT count(*) FROM job
               WHERE company = ?1 AND state = 'queued' AND is_newest = 1 AND next_try <= ?2";
    Ok(tx.row(sql, params![company, now], |row| row.get(0))?.unwrap_or_default())
}

pub(super) fn counts(tx: &dyn Tx, company: CompanyId) -> Stored<BTreeMap<JobState, usize>> {
    let sql = "SELECT state, count(*) FROM job WHERE company = ?1 AND is_newest = 1 GROUP BY state";
    Ok(tx.rows(sql, params![company], |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

pub(super) fn all(tx: &dyn Tx, company: CompanyId, state: Option<JobState>) -> Stored<Vec<Job>> {
    let select = format!("SELECT {COLUMNS} FROM job WHERE company = ?1 AND is_newest = 1");
    match state {
        Some(state) => {
            tx.rows(&format!("{select} AND state = ?2 ORDER BY id"), params![company, state], read)
        }
        None => tx.rows(&format!("{select} ORDER BY id"), params![company], read),
    }
}

pub(super) fn in_error(tx: &dyn Tx, company: CompanyId) -> Stored<Vec<Job>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM job
         WHERE company = ?1 AND is_newest = 1 AND error IS NOT NULL AND state <> 'done' ORDER BY id"
    );
    tx.rows(&sql, params![company], read)
}

pub(super) fn named(tx: &dyn Tx, company: CompanyId, jobs: &[JobId]) -> Stored<Vec<Job>> {
    let sql = format!("SELECT {COLUMNS} FROM job WHERE company = ?1 AND id = ?2");
    let mut found = Vec::new();
    for job in jobs {
        found.extend(tx.row(&sql, params![company, job], read)?);
    }
    Ok(found)
}

/// What a step of a session made of a job.
pub(super) fn change(tx: &dyn Tx, company: CompanyId, change: &JobChange, at: Moment) -> Stored<()> {
    let sql = "UPDATE job SET state = ?3, error = ?4, next_try = coalesce(?5, next_try),
                              attempts = attempts + ?6, changed_at = ?7
               WHERE company = ?1 AND id = ?2";
    let error = change.error.as_ref().map(Json);
    let next_try = change.next_try;
    let values = params![company, change.job, change.state, error, next_try, change.is_attempt, at];
    match tx.execute(sql, values)? {
        1 => Ok(()),
        _ => Err(StoreError::Missing { what: "job", key: change.job.0.to_string() }),
    }
}

pub(super) fn read(row: &dyn Row) -> Stored<Job> {
    Ok(Job {
        id: row.get(0)?,
        document: DocumentKey { object: row.get(1)?, id: row.get(2)? },
        version: row.get(3)?,
        state: row.get(4)?,
        attempts: row.get(5)?,
        next_try: row.get(6)?,
        played_at: row.get(7)?,
        changed_at: row.get(8)?,
        error: row.get::<Option<Json<JobError>>>(9)?.map(|it| it.0),
    })
}
