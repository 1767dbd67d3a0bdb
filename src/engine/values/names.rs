//! The name that a document's rules give its record.

use std::sync::Arc;

use crate::document::{ShapeId, Value};
use crate::rules::program::{Content, Export, FieldOp, Variant};

use super::eval::{Evaluator, Frame};
use super::format::{self, Format};
use super::member::typed;
use crate::engine::terms::fault::Fault;

/// The first variant whose condition holds.
pub(in crate::engine) fn choose<'x>(
    evaluator: &Evaluator<'_>,
    export: &'x Export,
    frame: &Frame<'_>,
) -> Result<Option<&'x Variant>, Fault> {
    for variant in &export.variants {
        let holds = variant.when.as_ref().map_or(Ok(true), |when| evaluator.holds(when, frame))?;
        if holds {
            return Ok(Some(variant));
        }
    }
    Ok(None)
}

impl Evaluator<'_> {
    /// The full name that a document's rules give its record.
    pub(in crate::engine) fn full_name(
        &self,
        shape: ShapeId,
        frame: &Frame<'_>,
    ) -> Result<Option<Arc<str>>, Fault> {
        let Some(export) = self.program.object_of(shape).and_then(|object| object.export.as_ref()) else {
            return Ok(None);
        };
        match choose(self, export, frame)? {
            Some(variant) => self.name_in(variant, frame),
            None => Ok(None),
        }
    }

    /// The full name that a request gives its record: its name, below its parent's.
    pub(in crate::engine) fn name_in(
        &self,
        variant: &Variant,
        frame: &Frame<'_>,
    ) -> Result<Option<Arc<str>>, Fault> {
        let Some(name) = self.leaf_text(&variant.add.fields, "Name", frame)? else {
            return Ok(None);
        };
        let parent = match Self::find(&variant.add.fields, "ParentRef") {
            Some(FieldOp { content: Content::Whole { value, .. }, .. }) => {
                match self.value(value, frame)?.as_ref() {
                    Value::Reference(parent) => parent.full_name.clone(),
                    _ => None,
                }
            }
            Some(FieldOp { content: Content::Aggregate { fields, .. }, .. }) => {
                self.leaf_text(fields, "FullName", frame)?
            }
            _ => None,
        };
        Ok(Some(match parent {
            Some(parent) => Arc::from(format!("{parent}:{name}")),
            None => name,
        }))
    }

    /// What the document's own request writes into an element that comes once; nothing if it does not.
    pub(in crate::engine) fn written(&self, steps: &[&str], document: &Value) -> Result<Value, Fault> {
        let Value::Structure(part) = document else { return Ok(Value::Absent) };
        let frame = Frame::root(document);
        let export = self.program.object_of(part.shape).and_then(|object| object.export.as_ref());
        let Some(export) = export else { return Ok(Value::Absent) };
        let Some(variant) = choose(self, export, &frame)? else { return Ok(Value::Absent) };
        let Some((last, before)) = steps.split_last() else { return Ok(Value::Absent) };
        let mut fields = variant.add.fields.as_slice();
        for step in before {
            let Some(op) = Self::find(fields, step) else { return Ok(Value::Absent) };
            let Content::Aggregate { fields: inside, .. } = &op.content else { return Ok(Value::Absent) };
            if !self.is_there(op, &frame)? {
                return Ok(Value::Absent);
            }
            fields = inside;
        }
        let Some(op) = Self::find(fields, last) else { return Ok(Value::Absent) };
        if !self.is_there(op, &frame)? {
            return Ok(Value::Absent);
        }
        let text = self.leaf_text(fields, last, &frame)?;
        Ok(text.map_or(Value::Absent, |text| typed(Value::Text(text), op.element.data_type())))
    }

    fn is_there(&self, op: &FieldOp, frame: &Frame<'_>) -> Result<bool, Fault> {
        op.when.as_ref().map_or(Ok(true), |when| self.holds(when, frame))
    }

    /// What fills an element that comes once.
    pub(in crate::engine) fn find<'x>(fields: &'x [FieldOp], name: &str) -> Option<&'x FieldOp> {
        fields.iter().find(|op| op.element.name() == name && op.loops.is_empty())
    }

    /// What an element that comes once and holds a value gets, as it is written.
    pub(in crate::engine) fn leaf_text(
        &self,
        fields: &[FieldOp],
        name: &str,
        frame: &Frame<'_>,
    ) -> Result<Option<Arc<str>>, Fault> {
        let Some(FieldOp { element, content: Content::Leaf(leaf), .. }) = Self::find(fields, name) else {
            return Ok(None);
        };
        let Some(data_type) = element.data_type() else {
            return Ok(None);
        };
        let format =
            Format { element: *element, data_type, overflow: leaf.overflow, rounding: leaf.rounding };
        let value = self.value(&leaf.value, frame)?;
        if let Value::Text(same) = value.as_ref()
            && format::is_ready(same, format)
        {
            return Ok(Some(same.clone()));
        }
        let written = format::write(value.as_ref(), format)?;
        Ok(match (value.as_ref(), written.text.as_ref()) {
            (_, "") => None,
            (Value::Text(same), text) if **same == *text => Some(same.clone()),
            (_, text) => Some(Arc::from(text)),
        })
    }
}
