//! What is wrong with the store, if anything is.

use rusqlite::Transaction;

use crate::sync::stored::StoreError;

/// What must never be, with how to say it: each query gives the company file, and what it is about.
const RULES: [(&str, &str); 4] = [
    (
        "a job counts as sent, but no exchange holds it:",
        "SELECT job.company, job.object || ' ' || job.document FROM job
         WHERE job.state = 'sent' AND job.is_newest = 1
         AND NOT EXISTS (SELECT 1 FROM exchange
                         JOIN exchange_item AS item
                         ON item.company = exchange.company AND item.exchange = exchange.id
                         JOIN json_each(item.jobs) AS job_of
                         WHERE exchange.company = job.company AND exchange.kind = 'write'
                         AND exchange.answered_at IS NULL AND job_of.value = job.id)
         ORDER BY job.id",
    ),
    (
        "a job has failed, but nothing says why:",
        "SELECT company, object || ' ' || document FROM job
         WHERE is_newest = 1 AND error IS NULL
         AND state IN ('rejected', 'failed', 'outcome_unknown', 'waiting') ORDER BY id",
    ),
    (
        "a document has jobs, and none of them is the newest:",
        "SELECT company, object || ' ' || document FROM job
         GROUP BY company, object, document HAVING max(id * is_newest) <> max(id)",
    ),
    (
        "a session ended before it began:",
        "SELECT company, 'session ' || id FROM session WHERE ended_at < began_at ORDER BY id",
    ),
];

pub(super) fn examine(tx: &Transaction<'_>) -> Result<Vec<String>, StoreError> {
    let mut found = integrity(tx)?;
    found.extend(foreign_keys(tx)?);
    for (what, sql) in RULES {
        found.extend(broken(tx, what, sql)?);
    }
    Ok(found)
}

fn integrity(tx: &Transaction<'_>) -> Result<Vec<String>, StoreError> {
    let mut query = tx.prepare("PRAGMA integrity_check")?;
    let said = query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let wrong = said.into_iter().filter(|it| it != "ok");
    Ok(wrong.map(|it| format!("the database file is damaged: {it}")).collect())
}

fn foreign_keys(tx: &Transaction<'_>) -> Result<Vec<String>, StoreError> {
    let mut query = tx.prepare("PRAGMA foreign_key_check")?;
    let found = query.query_map([], |row| {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        Ok(format!("a row of `{table}` belongs to a row of `{parent}` that is not there"))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn broken(tx: &Transaction<'_>, what: &str, sql: &str) -> Result<Vec<String>, StoreError> {
    let mut query = tx.prepare(sql)?;
    let found = query.query_map([], |row| {
        let (company, about): (i64, String) = (row.get(0)?, row.get(1)?);
        Ok(format!("company file {company}: {what} {about}"))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}
