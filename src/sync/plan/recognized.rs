//! Documents whose records carry their mark: they are connected, though nobody has noted it.

use std::sync::Arc;

use crate::document::Structure;
use crate::engine::{Decision, Key, Outcome};
use crate::rules::program::Object;

use crate::sync::plan::mark::{self, PlacedMark};
use crate::sync::plan::planner::Planner;

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
    /// answer was lost, or came to a session that had ended, or the store was set up anew.
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
            let found = self.inputs.company.find(&records, mark::ELEMENT, &mark::of(&object.name, &key.id));
            if let Some(id) = found.first().and_then(|record| record.id()).map(Arc::<str>::from) {
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

    /// The mark for the request of a document.
    pub(in crate::sync) fn mark(&self, object: &Object, outcome: &Outcome) -> Option<PlacedMark> {
        let (request, key) = (outcome.request()?, outcome.key.as_ref()?);
        mark::put(request, mark::of(&object.name, &key.id), self.inputs.program.version)
    }
}
