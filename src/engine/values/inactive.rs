//! References to records that a bookkeeper has closed.

use std::cell::RefCell;

use crate::document::Code;
use crate::engine::terms::outcome::{Counterpart, Decision, Note};
use crate::engine::terms::words;
use crate::rules::source::Span;

/// The inactive records that a document refers to. They are no faults at once: what is in QuickBooks
/// already keeps its class, also after the class was closed.
#[derive(Debug, Default)]
pub(in crate::engine) struct InactiveOnes(RefCell<Vec<Inactive>>);

#[derive(Debug)]
struct Inactive {
    name: String,
    note: Note,
}

impl InactiveOnes {
    /// Notes a record that was asked for.
    pub(in crate::engine) fn add(&self, noun: &str, name: &str) {
        let noun = words::noun(noun);
        let message = format!(
            "`{name}` ({noun}) is inactive in QuickBooks; make it active there, or choose another one"
        );
        let note = Note { code: Code::Inactive.to_string(), message, ..Note::default() };
        let mut all = self.0.borrow_mut();
        if !all.iter().any(|known| known.note.message == note.message) {
            all.push(Inactive { name: name.to_owned(), note });
        }
    }

    /// Says of those that were asked for just now into which element they go. Those that only
    /// conditions asked for go into none.
    pub(in crate::engine) fn place(&self, element: impl Fn() -> Option<String>, span: Span) {
        for Inactive { note, .. } in self.0.borrow_mut().iter_mut().filter(|it| it.note.element.is_none()) {
            note.element = element();
            note.span = Some(span);
        }
    }

    /// The decision, unless it would send a reference to one of them.
    pub(in crate::engine) fn decide(&self, decision: Decision) -> Decision {
        let all = self.0.take();
        let sent = all.into_iter().filter(|it| it.note.element.is_some() && is_sent(&it.name, &decision));
        let mut notes: Vec<Note> = sent.map(|it| it.note).collect();
        match decision {
            Decision::Reject(mut told) => {
                told.append(&mut notes);
                Decision::Reject(told)
            }
            decision if notes.is_empty() => decision,
            _ => Decision::Reject(notes),
        }
    }
}

fn is_sent(name: &str, decision: &Decision) -> bool {
    match decision {
        Decision::Create(_) | Decision::Reject(_) => true,
        Decision::Connect(counterpart) | Decision::Keep(counterpart) => is_new(name, counterpart),
        Decision::Skip(_) | Decision::Share { .. } => false,
    }
}

/// Whether the record does not refer to it yet and shall.
fn is_new(name: &str, counterpart: &Counterpart) -> bool {
    let mut changes = counterpart.changes.iter();
    counterpart.request.is_some() && changes.any(|change| change.after.as_deref() == Some(name))
}
