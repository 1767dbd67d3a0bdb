//! Operators with two sides: what they take, what they give.

use super::checker::Checker;
use super::demands;
use super::doubts::absent::path;
use super::fold;
use super::node::{Node, Operator};
use super::typed::{Operand, Typed};
use super::types::{TextType, Type};
use crate::document::{Code, Value, is_date};
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;

/// `left operator right`.
pub fn binary(checker: &mut Checker<'_>, operator: Operator, left: Operand, right: Operand) -> Typed {
    let presence = matches!(operator, Operator::Equal | Operator::NotEqual)
        && (left.typed.ty == Type::Absent || right.typed.ty == Type::Absent);
    // `x == ()` reads no field of `x`: a document is not read whole because somebody asks whether it is there.
    for side in [&left, &right] {
        if presence {
            checker.present(&side.typed);
        } else {
            checker.consume(&side.typed);
        }
    }
    let (ty, optional) = match operator {
        Operator::Add if lists(&left, &right) => (left.typed.ty.clone().join(right.typed.ty.clone()), false),
        Operator::Add if dated_sum(checker, &left, &right) => (Type::Any, true),
        Operator::Add if !(number_like(&left) && number_like(&right)) => {
            demands::writable(checker, &left.typed, left.span);
            demands::writable(checker, &right.typed, right.span);
            joined(&left.typed.ty, &right.typed.ty)
        }
        Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide | Operator::Remainder => {
            demands::number(checker, &left);
            demands::number(checker, &right);
            divides_by_zero(checker, operator, &right);
            // A number that is missing is a fault, unless both are.
            let optional = operator == Operator::Add && left.typed.optional && right.typed.optional;
            (reckoned(operator, &left.typed.ty, &right.typed.ty), optional)
        }
        Operator::Equal | Operator::NotEqual => {
            can_be_equal(checker, &left, &right);
            (Type::Bool, false)
        }
        _ => {
            can_be_ordered(checker, &left, &right);
            (Type::Bool, false)
        }
    };
    let known = presence.then(|| fold::presence(operator, &left.typed, &right.typed)).flatten();
    let node = match known {
        Some(known) => fold::truth(known),
        None => fold::binary(operator, left.typed.node, right.typed.node),
    };
    Typed { node, ty, optional, paths: vec![] }
}

fn can_be_equal(checker: &mut Checker<'_>, left_side: &Operand, right_side: &Operand) {
    let (left, span, right) = (&left_side.typed.ty, right_side.span, &right_side.typed.ty);
    if comparable(left, right) {
        no_date(checker, left_side, right_side);
        return known_value(checker, left, right, span);
    }
    let message = format!("{} is never equal to {}", checker.phrase(left), checker.phrase(right));
    let help = comparison_help(left, right);
    checker.tell(Diagnostic::error(Code::WrongComparison, span, message).help_if(help));
}

/// Comparing a choice with a text that it cannot be.
fn known_value(checker: &mut Checker<'_>, left: &Type, right: &Type, span: Span) {
    let (Type::Text(a), Type::Text(b)) = (left, right) else {
        return;
    };
    listed_value(checker, (a, b), span);
    let (Some(a), Some(b)) = (&a.values, &b.values) else {
        return;
    };
    let (one, many) = if a.len() == 1 { (a, b) } else { (b, a) };
    if let [value] = one.as_ref()
        && !many.contains(value)
    {
        let help = did_you_mean(value, many.iter().map(String::as_str))
            .or_else(|| Some(format!("the choices are {}", many.join(", "))));
        let message = format!("it is never `{value}`");
        checker.tell(Diagnostic::error(Code::NoSuchChoice, span, message).help_if(help));
    }
}

