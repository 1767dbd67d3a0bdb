//! What the rules make of a document whatever is to be done with it: Steelhead's side, where both sides are shown.

use crate::document::{Structure, Value};
use crate::qbxml::Record;

use super::differences::differences;
use super::export::{Engine, Run};
use super::terms::agreed::{Agreed, named};
use super::terms::context::Context;
use super::terms::line_ids::{paired, with_own_ids};
use super::terms::outcome::Dependency;
use super::values::eval::Frame;

/// What the rules make of a document that has a record.
#[derive(Clone, Debug)]
pub struct WantedSide {
    /// The message's element with all that the rules give. A line has the id of the record's line that it is.
    pub body: Record,
    /// The elements that the record has otherwise, such as `InvoiceLineAdd[2]/Rate`.
    pub differing: Vec<String>,
    /// The documents that it refers to.
    pub dependencies: Vec<Dependency>,
}

impl Engine<'_> {
    /// Steelhead's side beside a record. Nothing if such documents are not sent, or become records of another type.
    pub fn wanted(
        &self,
        document: &Structure,
        record: &Record,
        known: Option<&Agreed>,
        context: Context<'_>,
    ) -> Option<WantedSide> {
        let evaluator = self.evaluator(context);
        let root = Value::Structure(document.clone());
        let export = self.program.object_of(document.shape)?.export.as_ref()?;
        let mut run = Run { agreed: known, ..Run::new(&evaluator, Frame::root(&root)) };
        let variant = run.variant(export).filter(|variant| variant.record == record.name())?;
        let request = run.emit(variant, export);
        let body = match &variant.modify {
            Some(modify) => run.whole(modify, record, &request)?.0.body()?.as_ref().clone(),
            None => paired(&with_own_ids(request.body()?, &request.lines), record),
        };
        let body = named(&body, context.company);
        let differing = differences(&body, record, record.name()).into_iter().map(|change| change.path);
        Some(WantedSide { differing: differing.collect(), dependencies: evaluator.dependencies.take(), body })
    }
}

impl Agreed {
    /// The elements in which what the rules gave was not what the record had, when the two last agreed.
    pub fn apart(&self) -> Vec<String> {
        let both = self.read().filter(|_| !self.ours.is_empty());
        let apart = both.map(|(ours, theirs)| differences(&ours, &theirs, theirs.name())).unwrap_or_default();
        apart.into_iter().map(|change| change.path).collect()
    }
}
