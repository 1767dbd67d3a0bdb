//! What is wrong with the store, if anything is.

use super::tx::{Stored, Tx, params};

/// What must never be, with how to say it: each query gives the company file, and what it is about.
const RULES: [(&str, &str); 4] = [
    (
        "a job counts as sent, but no exchange holds it:",
        "SELECT job.company, job.object || ' ' || job.document FROM job
         WHERE job.state = 'sent' AND job.is_newest = 1
         AND NOT EXISTS (SELECT 1 FROM exchange
                         JOIN exchange_item AS item
                         ON item.company = exchange.company AND item.exchange = exchange.id
                         WHERE exchange.company = job.company AND exchange.kind = 'write'
                         AND exchange.answered_at IS NULL
                         AND replace(replace(item.jobs, '[', ','), ']', ',') LIKE '%,' || job.id || ',%')
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
        // Whoever settles a document, takes it out of the queue or merges it leaves none: there is nothing to do for it.
        "SELECT company, object || ' ' || document FROM job
         GROUP BY company, object, document
         HAVING max(id) = max(CASE WHEN is_newest = 0 AND state IN ('sent', 'done') THEN id ELSE 0 END)
         AND NOT EXISTS (SELECT 1 FROM merged WHERE merged.company = job.company
                         AND merged.object = job.object AND merged.document = job.document)",
    ),
    (
        "a session ended before it began:",
        "SELECT company, 'session ' || id FROM session WHERE ended_at < began_at ORDER BY id",
    ),
];

/// The version of the tables; whoever makes them notes it.
pub(super) fn version(tx: &dyn Tx) -> Stored<i64> {
    let sql = "SELECT version FROM refinery_schema_history ORDER BY version DESC LIMIT 1";
    Ok(tx.row(sql, params![], |row| row.get(0))?.unwrap_or_default())
}

pub(super) fn examine(tx: &dyn Tx) -> Stored<Vec<String>> {
    let mut found = Vec::new();
    for (what, sql) in RULES {
        found.extend(tx.rows(sql, params![], |row| {
            let (company, about): (i64, String) = (row.get(0)?, row.get(1)?);
            Ok(format!("company file {company}: {what} {about}"))
        })?);
    }
    Ok(found)
}
