//! People, their links and sign-ins.

use chrono::TimeDelta;

use super::{audit, care};
use crate::people::{
    AuditAction, AuditEntry, Care, Change, IDLE, LONGEST, Member, NewAuditEntry, NewPerson, PeopleStore,
    Person, PersonId, Role, SignedIn, TokenHash,
};
use crate::store::sql::tx::{About, Backend, Lasting, Row, Stored, Tx, params};
use crate::sync::stored::{CompanyId, DocumentKey, Moment, StoreError};

/// A flood of attempts is noted so often, and not each time.
const NOTE_EVERY: TimeDelta = TimeDelta::minutes(1);

const COLUMNS: &str = "person.id, person.domain, person.name, person.role, person.password_hash";

impl<B: Backend> PeopleStore for B {
    fn add_person(
        &self,
        new: &NewPerson,
        link: &TokenHash,
        expires_at: Moment,
        entry: &NewAuditEntry,
    ) -> Stored<PersonId> {
        self.write(About::People, Lasting::Now, |tx| {
            let person = add(tx, new)?;
            invite(tx, person, link, expires_at)?;
            audit::note(tx, entry)?;
            Ok(person)
        })
    }

    fn people(&self, domain: Option<&str>) -> Stored<Vec<Person>> {
        self.read(|tx| all(tx, domain))
    }

    fn members(&self, domain: &str, now: Moment) -> Stored<Vec<Member>> {
        self.read(|tx| members(tx, domain, now))
    }

    fn person(&self, name: &str) -> Stored<Option<(Person, Option<String>)>> {
        self.read(|tx| named(tx, name))
    }

    fn set_role(&self, person: PersonId, role: Role, entry: &NewAuditEntry) -> Stored<Change> {
        self.write(About::People, Lasting::Now, |tx| {
            if role != Role::Administrator && is_last_administrator(tx, person)? {
                return Ok(Change::LastAdministrator);
            }
            let sql = "UPDATE person SET role = ?2 WHERE id = ?1";
            let changed = tx.execute(sql, params![person, role])?;
            Ok(change(noted(tx, changed, entry)?))
        })
    }

    fn remove_person(&self, person: PersonId, entry: &NewAuditEntry) -> Stored<Change> {
        self.write(About::People, Lasting::Now, |tx| {
            if is_last_administrator(tx, person)? {
                return Ok(Change::LastAdministrator);
            }
            let removed = tx.execute("DELETE FROM person WHERE id = ?1", params![person])?;
            Ok(change(noted(tx, removed, entry)?))
        })
    }

    fn renew_link(
        &self,
        person: PersonId,
        link: &TokenHash,
        expires_at: Moment,
        entry: &NewAuditEntry,
    ) -> Stored<bool> {
        self.write(About::People, Lasting::Now, |tx| {
            if !tx.exists("SELECT 1 FROM person WHERE id = ?1", params![person])? {
                return Ok(false);
            }
            let invited = invite(tx, person, link, expires_at)?;
            noted(tx, invited, entry)
        })
    }

    fn invited(&self, link: &TokenHash, now: Moment) -> Stored<Option<Person>> {
        self.read(|tx| invited(tx, link, now))
    }

    fn use_link(&self, link: &TokenHash, password_hash: &str, now: Moment) -> Stored<Option<Person>> {
        self.write(About::People, Lasting::Now, |tx| {
            let Some(person) = invited(tx, link, now)? else {
                return Ok(None);
            };
            set_password(tx, &person, password_hash, None, now)?;
            Ok(Some(person))
        })
    }

    fn change_password(
        &self,
        person: PersonId,
        password_hash: &str,
        kept: &TokenHash,
        now: Moment,
    ) -> Stored<bool> {
        self.write(About::People, Lasting::Now, |tx| {
            let Some(person) = with_id(tx, person)? else {
                return Ok(false);
            };
            set_password(tx, &person, password_hash, Some(kept), now)?;
            Ok(true)
        })
    }

    fn sign_in(&self, person: PersonId, token: &TokenHash, now: Moment) -> Stored<()> {
        self.write(About::People, Lasting::Now, |tx| {
            let old = "DELETE FROM sign_in WHERE began_at < ?1 OR active_at < ?2";
            tx.execute(old, params![now - LONGEST, now - IDLE])?;
            let sql = "INSERT INTO sign_in (token, person, began_at, active_at) VALUES (?1, ?2, ?3, ?3)";
            tx.execute(sql, params![token.as_str(), person, now])?;
            let sql = "UPDATE person SET signed_in_at = ?2, refused_at = NULL WHERE id = ?1";
            tx.execute(sql, params![person, now])?;
            match with_id(tx, person)? {
                Some(person) => audit::note(tx, &of_person(&person, AuditAction::SignIn, now)),
                None => Ok(()),
            }
        })
    }

