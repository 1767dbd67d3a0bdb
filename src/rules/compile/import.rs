//! From a record of QuickBooks to the fields of a document.

use crate::catalogue::Element;
use crate::document::{Code, ShapeId, Value};

use super::condition;
use super::program::{Import, ImportContent, ImportMember, ImportOp, Node};
use super::request::record_type;
use crate::rules::check::checker::Checker;
use crate::rules::check::environment::Checked;
use crate::rules::check::environment::Environment;
use crate::rules::check::scope::Scope;
use crate::rules::check::types::Type;
use crate::rules::check::uses::Means;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::decode::Spanned;
use crate::rules::files::field_file::{ImportField, ImportFields};
use crate::rules::files::file::{ImportFile, Named};

/// Compiles the import half of an object.
pub fn import(checker: &mut Checker<'_>, file: &ImportFile, shape: ShapeId) -> Import {
    let records: Vec<Element> = file.from.iter().filter_map(|name| record_type(checker, name)).collect();
    let scope = Scope::of("record", Type::Record(records.clone()), Vec::new());
    let env = &mut Environment { checker, scope };
    let when = file.when.as_ref().map(|when| env.truth(when));
    let mut skip = condition::conditions(env, &file.skip);
    condition::until(env, &file.skip, &mut skip, None);
    condition::never_reached(env, &skip, &[]);
    let fields = import_fields(env, &file.fields.value, shape);
    let overwrite = file.overwrite.as_ref().map(|overwrite| env.truth(overwrite));
    Import { from: records.into_iter().map(Element::name).collect(), when, skip, overwrite, fields }
}

fn import_fields(env: &mut Environment<'_, '_>, fields: &ImportFields, shape: ShapeId) -> Vec<ImportOp> {
    let mut ops = Vec::new();
    for (key, field) in &fields.0 {
        let Some((slot, declared)) = env.checker.shapes.get(shape).field(&key.value) else {
            let shape = env.checker.shapes.get(shape);
            let names = shape.fields.iter().map(|field| field.name.as_str());
            let message = format!("unknown field `{}` of `{}`", key.value, shape.name);
            env.tell(
                Diagnostic::error(Code::UnknownField, key.span, message)
                    .help_if(did_you_mean(&key.value, names)),
            );
            continue;
        };
        let ty = Type::of_field(&declared.ty);
        env.checker.uses.note(Means::Field(shape, slot), key.span);
        if let Some(content) = import_field(env, &field.value, &ty, field.span) {
            ops.push((slot, ImportOp { name: key.value.clone(), content }));
        }
    }
    ops.sort_by_key(|(slot, _)| *slot);
    ops.into_iter().map(|(_, op)| op).collect()
}

fn import_field(
    env: &mut Environment<'_, '_>,
    field: &ImportField,
    ty: &Type,
    span: Span,
) -> Option<ImportContent> {
    let inner = match ty {
        Type::Struct(shapes) => shapes.first().copied(),
        Type::List(member) => match member.as_ref() {
            Type::Struct(shapes) => shapes.first().copied(),
            _ => None,
        },
        _ => None,
    };
    match (field, inner) {
        (ImportField::Value(text), _) => {
            let mut checked = env.value(text);
            env.checker.consume(&checked.typed.clone());
            import_literal(&mut checked, ty);
            import_fits(env, &checked, ty, inner);
            if matches!(ty, Type::Text(_) | Type::Any) {
                env.looks_like_expression(&checked, "the field would be");
            }
            Some(ImportContent::Value(checked.expr))
        }
        (ImportField::Struct(fields), Some(shape)) if !matches!(ty, Type::List(_)) => {
            Some(ImportContent::Struct(import_fields(env, fields, shape)))
        }
        (ImportField::List(members), Some(shape)) if matches!(ty, Type::List(_)) => {
            let members = members.iter().map(|fields| env.nested(|env| member(env, fields, shape)));
            Some(ImportContent::List(members.collect()))
        }
        _ => {
            let wanted = ty.phrase(env.checker.shapes);
            let help = inner.map(|shape| its_fields(env, shape));
            env.tell(
                Diagnostic::error(Code::DoesNotFitField, span, format!("the field is {wanted}"))
                    .help_if(help),
            );
            None
        }
    }
}

