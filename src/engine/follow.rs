//! What follows once a document has its record: further requests, each sent until the record shows what it is for.

use std::sync::Arc;

use crate::document::{Code, Reference, Value};
use crate::qbxml::{Record, RecordNode};
use crate::rules::program::{Export, Then};

use super::export::Run;
use super::request::Emitter;
use super::terms::outcome::{Decision, FollowUp, Note, Request};
use super::values::eval::Frame;

impl Run<'_> {
    /// The requests that follow after this decision.
    pub(super) fn follow_ups(&mut self, export: &Export, decision: &Decision) -> Vec<FollowUp> {
        if export.then.is_empty() || self.options.in_part {
            return Vec::new();
        }
        let (record, own) = match decision {
            Decision::Create(_) => {
                let full_name = self.found.name.as_deref().map(Arc::from);
                (None, Reference { id: None, full_name })
            }
            Decision::Connect(counterpart) | Decision::Keep(counterpart) => {
                // Of a record that was never read nobody knows what is left to do.
                let Some(record) = counterpart.record.clone() else { return Vec::new() };
                let full_name = record.full_name().map(Arc::from);
                (Some(record), Reference { id: counterpart.id.clone(), full_name })
            }
            Decision::Skip(_) | Decision::Reject(_) | Decision::Share { .. } => return Vec::new(),
        };
        self.evaluator.own.replace(Some(own));
        let found = export.then.iter().filter_map(|then| self.follow_up(then, record.as_ref())).collect();
        self.evaluator.own.replace(None);
        found
    }

    fn follow_up(&mut self, then: &Then, record: Option<&Arc<Record>>) -> Option<FollowUp> {
        let value = record.map_or(Value::Absent, |record| Value::Record(RecordNode::new(record.clone())));
        let (evaluator, outer) = (self.evaluator, self.frame);
        let frame = outer.inner(&value);
        let holds = |condition| evaluator.holds(condition, &frame);
        let is_wanted = match then.when.as_ref().map_or(Ok(true), holds) {
            Ok(true) if record.is_some() => holds(&then.until).map(|is_done| !is_done),
            other => other,
        };
        match is_wanted {
            Ok(true) => self.follow_up_of(then, &frame),
            Ok(false) => None,
            Err(fault) => {
                self.reject(fault.at(then.until.span));
                None
            }
        }
    }

    /// The request; nothing if a value is missing that it must have: then there is nothing to say.
    fn follow_up_of(&mut self, then: &Then, frame: &Frame<'_>) -> Option<FollowUp> {
        let mut emitter = Emitter::new(self.evaluator, self.options.explain);
        let name = then.message.request.name().trim_end_matches("Rq");
        emitter.writer.open(name);
        emitter.fields(&then.message.fields, &then.message.required, frame);
        emitter.writer.close(name);
        let is_missing = emitter.rejections.iter().any(|note| note.code == Code::Required);
        let (mut rejections, mut warnings) =
            (std::mem::take(&mut emitter.rejections), std::mem::take(&mut emitter.warnings));
        let provenance = emitter.provenance.take().unwrap_or_default();
        let (awaits, written) = (emitter.awaits, emitter.take());
        rejections.retain(|note| note.code != Code::Required);
        if !rejections.is_empty() {
            let title = |element: &str| format!("{name}/{element}");
            self.found.rejections.extend(
                rejections
                    .into_iter()
                    .map(|note| Note { element: note.element.as_deref().map(title), ..note }),
            );
            return None;
        }
        if is_missing {
            return None;
        }
        self.found.warnings.append(&mut warnings);
        let title = format!("{name} ({})", then.id);
        self.found.provenance.extend(provenance.into_iter().map(|mut it| {
            it.element = format!("{title}/{}", it.element);
            it
        }));
        let is_bare = then.message.body == then.message.request;
        let request = Request::written(name, "", Arc::default(), written).with_lines(Vec::new(), awaits);
        Some(FollowUp { id: then.id.clone(), title, request, is_bare })
    }
}
