//! Does a value fit its element? Types, lengths, enumerations.

use rust_decimal::Decimal;
use std::str::FromStr;

use crate::catalogue::{DataType, Element};
use crate::document::{Code, Value};

use super::program::Node;
use crate::rules::check::demands::one_field;
use crate::rules::check::environment::Checked;
use crate::rules::check::environment::Environment;
use crate::rules::check::fields::is_number;
use crate::rules::check::types::{TextType, Type, length};
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::field_file::Overflow;

/// Checks that a value can stand in a leaf element, and turns a literal into a value of its type.
pub fn leaf_fits(
    env: &mut Environment<'_, '_>,
    checked: &mut Checked,
    element: Element,
    overflow: Option<Overflow>,
) {
    env.checker.consume(&checked.typed.clone());
    let Some(data_type) = element.data_type() else {
        return;
    };
    if let Some(text) = checked.literal.clone() {
        literal_fits(env, checked, &text, element, data_type);
    } else if is_foreign(env, checked, element, data_type)
        || !type_fits(env, checked, element, data_type)
        || matches!(checked.ty, Type::Reference(_))
    {
        return;
    }
    length_fits(env, checked, element, overflow);
}

/// Tells of something of a document where QuickBooks wants one of its own ids, or the name of a record.
fn is_foreign(
    env: &mut Environment<'_, '_>,
    checked: &Checked,
    element: Element,
    data_type: DataType,
) -> bool {
    let is_number = checked.ty.is_number();
    let (is_foreign, what) = match data_type {
        DataType::Id => (is_number || is_of_document(&checked.expr.node), "an id that QuickBooks gives"),
        _ => (is_number && element.name() == "FullName", "the name of a record"),
    };
    if is_foreign {
        let message = format!("{} is {what}; this is a value of a Steelhead document", element.name());
        let help = "let the document's own record be found: `=connection(document)` for the whole reference";
        env.tell(Diagnostic::error(Code::ForeignId, checked.expr.span, message).help(help));
    }
    is_foreign
}

/// Whether a value is made of fields of a document, and of nothing of QuickBooks.
fn is_of_document(node: &Node) -> bool {
    match node {
        Node::Field { slots, .. } if !slots.is_empty() => true,
        Node::Element { .. } | Node::Connection(..) | Node::LineOf(..) => false,
        node => node.parts().into_iter().any(is_of_document),
    }
}

fn literal_fits(
    env: &mut Environment<'_, '_>,
    checked: &mut Checked,
    text: &str,
    element: Element,
    data_type: DataType,
) {
    let span = checked.expr.span;
    let name = element.name();
    if let Some(known) = values_of(element)
        && !known.contains(&text)
    {
        let help = did_you_mean(text, known.iter().copied())
            .or_else(|| Some(format!("it may be {}", known.join(", "))));
        env.tell(
            Diagnostic::error(Code::NoValueOfElement, span, format!("`{text}` is not a value of {name}"))
                .help_if(help),
        );
    } else if is_number(data_type) {
        match Decimal::from_str(text) {
            Ok(number) => checked.expr.node = Node::Const(Value::Number(number)),
            Err(_) => wrong_literal(env, checked, text, name, data_type),
        }
    } else if data_type == DataType::Bool && matches!(text, "true" | "false") {
        checked.expr.node = Node::Const(Value::Bool(text == "true"));
    } else if text.is_empty() || !data_type.accepts(text) {
        wrong_literal(env, checked, text, name, data_type);
    } else {
        env.looks_like_expression(checked, &format!("{name} would be"));
    }
}

fn wrong_literal(
    env: &mut Environment<'_, '_>,
    checked: &Checked,
    text: &str,
    name: &str,
    data_type: DataType,
) {
    let message = format!("{name} is {}; this is the text `{text}`", a(data_type));
    let help = checked.forgot.clone().or_else(|| spelling(data_type, text));
    env.tell(Diagnostic::error(Code::DoesNotFitElement, checked.expr.span, message).help_if(help));
}

fn type_fits(
    env: &mut Environment<'_, '_>,
    checked: &Checked,
    element: Element,
    data_type: DataType,
) -> bool {
    let (ty, node, span) = (&checked.ty, &checked.expr.node, checked.expr.span);
    let fits = match (data_type, ty) {
        // Of a reference an id takes the id of what it refers to. A text of it would be a name, or nothing before
        // QuickBooks has assigned it.
        (_, Type::Any | Type::Absent) | (DataType::Id, Type::Reference(_)) => true,
        (DataType::Id, Type::Text(_)) if is_text_of_reference(node) => false,
        (DataType::Bool, ty) => *ty == Type::Bool,
        (DataType::Date, ty) => *ty == Type::Date,
        (DataType::DateTime, ty) => matches!(ty, Type::Date | Type::DateTime),
        (DataType::Enum, Type::Text(text)) => return values_fit(env, text, element, span),
        (kind, ty) if is_number(kind) => ty.is_number(),
        (DataType::Enum | DataType::Guid | DataType::TimeInterval, ty) => matches!(ty, Type::Text(_)),
        (_, ty) => ty.max_length().is_some() || matches!(ty, Type::Text(_)),
    };
    if !fits {
        let found = ty.phrase(env.checker.shapes);
        let message = format!("{} is {}; this is {found}", element.name(), a(data_type));
        let help = is_text_of_reference(node)
            .then(|| "refer to the document itself, without `text`: `=connection(document)`".to_owned())
            .or_else(|| conversion(data_type, ty))
            .or_else(|| matches!(ty, Type::Struct(_)).then(|| one_field(env.checker, ty)));
        env.tell(Diagnostic::error(Code::DoesNotFitElement, span, message).help_if(help));
    }
    fits
}

