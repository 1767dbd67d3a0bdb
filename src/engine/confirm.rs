//! What the record of a document must hold, and whether it does.

use std::fmt;

use serde::Serialize;

use crate::catalogue::DataType;
use crate::document::{Structure, Value};
use crate::qbxml::{Record, Writer};
use crate::rules::file::Only;
use crate::rules::program::{Confirm, Variant};
use crate::rules::source::Span;

use super::context::{Context, Key};
use super::decide::compare;
use super::eval::Frame;
use super::export::{Engine, Found, Options, Run};
use super::fault::Fault;
use super::format::{self, Format};
use super::outcome::{Decision, Note};

/// The code of a note on a difference.
pub const DIFFERS: &str = "differs";

/// What an element of a document's record must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// The way to the element, such as `Subtotal`.
    pub path: String,
    /// What it must hold, as its type is written: `481.25`.
    pub value: String,
    /// Its type.
    pub data_type: DataType,
    /// The type of the record.
    pub record: &'static str,
    /// The rule.
    pub span: Span,
}

/// An element of a record that does not hold what it must.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The element.
    pub element: String,
    /// What it must hold.
    pub steelhead: String,
    /// What it holds.
    pub quickbooks: String,
    /// Whether that is money.
    #[serde(skip)]
    pub is_amount: bool,
}

/// What the record of a document must hold, and what people call the document.
#[derive(Clone, Debug)]
pub struct Expected {
    /// What people call the document.
    pub label: String,
    /// What its record must hold.
    pub confirmed: Vec<Confirmed>,
}

impl fmt::Display for Difference {
    /// The sentence that people read, behind what the document is called.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { element, steelhead, quickbooks, is_amount } = self;
        let says = if *is_amount { "billed" } else { "has" };
        write!(f, "Steelhead {says} {steelhead}, QuickBooks holds {quickbooks} ({element}).")
    }
}

impl Confirmed {
    /// What a record holds instead; nothing if it holds what it must, or does not show the element.
    pub fn difference(&self, record: &Record) -> Option<Difference> {
        let held = record.get(&self.path).filter(|held| !held.is_empty() && record.name() == self.record)?;
        let is_same = compare(self.data_type).is_same(held, &self.value);
        (!is_same).then(|| Difference {
            element: self.path.clone(),
            steelhead: self.value.clone(),
            quickbooks: held.to_owned(),
            is_amount: self.data_type == DataType::Amount,
        })
    }

    /// Writes the element, with all that it is in.
    pub(super) fn write(&self, writer: &mut Writer) {
        let mut steps: Vec<&str> = self.path.split('/').collect();
        let last = steps.pop().unwrap_or_default();
        steps.iter().for_each(|step| writer.open(step));
        writer.leaf(last, &self.value);
        steps.iter().rev().for_each(|step| writer.close(step));
    }
}

/// Notes on all that a record holds otherwise than it must, where nothing is sent that might mend it.
pub(super) fn notes(decision: &Decision, confirmed: &[Confirmed]) -> Vec<Note> {
    let (Decision::Connect(counterpart) | Decision::Keep(counterpart)) = decision else {
        return Vec::new();
    };
    let Some(record) = counterpart.record.as_ref().filter(|_| counterpart.request.is_none()) else {
        return Vec::new();
    };
    let note = |confirmed: &Confirmed| {
        Some(Note {
            code: DIFFERS.to_owned(),
            message: confirmed.difference(record)?.to_string(),
            element: None,
            span: Some(confirmed.span),
        })
    };
    confirmed.iter().filter_map(note).collect()
}

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
            evaluator: &evaluator,
            frame: Frame::root(&root),
            link: key.as_ref().and_then(|key| context.links.get(key)),
            options: Options::default(),
            found: Found::default(),
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
