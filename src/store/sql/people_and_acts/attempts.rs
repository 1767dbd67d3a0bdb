//! How often somebody has tried to sign in.

use chrono::TimeDelta;

use crate::people::{Acquaintance, Attempt, AttemptStore, Counter};
use crate::store::sql::tx::{About, Backend, Lasting, Stored, Tx, params};
use crate::sync::stored::{Moment, StoreError};

impl<B: Backend> AttemptStore for B {
    fn attempt(&self, attempt: &Attempt<'_>) -> Stored<Option<Acquaintance>> {
        self.write(About::Attempts, Lasting::Soon, |tx| {
            if !count(tx, &attempt.from, attempt.at)? {
                return Ok(None);
            }
            let known = acquaintance(tx, attempt.who)?;
            let is_counted = count(tx, &(attempt.of_user)(&known), attempt.at)?;
            Ok(is_counted.then_some(known))
        })
    }

    fn acquaint(&self, who: &str, network: &str) -> Stored<()> {
        self.write(About::Attempts, Lasting::Soon, |tx| {
            let sql = "INSERT INTO acquaintance (who, network, forgiven) VALUES (?1, ?2, 0)
                       ON CONFLICT (who) DO UPDATE SET network = excluded.network";
            tx.execute(sql, params![who, network]).map(drop)
        })
    }

    fn forgive(&self, who: &str) -> Stored<()> {
        self.write(About::Attempts, Lasting::Now, |tx| {
            let sql = "INSERT INTO acquaintance (who, network, forgiven) VALUES (?1, NULL, 1)
                       ON CONFLICT (who) DO UPDATE SET forgiven = acquaintance.forgiven + 1";
            tx.execute(sql, params![who]).map(drop)
        })
    }

    fn shared_secret(&self, name: &str, fresh: &str) -> Stored<String> {
        self.write(About::People, Lasting::Now, |tx| {
            let sql =
                "INSERT INTO shared_secret (name, secret) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";
            tx.execute(sql, params![name, fresh])?;
            let sql = "SELECT secret FROM shared_secret WHERE name = ?1";
            let kept = tx.row(sql, params![name], |row| row.get(0))?;
            kept.ok_or_else(|| StoreError::Corrupt("a secret that was written and is not there".to_owned()))
        })
    }
}

/// Counts an attempt, unless it is one too many. A counter is full up to a moment, and each attempt moves that on; one that
/// is full further ahead than so many attempts take is one too many. One statement does it, so that of two servers
/// each sees what the other one has counted.
fn count(tx: &dyn Tx, counter: &Counter, now: Moment) -> Stored<bool> {
    let span = |attempts: u32| TimeDelta::milliseconds(counter.every.saturating_mul(i64::from(attempts)));
    let latest = now + span(counter.at_once.saturating_sub(1));
    let sql = "INSERT INTO attempt (counter, until) VALUES (?1, ?2)
               ON CONFLICT (counter) DO UPDATE
               SET until = CASE WHEN attempt.until > ?3 THEN attempt.until + ?4 ELSE excluded.until END
               WHERE attempt.until <= ?5";
    Ok(tx.execute(sql, params![counter.name, now + span(1), now, counter.every, latest])? > 0)
}

fn acquaintance(tx: &dyn Tx, who: &str) -> Stored<Acquaintance> {
    let sql = "SELECT network, forgiven FROM acquaintance WHERE who = ?1";
    let known =
        tx.row(sql, params![who], |row| Ok(Acquaintance { network: row.get(0)?, forgiven: row.get(1)? }))?;
    Ok(known.unwrap_or_default())
}
