//! Names and numbers that are taken: in QuickBooks, or by another document of the same plan.

use std::sync::Arc;

use crate::document::{Code, Structure, Value};
use crate::qbxml::{Record, RecordNode, Writer};
use crate::rules::program::{Export, Variant};

use super::export::{Engine, Run};
use super::terms::context::Context;
use super::terms::fault::Fault;
use super::terms::outcome::{Counterpart, Fate, Outcome};
use super::terms::words;
use super::values::eval::Frame;
use super::values::names::choose;

impl Engine<'_> {
    /// Whether the record that an earlier request creates would be in this document's way: once it is
    /// there it is found under what the document is searched by, and either is its counterpart or
    /// keeps it from being sent.
    pub fn clashes(&self, document: &Structure, earlier: &Outcome, context: Context<'_>) -> bool {
        let evaluator = self.evaluator(context);
        let root = Value::Structure(document.clone());
        let frame = Frame::root(&root);
        let export = self.program.object_of(document.shape).and_then(|object| object.export.as_ref());
        let Some(Ok(Some(variant))) = export.map(|export| choose(&evaluator, export, &frame)) else {
            return false;
        };
        let Some(matching) = &variant.matching else {
            return false;
        };
        let Some(accept) = &matching.accept else {
            return true;
        };
        let Some(record) = becomes(earlier) else {
            return false;
        };
        let candidate = Value::Record(RecordNode::new(record));
        match evaluator.holds(accept, &frame.inner(&candidate)) {
            Ok(false) => matching.otherwise.is_some(),
            // What cannot be told apart is not sent twice.
            Ok(true) | Err(_) => true,
        }
    }
}

/// The record that a document becomes: what its request says, and what the rules confirm of it.
fn becomes(outcome: &Outcome) -> Option<Arc<Record>> {
    let body = outcome.request()?.body()?;
    let mut xml = body.to_xml();
    let end = xml.rfind("</")?;
    let close = xml.split_off(end);
    let mut writer = Writer::with_capacity(xml.len() + 100);
    writer.raw(xml.as_bytes());
    for confirmed in outcome.confirmed.iter().filter(|confirmed| body.get(&confirmed.path).is_none()) {
        confirmed.write(&mut writer);
    }
    writer.raw(close.as_bytes());
    Record::from_xml(&writer.into_string()).ok().map(Arc::new)
}

impl Run<'_> {
    /// A new record must not have the name of a record of another list.
    pub(super) fn name_is_free(&mut self, name: &str, export: &Export, variant: &Variant) {
        let company = self.evaluator.context.company;
        let holders = company.holders_of_name(&export.unique_with, name);
        if let Some(holder) = holders.first() {
            self.name_is_taken(name, holder, export, variant);
        } else if let Some(flaw) = company.flawed(&export.unique_with, "FullName", name) {
            self.reject(words::perhaps(flaw, &format!("have the name `{name}`")));
        }
    }

    /// A record that changes must not get the name of another one.
    pub(super) fn new_name_is_free(&mut self, export: &Export, variant: &Variant, changed: &Counterpart) {
        let is_name = |path: &str| path == "Name" || path.split('/').next() == Some("ParentRef");
        let is_renamed = changed.request.is_some()
            && changed.changes.iter().any(|it| it.fate == Fate::Sent && is_name(&it.path));
        let name = self.evaluator.name_in(variant, &self.frame).unwrap_or_default();
        let (true, Some(name), Some(record)) = (is_renamed, name, &changed.record) else {
            return;
        };
        let lists: Vec<&'static str> = lists(export, variant).collect();
        let holders = self.evaluator.context.company.holders_of_name(&lists, &name);
        if let Some(holder) = holders.iter().find(|holder| *holder != record) {
            self.name_is_taken(&name, holder, export, variant);
        }
        self.found.name = Some(name.to_string());
    }

    fn name_is_taken(&mut self, name: &str, holder: &Record, export: &Export, variant: &Variant) {
        let one = words::one(holder.name());
        let message = if holder.name() == variant.record {
            format!("QuickBooks has {one} named `{name}` already. Rename one of the two.")
        } else {
            let lists: Vec<String> = lists(export, variant).map(words::one).collect();
            format!(
                "QuickBooks has {one} named `{name}`; {} can never share a name there. Rename one of the two.",
                words::listed(&lists, "and")
            )
        };
        self.reject(Fault::new(Code::NameTaken, message));
    }
}

/// The lists among which a name is unique.
fn lists(export: &Export, variant: &Variant) -> impl Iterator<Item = &'static str> {
    [variant.record].into_iter().chain(export.unique_with.iter().copied())
}
