//! A value of each company file that takes long to make. It is made in the background; until it is ready,
//! pages show the value before.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use super::patience::Patience;
use crate::sync::session::{Rulebook, Rulebooks};
use crate::sync::stored::{CompanyFile, CompanyId, Store};
use crate::web::ground::gate::{Gate, Pass};
use crate::web::ground::trouble::Trouble;

/// Makes the value of a company file, by its rules; the one before is given, if there is one that was made by the same rule set.
pub type Make<V> = fn(&dyn Store, &Rulebook, &CompanyFile, Option<&V>) -> Result<V, Trouble>;

/// Something that was made of a company file as it was at one moment.
pub trait OfMoment {
    /// What [`CompanyFile::changes`] was then.
    fn changes(&self) -> i64;

    /// Whether the company file is as it was then.
    fn is_of(&self, file: &CompanyFile) -> bool {
        self.changes() >= file.changes
    }
}

/// The values of all company files.
pub struct Background<V> {
    store: Arc<dyn Store>,
    rules: Rulebooks,
    make: Make<V>,
    /// The most values to keep; the one that nobody asked for the longest goes first.
    most: usize,
    gate: Gate,
    at_once: usize,
    places: Mutex<HashMap<CompanyId, Arc<ValuePlace<V>>>>,
}

struct ValuePlace<V> {
    state: Mutex<PlaceState<V>>,
    made: Condvar,
}

/// A value, and the fingerprint of the rule set by which it was made.
type Made<V> = (Arc<V>, String);

struct PlaceState<V> {
    value: Option<Made<V>>,
    is_making: bool,
    problem: Option<String>,
    asked_at: Instant,
}

impl<V: OfMoment + Send + Sync + 'static> Background<V> {
    /// Values of what that store has, by these rules, as `make` makes them: at most `most` are kept, and `at_once` are
    /// made at the same time.
    pub fn new(
        store: Arc<dyn Store>,
        rules: Rulebooks,
        (most, at_once): (usize, usize),
        make: Make<V>,
    ) -> Self {
        Self { store, rules, make, most, gate: Gate::new(at_once), at_once, places: Mutex::default() }
    }

    /// The value of a company file, fresh and by the rule set of its domain if it is or becomes so within that time, else the one before;
    /// nothing if there is none. The first of all is waited for as long as `first` says: however long it takes, if that is
    /// nothing.
    ///
    /// # Errors
    /// [`Trouble::Failed`], if there is none and none can be made.
    pub fn get(
        &self,
        file: &CompanyFile,
        time: Duration,
        first: Option<Duration>,
    ) -> Result<Option<Arc<V>>, Trouble> {
        let company = file.id;
        let place = self.place(company);
        let asked_at = Instant::now();
        let mut state = place.state.lock();
        state.asked_at = asked_at;
        loop {
            let is_current = |(value, set): &&Made<V>| value.is_of(file) && self.is_by_rules(set, file);
            if let Some((value, _)) = state.value.as_ref().filter(is_current) {
                return Ok(Some(value.clone()));
            }
            let before = state.value.as_ref().map(|(value, _)| value.clone());
            if let Some(problem) = state.problem.take() {
                return before.map(Some).ok_or(Trouble::Failed(problem));
            }
            if !state.is_making {
                state.is_making = true;
                self.start(place.clone(), company, state.value.clone());
            }
            let patience = if before.is_some() { Some(time) } else { first };
            let Some(patience) = patience else {
                place.made.wait(&mut state);
                continue;
            };
            let left = patience.saturating_sub(asked_at.elapsed());
            if left.is_zero() {
                return Ok(before);
            }
            place.made.wait_for(&mut state, left);
        }
    }

    /// The same for whoever waits as long for the first value as for a fresh one; nothing while the first one is being made.
    ///
    /// # Errors
    /// As of [`Background::get`].
    pub fn within(&self, file: &CompanyFile, patience: Patience) -> Result<Option<Arc<V>>, Trouble> {
        self.get(file, patience.time(), Some(patience.time()))
    }

    /// The value as it is, fresh or not; `None` if none was made yet.
    pub fn peek(&self, company: CompanyId) -> Option<Arc<V>> {
        let places = self.places.lock();
        let place = places.get(&company).cloned()?;
        drop(places);
        let state = place.state.lock();
        state.value.as_ref().map(|(value, _)| value.clone())
    }

    fn is_by_rules(&self, set: &str, file: &CompanyFile) -> bool {
        self.rules.of_domain(&file.made.domain).is_ok_and(|now| now.fingerprint == set)
    }

    /// Nothing is made for as long as the caller keeps what this returns.
    pub fn hold(&self) -> Vec<Pass> {
        (0..self.at_once).map(|_| self.gate.enter()).collect()
    }

    fn place(&self, company: CompanyId) -> Arc<ValuePlace<V>> {
        let mut places = self.places.lock();
        let place = places.entry(company).or_insert_with(|| Arc::new(ValuePlace::new())).clone();
        if places.len() > self.most {
            let others = places.iter().filter(|(other, _)| **other != company);
            let oldest = others.min_by_key(|(_, place)| place.state.lock().asked_at).map(|(id, _)| *id);
            oldest.and_then(|oldest| places.remove(&oldest));
        }
        place
    }

    /// Makes the value on a thread of its own.
    fn start(&self, place: Arc<ValuePlace<V>>, company: CompanyId, before: Option<Made<V>>) {
        let (store, rules, gate) = (self.store.clone(), self.rules.clone(), self.gate.clone());
        let make = self.make;
        std::thread::spawn(move || {
            let mut making = Making { place, result: Err(Trouble::Failed("it broke down".to_owned())) };
            let _pass = gate.enter();
            making.result = value_of(&*store, &rules, company, make, before);
        });
    }
}

/// The value of a company file as it is now, by the rules that it has now.
fn value_of<V>(
    store: &dyn Store,
    rules: &Rulebooks,
    company: CompanyId,
    make: Make<V>,
    before: Option<Made<V>>,
) -> Result<Made<V>, Trouble> {
    let file = store.company_file(company)?;
    let set = rules.of_domain(&file.made.domain)?;
    let before = before.filter(|(_, made_by)| *made_by == set.fingerprint);
    let value = make(store, &*set.of(&file)?, &file, before.as_ref().map(|(value, _)| &**value))?;
    Ok((Arc::new(value), set.fingerprint.clone()))
}

impl<V> ValuePlace<V> {
    fn new() -> Self {
        let state = PlaceState { value: None, is_making: false, problem: None, asked_at: Instant::now() };
        Self { state: Mutex::new(state), made: Condvar::new() }
    }
}

/// A value in the making. However that ends, those who wait are woken.
struct Making<V> {
    place: Arc<ValuePlace<V>>,
    result: Result<Made<V>, Trouble>,
}

impl<V> Drop for Making<V> {
    fn drop(&mut self) {
        let result = std::mem::replace(&mut self.result, Err(Trouble::NotFound));
        let mut state = self.place.state.lock();
        state.is_making = false;
        match result {
            Ok(made) => state.value = Some(made),
            Err(Trouble::Failed(why)) => state.problem = Some(why),
            Err(other) => state.problem = Some(other.to_string()),
        }
        drop(state);
        self.place.made.notify_all();
    }
}
