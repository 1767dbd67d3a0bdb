//! Fields: of documents, records, settings and maps.

use crate::catalogue::{DataType, Element};
use crate::document::{Code, ShapeId};
use crate::functions;

use super::checker::Checker;
use super::elsewhere::written_here;
use super::node::Node;
use super::typed::{ReadPath, Typed};
use super::types::{TextType, Type};
use super::uses::Means;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;

/// The field `name` of something.
pub fn field(checker: &mut Checker<'_>, of: Typed, name: &str, span: Span) -> Typed {
    match of.ty.clone() {
        Type::Struct(shapes) => struct_field(checker, of, &shapes, name, span, &mut |ty| ty),
        Type::List(member) => member_field(checker, of, &member, name, span),
        Type::Record(elements) => element(checker, of, &elements, name, span),
        Type::Settings => setting(checker, name, span),
        Type::Map(keys) => map_key(checker, of, keys, name, span),
        Type::Any | Type::Absent => free(of, name),
        other => {
            let found = other.phrase(checker.shapes);
            let message = format!("{found} has no field `{name}`");
            let help = if functions::find(name).is_some() {
                format!("`{name}` is a function: write `{name}(x)`")
            } else {
                let elsewhere = written_here(name).map(str::to_owned);
                elsewhere.unwrap_or_else(|| {
                    format!("a dot leads into a document, a record or the settings; take out `.{name}`")
                })
            };
            checker.tell(Diagnostic::error(Code::NoFields, span, message).help(help));
            Typed::unknown()
        }
    }
}

/// The field of one of several structures.
fn struct_field(
    checker: &mut Checker<'_>,
    of: Typed,
    shapes: &[ShapeId],
    name: &str,
    span: Span,
    wrap: &mut dyn FnMut(Type) -> Type,
) -> Typed {
    let mut slots = Vec::new();
    let mut ty: Option<Type> = None;
    let mut optional = of.optional;
    for shape in shapes {
        let Some((slot, field)) = checker.shapes.get(*shape).field(name) else {
            optional = true;
            continue;
        };
        slots.push((*shape, slot));
        checker.uses.note(Means::Field(*shape, slot), span);
        optional |= !field.required;
        let this = Type::of_field(&field.ty);
        ty = Some(ty.map_or(this.clone(), |ty| ty.join(this)));
    }
    let Some(ty) = ty else {
        return unknown_field(checker, shapes, name, span);
    };
    let paths = of.paths.iter().filter_map(|path| extend(checker, path, name)).collect();
    let node = Node::Field { of: of.node.into(), name: name.into(), slots: slots.into() };
    Typed { node, ty: wrap(ty), optional, paths }
}

fn extend(checker: &Checker<'_>, path: &ReadPath, name: &str) -> Option<ReadPath> {
    let (slot, field) = checker.shapes.get(path.shape?).field(name)?;
    let mut slots = path.slots.clone();
    slots.push(slot);
    let shape = match Type::of_field(&field.ty) {
        Type::Struct(shapes) => shapes.first().copied(),
        Type::List(member) => innermost(&member),
        _ => None,
    };
    Some(ReadPath { root: path.root, slots, shape })
}

fn unknown_field(checker: &mut Checker<'_>, shapes: &[ShapeId], name: &str, span: Span) -> Typed {
    let names: Vec<_> = shapes.iter().map(|shape| checker.shapes.get(*shape)).collect();
    let fields: Vec<_> =
        names.iter().flat_map(|shape| &shape.fields).map(|field| field.name.as_str()).collect();
    let whose = names.iter().map(|shape| format!("`{}`", shape.name)).collect::<Vec<_>>().join(" or ");
    let help = did_you_mean(name, fields.iter().copied())
        .or_else(|| Some(format!("its fields are {}", fields.join(", "))));
    let diagnostic =
        Diagnostic::error(Code::UnknownField, span, format!("unknown field `{name}` of {whose}"))
            .help_if(help);
    checker.tell(diagnostic);
    Typed::unknown()
}

/// The field of every member of a list, as one list.
fn member_field(checker: &mut Checker<'_>, of: Typed, member: &Type, name: &str, span: Span) -> Typed {
    let mut flat = |ty: Type| match ty {
        Type::List(member) => Type::List(member),
        other => Type::List(Box::new(other)),
    };
    match member {
        Type::Struct(shapes) => {
            let mut typed = struct_field(checker, of, &shapes.clone(), name, span, &mut flat);
            typed.optional = false;
            typed
        }
        Type::Record(elements) => {
            let mut typed = element(checker, of, &elements.clone(), name, span);
            typed.ty = flat(typed.ty);
            typed.optional = false;
            typed
        }
        Type::List(inner) => member_field(checker, of, &inner.clone(), name, span),
        Type::Any | Type::Map(_) => {
            let mut typed = free(of, name);
            typed.ty = Type::List(Box::new(Type::Any));
            typed
        }
        other => {
            let found = other.phrase(checker.shapes);
            let message = format!("a list whose members are each {found} has no field `{name}`");
            checker.tell(Diagnostic::error(Code::NoFields, span, message));
            Typed::unknown()
        }
    }
}

