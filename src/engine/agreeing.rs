//! What a document and its record agree on: now, and once a plan was made.

use std::sync::Arc;

use crate::document::{Structure, Value};
use crate::qbxml::{Company, Record};

use super::differences::differences;
use super::export::{Engine, Run};
use super::terms::agreed::{Agreed, named};
use super::terms::context::Context;
use super::terms::outcome::{Counterpart, Request};
use super::values::eval::Frame;

impl Agreed {
    /// The same after the plan was made that this counterpart is in: what is equal now is agreed on. Nothing
    /// if that says nothing new.
    pub fn planned(known: Option<&Self>, counterpart: &Counterpart, company: &Company) -> Option<Self> {
        let record = counterpart.record.as_deref()?;
        let id = counterpart.id.as_deref().unwrap_or_default();
        let whole = counterpart.whole.as_ref().and_then(Request::body).map(AsRef::as_ref);
        // What was noted without the rules' values says nothing of them.
        let is_whole =
            |known: &&Self| !known.theirs.is_empty() && (whole.is_none() || !known.ours.is_empty());
        let adopts = known.is_some_and(|known| known.adopts) && counterpart.request.is_some();
        let known = known.filter(is_whole);
        match known.filter(|known| known.record == id) {
            None => {
                let mut now = Self::now(whole, record, company);
                // We made the record, and never saw the answer: what differs was changed since.
                if let Some((sent, theirs)) = known.filter(|it| it.record.is_empty()).and_then(Self::read) {
                    let paths: Vec<String> =
                        counterpart.changes.iter().map(|change| change.path.clone()).collect();
                    now = now.spliced(&sent, &theirs, &paths);
                }
                now.adopts = adopts;
                Some(now)
            }
            Some(known) => {
                let body = named(whole?, company);
                let (ours, theirs) = known.read()?;
                let schema = record.name();
                let changed = differences(&body, &ours, schema).into_iter();
                let changed = changed.chain(differences(&body, &theirs, schema)).map(|change| change.path);
                let paths: Vec<String> = changed
                    .filter(|path| counterpart.changes.iter().all(|change| change.path != *path))
                    .collect();
                if paths.is_empty() && adopts == known.adopts {
                    return None;
                }
                Some(Self { adopts, ..known.spliced(&body, record, &paths) })
            }
        }
    }
}

impl Engine<'_> {
    /// A document and a record as they are now, to count as agreed from now on.
    pub fn agreed(&self, document: &Structure, record: &Arc<Record>, context: Context<'_>) -> Agreed {
        let evaluator = self.evaluator(context);
        let root = Value::Structure(document.clone());
        let export = self.program.object_of(document.shape).and_then(|object| object.export.as_ref());
        let mut run = Run::new(&evaluator, Frame::root(&root));
        let variant = export.and_then(|export| run.variant(export));
        let variant = variant.filter(|variant| variant.record == record.name());
        let whole = variant.and_then(|variant| {
            let modify = variant.modify.as_ref()?;
            let xml = run.modification(modify, record, None);
            Record::from_xml(std::str::from_utf8(&xml).ok()?).ok()
        });
        Agreed::now(whole.as_ref(), record, context.company)
    }
}
