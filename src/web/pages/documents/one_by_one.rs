//! Several documents, each handled by itself: where that cannot be, the others count all the same.

use crate::language::{say, told};
use crate::people::{AuditAction, AuditSubject};
use crate::rules::program::List;
use crate::sync::NotConnected;
use crate::sync::stored::DocumentKey;
use crate::web::ground::trouble::Trouble;
use crate::web::server::answer::Done;
use crate::web::server::message::Click;
use crate::web::words::when::named;

/// What became of documents that were handled one by one.
#[derive(Default)]
pub struct OneByOne {
    done: Vec<DocumentKey>,
    /// Why others were left out.
    left: Vec<String>,
}

impl OneByOne {
    /// Takes note of what became of a document.
    ///
    /// # Errors
    /// The store failed: then nothing goes on.
    pub fn note<T>(&mut self, document: DocumentKey, result: Result<T, NotConnected>) -> Result<(), Trouble> {
        match result {
            Ok(_) => self.done.push(document),
            Err(NotConnected::Store(error)) => return Err(error.into()),
            Err(why) => self.left.push(told(&why)),
        }
        Ok(())
    }

    /// For how many it was done.
    pub fn count(&self) -> usize {
        self.done.len()
    }

    /// What is told, and kept of it. `words` say what was done, and another click may take it back.
    pub fn told(
        self,
        (action, mut click): (AuditAction, Click),
        list: &List,
        to: String,
        mut words: String,
    ) -> Done {
        if !self.left.is_empty() {
            words.push_str(&say!(" Left out: {left}.", left = named(&self.left)));
        }
        if self.done.is_empty() {
            return Done::nothing(to, words);
        }
        if let [key] = self.done.as_slice() {
            click.id.clone_from(&key.id);
        }
        let done = Done::go(action, details(list, &self.done), to, words).by(click);
        done.to(AuditSubject::Documents(self.done))
    }
}

/// What the audit says of documents of one list: the object, and their ids.
pub fn details(list: &List, documents: &[DocumentKey]) -> String {
    let ids: Vec<String> = documents.iter().map(|key| key.id.clone()).collect();
    format!("{}: {}", list.object, named(&ids))
}
