//! Records that may be a document's counterpart, for a person to choose from.

use std::sync::Arc;

use crate::document::{Structure, Value};
use crate::qbxml::{Company, Record};

use super::context::Context;
use super::eval::Frame;
use super::export::{Engine, Found, Run};

impl Engine<'_> {
    /// Records that a document may be connected to, the likeliest first, at most `limit`: those that its
    /// `match` finds, accepted or not, those of its name, and those of a name like it. What the document
    /// is connected to does not count.
    pub fn candidates(&self, document: &Structure, context: Context<'_>, limit: usize) -> Vec<Arc<Record>> {
        let evaluator = self.evaluator(context);
        let root = Value::Structure(document.clone());
        let export = self.program.object_of(document.shape).and_then(|object| object.export.as_ref());
        let mut run = Run {
            evaluator: &evaluator,
            frame: Frame::root(&root),
            link: None,
            options: super::Options::default(),
            found: Found::default(),
        };
        let Some((export, variant)) = export.and_then(|export| Some((export, run.variant(export)?))) else {
            return Vec::new();
        };
        let request = run.emit(variant, export);
        let mut found = Vec::new();
        let mut types = vec![variant.record];
        if let Some(matching) = &variant.matching {
            types.extend(matching.records.iter().filter(|record| **record != variant.record));
            let wanted = run.wanted(matching, &request);
            found.extend(wanted.map(|it| context.company.find(&matching.records, matching.element, &it)));
        }
        if let Ok(Some(name)) = evaluator.name_in(variant, &run.frame) {
            found.push(named(context.company, &types, &name, limit));
        }
        let mut candidates: Vec<Arc<Record>> = Vec::new();
        for record in found.into_iter().flatten() {
            if !candidates.contains(&record) {
                candidates.push(record);
            }
        }
        candidates.truncate(limit);
        candidates
    }
}

/// Records of a name, and then those of names like it.
fn named(company: &Company, types: &[&str], name: &str, limit: usize) -> Vec<Arc<Record>> {
    let mut found = company.holders_of_name(types, name);
    for near in company.near(types, name, limit) {
        found.extend(company.holders_of_name(types, &near));
    }
    found
}
