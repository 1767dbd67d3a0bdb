//! Who is locked out of the pages for a while, because of too many attempts.

use std::collections::HashMap;

use chrono::TimeDelta;
use parking_lot::Mutex;

use crate::people::PersonId;
use crate::sync::stored::Moment;

/// A person counts as locked out for this long after the last refused attempt.
const LONG: TimeDelta = TimeDelta::minutes(30);

/// People whose attempts to sign in were refused.
#[derive(Default)]
pub struct Lockouts(Mutex<HashMap<PersonId, Moment>>);

impl Lockouts {
    /// Notes a refused attempt.
    pub fn note(&self, person: PersonId, now: Moment) {
        let mut all = self.0.lock();
        all.retain(|_, at| now - *at < LONG);
        all.insert(person, now);
    }

    /// Forgets a person who is in, or who may try again.
    pub fn forget(&self, person: PersonId) {
        self.0.lock().remove(&person);
    }

    /// When the last attempt was refused; nothing if that is long ago.
    pub fn of(&self, person: PersonId, now: Moment) -> Option<Moment> {
        let all = self.0.lock();
        all.get(&person).copied().filter(|at| now - *at < LONG)
    }
}
