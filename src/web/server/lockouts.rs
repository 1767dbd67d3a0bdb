//! Who is locked out of the pages for a while, because of too many attempts.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;

use crate::people::PersonId;
use crate::sync::stored::Moment;

/// How long after the last attempt that was refused a person counts as locked out.
const LONG: TimeDelta = TimeDelta::minutes(30);

/// People whose attempts to sign in were refused.
#[derive(Default)]
pub struct Lockouts(Mutex<HashMap<PersonId, Moment>>);

impl Lockouts {
    /// An attempt was refused.
    pub fn note(&self, person: PersonId, now: Moment) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, at| now - *at < LONG);
        all.insert(person, now);
    }

    /// Somebody is in, or let in again.
    pub fn forget(&self, person: PersonId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&person);
    }

    /// When the last attempt was refused; nothing if that is long ago.
    pub fn of(&self, person: PersonId, now: Moment) -> Option<Moment> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&person).copied().filter(|at| now - *at < LONG)
    }
}
