//! What a place demands of the value in it: a condition, a number, something that has a text.

use crate::document::{Code, FieldType};

use super::infer::{Checker, Context};
use super::syntax::Term;
use super::typed::{Scope, Typed};
use super::types::Type;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;

impl Checker<'_> {
    /// An expression that must be true or false; absent counts as false.
    pub fn condition(&mut self, term: &Term, scope: &Scope, context: &mut Context<'_>) -> Typed {
        let typed = self.term(term, scope, context);
        self.consume(&typed);
        if !matches!(typed.ty, Type::Bool | Type::Any | Type::Absent) {
            let found = typed.ty.phrase(self.shapes);
            self.diagnostics.push(
                Diagnostic::error(
                    Code::NoCondition,
                    context.span(term.at),
                    format!("a condition is true or false; this is {found}"),
                )
                .help(to_condition(&typed.ty)),
            );
        }
        typed
    }

    /// Tells that something has no text.
    pub fn must_be_writable(&mut self, typed: &Typed, span: Span) {
        if matches!(typed.ty, Type::Struct(_) | Type::Settings | Type::Map(_)) {
            let found = typed.ty.phrase(self.shapes);
            let help = self.one_field(&typed.ty);
            self.diagnostics
                .push(Diagnostic::error(Code::NoText, span, format!("{found} has no text")).help(help));
        }
    }

    /// "name one of its fields", with one that is often meant.
    pub fn one_field(&self, ty: &Type) -> String {
        let shape = match ty {
            Type::Struct(shapes) => shapes.first().map(|shape| self.shapes.get(*shape)),
            _ => None,
        };
        let field = shape
            .and_then(|shape| shape.fields.iter().find(|field| matches!(field.ty, FieldType::Text { .. })));
        field.map_or("name one of its fields".to_owned(), |field| {
            format!("name one of its fields, such as `{}`", field.name)
        })
    }

    /// Tells that something is no number.
    pub(super) fn must_be_number(&mut self, typed: &Typed, span: Span) {
        if !(typed.ty.is_number() || matches!(typed.ty, Type::Any | Type::Absent)) {
            let found = typed.ty.phrase(self.shapes);
            self.diagnostics.push(
                Diagnostic::error(Code::WrongType, span, format!("a number is needed here; this is {found}"))
                    .help_if(to_number(&typed.ty)),
            );
        }
    }
}

/// What makes a condition of something that is none.
pub(super) fn to_condition(ty: &Type) -> &'static str {
    match ty {
        Type::Integer | Type::Number => "compare it with something, such as `x > 0`",
        Type::List(_) => "to ask whether a list has members, write `exists(list)`",
        Type::Text(_) => "compare it, such as `x == \"text\"`, or ask whether it is there: `exists(x)`",
        _ => "to ask whether something is there, write `x != ()`",
    }
}

/// What makes a number of something that is none.
pub(super) fn to_number(ty: &Type) -> Option<String> {
    let help = match ty {
        Type::Text(_) => "`number(text)` reads a number from a text",
        Type::Date | Type::DateTime => "`days_between(a, b)` counts the days from one date to another",
        Type::List(_) => "`sum(list)` adds the members of a list, `count(list)` counts them",
        _ => return None,
    };
    Some(help.to_owned())
}
