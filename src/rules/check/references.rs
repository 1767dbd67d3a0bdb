//! The calls that reach into QuickBooks: `connection()`, `connected()` and `record()`.

use crate::catalogue;
use crate::document::{Code, Need, ShapeId, Value};
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;

use super::calls::Call;
use super::checker::Checker;
use super::demands;
use super::node::Node;
use super::term::{Term, TermKind};
use super::typed::{FollowedLink, Operand, Typed};
use super::types::Type;

/// `connection(document)` and `connected(document)`.
pub fn follow(checker: &mut Checker<'_>, call: &Call<'_>, document: Operand) -> Typed {
    let Operand { typed: document, span: at } = document;
    let follows = call.name == "connection";
    match &document.ty {
        Type::Struct(shapes) if !shapes.iter().any(|shape| checker.shapes.get(*shape).is_object) => {
            let found = checker.phrase(&document.ty);
            let message = format!("`{}` takes a document with rules of its own; this is {found}", call.name);
            checker.tell(Diagnostic::error(Code::NothingToFollow, at, message));
            return Typed::unknown();
        }
        Type::Struct(shapes) => {
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
    if follows {
        return Typed::new(Node::Connection(document.node.into()), Type::Reference)
            .optional(document.optional);
    }
    Typed::new(Node::Connected(document.node.into()), Type::Bool)
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

/// `record("Class", name)`.
pub fn record(checker: &mut Checker<'_>, (kind, kind_at): (&Term, Span), name: Operand) -> Typed {
    checker.consume(&name.typed);
    if !matches!(name.typed.ty, Type::Text(_) | Type::Any | Type::Absent) {
        let message = format!("a record's name is text; this is {}", checker.phrase(&name.typed.ty));
        let help = demands::to_text(&name.typed.ty);
        checker.tell(Diagnostic::error(Code::WrongType, name.span, message).help_if(help));
    }
    let TermKind::Const(Value::Text(kind)) = &kind.kind else {
        checker.tell(
            Diagnostic::error(Code::UnknownTypeInRecord, kind_at, "the type of a record must be written out")
                .help("such as `record(\"Class\", name)`"),
        );
        return Typed::unknown();
    };
    let query = format!("{kind}Query");
    let records = catalogue::records_of(&query);
    if records.is_empty() {
        let nouns = catalogue::operations()
            .filter(|operation| operation.kind == catalogue::Kind::Query)
            .map(|operation| operation.noun);
        let message = format!("QuickBooks has no records of type `{kind}`");
        checker.tell(
            Diagnostic::error(Code::UnknownTypeInRecord, kind_at, message).help_if(did_you_mean(kind, nouns)),
        );
        return Typed::unknown();
    }
    let noun = catalogue::operation(&query).map_or("", |operation| operation.noun);
    let records = records.iter().map(|element| element.name()).collect();
    let optional = name.typed.optional;
    let node = Node::Record { records, noun, name: name.typed.node.into() };
    Typed::new(node, Type::Reference).optional(optional)
}

/// `invoice.customer` for `invoice.customer.name`: what was probably meant where a document is wanted.
fn whole_document(argument: &Term) -> Option<String> {
    let TermKind::Field(of, _) = &argument.kind else {
        return None;
    };
    let path = of.path_text()?;
    Some(format!("pass the document itself, `{path}`, or refer by name: `record(\"Type\", name)`"))
}
