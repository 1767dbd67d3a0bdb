//! The calls that reach into QuickBooks: `connection()`, `connected()`, `record_type()` and `record()`.

use std::sync::Arc;

use crate::catalogue::{self, Element};
use crate::document::{Code, FieldType, Need, ShapeId, Value};
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;

use super::calls::Call;
use super::checker::Checker;
use super::demands;
use super::doubts::absent::path;
use super::language::term::{Term, TermKind};
use super::node::{Kinds, Node};
use super::typed::{FollowedLink, Operand, Typed};
use super::types::Type;

/// An argument, and where it stands.
pub type Argument<'t> = (&'t Term, Span);

/// `connection(document)`, `connected(document)` and `record_type(document)`.
pub fn follow(
    checker: &mut Checker<'_>,
    call: &Call<'_>,
    document: Operand,
    kinds: Option<Argument<'_>>,
) -> Typed {
    let kinds = kinds.map(|kinds| listed_kinds(checker, kinds, None)).unwrap_or_default();
    let Operand { typed: document, span: at } = document;
    let follows = call.name != "connected";
    match &document.ty {
        Type::Struct(shapes) if !shapes.iter().any(|shape| checker.shapes.get(*shape).is_object) => {
            let found = checker.phrase(&document.ty);
            let message = format!("`{}` takes a document with rules of its own; this is {found}", call.name);
            let help = documents_inside(checker, shapes);
            checker.tell(Diagnostic::error(Code::NothingToFollow, at, message).help(help));
            return Typed::unknown();
        }
        Type::Struct(shapes) => {
            if shapes.iter().any(|shape| checker.becomes_transaction(*shape)) {
                checker.without_name.extend(path(&document.node));
            }
            for shape in shapes {
                link(checker, &document, *shape, call.span, follows);
            }
        }
        Type::Any | Type::Absent => {}
        other => {
            let message = format!("`{}` takes a document; this is {}", call.name, checker.phrase(other));
            let help = call.arguments.first().and_then(whole_document);
            checker.tell(Diagnostic::error(Code::NothingToFollow, at, message).help_if(help));
            return Typed::unknown();
        }
    }
    match call.name {
        "connection" => {
            let to = Type::Reference(checker.records_of(&document.ty));
            Typed::new(Node::Connection(document.node.into(), kinds), to).optional(document.optional)
        }
        "line_of" => {
            let line = Node::LineOf(document.node.into(), Node::Const(Value::Absent).into());
            Typed::new(line, Type::Reference(Vec::new())).optional(document.optional)
        }
        "record_type" => Typed::new(Node::RecordType(document.node.into()), Type::TEXT).optional(true),
        _ => Typed::new(Node::Connected(document.node.into()), Type::Bool),
    }
}

/// The fields of a structure that are documents of their own, or what is one.
fn documents_inside(checker: &Checker<'_>, shapes: &[ShapeId]) -> String {
    let is_document =
        |ty: &FieldType| matches!(ty, FieldType::Struct(shape) if checker.shapes.get(*shape).is_object);
    let fields = shapes.iter().flat_map(|shape| &checker.shapes.get(*shape).fields);
    let names: Vec<String> =
        fields.filter(|field| is_document(&field.ty)).map(|field| format!("`{}`", field.name)).collect();
    if names.is_empty() {
        return "pass a document itself, or refer by name: `record(\"Type\", name)`".to_owned();
    }
    format!("name one of its fields that are documents: {}", names.join(", "))
}

/// `line_of(document, id)`: the line of another document's record that has this id in Steelhead.
pub fn line_of(checker: &mut Checker<'_>, call: &Call<'_>, document: Operand, id: &Operand) -> Typed {
    checker.consume(&id.typed);
    if !(id.typed.ty.is_number() || matches!(id.typed.ty, Type::Text(_) | Type::Any | Type::Absent)) {
        let message = format!("a line's id is a text or a number; this is {}", checker.phrase(&id.typed.ty));
        let help = demands::to_text(&id.typed.ty);
        checker.tell(Diagnostic::error(Code::WrongType, id.span, message).help_if(help));
    }
    let optional = id.typed.optional;
    let mut followed = follow(checker, call, document, None);
    if let Node::LineOf(_, line) = &mut followed.node {
        **line = id.typed.node.clone();
    }
    let is_optional = followed.optional || optional;
    followed.optional(is_optional)
}

/// Notes that a document's id is read, and that rules follow it: what is followed is created first, and is
/// read as its own rules read it.
fn link(checker: &mut Checker<'_>, document: &Typed, target: ShapeId, span: Span, follows: bool) {
    let shape = checker.shapes.get(target);
    if let Some(slot) = shape.slot("id") {
        for path in document.paths.iter().filter(|path| path.shape == Some(target)) {
            let slots = [path.slots.as_slice(), &[slot]].concat();
            checker.read(path.root, &slots, &Need::All);
            let link = FollowedLink { path: path.clone(), target, span };
            if follows && !checker.links.contains(&link) {
                checker.links.push(link);
            }
        }
    }
    if follows && !checker.unread.objects && !checker.exported.contains(&target) {
        let message = format!("`{}` is not exported, so it has no connection", shape.name);
        checker.tell(
            Diagnostic::error(Code::NothingToFollow, span, message)
                .help("give it an `export` half, or refer to the record by name: `record(\"Type\", name)`"),
        );
    }
}

