//! The views of all company files, made when they are wanted.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::view::View;
use crate::sync::session::Rulebook;
use crate::sync::stored::{CompanyFile, CompanyId, Store};
use crate::web::trouble::Trouble;

/// How long to wait for a view that is being made while there is an older one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// A person waits: 30 ms, which is enough for small files.
    Short,
    /// A page is brought up to date by itself: 5 s.
    Long,
}

/// The views of all company files.
pub struct Views {
    store: Arc<dyn Store>,
    rules: Arc<Rulebook>,
    places: Mutex<HashMap<CompanyId, Arc<Place>>>,
}

#[derive(Default)]
struct Place {
    state: Mutex<State>,
    made: Condvar,
}

#[derive(Default)]
struct State {
    view: Option<Arc<View>>,
    is_making: bool,
    problem: Option<String>,
}

impl Views {
    /// Views of what that store has, by these rules.
    pub fn new(store: Arc<dyn Store>, rules: Arc<Rulebook>) -> Self {
        Self { store, rules, places: Mutex::default() }
    }

    /// The lists of a company file: as it is, or, if that takes longer than whoever asks would wait, as
    /// it was before. The first view of all is waited for.
    ///
    /// # Errors
    /// [`Trouble::Failed`], if there is none and none can be made.
    pub fn get(&self, file: &CompanyFile, patience: Patience) -> Result<Arc<View>, Trouble> {
        let place =
            self.places.lock().unwrap_or_else(PoisonError::into_inner).entry(file.id).or_default().clone();
        let until = Instant::now() + patience.time();
        let mut state = lock(&place);
        loop {
            if let Some(view) = state.view.as_ref().filter(|view| view.changes >= file.changes) {
                return Ok(view.clone());
            }
            if let Some(problem) = state.problem.take() {
                return state.view.clone().ok_or(Trouble::Failed(problem));
            }
            if !state.is_making {
                state.is_making = true;
                self.make(place.clone(), file.id, state.view.clone());
            }
            state = match state.view.clone() {
                None => place.made.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(view) => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Ok(view);
                    }
                    place.made.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    /// Makes the view on a thread of its own.
    fn make(&self, place: Arc<Place>, company: CompanyId, before: Option<Arc<View>>) {
        let (store, rules) = (self.store.clone(), self.rules.clone());
        std::thread::spawn(move || {
            let mut making = Making { place, result: Err(Trouble::Failed("it broke down".to_owned())) };
            let file = store.company_file(company).map_err(Trouble::from);
            making.result =
                file.and_then(|file| View::make(&*store, &rules.program, &file, before.as_deref()));
        });
    }
}

/// A view in the making; whatever becomes of it, those who wait are told.
struct Making {
    place: Arc<Place>,
    result: Result<View, Trouble>,
}

impl Drop for Making {
    fn drop(&mut self) {
        let result = std::mem::replace(&mut self.result, Err(Trouble::NotFound));
        let mut state = lock(&self.place);
        state.is_making = false;
        match result {
            Ok(view) => state.view = Some(Arc::new(view)),
            Err(Trouble::Failed(why)) => state.problem = Some(why),
            Err(other) => state.problem = Some(other.to_string()),
        }
        drop(state);
        self.place.made.notify_all();
    }
}

impl Patience {
    fn time(self) -> Duration {
        match self {
            Self::Short => Duration::from_millis(30),
            Self::Long => Duration::from_secs(5),
        }
    }
}

fn lock(place: &Place) -> MutexGuard<'_, State> {
    place.state.lock().unwrap_or_else(PoisonError::into_inner)
}
