//! How much of the rules the cases try.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::rules::Program;
use crate::rules::program::{Condition, Content, Expr, FieldOp, ImportContent, ImportOp, Message, Seen};
use crate::rules::source::{FileId, Span};

/// A kind of thing that a case can touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A condition of `settled`, `skip`, `reject` or `warn`: it held once, and once it did not.
    Condition,
    /// A `when` of an export, a variant or a field: it held once, and once it did not.
    Branch,
    /// A field: it had a value once.
    Field,
    /// A function: something that was evaluated names it, or a function that was touched does.
    Function,
    /// A setting: it was read once.
    Setting,
}

/// One thing that a case can touch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Item {
    /// Its kind.
    pub kind: Kind,
    /// `file:line`; of a setting its name.
    pub place: String,
    /// What it is, and what no case does with it.
    pub what: String,
}

/// What can be touched, and what was.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    items: BTreeMap<Item, bool>,
}

impl Coverage {
    /// Adds what runs of a program touched. Rule sets share files: what one of them touches counts.
    pub fn add(&mut self, program: &Program) {
        let Some(seen) = &program.seen else { return };
        let mut walk = Walk { program, seen, items: &mut self.items, named: BTreeSet::new() };
        walk.objects();
        walk.settings();
        walk.functions();
    }

    /// How many things can be touched, and how many were.
    pub fn count(&self) -> (usize, usize) {
        (self.items.len(), self.items.values().filter(|touched| **touched).count())
    }

    /// What no case touches, by kind and place.
    pub fn untouched(&self) -> Vec<&Item> {
        self.items.iter().filter(|(_, touched)| !**touched).map(|(item, _)| item).collect()
    }

    /// How much was touched, in tenths of a percent, rounded down: 100 % means all.
    pub fn per_mille(&self) -> usize {
        let (all, touched) = self.count();
        (touched * 1000).checked_div(all).unwrap_or(1000)
    }
}

struct Walk<'w> {
    program: &'w Program,
    seen: &'w Seen,
    items: &'w mut BTreeMap<Item, bool>,
    /// The texts of what was evaluated.
    named: BTreeSet<&'w str>,
}

impl<'w> Walk<'w> {
    fn note(&mut self, kind: Kind, place: String, what: String, touched: bool) {
        let item = Item { kind, place, what };
        *self.items.entry(item).or_default() |= touched;
    }

    fn at(&self, span: Span) -> String {
        self.program.sources.line(span)
    }

    /// Whatever comes of an expression, the functions that it names were touched.
    fn evaluated(&mut self, expr: &'w Expr) {
        if self.seen.has(expr.span, true) || self.seen.has(expr.span, false) {
            self.named.insert(&expr.text);
        }
    }

    /// Something that holds or does not. A literal does neither.
    fn both(&mut self, kind: Kind, what: &str, expr: &'w Expr) {
        self.evaluated(expr);
        for (outcome, words) in [(true, "never holds"), (false, "always holds, or is never asked")] {
            self.note(kind, self.at(expr.span), format!("{what} {words}"), self.seen.has(expr.span, outcome));
        }
    }

    fn value(&mut self, what: &str, expr: &'w Expr) {
        self.evaluated(expr);
        self.note(
            Kind::Field,
            self.at(expr.span),
            format!("{what} never has a value"),
            self.seen.has(expr.span, true),
        );
    }

    fn objects(&mut self) {
        for object in &self.program.objects {
            let name = &object.name;
            object.label.iter().for_each(|label| self.evaluated(label));
            if let Some(export) = &object.export {
                if let Some(when) = &export.when {
                    self.both(Kind::Branch, &format!("{name}: `when` of the export"), when);
                }
                export.date.iter().for_each(|date| self.evaluated(date));
                for conditions in [&export.settled, &export.skip, &export.reject, &export.warn] {
                    self.conditions(name, conditions);
                }
                for variant in &export.variants {
                    if let Some(when) = &variant.when {
                        let called = variant.name.as_deref().unwrap_or_default();
                        self.both(Kind::Branch, &format!("{name}: `when` of the variant {called}"), when);
                    }
                    if let Some(matching) = &variant.matching {
                        let parts = [&matching.under, &matching.accept, &matching.otherwise];
                        parts.into_iter().flatten().for_each(|part| self.evaluated(part));
                    }
                    self.message(&variant.add);
                    variant.modify.iter().for_each(|message| self.message(message));
                    for confirm in &variant.confirm {
                        self.value(&format!("{name}: confirm {}", confirm.path), &confirm.leaf.value);
                    }
                }
                for then in &export.then {
                    if let Some(when) = &then.when {
                        self.both(Kind::Branch, &format!("{name}: `when` of {}", then.id), when);
                    }
                    self.evaluated(&then.until);
                    self.message(&then.message);
                }
            }
            if let Some(import) = &object.import {
                if let Some(when) = &import.when {
                    self.both(Kind::Branch, &format!("{name}: `when` of the import"), when);
                }
                self.conditions(name, &import.skip);
                self.imported(name, &import.fields);
            }
        }
    }

