//! What a document and its record agree on: now, and once a plan was made.

use std::sync::Arc;

use crate::document::{Structure, Value};
use crate::qbxml::{Company, Record};

use super::differences::{differences, is_to_fill};
use super::export::{Engine, Run};
use super::lines::Arranged;
use super::terms::agreed::{Agreed, Wish, named};
use super::terms::context::Context;
use super::terms::line_ids::{by_line, paired};
use super::terms::outcome::{Counterpart, Difference, Fate, Request};
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
        let wish =
            known.filter(|_| counterpart.request.is_some()).map(|known| known.wish).unwrap_or_default();
        let known = known.filter(is_whole);
        match known.filter(|known| known.record == id) {
            None => {
                let mut now = Self::now(whole, record, company);
                let mut all = counterpart.changes.iter();
                let paths = |all: &mut dyn Iterator<Item = &Difference>| -> Vec<String> {
                    all.map(|change| change.path.clone()).collect()
                };
                // We made the record, and never saw the answer: what differs was changed since.
                if let Some((sent, theirs)) = known.filter(|it| it.record.is_empty()).and_then(Self::read) {
                    let (sent, theirs) = (paired(&sent, record), paired(&theirs, record));
                    now = now.spliced(&sent, &theirs, &by_line(whole.unwrap_or(&sent), &paths(&mut all)));
                } else {
                    // What is to be filled is on its way, and is not agreed on before it is there.
                    now = now.to_send(record, &paths(&mut all.filter(|change| change.fate == Fate::Sent)));
                }
                Some(Self { wish, ..now })
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
                let added = Arranged::added(&body, &counterpart.changes);
                if paths.is_empty() && added.is_empty() && wish == known.wish {
                    return None;
                }
                let agreed =
                    known.spliced(&body, record, &by_line(&body, &paths)).adding(&body, record, &added);
                Some(Self { wish, ..agreed })
            }
        }
    }
}

/// What a person has decided of an element that the two sides have otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// `QuickBooks` keeps its value, and Steelhead its own.
    Keep,
    /// Steelhead's value is sent.
    Send,
}

impl Agreed {
    /// The same after a person has decided on elements of this counterpart. Nothing if such a record is never
    /// changed.
    pub fn decided(
        known: Option<&Self>,
        counterpart: &Counterpart,
        choices: &[(String, Choice)],
        company: &Company,
    ) -> Option<Self> {
        let record = counterpart.record.as_deref()?;
        let body = named(counterpart.whole.as_ref().and_then(Request::body)?, company);
        let is_of_it = |known: &&Self| {
            Some(known.record.as_str()) == counterpart.id.as_deref() && !known.theirs.is_empty()
        };
        let known = known.filter(|known| is_of_it(known) && !known.ours.is_empty());
        let now = known.cloned().unwrap_or_else(|| Self::now(Some(&body), record, company));
        let paths = |wanted: Choice| -> Vec<String> {
            let all = choices.iter().filter(|(_, choice)| *choice == wanted);
            by_line(&body, &all.map(|(path, _)| path.clone()).collect::<Vec<_>>())
        };
        let (kept, sent) = (paths(Choice::Keep), paths(Choice::Send));
        let decided = now.to_keep(&body, record, &kept).to_send(record, &sent);
        Some(if sent.is_empty() { decided } else { Self { wish: Wish::Decided, ..decided } })
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
        let record_type = variant.map_or("", |variant| variant.record);
        let modify = variant.and_then(|variant| variant.modify.as_ref());
        let whole = modify.and_then(|modify| {
            let request = Request::new(modify.body.name(), record_type, Arc::default(), Vec::new());
            run.whole(modify, record, &request)?.0.body().cloned()
        });
        let now = Agreed::now(whole.as_deref(), record, context.company);
        let Some((whole, modify)) = whole.zip(modify) else { return now };
        // What the rules fill at a first connection is sent with the next play.
        let all = differences(&whole, record, record.name()).into_iter();
        let filled = all.filter(|change| is_to_fill(change, &modify.fields)).map(|change| change.path);
        now.to_send(record, &filled.collect::<Vec<_>>())
    }
}
