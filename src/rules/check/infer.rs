//! The checker's heart: what type does an expression have, which parts of the document does it read,
//! and what small tree is left of it once all names are resolved.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::document::{Code, Need, ShapeId, Shapes};

use super::node::{Input, Node};
use super::script::ScriptFunction;
use super::settings::Settings;
use super::syntax::{Term, TermKind};
use super::typed::{Link, Scope, Typed, choice, constant_type, merge};
use super::types::Type;
use crate::rules::diagnostics::diagnostic::{Diagnostic, Diagnostics};
use crate::rules::diagnostics::source::{LineColumn, Sources, Span};
use crate::rules::files::place::Origin;

/// What the checker knows while it looks at expressions.
pub struct Checker<'p> {
    /// The files, to name places in.
    pub sources: &'p Sources,
    /// The shapes of documents.
    pub shapes: &'p Shapes,
    /// The settings.
    pub settings: &'p Settings,
    /// The script functions by name.
    pub functions: &'p BTreeMap<String, ScriptFunction>,
    /// The objects that have an export half: what `connection()` can follow.
    pub exported: &'p [ShapeId],
    /// What is not known because files could not be read.
    pub unread: Unread,
    /// What rules read, by shape; filled here.
    pub needs: Vec<Need>,
    /// Which documents are followed from where; filled here.
    pub links: Vec<Link>,
    /// What was found; filled here.
    pub diagnostics: Diagnostics,
}

/// What is not known because files could not be read: nobody is told that it is missing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unread {
    /// Some objects.
    pub objects: bool,
    /// Some functions.
    pub functions: bool,
}

/// One expression being checked: where it stands, and the paths it reads.
pub struct Context<'c> {
    /// Where the expression, or the script file, stands.
    pub origin: Origin,
    /// The paths read so far, for explanations; nothing while inside a function.
    pub inputs: Option<&'c mut Vec<Input>>,
    /// The functions being looked into, outermost first.
    pub calls: Vec<String>,
}

impl Context<'_> {
    pub(super) fn span(&self, at: LineColumn) -> Span {
        self.origin.span_at(at)
    }

    /// Notes a path that ends here.
    fn note(&mut self, text: Option<String>, node: Option<&Node>) {
        if let (Some(inputs), Some(text), Some(node)) = (self.inputs.as_deref_mut(), text, node)
            && !inputs.iter().any(|input| input.text == text)
        {
            inputs.push(Input { text, node: node.clone() });
        }
    }
}

