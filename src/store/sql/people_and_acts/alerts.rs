//! Who is told of what, what is open, and the queue of messages.

use std::collections::{BTreeMap, BTreeSet};

use crate::alerts::{
    AlertKind, AlertMessage, AlertStore, Channel, MessageState, NewRecipient, OpenCause, Raised, Recipient,
    RecipientId,
};
use crate::store::sql::company_files;
use crate::store::sql::tx::{About, Backend, Lasting, Row, Stored, Tx, params};
use crate::store::sql::value::{Json, unknown_word};
use crate::sync::stored::{CompanyId, Moment};

/// The columns of a recipient and of a message; both may be asked for at once.
const RECIPIENT: &str = "who.id, who.company, who.person, who.channel, who.target, who.secret, who.kinds, who.hours, who.digest_at";
const MESSAGE: &str = "what.id, what.company, what.recipient, what.at, what.body, what.attempts, what.next_try, what.sent_at, what.failure";

impl<B: Backend> AlertStore for B {
    fn recipients(&self, company: CompanyId) -> Stored<Vec<Recipient>> {
        self.read(|tx| {
            let sql = format!(
                "SELECT {RECIPIENT} FROM alert_recipient AS who WHERE who.company = ?1 ORDER BY who.id"
            );
            tx.rows(&sql, params![company], |row| recipient(row, 0))
        })
    }

    fn keep_recipient(&self, company: CompanyId, chosen: &NewRecipient) -> Stored<RecipientId> {
        self.change(company, |tx| keep(tx, company, chosen))
    }

    fn remove_recipient(&self, company: CompanyId, recipient: RecipientId) -> Stored<bool> {
        self.change(company, |tx| {
            let sql = "DELETE FROM alert_recipient WHERE company = ?1 AND id = ?2";
            Ok(tx.execute(sql, params![company, recipient])? > 0)
        })
    }

    fn open_causes(&self, company: CompanyId) -> Stored<Vec<OpenCause>> {
        self.read(|tx| open_causes(tx, company))
    }

    fn keep_raised(&self, company: CompanyId, raised: &Raised, old: Moment) -> Stored<()> {
        self.change(company, |tx| {
            keep_open(tx, company, &raised.open)?;
            for message in &raised.messages {
                queue(tx, message)?;
            }
            let sql = "DELETE FROM alert_message WHERE company = ?1 AND at < ?2 AND next_try IS NULL";
            tx.execute(sql, params![company, old])?;
            Ok(())
        })
    }

    fn due_messages(&self, now: Moment, limit: usize) -> Stored<Vec<(AlertMessage, Recipient)>> {
        self.read(|tx| {
            let sql = format!(
                "SELECT {MESSAGE}, {RECIPIENT} FROM alert_message AS what
                 JOIN alert_recipient AS who ON who.id = what.recipient
                 WHERE what.next_try <= ?1 ORDER BY what.next_try, what.at, what.id LIMIT ?2"
            );
            tx.rows(&sql, params![now, limit], |row| Ok((message(row)?, recipient(row, 9)?)))
        })
    }

    fn hold_message(&self, message: &AlertMessage, until: Moment) -> Stored<bool> {
        self.write(About::People, Lasting::Now, |tx| {
            let sql = "UPDATE alert_message SET next_try = ?3 WHERE id = ?1 AND next_try = ?2";
            Ok(tx.execute(sql, params![message.id, message.state.next_try, until])? > 0)
        })
    }

    fn note_message(&self, id: &str, state: &MessageState) -> Stored<()> {
        self.write(About::People, Lasting::Now, |tx| {
            let sql = "UPDATE alert_message SET attempts = ?2, next_try = ?3, sent_at = ?4, failure = ?5 WHERE id = ?1";
            let MessageState { attempts, next_try, sent_at, failure } = state;
            tx.execute(sql, params![id, attempts, next_try, sent_at, failure])?;
            Ok(())
        })
    }

    fn messages(&self, company: CompanyId, limit: usize) -> Stored<Vec<AlertMessage>> {
        self.read(|tx| {
            let sql = format!(
                "SELECT {MESSAGE} FROM alert_message AS what WHERE what.company = ?1
                 ORDER BY what.at DESC, what.id LIMIT ?2"
            );
            tx.rows(&sql, params![company, limit], message)
        })
    }
}

