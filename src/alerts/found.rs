//! What is the matter in a company file at this moment.

use std::collections::BTreeSet;

use super::{AlertKind, digest};
use crate::language::t;
use crate::people::{PeopleStore, Waiting};
use crate::rules::Program;
use crate::sync::stored::{CompanyFile, Moment, Store, StoreError};
use crate::sync::{Heap, HeapItem, Noticed, heaps, told_at};

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
    /// Another kind that tells of it: who chose that kind is not told twice.
    pub own: Option<AlertKind>,
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

impl Look<'_> {
    /// All that is the matter, of these kinds. What somebody has put off does not count.
    pub fn all(self, kinds: &BTreeSet<AlertKind>, noticed: &Noticed) -> Result<Vec<Found>, StoreError> {
        let heaps = heaps(self.store, self.program, self.file, noticed)?;
        let waiting = Waiting::all((self.store, self.people), self.program, self.file, &heaps, self.now)?;
        let mut found = Vec::new();
        for kind in kinds {
            match kind {
                AlertKind::Digest => found.push(digest::of_day(self, &waiting)?),
                kind => found.extend(self.of_kind(*kind, &waiting)),
            }
        }
        Ok(found)
    }

    /// What one kind tells of all that waits.
    fn of_kind(self, kind: AlertKind, waiting: &[Waiting]) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        for heap in waiting {
            let cause = heap.heap.cause;
            let own = AlertKind::of_cause(cause);
            if kind == AlertKind::Waiting || own == Some(kind) {
                found.extend(heap.items().map(|item| self.found(kind, &heap.heap, item)));
            }
        }
        found.sort_by(|a, b| a.subject.cmp(&b.subject));
        found.dedup_by(|a, b| a.subject == b.subject);
        found
    }

    fn found(self, kind: AlertKind, heap: &Heap, item: &HeapItem) -> Found {
        let Heap { cause, object, .. } = heap;
        let id = &item.id;
        let own = AlertKind::of_cause(*cause);
        let of_document = if object.is_empty() { id.clone() } else { format!("{object} {id}") };
        let subject = if own == Some(kind) { of_document } else { format!("{} {of_document}", cause.name()) };
        let told = item.told.strip_prefix(&format!("{}: ", item.label)).unwrap_or(&item.told);
        let title = t(&cause.words().title);
        let text = match (item.label.as_str(), told) {
            ("", told) => format!("{title}. {told}"),
            (label, "") => format!("{label}. {title}."),
            (label, told) => format!("{label}. {title}: {told}"),
        };
        // A moment of the future would never have waited long enough.
        let since = item.since.map_or(self.now, |since| since.min(self.now));
        Found { kind, subject, text, since, own: own.filter(|own| *own != kind) }
    }

    /// A moment, for people, in the domain's time zone.
    pub fn at(self, moment: Moment) -> String {
        told_at(self.program, self.file, moment)
    }
}
