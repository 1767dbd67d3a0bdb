//! The calls that reach into QuickBooks: `connection()`, `connected()` and `record()`.

use crate::catalogue;
use crate::document::{Code, ShapeId, Value};

use super::infer::{Checker, Context, path_text};
use super::infer_call::{Call, to_text};
use super::node::Node;
use super::syntax::{Term, TermKind};
use super::typed::{Link, Scope, Typed};
use super::types::Type;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;

impl Checker<'_> {
    /// `connection(document)` and `connected(document)`.
    pub(super) fn follow(&mut self, call: &Call<'_>, scope: &Scope, context: &mut Context<'_>) -> Typed {
        let usage = format!("{}(document)", call.name);
        if !self.count(call, 1, &usage) {
            return Typed::unknown();
        }
        let at = call.arguments.first().map_or(call.span, |argument| context.span(argument.at));
        let Some(document) = self.arguments(call, scope, context).pop() else {
            return Typed::unknown();
        };
        let follows = call.name == "connection";
        match &document.ty {
            Type::Struct(shapes) if !shapes.iter().any(|shape| self.shapes.get(*shape).is_object) => {
                let found = document.ty.phrase(self.shapes);
                let message =
                    format!("`{}` takes a document with rules of its own; this is {found}", call.name);
                self.diagnostics.push(Diagnostic::error(Code::NothingToFollow, at, message));
                return Typed::unknown();
            }
            Type::Struct(shapes) => {
                for shape in shapes.clone() {
                    self.link(&document, shape, call.span, follows);
                }
            }
            Type::Any | Type::Absent => {}
            other => {
                let found = other.phrase(self.shapes);
                let message = format!("`{}` takes a document; this is {found}", call.name);
                let help = call.arguments.first().and_then(whole_document);
                self.diagnostics.push(Diagnostic::error(Code::NothingToFollow, at, message).help_if(help));
                return Typed::unknown();
            }
        }
        if follows {
            let node = document.node.map(|of| Node::Connection(of.into()));
            return Typed { node, ty: Type::Reference, optional: document.optional, paths: vec![] };
        }
        let node = document.node.map(|of| Node::Connected(of.into()));
        Typed { node, ty: Type::Bool, optional: false, paths: vec![] }
    }

    fn link(&mut self, document: &Typed, target: ShapeId, span: Span, follows: bool) {
        let shape = self.shapes.get(target);
        if let Some(slot) = shape.slot("id") {
            for path in document.paths.iter().filter(|path| path.shape == Some(target)) {
                let mut slots = path.slots.clone();
                slots.push(slot);
                if let Some(need) = self.needs.get_mut(path.root.0 as usize) {
                    need.add_path(&slots, &crate::document::Need::All);
                }
                let link = Link { path: path.clone(), target, span };
                if follows && !self.links.contains(&link) {
                    self.links.push(link);
                }
            }
        }
        if follows && !self.unread.objects && !self.exported.contains(&target) {
            let message = format!("`{}` is not exported, so it has no connection", shape.name);
            self.diagnostics.push(
                Diagnostic::error(Code::NothingToFollow, span, message).help(
                    "give it an `export` half, or refer to the record by name: `record(\"Type\", name)`",
                ),
            );
        }
    }

    /// `record("Class", name)`.
    pub(super) fn record(&mut self, call: &Call<'_>, scope: &Scope, context: &mut Context<'_>) -> Typed {
        let [kind, name] = call.arguments else {
            self.count(call, 2, "record(\"Class\", name)");
            return Typed::unknown();
        };
        let name_at = context.span(name.at);
        let kind_at = context.span(kind.at);
        let name = self.term(name, scope, context);
        self.consume(&name);
        if !matches!(name.ty, Type::Text(_) | Type::Any | Type::Absent) {
            let found = name.ty.phrase(self.shapes);
            self.diagnostics.push(
                Diagnostic::error(
                    Code::WrongType,
                    name_at,
                    format!("a record's name is text; this is {found}"),
                )
                .help_if(to_text(&name.ty)),
            );
        }
        let TermKind::Const(Value::Text(kind)) = &kind.kind else {
            self.diagnostics.push(
                Diagnostic::error(
                    Code::UnknownTypeInRecord,
                    kind_at,
                    "the type of a record must be written out",
                )
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
            self.diagnostics.push(
                Diagnostic::error(
                    Code::UnknownTypeInRecord,
                    kind_at,
                    format!("QuickBooks has no records of type `{kind}`"),
                )
                .help_if(did_you_mean(kind, nouns)),
            );
            return Typed::unknown();
        }
        let noun = catalogue::operation(&query).map_or("", |operation| operation.noun);
        let records = records.iter().map(|element| element.name()).collect();
        let node = name.node.map(|name| Node::Record { records, noun, name: name.into() });
        Typed { node, ty: Type::Reference, optional: name.optional, paths: vec![] }
    }
}

/// `invoice.customer` for `invoice.customer.name`: what was probably meant where a document is wanted.
fn whole_document(argument: &Term) -> Option<String> {
    let TermKind::Field(of, _) = &argument.kind else {
        return None;
    };
    let path = path_text(of)?;
    Some(format!("pass the document itself, `{path}`, or refer by name: `record(\"Type\", name)`"))
}
