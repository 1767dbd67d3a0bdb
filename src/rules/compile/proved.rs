//! What QuickBooks refuses whatever the document holds: constraints of the catalogue that the rules break by
//! themselves. Two elements without a condition count as always there, as where elements exclude each other.

use crate::catalogue::{self, Consequence, Constraint, Country, Path, Start, Test};
use crate::document::{Code, Value};

use super::program::{Content, Expr, FieldOp, Message, Node, Object};
use crate::rules::diagnostics::diagnostic::{Diagnostic, Diagnostics};
use crate::rules::diagnostics::source::Span;

/// Tells which requests break a constraint, and which elements no edition has that the rules are for.
pub fn look_into(objects: &[Object], editions: &[Country], diagnostics: &mut Diagnostics) {
    let exports = objects.iter().filter_map(|object| object.export.as_ref());
    for variant in exports.flat_map(|export| &export.variants) {
        request(&variant.add, diagnostics);
        in_editions(&variant.add.fields, editions, diagnostics);
    }
}

fn request(message: &Message, diagnostics: &mut Diagnostics) {
    for constraint in catalogue::constraints_of(message.body.name()) {
        let all = &message.fields;
        let Some(at) = &constraint.at else {
            told(constraint, Place { request: all, here: all }, diagnostics);
            continue;
        };
        for op in all.iter().filter(|op| op.element.name() == at) {
            if let Content::Aggregate { fields, .. } = &op.content {
                told(constraint, Place { request: all, here: fields }, diagnostics);
            }
        }
    }
}

/// An aggregate of a request.
#[derive(Clone, Copy)]
struct Place<'p> {
    request: &'p [FieldOp],
    here: &'p [FieldOp],
}

/// What rules say of a place in a request.
enum Known {
    /// One of these texts is there.
    Texts(Vec<String>),
    /// Something is there.
    Present,
    /// Nothing is there.
    Absent,
    /// It hangs on the document, or on QuickBooks.
    Maybe,
}

fn told(constraint: &Constraint, place: Place<'_>, diagnostics: &mut Diagnostics) {
    let holds =
        |tests: &[(Path, Test)]| tests.iter().all(|(path, test)| place.holds(path, test) == Some(true));
    // Where it is not asked hangs on how QuickBooks is set.
    if !constraint.unless.is_empty() || !holds(&constraint.when) {
        return;
    }
    let broken = constraint.then.iter().find(|(path, test)| place.holds(path, test) == Some(false));
    let Some((path, _)) = broken else { return };
    let named = constraint.when.iter().map(|(path, _)| path).chain([path]);
    let span = named.filter_map(|path| place.op(path).and_then(span_of)).max();
    let Some(span) = span.or_else(|| place.here.iter().find_map(span_of)) else { return };
    // What only the document has is left open.
    let said = constraint.told(|_| "...".to_owned());
    diagnostics.push(match constraint.consequence {
        Consequence::Refused => {
            let message = format!("QuickBooks refuses this, whatever the document holds ({})", constraint.id);
            Diagnostic::error(Code::AlwaysRefused, span, message).help(said)
        }
        Consequence::Changed => {
            let message = format!("QuickBooks makes something else of this ({})", constraint.id);
            Diagnostic::warning(Code::AlwaysRefused, span, message).help(said)
        }
    });
}

impl<'p> Place<'p> {
    fn holds(self, path: &Path, test: &Test) -> Option<bool> {
        match (self.at(path), test) {
            (Known::Absent, test) => test.of_nothing(),
            (Known::Present, Test::Present) => Some(true),
            (Known::Present, Test::Absent) => Some(false),
            (Known::Texts(texts), test) => {
                let all: Vec<Option<bool>> = texts.iter().map(|text| passes(text, test)).collect();
                let first = all.first().copied().flatten();
                first.filter(|_| all.iter().all(|it| *it == first))
            }
            _ => None,
        }
    }

    fn at(self, path: &Path) -> Known {
        match (path.start, &path.of_record) {
            (Start::Here | Start::Request, None) => self.op(path).map_or_else(|| self.missing(path), known),
            (Start::Here | Start::Request, Some(_)) => {
                self.op(path).map_or(Known::Maybe, |op| of_record(op, path))
            }
            _ => Known::Maybe,
        }
    }

