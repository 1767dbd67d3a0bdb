//! What a document bills: its day, its number, its party and its amount, as `reconcile` in its rules names them.

use std::sync::Arc;

use crate::document::{Reference, Structure, Value};
use crate::rules::file::Only;
use crate::rules::program::{Content, Reconcile, Variant};

use super::export::{Engine, Run};
use super::terms::context::{Context, Key};
use super::terms::outcome::Note;
use super::values::eval::{Evaluator, Frame};

/// What a document bills. What its rules cannot work out is left out.
#[derive(Clone, Debug)]
pub struct Billed<'p> {
    /// The document.
    pub key: Key,
    /// What people call it.
    pub label: String,
    /// The type of the record that it becomes.
    pub record: &'static str,
    /// What its rules reconcile.
    pub rule: &'p Reconcile,
    /// The day.
    pub date: Option<Arc<str>>,
    /// The number.
    pub number: Option<Arc<str>>,
    /// Who owes, or is owed.
    pub party: Option<Reference>,
    /// The amount.
    pub amount: Option<String>,
    /// The tax.
    pub tax: Option<String>,
    /// Why it bills nothing: the rules skip it.
    pub skipped: Option<Note>,
}

impl<'p> Engine<'p> {
    /// What a document bills; nothing if its rules do not reconcile such documents.
    pub fn billed(&self, document: &Structure, context: Context<'_>) -> Option<Billed<'p>> {
        let evaluator = self.evaluator(context);
        let root = Value::Structure(document.clone());
        let object = self.program.object_of(document.shape)?;
        let export = object.export.as_ref()?;
        let key = Key::of(self.program, document)?;
        let mut run = Run { link: context.links.get(&key), ..Run::new(&evaluator, Frame::root(&root)) };
        let skipped = run.conditions(&export.skip, Only::Any).into_iter().next();
        let variant = run.variant(export)?;
        let rule = variant.reconcile.as_ref()?;
        let confirmed = run.confirmed(variant);
        let value = |path: &str| confirmed.iter().find(|it| it.path == path).map(|it| it.value.clone());
        Some(Billed {
            label: Self::label(Some(object), &evaluator, &run.frame, Some(&key)),
            key,
            record: variant.record,
            rule,
            date: run.given(variant, rule.date),
            number: rule.number.and_then(|number| run.given(variant, number)),
            party: run.party(variant, rule.party),
            amount: value(&rule.amount),
            tax: rule.tax.as_deref().and_then(value),
            skipped,
        })
    }
}

impl Run<'_> {
    /// What the rules give an element.
    fn given(&self, variant: &Variant, element: &str) -> Option<Arc<str>> {
        self.evaluator.leaf_text(&variant.add.fields, element, &self.frame).ok().flatten()
    }

    fn party(&self, variant: &Variant, element: &str) -> Option<Reference> {
        let op = Evaluator::find(&variant.add.fields, element)?;
        let Content::Whole { value, .. } = &op.content else { return None };
        match self.evaluator.value(value, &self.frame).ok()?.as_ref() {
            Value::Reference(reference) => Some(reference.as_ref().clone()),
            _ => None,
        }
    }
}
