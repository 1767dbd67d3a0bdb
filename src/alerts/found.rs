//! What is the matter in a company file at this moment.

use std::collections::{BTreeSet, HashMap};

use super::{AlertKind, digest};
use crate::people::{Care, PeopleStore};
use crate::rules::Program;
use crate::sync::stored::{CompanyFile, DocumentKey, Moment, Store, StoreError, StoredDocument, Trouble};
use crate::sync::{Cause, Differs, KeptError, NotSent, Undone, differs_and_undone, held_up, time_zone};

/// Something that is the matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Of what kind it is.
    pub kind: AlertKind,
    /// What it is about, as it is told from others of its kind.
    pub subject: String,
    /// What is the matter, in a sentence.
    pub text: String,
    /// Since when, as far as that is known.
    pub since: Moment,
}

/// A company file that is looked at.
#[derive(Clone, Copy)]
pub(super) struct Look<'l> {
    pub store: &'l dyn Store,
    pub people: &'l dyn PeopleStore,
    pub program: &'l Program,
    pub file: &'l CompanyFile,
    pub now: Moment,
    /// Whether somebody is to get the day's summary now.
    pub is_digest_due: bool,
}

/// What the records of a company file say: to see it takes a look at all of them.
#[derive(Debug, Default)]
pub(super) struct Amounts {
    pub differs: Vec<Differs>,
    undone: Vec<Undone>,
}

impl Amounts {
    pub fn of(look: Look<'_>) -> Result<Self, KeptError> {
        let (differs, undone) = differs_and_undone(look.store, look.program, look.file)?;
        Ok(Self { differs, undone })
    }
}

impl Look<'_> {
    /// All that is the matter, of these kinds.
    pub fn all(self, kinds: &BTreeSet<AlertKind>, amounts: &Amounts) -> Result<Vec<Found>, StoreError> {
        let mut found = Vec::new();
        for kind in kinds {
            found.extend(match kind {
                AlertKind::Silent => self.silent(),
                AlertKind::Refused => self.refused()?,
                AlertKind::Waiting => self.waiting(amounts)?,
                AlertKind::Differs => self.differs(amounts),
                AlertKind::Digest => vec![digest::of_day(self, amounts)?],
            });
        }
        Ok(found)
    }

    fn found(self, kind: AlertKind, subject: impl Into<String>, text: String, since: Moment) -> Found {
        // A moment of the future would never have waited long enough.
        Found { kind, subject: subject.into(), text, since: since.min(self.now) }
    }

    /// A moment, for people, in the domain's time zone.
    pub fn at(self, moment: Moment) -> String {
        let zone = time_zone(Some(self.program), self.file).unwrap_or_default();
        moment.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z").to_string()
    }

    fn silent(self) -> Vec<Found> {
        let held_up = held_up(Some(self.program), self.file, self.now);
        let silent = held_up.into_iter().filter_map(|reason| match reason {
            NotSent::NoVisit(last) => {
                let text = format!("The Web Connector does not call. It last called at {}.", self.at(last));
                Some(self.found(AlertKind::Silent, "visit", text, last))
            }
            _ => None,
        });
        silent.collect()
    }

    fn refused(self) -> Result<Vec<Found>, StoreError> {
        let all = self.store.refused_sign_ins(self.file.id)?;
        let open = all.into_iter().filter(|it| self.file.last_contact.is_none_or(|last| it.last_at > last));
        let found = open.map(|refused| {
            let text = format!(
                "Sign-ins of the Web Connector from {} are refused since {}: type its password again.",
                refused.address,
                self.at(refused.first_at)
            );
            self.found(AlertKind::Refused, refused.address, text, refused.first_at)
        });
        Ok(found.collect())
    }

    /// What the page To do shows: documents, what fails again and again, records that cannot be read. What somebody has put
    /// off does not count.
    fn waiting(self, amounts: &Amounts) -> Result<Vec<Found>, StoreError> {
        let mut documents: Vec<(Cause, DocumentKey, String, Moment)> = Vec::new();
        for job in self.store.jobs_in_error(self.file.id)? {
            let Some(error) = &job.error else { continue };
            let told = error.happened.lines().next().unwrap_or_default().to_owned();
            let cause = Cause::of_job(job.state, error);
            documents.extend(cause.map(|cause| (cause, job.document, told, job.changed_at)));
        }
        for undone in &amounts.undone {
            let (key, told) = (undone.document.clone(), undone.message.clone());
            documents.push((Cause::ToBeDone, key, told, self.now));
        }
        let later = self.put_off()?;
        documents.retain(|(cause, key, ..)| !later.contains(&(cause.name(), key.clone())));
        let names = self.names(documents.iter().map(|(_, key, ..)| key))?;
        let of_document = documents.into_iter().map(|(cause, key, told, since)| {
            let name = names.get(&key).cloned().unwrap_or_else(|| key.to_string());
            let text = format!("{name}. {}: {told}", cause.words().title);
            self.found(AlertKind::Waiting, format!("{} {key}", cause.name()), text, since)
        });
        let mut found: Vec<Found> = of_document.collect();
        for trouble in self.store.troubles(self.file.id)?.iter().filter(|it| Trouble::repeats(it)) {
            let text = format!("{}, {} times: {}", trouble.subject, trouble.times, trouble.reason.trim());
            found.push(self.found(AlertKind::Waiting, trouble.subject.text(), text, trouble.first_at));
        }
        for flaw in self.store.flaws(self.file.id)?.iter().filter(|it| it.is_set_aside()) {
            let label = flaw.flaw.label();
            let text = format!("{label} of QuickBooks cannot be read: {}", flaw.flaw.reason);
            found.push(self.found(AlertKind::Waiting, format!("record {label}"), text, flaw.first_at));
        }
        found.sort_by(|a, b| a.subject.cmp(&b.subject));
        found.dedup_by(|a, b| a.subject == b.subject);
        Ok(found)
    }

    fn differs(self, amounts: &Amounts) -> Vec<Found> {
        let found = amounts.differs.iter().map(|it| {
            let text = it.error.happened.lines().next().unwrap_or_default().to_owned();
            self.found(AlertKind::Differs, it.document.to_string(), text, self.now)
        });
        found.collect()
    }

    /// What people have put off until later than now.
    fn put_off(self) -> Result<BTreeSet<(String, DocumentKey)>, StoreError> {
        let cares = self.people.cares(self.file.id)?.into_iter();
        let later = cares.filter(|care| care.until.is_some_and(|until| until > self.now));
        let key = |care: Care| {
            let Care { about, .. } = care;
            (about.cause, DocumentKey { object: about.object, id: about.id })
        };
        Ok(later.map(key).collect())
    }

    /// What people call these documents.
    fn names<'k>(
        self,
        keys: impl Iterator<Item = &'k DocumentKey>,
    ) -> Result<HashMap<DocumentKey, String>, StoreError> {
        let keys: Vec<DocumentKey> = keys.cloned().collect();
        let stored = self.store.documents(self.file.id, &keys)?;
        let named = stored.into_iter().filter_map(|it| Some((it.document.key.clone(), self.name(&it)?)));
        Ok(named.collect())
    }

    fn name(self, stored: &StoredDocument) -> Option<String> {
        let list = self.program.list_of(&stored.document.key.object)?;
        let way = list.columns.first()?.field.as_ref()?.replace('.', "/");
        let document: serde_json::Value = serde_json::from_str(&stored.document.json).ok()?;
        let name = match document.pointer(&format!("/{way}"))? {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some(format!("{} {name}", list.one))
    }
}
