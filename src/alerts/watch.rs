//! All of it, each minute: what is the matter, who is told, and what waits to be sent.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{TimeDelta, Timelike as _};
use parking_lot::Mutex;

use super::digest::today;
use super::found::Look;
use super::raise::raise;
use super::raise::{About, test};
use super::send::{Carrier, CarryError, send_due};
use super::{AlertKind, AlertStore, Channel, Found, OpenCause, Recipient};
use crate::people::PeopleStore;
use crate::sync::session::Rulebooks;
use crate::sync::stored::{CompanyFile, CompanyId, Moment, Store, StoreError};
use crate::sync::{ImportError, Noticed, time_zone};

/// So long messages are kept that have left the queue.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Sees what is the matter and tells those who want to know.
pub struct Alerts {
    store: Arc<dyn Store>,
    people: Arc<dyn PeopleStore>,
    kept: Arc<dyn AlertStore>,
    rules: Rulebooks,
    carrier: Arc<dyn Carrier>,
    /// Where the pages are, without a slash at the end, if that is known.
    address: Option<String>,
    /// What a look at all records of a company file told, and what that was made from.
    noticed: Mutex<HashMap<CompanyId, (u64, Arc<Noticed>)>>,
}

/// What tells nobody.
const NOBODY: &str = "no alert could be looked for";

impl Alerts {
    /// Over what is kept, with these rules, by these ways. `address` is where the pages are, without a slash at the end, if
    /// that is known.
    pub fn new(
        (store, people, kept): (Arc<dyn Store>, Arc<dyn PeopleStore>, Arc<dyn AlertStore>),
        rules: Rulebooks,
        carrier: Arc<dyn Carrier>,
        address: Option<String>,
    ) -> Self {
        Self { store, people, kept, rules, carrier, address, noticed: Mutex::default() }
    }

    /// Looks at every company file, queues what is to be told, and sends what is due. Gives what went wrong, for who runs
    /// the server.
    ///
    /// # Errors
    /// The store failed.
    pub fn tick(&self, now: Moment) -> Result<Vec<String>, StoreError> {
        let mut wrong = Vec::new();
        for file in self.store.company_files()? {
            if let Err(error) = self.look(&file, now) {
                wrong.push(format!("{}: {NOBODY}: {error}", file.made.name));
            }
        }
        let failed = send_due(&*self.kept, &*self.carrier, now)?;
        wrong.extend(failed.into_iter().map(|(to, error)| format!("an alert did not reach {to}: {error}")));
        Ok(wrong)
    }

    /// Sends a test at once, past the queue: whoever asked for it sees what became of it.
    ///
    /// # Errors
    /// [`CarryError`]
    pub fn test(&self, file: &CompanyFile, recipient: &Recipient, now: Moment) -> Result<(), CarryError> {
        let message = test(self.about(file, now), recipient.id);
        self.carrier.carry(&message, &recipient.chosen.channel, now)
    }

    /// Whether such a recipient can be told at all.
    ///
    /// # Errors
    /// [`CarryError`]
    pub fn offers(&self, to: &Channel) -> Result<(), CarryError> {
        self.carrier.offers(to)
    }

    fn about<'a>(&'a self, file: &'a CompanyFile, now: Moment) -> About<'a> {
        let program = self.rules.of(file).ok();
        let zone = time_zone(program.as_ref().map(|book| &book.program), file).unwrap_or_default();
        About { file, zone, address: self.address.as_deref(), now }
    }

    fn look(&self, file: &CompanyFile, now: Moment) -> Result<(), ImportError> {
        let to = self.kept.recipients(file.id)?;
        let before = self.kept.open_causes(file.id)?;
        let kinds: BTreeSet<AlertKind> = to.iter().flat_map(|it| it.chosen.kinds.iter().copied()).collect();
        if kinds.is_empty() && before.is_empty() {
            return Ok(());
        }
        // Where they do not fit, no visit comes about either, and that is told.
        let Ok(book) = self.rules.of(file) else { return Ok(()) };
        let about = self.about(file, now);
        let program = &book.program;
        let is_digest_due = is_digest_due(about, &today(program, file, now), &before, &to);
        let (store, people) = (&*self.store, &*self.people);
        let look = Look { store, people, program, file, now, is_digest_due };
        let noticed = self.noticed(look, &kinds)?;
        let found: Vec<Found> = look.all(&kinds, &noticed)?;
        let raised = raise(about, before.clone(), found, &to);
        if !raised.messages.is_empty() || raised.open != before {
            self.kept.keep_raised(file.id, &raised, now - KEPT)?;
        }
        Ok(())
    }

    /// What a look at all records tells, if anybody wants to know; looked at anew once it may be another.
    fn noticed(&self, look: Look<'_>, kinds: &BTreeSet<AlertKind>) -> Result<Arc<Noticed>, ImportError> {
        let of_records = [AlertKind::Waiting, AlertKind::Differs, AlertKind::Digest];
        if !of_records.iter().any(|kind| kinds.contains(kind)) {
            return Ok(Arc::default());
        }
        let (company, made_from) = (look.file.id, Noticed::made_from(look.store, look.file)?);
        if let Some((_, noticed)) = self.noticed.lock().get(&company).filter(|(seen, _)| *seen == made_from) {
            return Ok(noticed.clone());
        }
        let noticed = Arc::new(Noticed::of(look.store, look.program, look.file)?);
        self.noticed.lock().insert(company, (made_from, noticed.clone()));
        Ok(noticed)
    }
}

/// Whether somebody who was not told yet is to get today's summary now.
fn is_digest_due(about: About<'_>, today: &str, before: &[OpenCause], to: &[Recipient]) -> bool {
    let hour = about.now.with_timezone(&about.zone).hour();
    let of_today = before.iter().find(|cause| cause.kind == AlertKind::Digest && cause.subject == today);
    let is_told = |recipient: &Recipient| of_today.is_some_and(|cause| cause.told.contains(&recipient.id));
    let wants = |it: &&Recipient| it.chosen.kinds.contains(&AlertKind::Digest) && hour >= it.chosen.digest_at;
    to.iter().filter(wants).any(|recipient| !is_told(recipient))
}
