//! One value of a rule file: a literal, or an expression that is parsed, checked and compiled.

use std::sync::Arc;

use crate::document::{Code, Value};
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::files::file::Text;
use crate::rules::files::place::Origin;

use super::blocks;
use super::checker::Checker;
use super::demands::{self, to_condition};
use super::doubts::absent;
use super::doubts::literal::forgotten_sign;
use super::language::parse_error;
use super::language::syntax;
use super::language::term::TermKind;
use super::node::{Expr, Node};
use super::scope::Scope;
use super::typed::Typed;
use super::typer::Typer;
use super::types::Type;

/// Where values of rule files stand: what is known of the rule set, and the variables they see.
pub struct Environment<'e, 'p> {
    /// What is known of the rule set, and what is found.
    pub checker: &'e mut Checker<'p>,
    /// The variables.
    pub scope: Scope,
}

/// A value after checking.
#[derive(Debug)]
pub struct Checked {
    /// What is evaluated.
    pub expr: Expr,
    /// Its type.
    pub ty: Type,
    /// Where it comes from.
    pub typed: Typed,
    /// The literal, if it is one.
    pub literal: Option<String>,
    /// What to write instead, if the literal looks like an expression without its sign.
    pub forgot: Option<String>,
}

impl Environment<'_, '_> {
    /// Does something that may add variables, which are forgotten after it.
    pub fn nested<T>(&mut self, inside: impl FnOnce(&mut Self) -> T) -> T {
        let mark = self.scope.mark();
        let given = inside(self);
        self.scope.back_to(mark);
        given
    }

    /// Tells what is wrong.
    pub fn tell(&mut self, diagnostic: Diagnostic) {
        self.checker.tell(diagnostic);
    }

    /// Compiles a value. A literal is text; what else it can be depends on where it is used.
    pub fn value(&mut self, text: &Text) -> Checked {
        match text.value.strip_prefix('=') {
            Some(expression) => self.expression(expression, text.span),
            None => Checked {
                forgot: forgotten_sign(self.checker, &self.scope, &text.value),
                ..literal(&text.value, text.span)
            },
        }
    }

    /// Compiles a value that must be true or false.
    pub fn truth(&mut self, text: &Text) -> Expr {
        let mut checked = self.value(text);
        match checked.literal.as_deref() {
            Some("true") => checked.expr.node = Node::Const(Value::Bool(true)),
            Some("false") => checked.expr.node = Node::Const(Value::Bool(false)),
            _ if matches!(checked.ty, Type::Bool | Type::Any | Type::Absent) => {}
            found => {
                let what = found
                    .map_or_else(|| self.checker.phrase(&checked.ty), |text| format!("the text `{text}`"));
                let help = match found {
                    Some("yes" | "no" | "on" | "off") => "write `true` or `false`".to_owned(),
                    Some(_) => {
                        checked.forgot.clone().unwrap_or_else(|| "an expression begins with `=`".to_owned())
                    }
                    None => to_condition(&checked.ty).to_owned(),
                };
                let message = format!("a condition is true or false; this is {what}");
                self.tell(Diagnostic::error(Code::NoCondition, text.span, message).help(help));
            }
        }
        checked.expr
    }

    /// Compiles a text for people.
    pub fn message(&mut self, text: &Text) -> Expr {
        let checked = self.value(text);
        self.checker.consume(&checked.typed);
        demands::writable(self.checker, &checked.typed, text.span);
        self.looks_like_expression(&checked, "people would read");
        checked.expr
    }

    /// Does something where a condition holds.
    pub fn knowing<T>(&mut self, condition: Option<&Expr>, inside: impl FnOnce(&mut Self) -> T) -> T {
        let mark = self.checker.known.len();
        if let Some(condition) = condition {
            absent::learn(&condition.node, true, &mut self.checker.known);
        }
        let given = inside(self);
        self.checker.known.truncate(mark);
        given
    }

    /// Tells of a literal that looks like an expression, and would be taken as the text that it is.
    pub fn looks_like_expression(&mut self, checked: &Checked, would_be: &str) {
        if let (Some(help), Some(text)) = (&checked.forgot, &checked.literal) {
            let message = format!("{would_be} the text `{text}`");
            self.tell(
                Diagnostic::error(Code::LooksLikeExpression, checked.expr.span, message).help(help.clone()),
            );
        }
    }

    fn expression(&mut self, expression: &str, span: Span) -> Checked {
        self.checker.inlined = 0;
        let source =
            self.checker.sources.get(span.file).map(|source| source.text.clone()).unwrap_or_default();
        let origin = Origin { source, file: span.file, span, text: Arc::from(expression) };
        let (typed, inputs) = match self.checker.parser.compile_expression(expression) {
            Ok(ast) => {
                let term = syntax::expression(&ast);
                let mut typer = Typer::new(self.checker, std::mem::take(&mut self.scope), origin);
                let given = match &term.kind {
                    TermKind::Block(statements) => blocks::body(&mut typer, statements),
                    _ => typer.term(&term),
                };
                let inputs = typer.inputs.take().unwrap_or_default();
                self.scope = typer.scope;
                (given, inputs)
            }
            Err(error) => {
                self.tell(parse_error(&error, &origin));
                (Typed::unknown(), Vec::new())
            }
        };
        let text = Arc::from(format!("={expression}"));
        let expr = Expr { node: typed.node.clone(), span, text, inputs: inputs.into() };
        Checked { expr, ty: typed.ty.clone(), typed, literal: None, forgot: None }
    }
}

fn literal(text: &str, span: Span) -> Checked {
    let node = Node::Const(Value::text(text));
    let expr = Expr { node: node.clone(), span, text: Arc::from(text), inputs: Arc::default() };
    let typed = Typed::new(node, Type::literal(text));
    Checked { expr, ty: typed.ty.clone(), typed, literal: Some(text.to_owned()), forgot: None }
}