    fn note_refused_person(&self, person: PersonId, at: Option<Moment>) -> Stored<()> {
        self.write(About::Attempts, Lasting::Soon, |tx| {
            let Some(at) = at else {
                let sql = "UPDATE person SET refused_at = NULL WHERE id = ?1";
                return tx.execute(sql, params![person]).map(drop);
            };
            let sql = "UPDATE person SET refused_at = ?2
                       WHERE id = ?1 AND (refused_at IS NULL OR refused_at < ?3)";
            tx.execute(sql, params![person, at, at - NOTE_EVERY]).map(drop)
        })
    }

    fn signed_in(&self, token: &TokenHash, now: Moment) -> Stored<Option<SignedIn>> {
        self.read(|tx| signed_in(tx, token, now))
    }

    fn note_active(&self, token: &TokenHash, now: Moment) -> Stored<()> {
        self.write(About::People, Lasting::Now, |tx| {
            let sql = "UPDATE sign_in SET active_at = ?2 WHERE token = ?1";
            tx.execute(sql, params![token.as_str(), now])?;
            Ok(())
        })
    }

    fn sign_out(&self, token: &TokenHash) -> Stored<()> {
        self.write(About::People, Lasting::Now, |tx| {
            tx.execute("DELETE FROM sign_in WHERE token = ?1", params![token.as_str()])?;
            Ok(())
        })
    }

    fn cares(&self, company: CompanyId) -> Stored<Vec<Care>> {
        self.read(|tx| care::all(tx, company))
    }

    fn take_care(&self, company: CompanyId, all: &[Care]) -> Stored<()> {
        self.change(company, |tx| care::keep(tx, company, all))
    }

    fn note(&self, entry: &NewAuditEntry) -> Stored<()> {
        self.write(About::People, Lasting::Now, |tx| audit::note(tx, entry))
    }

    fn audit_of(&self, company: CompanyId, document: &DocumentKey, limit: usize) -> Stored<Vec<AuditEntry>> {
        self.read(|tx| audit::of(tx, company, document, limit))
    }

    fn done_at(
        &self,
        domain: &str,
        company: CompanyId,
        person: &str,
        action: AuditAction,
        at: Moment,
    ) -> Stored<Vec<DocumentKey>> {
        self.read(|tx| audit::done_at(tx, (domain, company), (person, action), at))
    }

    fn settings_changed(&self, domain: &str, company: CompanyId, limit: usize) -> Stored<Vec<AuditEntry>> {
        self.read(|tx| audit::settings_changed(tx, domain, company, limit))
    }

    fn audit(&self, domain: &str, company: Option<CompanyId>, limit: usize) -> Stored<Vec<AuditEntry>> {
        self.read(|tx| audit::last(tx, domain, company, limit))
    }
}

fn add(tx: &dyn Tx, new: &NewPerson) -> Stored<PersonId> {
    if tx.exists("SELECT 1 FROM person WHERE lower(name) = lower(?1)", params![&new.name])? {
        return Err(StoreError::PersonTaken(new.name.clone()));
    }
    let sql = "INSERT INTO person (domain, name, role) VALUES (?1, ?2, ?3) RETURNING id";
    tx.add(sql, params![new.domain, new.name, new.role])
}

fn all(tx: &dyn Tx, domain: Option<&str>) -> Stored<Vec<Person>> {
    let condition = if domain.is_some() { "WHERE domain = ?1" } else { "WHERE domain = ?1 OR ?1 IS NULL" };
    let sql = format!("SELECT {COLUMNS} FROM person {condition} ORDER BY domain, lower(name)");
    tx.rows(&sql, params![domain], read)
}

fn members(tx: &dyn Tx, domain: &str, now: Moment) -> Stored<Vec<Member>> {
    let sql = format!(
        "SELECT {COLUMNS}, person.signed_in_at, person.refused_at, invitation.expires_at,
             EXISTS (SELECT 1 FROM sign_in WHERE sign_in.person = person.id
                     AND sign_in.began_at > ?2 AND sign_in.active_at > ?3)
         FROM person LEFT JOIN invitation ON invitation.person = person.id AND invitation.expires_at > ?4
         WHERE person.domain = ?1 ORDER BY lower(person.name)"
    );
    let read = |row: &dyn Row| {
        Ok(Member {
            person: read(row)?,
            signed_in_at: row.get(5)?,
            refused_at: row.get(6)?,
            link_until: row.get(7)?,
            is_in: row.get(8)?,
        })
    };
    let limits = params![domain, now - LONGEST, now - IDLE, now];
    tx.rows(&sql, limits, read)
}

