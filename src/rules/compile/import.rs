//! From a record of QuickBooks to the fields of a document.

use crate::catalogue::Element;
use crate::document::{Code, ShapeId, Value};

use super::fields::FieldContext;
use super::object::Subject;
use super::program::{Import, ImportContent, ImportOp, Node};
use crate::rules::check::expression::Checked;
use crate::rules::check::infer::Checker;
use crate::rules::check::typed::Scope;
use crate::rules::check::types::Type;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::field_file::{ImportField, ImportFields};
use crate::rules::files::file::ImportFile;

impl Checker<'_> {
    /// Compiles the import half of an object.
    pub(super) fn import(
        &mut self,
        file: &ImportFile,
        subject: &Subject,
        context: &FieldContext<'_>,
    ) -> Import {
        let records: Vec<Element> = file.from.iter().filter_map(|name| self.record_type(name)).collect();
        let scope = Scope::default().with("record", Type::Record(records.clone()), Vec::new(), false);
        let when = file.when.as_ref().map(|when| self.truth(context.parser, when, &scope).expr);
        let mut skip = self.conditions(&file.skip, &scope, context);
        self.until(&file.skip, &mut skip, None, &scope, context);
        self.never_reached(&skip, &[]);
        let fields = self.import_fields(&file.fields.value, subject.shape, &scope, context);
        let overwrite =
            file.overwrite.as_ref().map(|overwrite| self.truth(context.parser, overwrite, &scope).expr);
        Import { from: records.into_iter().map(Element::name).collect(), when, skip, overwrite, fields }
    }

    fn import_fields(
        &mut self,
        fields: &ImportFields,
        shape: ShapeId,
        scope: &Scope,
        context: &FieldContext<'_>,
    ) -> Vec<ImportOp> {
        let mut ops = Vec::new();
        for (key, field) in &fields.0 {
            let Some((slot, declared)) = self.shapes.get(shape).field(&key.value) else {
                let shape = self.shapes.get(shape);
                let names = shape.fields.iter().map(|field| field.name.as_str());
                let message = format!("unknown field `{}` of `{}`", key.value, shape.name);
                self.diagnostics.push(
                    Diagnostic::error(Code::UnknownField, key.span, message)
                        .help_if(did_you_mean(&key.value, names)),
                );
                continue;
            };
            let ty = Type::of_field(&declared.ty);
            if let Some(content) = self.import_field(&field.value, &ty, field.span, scope, context) {
                ops.push((slot, ImportOp { name: key.value.clone(), content }));
            }
        }
        ops.sort_by_key(|(slot, _)| *slot);
        ops.into_iter().map(|(_, op)| op).collect()
    }

    fn import_field(
        &mut self,
        field: &ImportField,
        ty: &Type,
        span: Span,
        scope: &Scope,
        context: &FieldContext<'_>,
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
                let mut checked = self.value(context.parser, text, scope);
                self.consume(&checked.typed.clone());
                import_literal(&mut checked, ty);
                self.import_fits(&checked, ty, inner);
                Some(ImportContent::Value(checked.expr))
            }
            (ImportField::Struct(fields), Some(shape)) if !matches!(ty, Type::List(_)) => {
                Some(ImportContent::Struct(self.import_fields(fields, shape, scope, context)))
            }
            (ImportField::List(members), Some(shape)) if matches!(ty, Type::List(_)) => {
                let members = members.iter().map(|fields| self.import_fields(fields, shape, scope, context));
                Some(ImportContent::List(members.collect()))
            }
            _ => {
                let wanted = ty.phrase(self.shapes);
                let help = inner.map(|shape| self.its_fields(shape));
                self.diagnostics.push(
                    Diagnostic::error(Code::DoesNotFitField, span, format!("the field is {wanted}"))
                        .help_if(help),
                );
                None
            }
        }
    }

    /// "give its fields", with their names.
    fn its_fields(&self, shape: ShapeId) -> String {
        let fields = &self.shapes.get(shape).fields;
        let names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
        format!("give its fields: {}", names.join(", "))
    }

    fn import_fits(&mut self, checked: &Checked, ty: &Type, inner: Option<ShapeId>) {
        let fits = match (ty, &checked.ty) {
            (Type::Any, _) | (_, Type::Any | Type::Absent) => true,
            (Type::Integer | Type::Number, found) => found.is_number(),
            (Type::Text(_), found) => found.max_length().is_some() || matches!(found, Type::Text(_)),
            (wanted, found) => std::mem::discriminant(wanted) == std::mem::discriminant(found),
        };
        if !fits {
            let (wanted, found) = (ty.phrase(self.shapes), checked.ty.phrase(self.shapes));
            let message = format!("the field is {wanted}; this is {found}");
            let help = checked.forgot.clone().or_else(|| inner.map(|shape| self.its_fields(shape)));
            self.diagnostics
                .push(Diagnostic::error(Code::DoesNotFitField, checked.expr.span, message).help_if(help));
        }
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
