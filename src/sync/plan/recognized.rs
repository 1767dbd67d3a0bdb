//! Documents whose records carry their mark: they are connected, though nobody has noted it.

use std::sync::Arc;

use crate::document::{Code, Structure};
use crate::engine::{Decision, Key, Note, Outcome};
use crate::rules::program::Object;

use crate::sync::plan::mark::{self, Generation, PlacedMark};
use crate::sync::plan::planner::Planner;
use crate::sync::stored::DocumentKey;

impl Planner<'_> {
    /// Whether any record was read that may carry the mark of such a document.
    pub(in crate::sync) fn can_recognize(&self, object: &Object) -> bool {
        !self.marked_records(object).is_empty()
    }

    fn marked_records(&self, object: &Object) -> Vec<&'static str> {
        let export = object.export.as_ref();
        let mut records =
            export.map(|export| mark::records(export, self.inputs.program.version)).unwrap_or_default();
        records.retain(|record| self.inputs.company.has(record));
        records
    }

    /// Looks for the records of documents by their marks, unless their counterparts are known. An
    /// answer was lost, or came to a session that had ended, or the store was set up anew. A record of a
    /// mark that was put aside with its connection is that connection's, and stays aside.
    pub(in crate::sync) fn recognize<'d>(
        &mut self,
        object: &Object,
        documents: impl Iterator<Item = &'d Structure>,
    ) {
        let records = self.marked_records(object);
        if records.is_empty() {
            return;
        }
        for document in documents {
            let Some(key) =
                Key::of(self.inputs.program, document).filter(|key| self.links.get(key).is_none())
            else {
                continue;
            };
            let known = mark::of(&object.name, &key.id, 0);
            let found = self.inputs.company.find_alike(&records, mark::ELEMENT, &known);
            let next = self.next_mark(object, &key);
            let fits = found.iter().filter_map(|record| {
                let mark = record.get(mark::ELEMENT)?;
                let generation = mark::generation(&object.name, &key.id, mark)?;
                (!mark::is_older(generation, next)).then(|| (generation, record.id()))
            });
            // Of several the first that was read, among those of the newest mark.
            let newest = fits.reduce(|one, other| if mark::is_older(one.0, other.0) { other } else { one });
            if let Some(id) = newest.and_then(|(_, id)| id).map(Arc::<str>::from) {
                self.links.connect(key.clone(), &id, self.inputs.company);
                self.recognized.insert(key);
            }
        }
    }

    /// A connection that nobody has noted yet is one that is made now.
    pub(in crate::sync) fn is_connected_anew(&self, outcome: &mut Outcome) {
        let is_recognized = outcome.key.as_ref().is_some_and(|key| self.recognized.contains(key));
        if let (true, Decision::Keep(counterpart)) = (is_recognized, &outcome.decision) {
            outcome.decision = Decision::Connect(counterpart.clone());
        }
    }

    /// Nothing is created if a record that cannot be read carries the document's mark: it is the document's.
    pub(in crate::sync) fn may_be_unreadable(&self, object: &Object, outcome: &mut Outcome) {
        let flaws = self.inputs.company.flaws();
        let (Decision::Create(_), Some(key), false) = (&outcome.decision, &outcome.key, flaws.is_empty())
        else {
            return;
        };
        let mark = mark::of(&object.name, &key.id, self.next_mark(object, key));
        if let Some(flaw) = flaws.iter().find(|flaw| flaw.mentions(&mark)) {
            let message =
                format!("{} in QuickBooks is its record, and cannot be read: {}", flaw.label(), flaw.reason);
            let code = Code::SetAside.to_string();
            outcome.decision = Decision::Reject(vec![Note { code, message, ..Note::default() }]);
        }
    }

    /// The mark for the request of a document.
    pub(in crate::sync) fn mark(&self, object: &Object, outcome: &Outcome) -> Option<PlacedMark> {
        let (request, key) = (outcome.request()?, outcome.key.as_ref()?);
        let mark = mark::of(&object.name, &key.id, self.next_mark(object, key));
        mark::put(request, mark, self.inputs.program.version)
    }

    /// Which mark the next record of a document carries.
    fn next_mark(&self, object: &Object, key: &Key) -> Generation {
        let document = || DocumentKey { object: object.name.clone(), id: key.id.to_string() };
        mark::next(self.inputs.owners.and_then(|owners| owners.get(&document())))
    }
}