/// Whether this is the only administrator of a domain who has a password.
fn is_last_administrator(tx: &dyn Tx, person: PersonId) -> Stored<bool> {
    let sql = "SELECT 1 FROM person WHERE id = ?1 AND role = ?2 AND password_hash IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM person AS other WHERE other.domain = person.domain
                   AND other.id <> person.id AND other.role = ?2 AND other.password_hash IS NOT NULL)";
    tx.exists(sql, params![person, Role::Administrator])
}

fn change(is_made: bool) -> Change {
    if is_made { Change::Made } else { Change::NoSuchPerson }
}

fn named(tx: &dyn Tx, name: &str) -> Stored<Option<(Person, Option<String>)>> {
    let sql = format!("SELECT {COLUMNS} FROM person WHERE lower(name) = lower(?1)");
    let read = |row: &dyn Row| Ok((read(row)?, row.get(4)?));
    tx.row(&sql, params![name], read)
}

fn with_id(tx: &dyn Tx, person: PersonId) -> Stored<Option<Person>> {
    let sql = format!("SELECT {COLUMNS} FROM person WHERE id = ?1");
    tx.row(&sql, params![person], read)
}

/// Sets a password, ends every sign-in but the one that is kept, and takes back a link that is open.
fn set_password(
    tx: &dyn Tx,
    person: &Person,
    password_hash: &str,
    kept: Option<&TokenHash>,
    now: Moment,
) -> Stored<()> {
    let sql = "UPDATE person SET password_hash = ?2 WHERE id = ?1";
    tx.execute(sql, params![person.id, password_hash])?;
    tx.execute("DELETE FROM invitation WHERE person = ?1", params![person.id])?;
    let sql = "DELETE FROM sign_in WHERE person = ?1 AND token IS DISTINCT FROM ?2";
    tx.execute(sql, params![person.id, kept.map(TokenHash::as_str)])?;
    audit::note(tx, &of_person(person, AuditAction::SetPassword, now))
}

fn invite(tx: &dyn Tx, person: PersonId, link: &TokenHash, expires_at: Moment) -> Stored<usize> {
    let sql = "INSERT INTO invitation (person, token, expires_at) VALUES (?1, ?2, ?3)
               ON CONFLICT (person) DO UPDATE
               SET token = excluded.token, expires_at = excluded.expires_at";
    tx.execute(sql, params![person, link.as_str(), expires_at])
}

fn invited(tx: &dyn Tx, link: &TokenHash, now: Moment) -> Stored<Option<Person>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM invitation JOIN person ON person.id = invitation.person
         WHERE invitation.token = ?1 AND invitation.expires_at > ?2"
    );
    tx.row(&sql, params![link.as_str(), now], read)
}

fn signed_in(tx: &dyn Tx, token: &TokenHash, now: Moment) -> Stored<Option<SignedIn>> {
    let sql = format!(
        "SELECT {COLUMNS}, sign_in.active_at FROM sign_in JOIN person ON person.id = sign_in.person
         WHERE sign_in.token = ?1 AND sign_in.began_at > ?2 AND sign_in.active_at > ?3"
    );
    let limits = params![token.as_str(), now - LONGEST, now - IDLE];
    let read = |row: &dyn Row| Ok(SignedIn { person: read(row)?, active_at: row.get(5)? });
    tx.row(&sql, limits, read)
}

/// Takes note of what was done, if anything was.
fn noted(tx: &dyn Tx, changed: usize, entry: &NewAuditEntry) -> Stored<bool> {
    if changed > 0 {
        audit::note(tx, entry)?;
    }
    Ok(changed > 0)
}

fn of_person(person: &Person, action: AuditAction, at: Moment) -> NewAuditEntry {
    NewAuditEntry {
        at,
        domain: person.domain.clone(),
        company: None,
        person: person.name.clone(),
        action,
        about: None,
        details: String::new(),
    }
}

fn read(row: &dyn Row) -> Stored<Person> {
    Ok(Person {
        id: row.get(0)?,
        domain: row.get(1)?,
        name: row.get(2)?,
        role: row.get(3)?,
        has_password: row.get::<Option<String>>(4)?.is_some(),
    })
}
