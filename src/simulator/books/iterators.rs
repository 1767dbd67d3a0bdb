//! The iterators of a session: queries whose result is handed over in portions.

use std::collections::BTreeMap;

/// The iterators of a session, by their ids.
#[derive(Clone, Debug, Default)]
pub(crate) struct Iterators(BTreeMap<String, Iterating>);

/// What an iterator was started with, and the ids that it has not handed over yet.
#[derive(Clone, Debug)]
struct Iterating {
    question: String,
    rest: Vec<String>,
}

impl Iterators {
    /// Ends an iterator. Gives whether there was one.
    pub(crate) fn stop(&mut self, id: &str) -> bool {
        self.0.remove(id).is_some()
    }

    /// Takes out what an iterator has not handed over yet; `None` if there is none, or it belongs to another
    /// question and stays.
    pub(crate) fn take(&mut self, id: &str, question: &str) -> Option<Vec<String>> {
        self.0.get(id).filter(|known| known.question == question)?;
        self.0.remove(id).map(|iterating| iterating.rest)
    }

    /// Keeps what an iterator has yet to hand over; it ends when that is nothing.
    pub(crate) fn keep(&mut self, id: &str, question: String, rest: Vec<String>) {
        if !rest.is_empty() {
            self.0.insert(id.to_owned(), Iterating { question, rest });
        }
    }
}
