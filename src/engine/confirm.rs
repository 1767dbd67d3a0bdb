//! What the record of a document must hold, by its rules.

use crate::catalogue::DataType;
use crate::document::{Structure, Value};
use crate::rules::file::Only;
use crate::rules::program::{Confirm, Variant};

use super::export::{Engine, Run};
use super::terms::confirmed::{Confirmed, Expected};
use super::terms::context::{Context, Key};
use super::terms::fault::Fault;
use super::values::eval::Frame;
use super::values::format::{self, Format};

impl Engine<'_> {
    /// What the record of a document must hold, whatever is to be done with the document now; nothing if such
    /// documents are not sent.
    pub fn expected(&self, document: &Structure, context: Context<'_>) -> Option<Expected> {
        let evaluator = self.evaluator(context);
        let root = Value::Structure(document.clone());
        let object = self.program.object_of(document.shape)?;
        let export = object.export.as_ref()?;
        let key = Key::of(self.program, document);
        let mut run = Run {
            link: key.as_ref().and_then(|key| context.links.get(key)),
            ..Run::new(&evaluator, Frame::root(&root))
        };
        let is_out =
            export.when.as_ref().is_some_and(|when| !evaluator.holds(when, &run.frame).unwrap_or(true));
        if is_out || !run.conditions(&export.skip, Only::Any).is_empty() {
            return None;
        }
        let variant = run.variant(export)?;
        let confirmed = run.confirmed(variant);
        let label = Self::label(Some(object), &evaluator, &run.frame, key.as_ref());
        Some(Expected { label, confirmed })
    }
}

impl Run<'_> {
    /// What the record that this request makes must hold.
    pub(super) fn confirmed(&mut self, variant: &Variant) -> Vec<Confirmed> {
        let mut all = Vec::new();
        for confirm in &variant.confirm {
            match self.written(confirm) {
                Ok(Some((value, data_type))) => all.push(Confirmed {
                    path: confirm.path.clone(),
                    value,
                    data_type,
                    record: variant.record,
                    span: confirm.leaf.value.span,
                }),
                Ok(None) => {}
                Err(fault) => self.reject(fault.at(confirm.leaf.value.span)),
            }
        }
        all
    }

    /// The value as its type is written; nothing if there is none.
    fn written(&self, confirm: &Confirm) -> Result<Option<(String, DataType)>, Fault> {
        let Some(data_type) = confirm.element.data_type() else { return Ok(None) };
        let (overflow, rounding) = (confirm.leaf.overflow, confirm.leaf.rounding);
        let format = Format { element: confirm.element, data_type, overflow, rounding };
        let value = self.evaluator.value(&confirm.leaf.value, &self.frame)?;
        let written = format::write(value.as_ref(), format)?.text;
        Ok((!written.is_empty()).then(|| (written.into_owned(), data_type)))
    }
}