fn element(checker: &mut Checker<'_>, of: Typed, elements: &[Element], name: &str, span: Span) -> Typed {
    let found: Vec<Element> = elements.iter().filter_map(|element| element.child(name)).collect();
    if elements.is_empty() {
        return Typed::unknown();
    }
    let Some(first) = found.first().copied() else {
        let names: Vec<_> = elements
            .iter()
            .flat_map(|element| element.children())
            .map(|child| child.element.name())
            .collect();
        let whose = elements.iter().map(|element| element.name()).collect::<Vec<_>>().join(" or ");
        let diagnostic = Diagnostic::error(
            Code::UnknownRecordElement,
            span,
            format!("`{name}` is not an element of {whose}"),
        )
        .help(
            did_you_mean(name, names)
                .unwrap_or_else(|| format!("`ferrule fields {whose}` lists its elements")),
        );
        checker.tell(diagnostic);
        return Typed::unknown();
    };
    of_every_record(checker, elements, &found, name, span);
    for of in elements {
        let child = of.child(name).map(|child| Means::Element(of.name(), child.name()));
        if let Some(means) = child {
            checker.uses.note(means, span);
        }
    }
    let ty = if first.data_type().is_none() { Type::Record(found.clone()) } else { leaf_type(&found) };
    let ty = if first.repeats() { Type::List(Box::new(ty)) } else { ty };
    let data_type = first.data_type();
    let node = Node::Element { of: of.node.into(), name: name.into(), data_type };
    Typed { node, ty, optional: true, paths: vec![] }
}

/// Tells that some of the records do not have an element, where each of them must.
fn of_every_record(checker: &mut Checker<'_>, all: &[Element], found: &[Element], name: &str, span: Span) {
    if !checker.of_every_record || found.len() == all.len() {
        return;
    }
    let lacks = all.iter().filter(|element| element.child(name).is_none());
    for element in lacks {
        let message =
            format!("`{name}` is not an element of {}, which a document can become too", element.name());
        let help =
            did_you_mean(name, element.children().map(|child| child.element.name())).unwrap_or_else(|| {
                "give each kind of record a condition of its own, with a `when` that tells them apart"
                    .to_owned()
            });
        checker.tell(Diagnostic::error(Code::UnknownRecordElement, span, message).help(help));
    }
}

/// `settings.NAME`; an unknown name is told.
pub fn setting(checker: &mut Checker<'_>, name: &str, span: Span) -> Typed {
    if let Some((index, setting)) = checker.settings.find(name) {
        checker.uses.note(Means::Setting(index), span);
        return Typed::new(Node::Setting(index), setting.expression_type()).optional(!setting.always_there());
    }
    let help = did_you_mean(name, checker.settings.names());
    checker.tell(
        Diagnostic::error(Code::UnknownSetting, span, format!("unknown setting `{name}`"))
            .help_if(help.or_else(|| Some("settings are declared in settings.yaml".to_owned()))),
    );
    Typed::unknown()
}

fn map_key(
    checker: &mut Checker<'_>,
    of: Typed,
    keys: &'static [&'static str],
    name: &str,
    span: Span,
) -> Typed {
    if keys.contains(&name) {
        let mut typed = free(of, name);
        typed.ty = Type::TEXT;
        return typed;
    }
    checker.tell(
        Diagnostic::error(Code::NoFields, span, format!("this map has no key `{name}`"))
            .help(format!("its keys are {}", keys.join(", "))),
    );
    Typed::unknown()
}

/// A field of something whose fields are not known.
fn free(of: Typed, name: &str) -> Typed {
    let node = Node::Field { of: of.node.into(), name: name.into(), slots: Box::default() };
    Typed { node, ty: Type::Any, optional: true, paths: of.paths }
}

fn innermost(ty: &Type) -> Option<ShapeId> {
    match ty {
        Type::Struct(shapes) => shapes.first().copied(),
        Type::List(member) => innermost(member),
        _ => None,
    }
}

/// The type of an element's text.
pub(super) fn leaf_type(elements: &[Element]) -> Type {
    let types = elements.iter().map(|element| data_type(*element));
    types.reduce(Type::join).unwrap_or(Type::Any)
}

fn data_type(element: Element) -> Type {
    match element.data_type() {
        Some(DataType::Bool) => Type::Bool,
        Some(DataType::Date) => Type::Date,
        Some(DataType::DateTime) => Type::DateTime,
        Some(DataType::Integer) => Type::Integer,
        Some(ty) if is_number(ty) => Type::Number,
        // QuickBooks answers with values its own schema lacks, so an enumeration bounds nothing here.
        _ => Type::Text(TextType { max: element.max_length(), values: None, listed: element.values() }),
    }
}

/// Whether values of a data type are numbers.
pub fn is_number(ty: DataType) -> bool {
    matches!(
        ty,
        DataType::Amount
            | DataType::Price
            | DataType::Quantity
            | DataType::Percent
            | DataType::Float
            | DataType::Integer
    )
}