/// `record("Class", name)`; the first argument may be a list, and a third may say of what kind the record must be.
pub fn record(
    checker: &mut Checker<'_>,
    types: Argument<'_>,
    name: Operand,
    kinds: Option<Argument<'_>>,
) -> Typed {
    checker.consume(&name.typed);
    if !matches!(name.typed.ty, Type::Text(_) | Type::Any | Type::Absent) {
        let message = format!("a record's name is text; this is {}", checker.phrase(&name.typed.ty));
        let help = demands::to_text(&name.typed.ty);
        checker.tell(Diagnostic::error(Code::WrongType, name.span, message).help_if(help));
    }
    let Some(words) = words(types.0) else {
        checker.tell(
            Diagnostic::error(Code::UnknownTypeInRecord, types.1, "the type of a record must be written out")
                .help("such as `record(\"Class\", name)` or `record([\"ItemSalesTax\", \"ItemSalesTaxGroup\"], name)`"),
        );
        return Typed::unknown();
    };
    let (mut records, mut nouns) = (Vec::new(), Vec::new());
    for word in words {
        let Some((noun, found)) = list(checker, word, types.1) else { return Typed::unknown() };
        records.extend(found.iter().map(|element| element.name()));
        nouns.push(noun);
    }
    let kinds = kinds.map(|kinds| listed_kinds(checker, kinds, Some(&records))).unwrap_or_default();
    let optional = name.typed.optional;
    let to = Type::Reference(records.clone());
    let (is_several, noun) = (nouns.len() > 1, Arc::from(nouns.join(" or ")));
    let node =
        Node::Record { records: records.into(), is_several, noun, name: name.typed.node.into(), kinds };
    Typed::new(node, to).optional(optional)
}

/// Tells of `record("A", name) ?? record("B", name)`: a name that the first does not know rejects the document, so that
/// the second is asked only where there is no name, and finds nothing then.
pub fn never_tried(checker: &mut Checker<'_>, parts: &[Operand]) {
    let name_of = |part: &Operand| match &part.typed.node {
        Node::Record { name, .. } => path(name),
        _ => None,
    };
    for (first, second) in parts.iter().zip(parts.iter().skip(1)) {
        let Some(name) = name_of(first) else { continue };
        if name_of(second).as_ref() != Some(&name) {
            continue;
        }
        let message =
            "this is never found: a name that the record before `??` does not have rejects the document";
        let help = "name both types at once: `record([\"ItemSalesTax\", \"ItemSalesTaxGroup\"], name)`";
        checker.tell(Diagnostic::error(Code::FallbackNeverUsed, second.span, message).help(help));
    }
}

/// The texts of an argument that is a text or a list of texts; nothing if they are not written out.
fn words(argument: &Term) -> Option<Vec<&str>> {
    match &argument.kind {
        TermKind::Const(Value::Text(word)) => Some(vec![word]),
        TermKind::List(members) if !members.is_empty() => members
            .iter()
            .map(|member| match &member.kind {
                TermKind::Const(Value::Text(word)) => Some(word.as_ref()),
                _ => None,
            })
            .collect(),
        TermKind::Const(Value::List(members)) if !members.is_empty() => {
            members.iter().map(Value::as_text).collect()
        }
        _ => None,
    }
}

/// The records of a list of QuickBooks, and what it is called; one that there is not is told.
pub fn list(checker: &mut Checker<'_>, kind: &str, at: Span) -> Option<(&'static str, Vec<Element>)> {
    let query = format!("{kind}Query");
    let records = catalogue::records_of(&query);
    if !records.is_empty() {
        return Some((catalogue::operation(&query).map_or("", |operation| operation.noun), records));
    }
    let nouns = catalogue::operations()
        .filter(|operation| operation.kind == catalogue::Kind::Query)
        .map(|operation| operation.noun);
    let message = format!("QuickBooks has no records of type `{kind}`");
    checker
        .tell(Diagnostic::error(Code::UnknownTypeInRecord, at, message).help_if(did_you_mean(kind, nouns)));
    None
}

/// The kinds that an argument names; what is none is told. Where it is known what records there may be, they must be theirs.
fn listed_kinds(
    checker: &mut Checker<'_>,
    (argument, at): Argument<'_>,
    records: Option<&[&'static str]>,
) -> Kinds {
    let Some(words) = words(argument) else {
        let message = "the kind of a record must be written out";
        let help = "such as `\"AccountsReceivable\"` or `[\"ItemService\", \"ItemNonInventory\"]`";
        checker.tell(Diagnostic::error(Code::UnknownTypeInRecord, at, message).help(help));
        return Kinds::default();
    };
    let known = kinds_of(records);
    let mut found = Vec::new();
    for word in words {
        if let Some(kind) = known.iter().find(|kind| **kind == word) {
            found.push(*kind);
            continue;
        }
        let message = format!("`{word}` is no kind of such a record");
        let listed = || (known.len() <= 24).then(|| format!("it may be {}", known.join(", ")));
        let help = did_you_mean(word, known.iter().copied()).or_else(listed);
        checker.tell(Diagnostic::error(Code::UnknownTypeInRecord, at, message).help_if(help));
    }
    found.into()
}

/// All kinds of these records; of any, if they are not known.
fn kinds_of(records: Option<&[&'static str]>) -> Vec<&'static str> {
    let all: Vec<&'static str> = match records {
        Some(records) => records.to_vec(),
        None => catalogue::records().map(Element::name).collect(),
    };
    let words = all.iter().filter_map(|record| catalogue::kind_element(record)).flat_map(Element::values);
    all.iter().map(|record| record.trim_end_matches("Ret")).chain(words.copied()).collect()
}

/// `invoice.customer` for `invoice.customer.name`: what was probably meant where a document is wanted.
fn whole_document(argument: &Term) -> Option<String> {
    let TermKind::Field(of, _) = &argument.kind else {
        return None;
    };
    let path = of.path_text()?;
    Some(format!("pass the document itself, `{path}`, or refer by name: `record(\"Type\", name)`"))
}
