//! Documents that are not sent: whether something is left to do for them in QuickBooks.

use crate::document::Value;
use crate::qbxml::RecordNode;
use crate::rules::program::Export;

use super::export::Run;
use super::terms::context::Link;
use super::terms::outcome::{Counterpart, Decision, Note};

impl Run<'_> {
    /// Nothing is sent; whether something is left to do that only a person can do in QuickBooks.
    pub(super) fn skipped(&mut self, export: &Export, note: Note) -> Decision {
        let until = export.skip.iter().find(|condition| condition.id == note.code);
        let (Some(until), Some(Link::Connected { reference, record })) =
            (until.and_then(|condition| condition.until.as_ref()), self.link)
        else {
            return Decision::Skip(Some(note));
        };
        let is_done = match record {
            Some(record) => {
                let record = Value::Record(RecordNode::new(record.clone()));
                self.evaluator.holds(until, &self.frame.inner(&record))
            }
            // What is not there any more needs nothing to be done.
            None => Ok(export.variants.iter().any(|it| self.evaluator.context.company.was_read(it.record))),
        };
        match is_done {
            Ok(true) => Decision::Keep(Counterpart {
                record: record.clone(),
                id: reference.id.clone(),
                changes: Vec::new(),
                request: None,
                whole: None,
            }),
            Ok(false) => {
                self.found.waits = true;
                Decision::Skip(Some(note))
            }
            Err(fault) => {
                self.reject(fault.at(until.span));
                self.rejected()
            }
        }
    }
}