/// A member of a list. `for` and `when` say how often it is there, unless the shape has fields of these names.
fn member(env: &mut Environment<'_, '_>, fields: &ImportFields, shape: ShapeId) -> ImportMember {
    let mut own = fields.clone();
    let mut taken = |env: &Environment<'_, '_>, name: &str| {
        let is_it = |key: &Spanned<String>| key.value == name;
        let place = own.0.iter().position(|(key, _)| is_it(key))?;
        let is_field = env.checker.shapes.get(shape).field(name).is_some();
        (!is_field).then(|| own.0.remove(place).1)
    };
    let (over, when) = (taken(env, "for"), taken(env, "when"));
    let mut named = Named::default();
    match over {
        Some(Spanned { value: ImportField::Struct(lists), .. }) => {
            let lists = lists.0.into_iter();
            named.0.extend(lists.filter_map(|(name, list)| Some((name, plain(env, list, NAMED_LISTS)?))));
        }
        Some(other) => not_that(env, other.span, NAMED_LISTS),
        None => {}
    }
    let loops = super::fields::loops(env, &named);
    let when = when.and_then(|when| plain(env, when, "`when` is one condition"));
    let when = when.map(|when| env.truth(&when));
    ImportMember { loops, when, fields: import_fields(env, &own, shape) }
}

/// What `for` is.
const NAMED_LISTS: &str = "`for` gives each list that it goes over a name";

/// The text of what is to be one value; anything else is told.
fn plain(
    env: &mut Environment<'_, '_>,
    field: Spanned<ImportField>,
    wanted: &str,
) -> Option<Spanned<String>> {
    if let ImportField::Value(text) = field.value {
        return Some(text);
    }
    not_that(env, field.span, wanted);
    None
}

fn not_that(env: &mut Environment<'_, '_>, span: Span, wanted: &str) {
    let help = "such as `for: { paid: =record.AppliedToTxnRet }` and `when: =paid.Amount != ()`";
    env.tell(Diagnostic::error(Code::WrongMember, span, wanted).help(help));
}

/// "give its fields", with their names.
fn its_fields(env: &Environment<'_, '_>, shape: ShapeId) -> String {
    let fields = &env.checker.shapes.get(shape).fields;
    let names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
    format!("give its fields: {}", names.join(", "))
}

fn import_fits(env: &mut Environment<'_, '_>, checked: &Checked, ty: &Type, inner: Option<ShapeId>) {
    let fits = match (ty, &checked.ty) {
        (Type::Any, _) | (_, Type::Any | Type::Absent) => true,
        (Type::Integer | Type::Number, found) => found.is_number(),
        (Type::Text(_), found) => found.max_length().is_some() || matches!(found, Type::Text(_)),
        (wanted, found) => std::mem::discriminant(wanted) == std::mem::discriminant(found),
    };
    if !fits {
        let (wanted, found) = (ty.phrase(env.checker.shapes), checked.ty.phrase(env.checker.shapes));
        let message = format!("the field is {wanted}; this is {found}");
        let help = checked.forgot.clone().or_else(|| inner.map(|shape| its_fields(env, shape)));
        env.tell(Diagnostic::error(Code::DoesNotFitField, checked.expr.span, message).help_if(help));
    }
}

/// A literal as a value of the field's type.
fn import_literal(checked: &mut Checked, ty: &Type) {
    let Some(text) = checked.literal.as_deref() else {
        return;
    };
    let value = match (ty, text) {
        (Type::Bool, "true" | "false") => Value::Bool(text == "true"),
        (Type::Integer | Type::Number, text) => match text.parse() {
            Ok(number) => Value::Number(number),
            Err(_) => return,
        },
        _ => return,
    };
    checked.expr.node = Node::Const(value);
    checked.ty = ty.clone();
}