    /// The rule for an element; nothing if there is none, or several.
    fn op(self, path: &Path) -> Option<&'p FieldOp> {
        let fields = match path.start {
            Start::Here => self.here,
            Start::Request => self.request,
            _ => return None,
        };
        let (first, rest) = path.steps.split_once('/').unwrap_or((path.steps.as_str(), ""));
        let mut found = fields.iter().filter(|op| op.element.name() == first);
        let op = found.next().filter(|_| found.next().is_none())?;
        if rest.is_empty() {
            return Some(op);
        }
        let Content::Aggregate { fields, .. } = &op.content else { return None };
        fields.iter().find(|inner| is_always(op) && inner.element.name() == rest)
    }

    /// An element without a rule is not there; what stands deeper may be in a map.
    fn missing(self, path: &Path) -> Known {
        let first = path.steps.split('/').next().unwrap_or_default();
        let fields = if path.start == Start::Request { self.request } else { self.here };
        let has = fields.iter().any(|op| op.element.name() == first);
        if has { Known::Maybe } else { Known::Absent }
    }
}

/// Whether an element comes with every document, as far as rules can say.
fn is_always(op: &FieldOp) -> bool {
    op.when.is_none() && op.loops.is_empty()
}

fn known(op: &FieldOp) -> Known {
    if !is_always(op) {
        return Known::Maybe;
    }
    match &op.content {
        Content::Leaf(leaf) => match &leaf.value.node {
            Node::Const(Value::Absent) => Known::Absent,
            Node::Const(value) => text(value).map_or(Known::Present, |text| Known::Texts(vec![text])),
            _ => Known::Present,
        },
        _ => Known::Present,
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Bool(is) => Some(is.to_string()),
        Value::Number(number) => Some(number.to_string()),
        other => other.as_text().map(str::to_owned),
    }
}

/// What is known of the record that an element refers to: its type, and of what kind it must be.
fn of_record(op: &FieldOp, path: &Path) -> Known {
    let Content::Whole { value, .. } = &op.content else { return Known::Maybe };
    let Node::Record { records, kinds, .. } = &value.node else { return Known::Maybe };
    let is_kind = |record: &&'static str| {
        let element = catalogue::kind_element(record);
        element.is_some_and(|element| path.of_record.as_deref() == Some(element.name()))
    };
    if path.is_type() {
        return Known::Texts(
            records.iter().map(|record| record.trim_end_matches("Ret").to_owned()).collect(),
        );
    }
    if !kinds.is_empty() && records.iter().all(is_kind) {
        return Known::Texts(kinds.iter().map(|kind| (*kind).to_owned()).collect());
    }
    Known::Maybe
}

fn passes(value: &str, test: &Test) -> Option<bool> {
    // What is no date is told by itself.
    let is_foreign = matches!(test, Test::Between(..)) && value.parse::<chrono::NaiveDate>().is_err();
    if is_foreign { None } else { test.of_text(value) }
}

fn span_of(op: &FieldOp) -> Option<Span> {
    let of = |value: &Expr| Some(value.span);
    match &op.content {
        Content::Leaf(leaf) => of(&leaf.value),
        Content::Whole { value, .. } => of(value),
        Content::Aggregate { fields, .. } => fields.iter().find_map(span_of),
    }
}

/// Tells which elements none of the editions has.
fn in_editions(fields: &[FieldOp], editions: &[Country], diagnostics: &mut Diagnostics) {
    for op in fields {
        if !editions.is_empty() && editions.iter().all(|country| !op.element.is_in(*country)) {
            let names: Vec<&str> = editions.iter().map(|country| country.edition()).collect();
            let message = format!("{} is not in {} of QuickBooks", op.element.name(), names.join(" or "));
            let help = "take it out, or write another edition under `editions` in ruleset.yaml";
            if let Some(span) = span_of(op) {
                diagnostics.push(Diagnostic::error(Code::InNoEdition, span, message).help(help));
            }
        } else if let Content::Aggregate { fields, .. } = &op.content {
            in_editions(fields, editions, diagnostics);
        }
    }
}