/// Comparing an element of a record with a text that the schema does not list for it. QuickBooks may know more, so it is
/// told and not refused.
fn listed_value(checker: &mut Checker<'_>, (a, b): (&TextType, &TextType), span: Span) {
    for (element, other) in [(a, b), (b, a)] {
        let Some(values) = other.values.as_ref().filter(|_| !element.listed.is_empty()) else { continue };
        let Some(wrong) = values.iter().find(|value| !element.listed.contains(&value.as_str())) else {
            continue;
        };
        let help = did_you_mean(wrong, element.listed.iter().copied())
            .unwrap_or_else(|| format!("QuickBooks knows {}", element.listed.join(", ")));
        let message = format!("QuickBooks never says `{wrong}` here");
        checker.tell(Diagnostic::warning(Code::NoSuchChoice, span, message).help(help));
    }
}

fn can_be_ordered(checker: &mut Checker<'_>, left: &Operand, right: &Operand) {
    let help = comparison_help(&left.typed.ty, &right.typed.ty);
    let (span, message) =
        if let Some(side) = [left, right].into_iter().find(|side| !has_order(&side.typed.ty)) {
            let found = checker.phrase(&side.typed.ty);
            (side.span, format!("{found} cannot be more or less than something"))
        } else if comparable(&left.typed.ty, &right.typed.ty) {
            no_date(checker, left, right);
            return may_be_absent(checker, left, right);
        } else {
            let (a, b) = (checker.phrase(&left.typed.ty), checker.phrase(&right.typed.ty));
            (right.span, format!("{a} cannot be compared with {b}"))
        };
    checker.tell(Diagnostic::error(Code::WrongComparison, span, message).help_if(help));
}

/// A date beside a text that is none: they are never equal, and their order means nothing.
fn no_date(checker: &mut Checker<'_>, left: &Operand, right: &Operand) {
    for (date, text) in [(left, right), (right, left)] {
        let (Type::Date | Type::DateTime, Type::Text(found)) = (&date.typed.ty, &text.typed.ty) else {
            continue;
        };
        let wrong =
            found.values.iter().flat_map(|values| values.iter()).find(|value| !begins_with_date(value));
        let Some(wrong) = wrong else { continue };
        let help = if wrong.is_empty() {
            "to ask whether a date is there, write `x != ()`".to_owned()
        } else {
            "a date is written as a text of the form \"2030-01-31\"".to_owned()
        };
        let message = format!("`{wrong}` is no date, and is compared with one");
        checker.tell(Diagnostic::error(Code::WrongComparison, text.span, message).help(help));
    }
}

fn begins_with_date(text: &str) -> bool {
    text.get(..10).is_some_and(is_date) && (text.len() == 10 || text.get(10..11) == Some("T"))
}

/// Nothing is neither more nor less than something, so that what has no value slips through.
fn may_be_absent(checker: &mut Checker<'_>, left: &Operand, right: &Operand) {
    for side in [left, right] {
        let typed = &side.typed;
        if !typed.optional || matches!(typed.ty, Type::Any | Type::Absent) {
            continue;
        }
        if path(&typed.node).is_some_and(|path| checker.known.contains(&path)) {
            continue;
        }
        let message = "this may be absent, and what is absent is neither more nor less than anything";
        let help = if typed.ty.is_number() {
            "write `(x ?? 0)` if absent counts as 0, or ask before: `x != () && ...`"
        } else {
            "ask before whether it is there: `x != () && ...`"
        };
        checker.tell(Diagnostic::warning(Code::MayBeAbsent, side.span, message).help(help));
    }
}

fn has_order(ty: &Type) -> bool {
    ty.is_number() || matches!(ty, Type::Text(_) | Type::Date | Type::DateTime | Type::Any | Type::Absent)
}

/// Whether a sum is a list: one side is one, and the other is one or nothing.
fn lists(left: &Operand, right: &Operand) -> bool {
    let list = |side: &Operand| matches!(side.typed.ty, Type::List(_));
    let nothing = |side: &Operand| side.typed.ty == Type::Absent;
    list(left) && (list(right) || nothing(right)) || nothing(left) && list(right)
}

