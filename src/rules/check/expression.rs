//! One value of a rule file: a literal, or an expression that is parsed, checked and compiled.

use std::sync::Arc;

use crate::document::{Code, Value};

use super::infer::{Checker, Context};
use super::infer_must::to_condition;
use super::node::{Expr, Node};
use super::script_error::parse_error;
use super::syntax;
use super::typed::{Scope, Typed};
use super::types::Type;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::{Sources, Span};
use crate::rules::files::file::Text;
use crate::rules::files::place::Origin;

/// What parses expressions, and where they stand.
pub struct Parser<'p> {
    /// The sandbox.
    pub engine: &'p rhai::Engine,
    /// The files.
    pub sources: &'p Sources,
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

impl Checker<'_> {
    /// Compiles a value. A literal is text; what else it can be depends on where it is used.
    pub fn value(&mut self, parser: &Parser<'_>, text: &Text, scope: &Scope) -> Checked {
        match text.value.strip_prefix('=') {
            Some(expression) => self.expression(parser, expression, text.span, scope),
            None => {
                Checked { forgot: self.forgotten_sign(&text.value, scope), ..literal(&text.value, text.span) }
            }
        }
    }

    /// Compiles a value that must be true or false.
    pub fn truth(&mut self, parser: &Parser<'_>, text: &Text, scope: &Scope) -> Checked {
        let mut checked = self.value(parser, text, scope);
        match checked.literal.as_deref() {
            Some("true") => checked.expr.node = Node::Const(Value::Bool(true)),
            Some("false") => checked.expr.node = Node::Const(Value::Bool(false)),
            _ if matches!(checked.ty, Type::Bool | Type::Any | Type::Absent) => {}
            found => {
                let what = found.map_or(checked.ty.phrase(self.shapes), |text| format!("the text `{text}`"));
                let help = match found {
                    Some("yes" | "no" | "on" | "off") => Some("write `true` or `false`".to_owned()),
                    Some(_) => {
                        checked.forgot.clone().or_else(|| Some("an expression begins with `=`".to_owned()))
                    }
                    None => Some(to_condition(&checked.ty).to_owned()),
                };
                self.diagnostics.push(
                    Diagnostic::error(
                        Code::NoCondition,
                        text.span,
                        format!("a condition is true or false; this is {what}"),
                    )
                    .help_if(help),
                );
            }
        }
        checked
    }

    /// What a literal was probably meant to be: it begins with a variable and a dot, or with a function.
    fn forgotten_sign(&self, text: &str, scope: &Scope) -> Option<String> {
        let word = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).next()?;
        let next = text.get(word.len()..)?.chars().next()?;
        let variable = word == "settings" || scope.variables.iter().any(|variable| variable.name == word);
        let begins = match next {
            '.' => variable && text.get(word.len() + 1..)?.starts_with(|c: char| c.is_alphabetic()),
            '(' => self.is_function(word) && text.ends_with(')'),
            _ => false,
        };
        begins.then(|| format!("an expression begins with `=`: write `={text}`"))
    }

    fn expression(&mut self, parser: &Parser<'_>, expression: &str, span: Span, scope: &Scope) -> Checked {
        let source = parser.sources.get(span.file).map(|source| source.text.clone()).unwrap_or_default();
        let origin = Origin { source, file: span.file, span, text: Arc::from(expression) };
        let mut inputs = Vec::new();
        let typed = match parser.engine.compile_expression(expression) {
            Ok(ast) => {
                let term = syntax::expression(&ast);
                let mut context = Context { origin, inputs: Some(&mut inputs), calls: Vec::new() };
                let typed = self.term(&term, scope, &mut context);
                self.runs_here(typed, span)
            }
            Err(error) => {
                self.diagnostics.push(parse_error(&error, &origin));
                Typed::unknown()
            }
        };
        let node = typed.node.clone().unwrap_or(Node::Const(Value::Absent));
        let expr = Expr { node, span, text: Arc::from(format!("={expression}")), inputs: inputs.into() };
        Checked { expr, ty: typed.ty.clone(), typed, literal: None, forgot: None }
    }

    /// An expression is a value; loops and assignments belong into functions.
    fn runs_here(&mut self, typed: Typed, span: Span) -> Typed {
        if typed.node.is_none() {
            self.diagnostics.push(
                Diagnostic::error(Code::NotInLanguage, span, "an expression has no loops or assignments")
                    .help("move it into a function in scripts/*.rhai and call that"),
            );
            return Typed::unknown();
        }
        typed
    }
}

fn literal(text: &str, span: Span) -> Checked {
    let expr =
        Expr { node: Node::Const(Value::text(text)), span, text: Arc::from(text), inputs: Arc::default() };
    let typed = Typed::new(expr.node.clone(), Type::literal(text));
    Checked { expr, ty: typed.ty.clone(), typed, literal: Some(text.to_owned()), forgot: None }
}