impl Checker<'_> {
    /// Checks an expression; what is wrong goes to the diagnostics.
    pub fn term(&mut self, term: &Term, scope: &Scope, context: &mut Context<'_>) -> Typed {
        match &term.kind {
            TermKind::Const(value) => {
                Typed::new(Node::Const(value.clone()), constant_type(value)).optional(value.is_absent())
            }
            TermKind::Variable(_) | TermKind::Field(..) => {
                let typed = self.path(term, scope, context);
                context.note(path_text(term), typed.node.as_ref());
                typed
            }
            TermKind::Index(of, index) => self.index(of, index, scope, context),
            TermKind::List(members) => self.list(members, scope, context),
            TermKind::Coalesce(parts) => self.coalesce(parts, scope, context),
            TermKind::And(parts) => self.logical(parts, Node::And, scope, context),
            TermKind::Or(parts) => self.logical(parts, Node::Or, scope, context),
            TermKind::Binary(operator, left, right) => self.binary(*operator, left, right, scope, context),
            TermKind::Not(of) => {
                let of = self.condition(of, scope, context);
                Typed {
                    node: of.node.map(|node| Node::Not(node.into())),
                    ty: Type::Bool,
                    optional: false,
                    paths: vec![],
                }
            }
            TermKind::Negate(of) => self.negate(of, scope, context),
            TermKind::Join(parts) => self.join(parts, scope, context),
            TermKind::If(condition, yes, no) => {
                let condition = self.condition(condition, scope, context);
                let yes = self.term(yes, scope, context);
                let no = self.term(no, scope, context);
                choice(condition.node, yes, no)
            }
            TermKind::Call(name, arguments) => self.call(name, arguments, term.at, scope, context),
            TermKind::Block(steps) => self.block(steps, scope, context),
            TermKind::Refused(what) => {
                let span = context.span(term.at);
                self.diagnostics.push(
                    Diagnostic::error(
                        Code::NotInLanguage,
                        span,
                        format!("{what} is not part of the rule language"),
                    )
                    .help("`ferrule explain R203` lists what expressions and functions may use"),
                );
                Typed::unknown()
            }
        }
    }

    /// A variable, or a field of something.
    fn path(&mut self, term: &Term, scope: &Scope, context: &mut Context<'_>) -> Typed {
        match &term.kind {
            TermKind::Variable(name) => self.variable(name, term.at, scope, context),
            TermKind::Field(of, name) => {
                let of = self.path(of, scope, context);
                self.field(of, name, context.span(term.at))
            }
            _ => self.term(term, scope, context),
        }
    }

    fn variable(&mut self, name: &str, at: LineColumn, scope: &Scope, context: &Context<'_>) -> Typed {
        if let Some(found) = scope.find(name) {
            return found.clone();
        }
        let inside = !context.calls.is_empty();
        if name == "settings" && !inside {
            return Typed::new(Node::Settings, Type::Settings);
        }
        let known = scope.variables.iter().map(|variable| variable.name.as_str()).chain(["settings"]);
        let help = match name {
            "settings" => Some("a function sees only its parameters: pass `settings` to it".to_owned()),
            _ => crate::rules::diagnostics::suggest::did_you_mean(name, known.clone())
                .or_else(|| Some(format!("the variables here are {}", known.collect::<Vec<_>>().join(", ")))),
        };
        self.diagnostics.push(
            Diagnostic::error(Code::UnknownVariable, context.span(at), format!("unknown variable `{name}`"))
                .help_if(help),
        );
        Typed::unknown()
    }

    fn index(&mut self, of: &Term, index: &Term, scope: &Scope, context: &mut Context<'_>) -> Typed {
        let span = context.span(of.at);
        let of = self.term(of, scope, context);
        let index_at = context.span(index.at);
        let index = self.term(index, scope, context);
        self.consume(&index);
        if !index.ty.is_number() && index.ty != Type::Any {
            let found = index.ty.phrase(self.shapes);
            self.diagnostics.push(Diagnostic::error(
                Code::WrongType,
                index_at,
                format!("a list is indexed by a number, not by {found}"),
            ));
        }
        let ty = match of.ty {
            Type::List(member) => *member,
            Type::Any => Type::Any,
            other => {
                let found = other.phrase(self.shapes);
                self.diagnostics.push(Diagnostic::error(
                    Code::WrongType,
                    span,
                    format!("only a list can be indexed; this is {found}"),
                ));
                Type::Any
            }
        };
        let node = of.node.zip(index.node).map(|(of, index)| Node::Index(of.into(), index.into()));
        Typed { node, ty, optional: true, paths: of.paths }
    }

    fn list(&mut self, members: &[Term], scope: &Scope, context: &mut Context<'_>) -> Typed {
        let mut nodes = Some(Vec::new());
        let mut ty: Option<Type> = None;
        for member in members {
            let member = self.term(member, scope, context);
            self.consume(&member);
            ty = Some(match ty {
                Some(ty) => ty.join(member.ty),
                None => member.ty,
            });
            nodes = nodes.zip(member.node).map(|(mut nodes, node)| {
                nodes.push(node);
                nodes
            });
        }
        let ty = Type::List(Box::new(ty.unwrap_or(Type::Any)));
        Typed { node: nodes.map(|nodes| Node::List(nodes.into())), ty, optional: false, paths: vec![] }
    }

    fn coalesce(&mut self, parts: &[Term], scope: &Scope, context: &mut Context<'_>) -> Typed {
        let mut all = Vec::new();
        for part in parts {
            all.push((context.span(part.at), self.term(part, scope, context)));
        }
        for ((span, part), _) in all.iter().zip(all.iter().skip(1)) {
            self.present(part);
            if !part.optional && part.ty != Type::Any {
                self.diagnostics.push(Diagnostic::warning(
                    Code::FallbackNeverUsed,
                    *span,
                    "this is always there, so what follows `??` is never used",
                ));
            }
        }
        merge(all.into_iter().map(|(_, part)| part).collect())
    }

    fn logical(
        &mut self,
        parts: &[Term],
        make: fn(Box<[Node]>) -> Node,
        scope: &Scope,
        context: &mut Context<'_>,
    ) -> Typed {
        let nodes: Option<Vec<Node>> =
            parts.iter().map(|part| self.condition(part, scope, context).node).collect();
        Typed { node: nodes.map(|nodes| make(nodes.into())), ty: Type::Bool, optional: false, paths: vec![] }
    }

    fn negate(&mut self, of: &Term, scope: &Scope, context: &mut Context<'_>) -> Typed {
        let span = context.span(of.at);
        let typed = self.term(of, scope, context);
        self.consume(&typed);
        self.must_be_number(&typed, span);
        let ty = if typed.ty.is_number() { typed.ty } else { Type::Number };
        Typed {
            node: typed.node.map(|node| Node::Negate(node.into())),
            ty,
            optional: typed.optional,
            paths: vec![],
        }
    }

    fn join(&mut self, parts: &[Term], scope: &Scope, context: &mut Context<'_>) -> Typed {
        let mut nodes = Some(Vec::new());
        let mut max = Some(0u32);
        for part in parts {
            let span = context.span(part.at);
            let part = self.term(part, scope, context);
            self.consume(&part);
            self.must_be_writable(&part, span);
            max = max.zip(part.ty.max_length()).map(|(a, b)| a.saturating_add(b));
            nodes = nodes.zip(part.node).map(|(mut nodes, node)| {
                nodes.push(node);
                nodes
            });
        }
        let ty = max.map_or(Type::TEXT, Type::text_of);
        Typed { node: nodes.map(|nodes| Node::Join(nodes.into())), ty, optional: false, paths: vec![] }
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
            if let Some(need) = self.needs.get_mut(path.root.0 as usize) {
                need.add_path(&path.slots, leaf);
            }
        }
    }
}

/// A path as it is written, if it is nothing but a path.
pub(super) fn path_text(term: &Term) -> Option<String> {
    match &term.kind {
        TermKind::Variable(name) => Some(name.clone()),
        TermKind::Field(of, name) => path_text(of).map(|of| format!("{of}.{name}")),
        _ => None,
    }
}

/// The name of a field as nodes hold it.
pub(super) fn shared(name: &str) -> Arc<str> {
    Arc::from(name)
}