fn keep(tx: &dyn Tx, company: CompanyId, chosen: &NewRecipient) -> Stored<RecipientId> {
    company_files::must_exist(tx, company)?;
    let NewRecipient { person, channel, kinds, hours, digest_at } = chosen;
    let sql = "SELECT id FROM alert_recipient
               WHERE company = ?1 AND (person = ?2 OR ?2 IS NULL AND person IS NULL AND target = ?3)";
    let known: Option<RecipientId> =
        tx.row(sql, params![company, person, channel.target()], |row| row.get(0))?;
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    let (name, target, secret) = (channel.name(), channel.target(), channel.secret());
    if let Some(id) = known {
        let sql = "UPDATE alert_recipient
                   SET channel = ?2, target = ?3, secret = ?4, kinds = ?5, hours = ?6, digest_at = ?7 WHERE id = ?1";
        tx.execute(sql, params![id, name, target, secret, Json(kinds), hours, digest_at])?;
        return Ok(id);
    }
    let sql =
        "INSERT INTO alert_recipient (company, person, channel, target, secret, kinds, hours, digest_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id";
    tx.add(sql, params![company, person, name, target, secret, Json(kinds), hours, digest_at])
}

fn open_causes(tx: &dyn Tx, company: CompanyId) -> Stored<Vec<OpenCause>> {
    let mut told: BTreeMap<(AlertKind, String), BTreeSet<RecipientId>> = BTreeMap::new();
    let sql = "SELECT kind, subject, recipient FROM alert_told WHERE company = ?1";
    for (kind, subject, recipient) in
        tx.rows(sql, params![company], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
    {
        told.entry((kind, subject)).or_default().insert(recipient);
    }
    let sql = "SELECT kind, subject, since FROM alert_cause WHERE company = ?1 ORDER BY kind, subject";
    tx.rows(sql, params![company], |row| {
        let (kind, subject): (AlertKind, String) = (row.get(0)?, row.get(1)?);
        let told = told.remove(&(kind, subject.clone())).unwrap_or_default();
        Ok(OpenCause { kind, subject, since: row.get(2)?, told })
    })
}

/// A recipient that was removed meanwhile was told of nothing.
fn keep_open(tx: &dyn Tx, company: CompanyId, open: &[OpenCause]) -> Stored<()> {
    for sql in ["DELETE FROM alert_told WHERE company = ?1", "DELETE FROM alert_cause WHERE company = ?1"] {
        tx.execute(sql, params![company])?;
    }
    let cause = "INSERT INTO alert_cause (company, kind, subject, since) VALUES (?1, ?2, ?3, ?4)";
    let told = "INSERT INTO alert_told (company, kind, subject, recipient)
                SELECT ?1, ?2, ?3, id FROM alert_recipient WHERE id = ?4";
    for OpenCause { kind, subject, since, told: recipients } in open {
        tx.execute(cause, params![company, kind, subject, since])?;
        for recipient in recipients {
            tx.execute(told, params![company, kind, subject, recipient])?;
        }
    }
    Ok(())
}

fn queue(tx: &dyn Tx, message: &AlertMessage) -> Stored<()> {
    let sql = "INSERT INTO alert_message (id, company, recipient, at, body, attempts, next_try)
               SELECT ?1, ?2, id, ?4, ?5, 0, ?6 FROM alert_recipient WHERE id = ?3
               ON CONFLICT (id) DO NOTHING";
    let AlertMessage { id, company, recipient, at, body, state } = message;
    tx.execute(sql, params![id, company, recipient, at, Json(body), state.next_try])?;
    Ok(())
}

fn recipient(row: &dyn Row, first: usize) -> Stored<Recipient> {
    let channel: String = row.get(first + 3)?;
    let read = Channel::of(&channel, row.get(first + 4)?, row.get(first + 5)?);
    Ok(Recipient {
        id: row.get(first)?,
        company: row.get(first + 1)?,
        chosen: NewRecipient {
            person: row.get(first + 2)?,
            channel: read.ok_or_else(|| unknown_word(&channel))?,
            kinds: row.get::<Json<BTreeSet<AlertKind>>>(first + 6)?.0,
            hours: row.get(first + 7)?,
            digest_at: row.get(first + 8)?,
        },
    })
}

fn message(row: &dyn Row) -> Stored<AlertMessage> {
    Ok(AlertMessage {
        id: row.get(0)?,
        company: row.get(1)?,
        recipient: row.get(2)?,
        at: row.get(3)?,
        body: row.get::<Json<_>>(4)?.0,
        state: MessageState {
            attempts: row.get(5)?,
            next_try: row.get(6)?,
            sent_at: row.get(7)?,
            failure: row.get(8)?,
        },
    })
}