    fn conditions(&mut self, object: &str, conditions: &'w [Condition]) {
        for condition in conditions {
            self.both(Kind::Condition, &format!("{object}: {}", condition.id), &condition.when);
            condition.loops.iter().chain([&condition.message]).for_each(|expr| self.evaluated(expr));
        }
    }

    fn message(&mut self, message: &'w Message) {
        self.fields(message.body.name(), &message.fields);
    }

    fn fields(&mut self, within: &str, fields: &'w [FieldOp]) {
        for op in fields {
            let path = format!("{within}/{}", op.element.name());
            op.loops.iter().chain(&op.id).for_each(|expr| self.evaluated(expr));
            if let Some(when) = &op.when {
                self.both(Kind::Branch, &format!("`when` of {path}"), when);
            }
            match &op.content {
                Content::Leaf(leaf) => self.value(&path, &leaf.value),
                Content::Whole { value, .. } => self.value(&path, value),
                Content::Aggregate { fields, .. } => self.fields(&path, fields),
            }
        }
    }

    fn imported(&mut self, within: &str, fields: &'w [ImportOp]) {
        for op in fields {
            let path = format!("{within}.{}", op.name);
            match &op.content {
                ImportContent::Value(value) => self.value(&format!("import of {path}"), value),
                ImportContent::Struct(fields) => self.imported(&path, fields),
                ImportContent::List(members) => {
                    for fields in members {
                        self.imported(&path, fields);
                    }
                }
            }
        }
    }

    fn settings(&mut self) {
        for (index, name) in self.program.settings.names().enumerate() {
            self.note(
                Kind::Setting,
                name.to_owned(),
                "it is never read".to_owned(),
                self.seen.has_setting(index),
            );
        }
    }

    /// The functions of scripts: those that something evaluated names, and those that these name.
    fn functions(&mut self) {
        let mut functions: Vec<(&str, FileId, usize, &str)> = Vec::new();
        for (file, source) in
            self.program.sources.iter().filter(|(_, source)| source.path.contains("scripts/"))
        {
            let starts = source.text.match_indices("fn ").map(|(at, _)| at);
            let starts: Vec<usize> = starts.filter(|at| source.position(*at).column == 1).collect();
            for (number, start) in starts.iter().enumerate() {
                let end = starts.get(number + 1).copied().unwrap_or(source.text.len());
                let text = source.text.get(*start + 3..end).unwrap_or_default();
                functions.push((text.split('(').next().unwrap_or_default().trim(), file, *start, text));
            }
        }
        let mut touched = BTreeSet::new();
        let mut open: Vec<&str> = self.named.iter().copied().collect();
        while let Some(text) = open.pop() {
            for (name, _, _, body) in &functions {
                if names(text, name) && touched.insert(*name) {
                    open.push(body);
                }
            }
        }
        for (name, file, start, _) in &functions {
            let start = u32::try_from(*start).unwrap_or(u32::MAX);
            let place = self.program.sources.line(Span { file: *file, start, end: start });
            let is_touched = touched.contains(name);
            let item = Item { kind: Kind::Function, place, what: format!("`{name}` is never called") };
            *self.items.entry(item).or_default() |= is_touched;
        }
    }
}

/// Whether a text calls a function. In its own text the name stands once more, before its parameters.
fn names(text: &str, function: &str) -> bool {
    let call = format!("{function}(");
    text.match_indices(&call).any(|(at, _)| {
        !text.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}
