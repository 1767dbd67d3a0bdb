//! The answers kept for message sets, so that the same set is not done twice.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The answers kept, by the ids of their message sets.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct KeptAnswers(BTreeMap<String, KeptAnswer>);

/// What a message set asked, and the responses to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KeptAnswer {
    pub(crate) question: String,
    pub(crate) responses: String,
}

impl KeptAnswers {
    /// The answer kept under an id.
    pub(crate) fn get(&self, id: &str) -> Option<&KeptAnswer> {
        self.0.get(id)
    }

    /// All of them, by id.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(id, kept)| (id.as_str(), kept.responses.as_str()))
    }

    /// Keeps an answer under an id.
    pub(crate) fn keep(&mut self, id: &str, answer: KeptAnswer) {
        self.0.insert(id.to_owned(), answer);
    }

    /// Forgets the answer kept under an id. Gives whether there was one.
    pub(crate) fn forget(&mut self, id: &str) -> bool {
        self.0.remove(id).is_some()
    }

    /// Forgets all answers.
    pub(crate) fn forget_all(&mut self) {
        self.0.clear();
    }
}
