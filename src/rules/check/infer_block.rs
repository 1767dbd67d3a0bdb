//! Statements of script functions. `let`, `if`, `return` and a final value become a small tree;
//! a function with a loop or an assignment is checked all the same, but runs in Rhai.

use crate::document::{Code, Value};

use super::infer::{Checker, Context};
use super::node::Node;
use super::syntax::{Step, Term, TermKind};
use super::typed::{Scope, Typed, choice};
use super::types::Type;
use crate::rules::diagnostics::diagnostic::Diagnostic;

impl Checker<'_> {
    /// The value of statements.
    pub fn block(&mut self, steps: &[Step], scope: &Scope, context: &mut Context<'_>) -> Typed {
        let Some((first, rest)) = steps.split_first() else {
            return nothing();
        };
        match first {
            Step::Return(value) => {
                self.unreachable(rest, context);
                self.term(value, scope, context)
            }
            Step::Value(value) if rest.is_empty() => self.term(value, scope, context),
            Step::Let(name, value) => self.binding(name, value, rest, scope, context),
            Step::If(condition, yes, no) => self.branch(condition, yes, no, rest, scope, context),
            Step::For(name, list, body) => {
                self.each(name, list, body, scope, context);
                opaque(self.block(rest, scope, context))
            }
            Step::Assign(target, value) => {
                let target = self.term(target, scope, context);
                let value = self.term(value, scope, context);
                self.consume(&target);
                self.consume(&value);
                opaque(self.block(rest, scope, context))
            }
            Step::Value(value) => {
                let value = self.term(value, scope, context);
                self.consume(&value);
                opaque(self.block(rest, scope, context))
            }
        }
    }

    fn binding(
        &mut self,
        name: &str,
        value: &Term,
        rest: &[Step],
        scope: &Scope,
        context: &mut Context<'_>,
    ) -> Typed {
        let value = self.term(value, scope, context);
        // What starts as a literal may be assigned to, so nothing is concluded from it.
        let ty = match &value.ty {
            Type::Text(_) if value.paths.is_empty() && is_assigned(rest, name) => Type::TEXT,
            Type::Integer if is_assigned(rest, name) => Type::Number,
            Type::Absent if is_assigned(rest, name) => Type::Any,
            ty => ty.clone(),
        };
        let inner = scope.with(name, ty, value.paths.clone(), value.optional);
        let body = self.block(rest, &inner, context);
        let node =
            value.node.zip(body.node.clone()).map(|(value, body)| Node::Let(value.into(), body.into()));
        Typed { node, ..body }
    }

    fn branch(
        &mut self,
        condition: &Term,
        yes: &[Step],
        no: &[Step],
        rest: &[Step],
        scope: &Scope,
        context: &mut Context<'_>,
    ) -> Typed {
        let condition = self.condition(condition, scope, context);
        if rest.is_empty() {
            let yes = self.block(yes, scope, context);
            let no = self.block(no, scope, context);
            return choice(condition.node, yes, no);
        }
        let returns = always_returns(yes);
        let taken = self.block(yes, scope, context);
        if !no.is_empty() || !returns {
            let other = self.block(no, scope, context);
            let after = self.block(rest, scope, context);
            return opaque(join(vec![taken, other, after]));
        }
        let after = self.block(rest, scope, context);
        choice(condition.node, taken, after)
    }

    fn each(&mut self, name: &str, list: &Term, body: &[Step], scope: &Scope, context: &mut Context<'_>) {
        let span = context.span(list.at);
        let list = self.term(list, scope, context);
        let member = self.member(&list, span);
        self.present(&list);
        let inner = scope.with(name, member, list.paths, false);
        self.block(body, &inner, context);
    }

    /// The type of a list's members; what is not a list is told.
    pub fn member(&mut self, list: &Typed, span: crate::rules::diagnostics::source::Span) -> Type {
        match &list.ty {
            Type::List(member) => (**member).clone(),
            Type::Any => Type::Any,
            other => {
                let found = other.phrase(self.shapes);
                self.diagnostics.push(Diagnostic::error(
                    Code::LoopOverNoList,
                    span,
                    format!("`for` goes over a list; this is {found}"),
                ));
                Type::Any
            }
        }
    }

    fn unreachable(&mut self, rest: &[Step], context: &Context<'_>) {
        if let Some(at) = rest.first().map(place) {
            self.diagnostics.push(Diagnostic::warning(
                Code::NeverReached,
                context.span(at),
                "this is never reached",
            ));
        }
    }
}

fn place(step: &Step) -> crate::rules::diagnostics::source::LineColumn {
    match step {
        Step::Let(_, term)
        | Step::Return(term)
        | Step::Value(term)
        | Step::If(term, ..)
        | Step::Assign(term, _)
        | Step::For(_, term, _) => term.at,
    }
}

fn nothing() -> Typed {
    Typed::new(Node::Const(Value::Absent), Type::Absent).optional(true)
}

fn opaque(typed: Typed) -> Typed {
    Typed { node: None, ..typed }
}

fn join(parts: Vec<Typed>) -> Typed {
    parts.into_iter().reduce(|a, b| choice(None, a, b)).unwrap_or_else(nothing)
}

fn always_returns(steps: &[Step]) -> bool {
    match steps.last() {
        Some(Step::Return(_)) => true,
        Some(Step::If(_, yes, no)) => always_returns(yes) && always_returns(no),
        _ => false,
    }
}

fn is_assigned(steps: &[Step], name: &str) -> bool {
    steps.iter().any(|step| match step {
        Step::Assign(target, _) => matches!(&target.kind, TermKind::Variable(variable) if variable == name),
        Step::For(_, _, body) => is_assigned(body, name),
        Step::If(_, yes, no) => is_assigned(yes, name) || is_assigned(no, name),
        _ => false,
    })
}