/// How to compare what cannot be compared as it is.
fn comparison_help(a: &Type, b: &Type) -> Option<String> {
    let either = |is: fn(&Type) -> bool| is(a) || is(b);
    let number = either(Type::is_number);
    if either(|ty| matches!(ty, Type::Reference(_))) && either(|ty| matches!(ty, Type::Text(_))) {
        return Some("compare the whole reference: `record.CustomerRef == connection(document)`".to_owned());
    }
    if either(|ty| matches!(ty, Type::Struct(_))) && either(|ty| matches!(ty, Type::Text(_))) {
        return Some("compare one of its fields, such as its `name`".to_owned());
    }
    if either(|ty| matches!(ty, Type::Record(_))) && either(|ty| matches!(ty, Type::Text(_))) {
        return Some("compare its name: `record.CustomerRef.FullName`".to_owned());
    }
    let help = if number && either(|ty| matches!(ty, Type::Date | Type::DateTime)) {
        "a date is written as a text: \"2026-12-31\""
    } else if number && either(|ty| matches!(ty, Type::List(_))) {
        "`count(list)` says how many members a list has, `sum(list)` adds them"
    } else if either(|ty| matches!(ty, Type::List(_))) {
        "compare one member, such as `first(list)`, or ask for those that have the value: `exists(where(list, \"name\", x))`"
    } else if number && either(|ty| matches!(ty, Type::Text(_))) {
        "write the number without quotes, or `number(text)`"
    } else if either(|ty| matches!(ty, Type::Bool)) {
        "true and false are written without quotes"
    } else {
        return None;
    };
    Some(help.to_owned())
}

/// Tells of a number that is added to a date: the two would be joined as texts.
fn dated_sum(checker: &mut Checker<'_>, left: &Operand, right: &Operand) -> bool {
    let is_date = |side: &Operand| matches!(side.typed.ty, Type::Date | Type::DateTime);
    let is_sum = is_date(left) && right.typed.ty.is_number() || is_date(right) && left.typed.ty.is_number();
    if is_sum {
        let help =
            "rules do not add to dates: leave a due date to QuickBooks, which works it out of the terms";
        let message = "a number cannot be added to a date";
        checker.tell(Diagnostic::error(Code::WrongType, right.span, message).help(help));
    }
    is_sum
}

fn divides_by_zero(checker: &mut Checker<'_>, operator: Operator, right: &Operand) {
    let divides = matches!(operator, Operator::Divide | Operator::Remainder);
    if divides && matches!(&right.typed.node, Node::Const(Value::Number(number)) if number.is_zero()) {
        let help = "divide by something else, or ask before whether it is 0";
        let message = "nothing can be divided by 0";
        checker.tell(Diagnostic::error(Code::NoResult, right.span, message).help(help));
    }
}

/// The type of two texts one after the other, and whether it may be absent.
fn joined(left: &Type, right: &Type) -> (Type, bool) {
    // Two lists give a list, and what is not known may be one.
    let open = |ty: &Type| matches!(ty, Type::Any | Type::List(_));
    if open(left) && open(right) {
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

fn number_like(side: &Operand) -> bool {
    side.typed.ty.is_number() || side.typed.ty == Type::Absent
}

fn comparable(a: &Type, b: &Type) -> bool {
    let dated = |ty: &Type| matches!(ty, Type::Date | Type::DateTime | Type::Text(_));
    match (a, b) {
        (Type::Any | Type::Absent, _) | (_, Type::Any | Type::Absent) => true,
        (a, b) if a.is_number() && b.is_number() => true,
        (a, b) if dated(a) && dated(b) => true,
        (Type::Reference(_) | Type::Record(_), Type::Reference(_) | Type::Record(_))
        | (Type::Struct(_), Type::Struct(_))
        | (Type::List(_), Type::List(_)) => true,
        (a, b) => a == b,
    }
}