/// Whether an expression makes a text of a reference.
fn is_text_of_reference(node: &Node) -> bool {
    matches!(node, Node::Call(function, arguments, _)
        if function.name == "text" && matches!(arguments.as_ref(), [Node::Connection(..) | Node::Record { .. }]))
}

fn values_fit(env: &mut Environment<'_, '_>, text: &TextType, element: Element, span: Span) -> bool {
    let (Some(known), Some(values)) = (values_of(element), &text.values) else {
        return true;
    };
    let wrong = values.iter().find(|value| !known.contains(&value.as_str()));
    if let Some(value) = wrong {
        let help = did_you_mean(value, known.iter().copied())
            .or_else(|| Some(format!("it may be {}", known.join(", "))));
        let message = format!("this can be `{value}`, which is not a value of {}", element.name());
        env.tell(Diagnostic::error(Code::NoValueOfElement, span, message).help_if(help));
    }
    wrong.is_none()
}

fn length_fits(
    env: &mut Environment<'_, '_>,
    checked: &Checked,
    element: Element,
    overflow: Option<Overflow>,
) {
    let Some(limit) = element.max_length() else { return };
    let longest = match &checked.literal {
        Some(text) => Some(length(text)),
        None => checked.ty.max_length(),
    };
    let (name, span) = (element.name(), checked.expr.span);
    match longest {
        Some(longest) if longest <= limit => {}
        _ if overflow.is_some() && checked.literal.is_none() => {}
        Some(longest) if matches!(checked.expr.node, Node::Const(_)) => {
            let message = format!("{name} has at most {limit} characters; this has {longest}");
            env.tell(Diagnostic::error(Code::AlwaysTooLong, span, message).help("write a shorter text"));
        }
        longest => {
            let may = longest
                .map_or("of any length".to_owned(), |longest| format!("of up to {longest} characters"));
            let message = format!("{name} has at most {limit} characters; this may be {may}");
            let help = format!(
                "say what to do then: `{{ value: \"{}\", overflow: reject }}`; `shorten` cuts it and keeps two texts two, `truncate` only cuts it",
                quoted(&checked.expr.text)
            );
            env.tell(Diagnostic::error(Code::MayBeTooLong, span, message).help(help));
        }
    }
}

/// An expression as it can stand between double quotes in YAML.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// The enumeration of an element, if it has one.
fn values_of(element: Element) -> Option<&'static [&'static str]> {
    let values = element.values();
    (!values.is_empty()).then_some(values)
}

fn conversion(data_type: DataType, ty: &Type) -> Option<String> {
    let help = match (data_type, ty) {
        (DataType::Date, Type::DateTime | Type::Text(_)) => "`date(x)` gives the date of a time or of a text",
        (kind, Type::Text(_)) if is_number(kind) => "`number(text)` reads a number from a text",
        (_, Type::List(_)) => {
            "`join(list, \", \")` makes one text of a list, `first(list)` takes its first member"
        }
        (DataType::Bool, _) => "compare it with something: `x == ...`, `x != ()`",
        _ => return None,
    };
    Some(help.to_owned())
}

/// How a literal is written right.
fn spelling(data_type: DataType, text: &str) -> Option<String> {
    let help = match (data_type, text.to_lowercase().as_str()) {
        (DataType::Bool, "true" | "yes" | "on" | "y" | "1") => "write `true`",
        (DataType::Bool, "false" | "no" | "off" | "n" | "0") => "write `false`",
        (DataType::Bool, text) if !text.is_empty() => {
            "write `true` or `false`, or an expression that begins with `=`"
        }
        (kind, text) if is_number(kind) && text.chars().any(|c| c.is_ascii_digit()) => {
            let plain: String =
                text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | '-')).collect();
            return Some(format!(
                "write the number alone, such as `{plain}`, or an expression that begins with `=`"
            ));
        }
        (DataType::Date, _) => "dates are written YYYY-MM-DD",
        (kind, text) if is_number(kind) && !text.is_empty() => {
            "write it in digits, or an expression that begins with `=`"
        }
        (DataType::Guid, text) if !text.is_empty() => {
            "write `\"0\"`, or a GUID such as `\"{12345678-1234-1234-1234-123456789012}\"`"
        }
        (_, "") => "to leave the element out, write nothing at all: no value, no quotes",
        _ => return None,
    };
    Some(help.to_owned())
}

/// What a data type is, with its article.
fn a(data_type: DataType) -> String {
    let phrase = data_type.phrase();
    match data_type {
        DataType::Text | DataType::Uuid | DataType::Enum | DataType::Bool => phrase.to_owned(),
        DataType::Id | DataType::Amount => format!("an {phrase}"),
        _ => format!("a {phrase}"),
    }
}
