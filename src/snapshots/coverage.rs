//! How much of the rules the cases try.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use crate::document::Value;
use crate::rules::Program;
use crate::rules::program::{Asked, Branch, Fork, Node, Seen};
use crate::rules::source::{FileId, Source, Sources, Span};

use super::things::{Role, visit};

/// A kind of thing that a case can touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A condition of `settled`, `skip`, `reject` or `warn`: it held once, and once it did not.
    Condition,
    /// A `when` of an export, a variant or a field, an `accept` or an `until`: it held once, and once it did not.
    Branch,
    /// A part of an expression or a function that decides: it came out each way once.
    Way,
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
    /// `file:line`, of a way with its column.
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
    pub(super) fn add(&mut self, program: &Program) {
        let (Some(seen), sources) = (&program.seen, &program.sources) else { return };
        let (mut named, mut texts) = (BTreeSet::new(), BTreeSet::new());
        visit(program, &mut |role, what, expr| {
            let whole = Branch { span: expr.span, fork: Fork::Whole };
            let has = |outcome| seen.has(whole, outcome);
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
                Role::Words | Role::Beside => {}
            }
            expr.node.branches(&mut |asked| self.way(asked, expr.span, seen, sources));
        });
        let scripts = sources.iter().filter(|(_, source)| source.path.contains("scripts/"));
        texts.extend(scripts.map(|(_, source)| source.text.clone()));
        // Others are for the program itself.
        let of_rules = |name: &str| texts.iter().any(|text| text.contains(&format!("settings.{name}")));
        for (index, setting) in program.settings.iter().enumerate().filter(|(_, it)| of_rules(&it.name)) {
            let what = format!("`{}` is never read", setting.name);
            self.note(Kind::Setting, sources.line(setting.span), what, seen.has_setting(index));
        }
        self.functions(sources, &named);
    }

    /// A part of an expression that decides. What a constant decides goes one way only, such as what a function is given
    /// in one of its calls.
    fn way(&mut self, asked: Asked<'_>, within: Span, seen: &Seen, sources: &Sources) {
        let Asked { branch, node, rest } = asked;
        let (never, always) = ("never holds", "always holds, or is never asked");
        let outcomes: &[(bool, &str)] = match branch.fork {
            Fork::Whole => &[],
            Fork::If => &[(true, never), (false, always)],
            Fork::And | Fork::Or if rest.is_empty() => &[(true, never), (false, always)],
            Fork::And => &[(false, always)],
            Fork::Or => &[(true, never)],
            Fork::Coalesce => &[(true, "never has a value where it is asked for")],
            Fork::For => &[(true, "never has a member to go over")],
        };
        for (outcome, words) in outcomes {
            if !matches!(node, Node::Const(Value::Bool(fixed)) if fixed != outcome) {
                let what = format!("{} {words}", snippet(branch, within, sources));
                self.note(Kind::Way, sources.place(branch.span), what, seen.has(branch, *outcome));
            }
        }
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

    /// The same of what stands in the files of one layer.
    #[must_use]
    pub fn of_layer(mut self, layer: &str) -> Self {
        self.items.retain(|item, _| stands_in(&item.place, layer));
        self
    }

    /// What can be touched in a file: the line, what it is, and whether a case touches it.
    pub fn of_file(&self, path: &str) -> impl Iterator<Item = (u32, &Item, bool)> {
        self.items.iter().filter_map(move |(item, touched)| {
            let line = item.place.strip_prefix(path)?.strip_prefix(':')?.split(':').next()?;
            Some((line.parse().ok()?, item, *touched))
        })
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

/// Whether a place is in the files of a layer, and not in those of one that lies in its folder.
pub(super) fn stands_in(place: &str, layer: &str) -> bool {
    let inside = place.strip_prefix(layer.trim_end_matches('/')).and_then(|rest| rest.strip_prefix('/'));
    inside.is_some_and(|rest| rest.matches('/').count() < 2)
}

/// What stands at a place, as far as one can see where it ends. `within` is the value that it is a part of, unless it stands
/// in a function.
pub(super) fn snippet(Branch { span: at, fork }: Branch, within: Span, sources: &Sources) -> String {
    let signs: &[&str] = match fork {
        Fork::Whole | Fork::If | Fork::For => &[" {"],
        Fork::Or => &["||", " {"],
        Fork::And => &["||", "&&", " {"],
        Fork::Coalesce => &["||", "&&", "??", " {"],
    };
    let text = sources.get(at.file).map(|source| source.text.as_ref()).unwrap_or_default();
    let (start, whole) = (at.start as usize, sources.slice(within));
    let quotes = usize::from(whole.starts_with(['"', '\'']));
    let end = if at.file == within.file { (within.end as usize).saturating_sub(quotes) } else { text.len() };
    let line = text.get(start..end).unwrap_or_default().lines().next().unwrap_or_default();
    let (mut depth, mut is_text) = (0_usize, false);
    let mut ends = |at: usize, c: char| {
        match c {
            '"' | '`' => is_text = !is_text,
            _ if is_text => {}
            '(' | '[' => depth += 1,
            ')' | ']' | '}' | ';' | ',' if depth == 0 => return true,
            ')' | ']' => depth -= 1,
            _ => {
                let rest = line.get(at..).unwrap_or_default();
                return depth == 0 && signs.iter().any(|end| rest.starts_with(end));
            }
        }
        false
    };
    let end = line.char_indices().find(|(at, c)| ends(*at, *c)).map_or(line.len(), |(at, _)| at);
    format!("`{}`", line.get(..end).unwrap_or(line).trim_end())
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
