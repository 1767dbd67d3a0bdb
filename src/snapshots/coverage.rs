//! How much of the rules the cases try.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use crate::rules::Program;
use crate::rules::source::{FileId, Source, Sources, Span};

use super::things::{Role, visit};

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
    pub(super) fn add(&mut self, program: &mut Program) {
        let Some(seen) = program.seen.take() else { return };
        let sources = std::mem::take(&mut program.sources);
        let (mut named, mut texts) = (BTreeSet::new(), BTreeSet::new());
        visit(program, &mut |role, what, expr| {
            let has = |outcome| seen.has(expr.span, outcome);
            if has(true) || has(false) {
                named.insert(expr.text.clone());
            }
            texts.insert(expr.text.clone());
            let place = || sources.line(expr.span);
            let (never, always) = ("never holds", "always holds, or is never asked");
            match role {
                Role::Condition | Role::Branch => {
                    let kind = if role == Role::Condition { Kind::Condition } else { Kind::Branch };
                    self.note(kind, place(), format!("{what} {never}"), has(true));
                    self.note(kind, place(), format!("{what} {always}"), has(false));
                }
                Role::Value => {
                    self.note(Kind::Field, place(), format!("{what} never has a value"), has(true));
                }
                Role::Beside => {}
            }
        });
        let scripts = sources.iter().filter(|(_, source)| source.path.contains("scripts/"));
        texts.extend(scripts.map(|(_, source)| source.text.clone()));
        // Others are for the program itself.
        let of_rules = |name: &str| texts.iter().any(|text| text.contains(&format!("settings.{name}")));
        for (index, name) in program.settings.names().enumerate().filter(|(_, name)| of_rules(name)) {
            let is_read = seen.has_setting(index);
            self.note(Kind::Setting, name.to_owned(), "it is never read".to_owned(), is_read);
        }
        self.functions(&sources, &named);
        program.sources = sources;
        program.seen = Some(seen);
    }

    fn note(&mut self, kind: Kind, place: String, what: String, touched: bool) {
        *self.items.entry(Item { kind, place, what }).or_default() |= touched;
    }

    /// The functions of scripts: those that something evaluated names, and those that these name.
    fn functions(&mut self, sources: &Sources, named: &BTreeSet<Arc<str>>) {
        let scripts = sources.iter().filter(|(_, source)| source.path.contains("scripts/"));
        let functions: Vec<Function<'_>> =
            scripts.flat_map(|(file, source)| functions(file, source)).collect();
        let mut touched = BTreeSet::new();
        let mut open: Vec<&str> = named.iter().map(AsRef::as_ref).collect();
        while let Some(text) = open.pop() {
            for function in &functions {
                if names(text, function.name) && touched.insert(function.name) {
                    open.push(function.body);
                }
            }
        }
        for Function { name, start, .. } in &functions {
            let what = format!("`{name}` is never called");
            self.note(Kind::Function, sources.line(*start), what, touched.contains(name));
        }
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

/// A function of a script.
struct Function<'s> {
    name: &'s str,
    start: Span,
    body: &'s str,
}

fn functions(file: FileId, source: &Source) -> Vec<Function<'_>> {
    let starts = source.text.match_indices("fn ").map(|(at, _)| at);
    let starts: Vec<usize> = starts.filter(|at| source.position(*at).column == 1).collect();
    let ends = starts.iter().skip(1).copied().chain([source.text.len()]);
    let function = |(start, end): (&usize, usize)| {
        let text = source.text.get(*start + 3..end)?;
        let at = u32::try_from(*start).ok()?;
        // The body only: the name before it is no call.
        let (name, body) = text.split_once('(')?;
        Some(Function { name: name.trim(), start: Span { file, start: at, end: at }, body })
    };
    starts.iter().zip(ends).filter_map(function).collect()
}

/// Whether a text calls a function.
fn names(text: &str, function: &str) -> bool {
    let call = format!("{function}(");
    text.match_indices(&call).any(|(at, _)| {
        !text.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}
