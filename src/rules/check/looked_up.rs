//! The calls that look into records: `record_where()` and `referred()`.

use std::sync::Arc;

use crate::catalogue;
use crate::document::{Code, Value};
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;

use super::checker::Checker;
use super::language::term::{Term, TermKind};
use super::node::{Node, Where};
use super::references::{Argument, list};
use super::typed::{Operand, Typed};
use super::types::Type;

/// `record_where("SalesTaxCode", "IsTaxable", true, "Tax")`: the record whose element has that value, preferably the one
/// of that name.
pub fn record_where(
    checker: &mut Checker<'_>,
    kind: Argument<'_>,
    element: Argument<'_>,
    value: Operand,
    preferred: Operand,
) -> Typed {
    checker.consume(&value.typed);
    checker.consume(&preferred.typed);
    let (Some(word), Some(element_name)) = (written_out(kind.0), written_out(element.0)) else {
        let message = "the type of a record and the element must be written out";
        let help = "such as `record_where(\"SalesTaxCode\", \"IsTaxable\", true, \"Tax\")`";
        checker.tell(Diagnostic::error(Code::UnknownTypeInRecord, kind.1, message).help(help));
        return Typed::unknown();
    };
    let Some((noun, found)) = list(checker, word, kind.1) else { return Typed::unknown() };
    let Some(known) = found.iter().find_map(|record| record.child(element_name)) else {
        let names = found.iter().flat_map(|record| record.children()).map(|child| child.element.name());
        let message = format!("`{element_name}` is not an element of {word}");
        let help = did_you_mean(element_name, names);
        checker.tell(Diagnostic::error(Code::UnknownRecordElement, element.1, message).help_if(help));
        return Typed::unknown();
    };
    let optional = value.typed.optional;
    let records: Vec<&'static str> = found.iter().map(|record| record.name()).collect();
    let (value, preferred) = (value.typed.node, preferred.typed.node);
    let ty = Type::Reference(records.clone());
    let node = Node::RecordWhere(Arc::new(Where {
        records: records.into(),
        noun,
        element: known.name(),
        value,
        preferred,
    }));
    Typed::new(node, ty).optional(optional)
}

fn written_out(argument: &Term) -> Option<&str> {
    match &argument.kind {
        TermKind::Const(Value::Text(word)) => Some(word),
        _ => None,
    }
}

/// `referred(record.SalesTaxCodeRef)`: the record that an element of a record refers to.
pub fn referred(checker: &mut Checker<'_>, reference: Operand) -> Typed {
    checker.consume(&reference.typed);
    let Type::Record(elements) = &reference.typed.ty else {
        if !matches!(reference.typed.ty, Type::Any | Type::Absent) {
            let found = checker.phrase(&reference.typed.ty);
            not_a_reference(checker, &format!("this is {found}"), reference.span);
        }
        return Typed::unknown();
    };
    let types: Vec<&'static str> =
        elements.iter().flat_map(|element| catalogue::referred(element.name())).copied().collect();
    if types.is_empty() {
        let names: Vec<&str> = elements.iter().map(|element| element.name()).collect();
        not_a_reference(checker, &format!("{} refers to none", names.join(" or ")), reference.span);
        return Typed::unknown();
    }
    let records = types.iter().filter_map(|name| catalogue::record(name)).collect();
    let node = Node::Referred(reference.typed.node.into(), types.into());
    Typed::new(node, Type::Record(records)).optional(true)
}

/// `counterpart("an object", record.SomeRef)`: the id of the document that is connected to a record, which is referred
/// to or named by its id.
pub fn counterpart(checker: &mut Checker<'_>, (object, at): Argument<'_>, record: Operand) -> Typed {
    checker.consume(&record.typed);
    let name = written_out(object).unwrap_or_default();
    let Some(shape) = checker.shapes.object(name) else {
        let names: Vec<_> = checker.shapes.objects().map(|(name, _)| name).collect();
        let help = did_you_mean(name, names)
            .unwrap_or_else(|| "such as `counterpart(\"an object\", record.SomeRef)`".to_owned());
        let message = "`counterpart` takes the name of an object first, written out";
        checker.tell(Diagnostic::error(Code::UnknownObject, at, message).help(help));
        return Typed::unknown();
    };
    if !matches!(record.typed.ty, Type::Record(_) | Type::Text(_) | Type::Any | Type::Absent) {
        let message = format!(
            "`counterpart` takes an element that refers to a record, or an id; this is {}",
            checker.phrase(&record.typed.ty)
        );
        checker.tell(Diagnostic::error(Code::WrongType, record.span, message));
    }
    Typed::new(Node::Counterpart(shape, record.typed.node.into()), Type::Any).optional(true)
}

fn not_a_reference(checker: &mut Checker<'_>, found: &str, at: Span) {
    let message = format!("`referred` takes an element that refers to a record; {found}");
    let help = "such as `referred(record.SalesTaxCodeRef).IsTaxable`";
    checker.tell(Diagnostic::error(Code::WrongType, at, message).help(help));
}
