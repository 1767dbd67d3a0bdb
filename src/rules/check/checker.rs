//! What is known of a rule set while its values are checked, and what is found.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalogue::{self, Element, Version};
use crate::document::{Need, ShapeId, Shapes};
use crate::rules::diagnostics::diagnostic::{Diagnostic, Diagnostics};
use crate::rules::diagnostics::source::Sources;
use crate::rules::files::file::Rounding;

use super::language::script::ScriptFunction;
use super::settings::Settings;
use super::typed::{FollowedLink, Typed};
use super::types::Type;
use super::uses::Noted;

/// What is known of a rule set, and what is found in it.
pub struct Checker<'p> {
    /// The files, to name places in.
    pub sources: &'p Sources,
    /// What parses expressions.
    pub parser: &'p rhai::Engine,
    /// The version of qbXML: no element may be newer.
    pub version: Version,
    /// How numbers are rounded unless a field says otherwise.
    pub rounding: Rounding,
    /// The shapes of documents.
    pub shapes: &'p Shapes,
    /// The settings.
    pub settings: &'p Settings,
    /// The script functions by name.
    pub functions: &'p BTreeMap<String, ScriptFunction>,
    /// The objects that have an export half: what `connection()` can follow.
    pub exported: &'p [ShapeId],
    /// The types of records that documents become, are found as or come from, by the shapes of the documents.
    pub records: BTreeMap<ShapeId, Vec<&'static str>>,
    /// Documents that become transactions and are followed: the paths to them.
    pub without_name: Vec<String>,
    /// What is not known because files could not be read.
    pub unread: Unread,
    /// What rules read, by shape; filled here.
    pub needs: Vec<Need>,
    /// Which documents are followed from where; filled here.
    pub links: Vec<FollowedLink>,
    /// What is named where; filled here.
    pub uses: Noted,
    /// Paths that are known to be there, because a condition has asked.
    pub known: Vec<String>,
    /// How many functions the expression that is looked at has called so far, one inside another too.
    pub inlined: u32,
    /// Whether that was too much somewhere: then no call is followed any more.
    pub is_too_much: bool,
    /// The elements that the document's requests write, where `fields` can be asked.
    pub written: Option<Vec<WrittenElement>>,
    /// Whether an element must be one of every type of record that is looked at: what waits for an element that the
    /// record never has would wait for ever.
    pub of_every_record: bool,
    /// What is wrong; filled here.
    pub diagnostics: Diagnostics,
}

/// An element that a request writes.
#[derive(Clone, Debug)]
pub struct WrittenElement {
    /// The way to it, such as `BillAddress.City`.
    pub path: String,
    /// Its steps.
    pub steps: Arc<[&'static str]>,
    /// The element.
    pub element: Element,
}

/// What is not known because files could not be read: nobody is told that it is missing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unread {
    /// Some objects.
    pub objects: bool,
    /// Some functions.
    pub functions: bool,
}

impl Checker<'_> {
    /// Tells what is wrong.
    pub fn tell(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Whether a document becomes a transaction: QuickBooks knows these by an id, and by no name.
    pub fn becomes_transaction(&self, shape: ShapeId) -> bool {
        let records = self.records.get(&shape).into_iter().flatten();
        records.filter_map(|name| catalogue::record(name)).any(|record| record.child("TxnID").is_some())
    }

    /// The types of the records that documents of a type may be connected to; none if they are not known.
    pub fn records_of(&self, documents: &Type) -> Vec<&'static str> {
        let Type::Struct(shapes) = documents else { return Vec::new() };
        let known: Option<Vec<_>> = shapes.iter().map(|shape| self.records.get(shape)).collect();
        let mut all: Vec<&'static str> = known.unwrap_or_default().into_iter().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// What people call a value of a type.
    pub fn phrase(&self, ty: &Type) -> String {
        ty.phrase(self.shapes)
    }

    /// Notes that a value is read as a whole.
    pub fn consume(&mut self, typed: &Typed) {
        self.need(typed, &Need::All);
    }

    /// Notes that only the presence of a value matters.
    pub fn present(&mut self, typed: &Typed) {
        let need = match typed.ty {
            Type::Struct(_) => Need::Slots(BTreeMap::new()),
            _ => Need::All,
        };
        self.need(typed, &need);
    }

    fn need(&mut self, typed: &Typed, leaf: &Need) {
        for path in &typed.paths {
            self.read(path.root, &path.slots, leaf);
        }
    }

    /// Notes that the slots which lead to a part of a document are read.
    pub fn read(&mut self, root: ShapeId, slots: &[usize], leaf: &Need) {
        if let Some(need) = self.needs.get_mut(root.0 as usize) {
            need.add_path(slots, leaf);
        }
    }
}
