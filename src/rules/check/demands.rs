//! What a place demands of the value in it: a condition, a number, a list, something that has a text.

use crate::document::{Code, FieldType};
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;

use super::checker::Checker;
use super::doubts::absent::path;
use super::node::Node;
use super::typed::{Operand, Typed};
use super::types::Type;

/// Tells that something is neither true nor false; absent counts as false.
pub fn condition(checker: &mut Checker<'_>, of: &Operand) {
    if !matches!(of.typed.ty, Type::Bool | Type::Any | Type::Absent) {
        let message = format!("a condition is true or false; this is {}", checker.phrase(&of.typed.ty));
        checker.tell(Diagnostic::error(Code::NoCondition, of.span, message).help(to_condition(&of.typed.ty)));
    }
}

/// Tells that something has no text.
pub fn writable(checker: &mut Checker<'_>, typed: &Typed, span: Span) {
    let has_no_name = match &typed.node {
        Node::Connection(of, _) => path(of).is_some_and(|path| checker.without_name.contains(&path)),
        _ => false,
    };
    if has_no_name {
        let message = "the QuickBooks side of a document has no text: it may be known by its id only";
        let help = "name a field of the document itself, such as its `name`";
        checker.tell(Diagnostic::error(Code::NoText, span, message).help(help));
        return;
    }
    if matches!(typed.ty, Type::Struct(_) | Type::Settings | Type::Map(_)) {
        let message = format!("{} has no text", checker.phrase(&typed.ty));
        let help = one_field(checker, &typed.ty);
        checker.tell(Diagnostic::error(Code::NoText, span, message).help(help));
    }
}

/// Tells that something is no number.
pub fn number(checker: &mut Checker<'_>, of: &Operand) {
    let ty = &of.typed.ty;
    if !(ty.is_number() || matches!(ty, Type::Any | Type::Absent)) {
        let message = format!("a number is needed here; this is {}", checker.phrase(ty));
        checker.tell(Diagnostic::error(Code::WrongType, of.span, message).help_if(to_number(ty)));
    }
}

/// The type of a list's members; what is not a list is told.
pub fn members(checker: &mut Checker<'_>, list: &Typed, span: Span) -> Type {
    match &list.ty {
        Type::List(member) => (**member).clone(),
        Type::Any => Type::Any,
        other => {
            let message = format!("`for` goes over a list; this is {}", checker.phrase(other));
            checker.tell(Diagnostic::error(Code::LoopOverNoList, span, message));
            Type::Any
        }
    }
}

/// "name one of its fields", with one that is often meant.
pub fn one_field(checker: &Checker<'_>, ty: &Type) -> String {
    let shape = match ty {
        Type::Struct(shapes) => shapes.first().map(|shape| checker.shapes.get(*shape)),
        _ => None,
    };
    let field =
        shape.and_then(|shape| shape.fields.iter().find(|field| matches!(field.ty, FieldType::Text { .. })));
    field.map_or("name one of its fields".to_owned(), |field| {
        format!("name one of its fields, such as `{}`", field.name)
    })
}

/// What makes a condition of something that is none.
pub fn to_condition(ty: &Type) -> &'static str {
    match ty {
        Type::Integer | Type::Number => "compare it with something, such as `x > 0`",
        Type::List(_) => "to ask whether a list has members, write `exists(list)`",
        Type::Text(_) => "compare it, such as `x == \"text\"`, or ask whether it is there: `exists(x)`",
        _ => "to ask whether something is there, write `x != ()`",
    }
}

/// What makes a number of something that is none.
pub fn to_number(ty: &Type) -> Option<String> {
    let help = match ty {
        Type::Text(_) => "`number(text)` reads a number from a text",
        Type::Date | Type::DateTime => "`days_between(a, b)` counts the days from one date to another",
        Type::List(_) => "`sum(list)` adds the members of a list, `count(list)` counts them",
        _ => return None,
    };
    Some(help.to_owned())
}

/// What makes a list of something that is none.
pub fn to_list(checker: &Checker<'_>, ty: &Type) -> String {
    if let Type::Struct(shapes) = ty {
        let fields = shapes.iter().flat_map(|shape| &checker.shapes.get(*shape).fields);
        let lists: Vec<String> = fields
            .filter(|field| matches!(field.ty, FieldType::List(_)))
            .map(|field| format!("`{}`", field.name))
            .collect();
        if !lists.is_empty() {
            return format!("name one of its lists: {}", lists.join(", "));
        }
    }
    if matches!(ty, Type::Text(_)) {
        return "name the list without quotes; `split(text, \",\")` makes a list of a text".to_owned();
    }
    "name a list; a dot on a list gives that field of all its members".to_owned()
}

/// What makes a text of something that is none.
pub fn to_text(ty: &Type) -> Option<String> {
    let writable = ty.is_number() || matches!(ty, Type::Bool | Type::Date | Type::DateTime);
    writable.then(|| "`text(x)` makes a text of it".to_owned())
}
