//! Operators with two sides: what they take, what they give.

use super::fold;
use super::infer::{Checker, Context};
use super::node::Operator;
use super::syntax::Term;
use super::typed::{Scope, Typed};
use super::types::Type;
use crate::document::Code;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;

impl Checker<'_> {
    /// `left operator right`.
    pub(super) fn binary(
        &mut self,
        operator: Operator,
        left: &Term,
        right: &Term,
        scope: &Scope,
        context: &mut Context<'_>,
    ) -> Typed {
        let (left_at, right_at) = (context.span(left.at), context.span(right.at));
        let left = self.term(left, scope, context);
        let right = self.term(right, scope, context);
        let presence = matches!(operator, Operator::Equal | Operator::NotEqual)
            && (left.ty == Type::Absent || right.ty == Type::Absent);
        for side in [&left, &right] {
            if presence {
                self.present(side);
            } else {
                self.consume(side);
            }
        }
        let optional = left.optional || right.optional;
        let (ty, optional) = match operator {
            Operator::Add if !(number_like(&left) && number_like(&right)) => {
                self.must_be_writable(&left, left_at);
                self.must_be_writable(&right, right_at);
                joined(&left.ty, &right.ty)
            }
            Operator::Add
            | Operator::Subtract
            | Operator::Multiply
            | Operator::Divide
            | Operator::Remainder => {
                self.must_be_number(&left, left_at);
                self.must_be_number(&right, right_at);
                (reckoned(operator, &left.ty, &right.ty), optional)
            }
            Operator::Equal | Operator::NotEqual => {
                self.comparable(&left, &right, right_at);
                (Type::Bool, false)
            }
            _ => {
                self.orderable(&left, &right, left_at, right_at);
                (Type::Bool, false)
            }
        };
        let known = presence.then(|| fold::presence(operator, &left, &right)).flatten();
        let node = known
            .map(fold::truth)
            .or_else(|| left.node.zip(right.node).map(|(l, r)| fold::binary(operator, l, r)));
        Typed { node, ty, optional, paths: vec![] }
    }

    fn comparable(&mut self, left: &Typed, right: &Typed, span: Span) {
        if comparable(&left.ty, &right.ty) {
            self.known_value(&left.ty, &right.ty, span);
            return;
        }
        let (a, b) = (left.ty.phrase(self.shapes), right.ty.phrase(self.shapes));
        let help = comparison_help(&left.ty, &right.ty);
        self.diagnostics.push(
            Diagnostic::error(Code::WrongComparison, span, format!("{a} is never equal to {b}"))
                .help_if(help),
        );
    }

    /// Comparing a choice with a text that it cannot be.
    fn known_value(&mut self, left: &Type, right: &Type, span: Span) {
        let (Type::Text(a), Type::Text(b)) = (left, right) else {
            return;
        };
        let (Some(a), Some(b)) = (&a.values, &b.values) else {
            return;
        };
        let (one, many) = if a.len() == 1 { (a, b) } else { (b, a) };
        if let [value] = one.as_ref()
            && !many.contains(value)
        {
            let help = did_you_mean(value, many.iter().map(String::as_str))
                .or_else(|| Some(format!("the choices are {}", many.join(", "))));
            self.diagnostics.push(
                Diagnostic::error(Code::NoSuchChoice, span, format!("it is never `{value}`")).help_if(help),
            );
        }
    }

    fn orderable(&mut self, left: &Typed, right: &Typed, left_at: Span, right_at: Span) {
        let ordered = |ty: &Type| {
            matches!(
                ty,
                Type::Integer
                    | Type::Number
                    | Type::Text(_)
                    | Type::Date
                    | Type::DateTime
                    | Type::Any
                    | Type::Absent
            )
        };
        for (side, span) in [(left, left_at), (right, right_at)] {
            if !ordered(&side.ty) {
                let found = side.ty.phrase(self.shapes);
                let help = comparison_help(&left.ty, &right.ty);
                self.diagnostics.push(
                    Diagnostic::error(
                        Code::WrongComparison,
                        span,
                        format!("{found} cannot be more or less than something"),
                    )
                    .help_if(help),
                );
                return;
            }
        }
        if !comparable(&left.ty, &right.ty) {
            let (a, b) = (left.ty.phrase(self.shapes), right.ty.phrase(self.shapes));
            let help = comparison_help(&left.ty, &right.ty);
            self.diagnostics.push(
                Diagnostic::error(
                    Code::WrongComparison,
                    right_at,
                    format!("{a} cannot be compared with {b}"),
                )
                .help_if(help),
            );
        }
    }
}

/// How to compare what cannot be compared as it is.
fn comparison_help(a: &Type, b: &Type) -> Option<String> {
    let either = |is: fn(&Type) -> bool| is(a) || is(b);
    let number = either(Type::is_number);
    let help = if number && either(|ty| matches!(ty, Type::Date | Type::DateTime)) {
        "a date is written as a text: \"2026-12-31\""
    } else if number && either(|ty| matches!(ty, Type::List(_))) {
        "`count(list)` says how many members a list has, `sum(list)` adds them"
    } else if number && either(|ty| matches!(ty, Type::Text(_))) {
        "write the number without quotes, or `number(text)`"
    } else if either(|ty| matches!(ty, Type::Bool)) {
        "true and false are written without quotes"
    } else {
        return None;
    };
    Some(help.to_owned())
}

/// The type of two texts one after the other, and whether it may be absent.
fn joined(left: &Type, right: &Type) -> (Type, bool) {
    if *left == Type::Any && *right == Type::Any {
        return (Type::Any, true);
    }
    let max = left.max_length().zip(right.max_length());
    (max.map_or(Type::TEXT, |(a, b)| Type::text_of(a.saturating_add(b))), false)
}

/// The type of what is reckoned of two numbers.
fn reckoned(operator: Operator, left: &Type, right: &Type) -> Type {
    let whole = *left == Type::Integer && *right == Type::Integer && operator != Operator::Divide;
    if whole { Type::Integer } else { Type::Number }
}

fn number_like(typed: &Typed) -> bool {
    typed.ty.is_number() || typed.ty == Type::Absent
}

fn comparable(a: &Type, b: &Type) -> bool {
    let dated = |ty: &Type| matches!(ty, Type::Date | Type::DateTime | Type::Text(_));
    match (a, b) {
        (Type::Any | Type::Absent, _) | (_, Type::Any | Type::Absent) => true,
        (a, b) if a.is_number() && b.is_number() => true,
        (a, b) if dated(a) && dated(b) => true,
        (Type::Reference | Type::Record(_), Type::Reference | Type::Record(_))
        | (Type::Struct(_), Type::Struct(_))
        | (Type::List(_), Type::List(_)) => true,
        (a, b) => a == b,
    }
}
