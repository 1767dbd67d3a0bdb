//! One object's rules: which request a document becomes, which records it can come from.

use crate::catalogue::{self, Element};
use crate::document::{Code, FieldType, ShapeId};

use super::fields::FieldContext;
use super::program::{Export, Expr, Object, Variant};
use super::request::Request;
use crate::rules::check::infer::Checker;
use crate::rules::check::typed::{ReadPath, Scope};
use crate::rules::check::types::Type;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::decode::Spanned;
use crate::rules::files::field_file::FieldMap;
use crate::rules::files::file::{ExportFile, ObjectFile, Text, VariantFile};

/// The object being compiled: its shape, and what its expressions see.
pub struct Subject {
    /// The shape of its documents.
    pub shape: ShapeId,
    /// The variables of the export half.
    pub scope: Scope,
}

impl Checker<'_> {
    /// Compiles an object file.
    pub(super) fn object(&mut self, file: &ObjectFile, context: &FieldContext<'_>) -> Option<Object> {
        let name = &file.object;
        let Some(shape) = self.shapes.object(&name.value) else {
            let names: Vec<_> = self.shapes.objects().map(|(name, _)| name).collect();
            let help = did_you_mean(&name.value, names).or_else(|| Some("add a file to shapes/".to_owned()));
            self.diagnostics.push(
                Diagnostic::error(
                    Code::UnknownObject,
                    name.span,
                    format!("no shape is named `{}`", name.value),
                )
                .help_if(help),
            );
            return None;
        };
        let subject = Subject { shape, scope: document_scope(&name.value, shape) };
        let label = file.label.as_ref().map(|label| self.message(label, &subject.scope, context));
        let export = file.export.as_ref().map(|export| self.export(export, &subject, name.span, context));
        let import = file.import.as_ref().map(|import| self.import(import, &subject, context));
        Some(Object {
            name: name.value.clone(),
            title: file.title.clone().unwrap_or_else(|| name.value.clone()),
            shape,
            label,
            export,
            import,
        })
    }

    /// A text for people.
    pub(super) fn message(&mut self, text: &Text, scope: &Scope, context: &FieldContext<'_>) -> Expr {
        let checked = self.value(context.parser, text, scope);
        self.consume(&checked.typed);
        self.must_be_writable(&checked.typed, text.span);
        if let Some(help) = &checked.forgot {
            let message = format!("people would read the text `{}`", text.value);
            self.diagnostics
                .push(Diagnostic::warning(Code::LooksLikeExpression, text.span, message).help(help));
        }
        checked.expr
    }

    fn export(
        &mut self,
        file: &ExportFile,
        subject: &Subject,
        at: Span,
        context: &FieldContext<'_>,
    ) -> Export {
        let scope = &subject.scope;
        let when = file.when.as_ref().map(|when| self.truth(context.parser, when, scope).expr);
        let mut skip = self.conditions(&file.skip, scope, context);
        let mut reject = self.conditions(&file.reject, scope, context);
        let mut warn = self.conditions(&file.warn, scope, context);
        self.never_reached(&skip, &reject);
        let unique_with =
            file.unique_with.iter().filter_map(|name| self.record_type(name)).map(Element::name).collect();
        let mut variants: Vec<Variant> = Vec::new();
        for (name, variant) in &file.variants.0 {
            variants.extend(self.variant(&name.value, &variant.value, file, subject, context));
        }
        if let Some(add) = &file.add {
            let none = Spanned { span: at, value: FieldMap::default() };
            let fields = file.fields.as_ref().unwrap_or(&none);
            let request = Request {
                add,
                modify: file.modify.as_ref(),
                fields: &fields.value,
                matching: file.matching.as_ref(),
            };
            variants.extend(self.request(None, None, &request, scope, context));
        }
        if file.add.is_none() && file.variants.0.is_empty() {
            self.diagnostics.push(
                Diagnostic::error(Code::MissingKey, at, "the key `add` is missing from `export`")
                    .help("`add` names the message that creates the record; `ferrule fields` lists them"),
            );
        }
        let records: Vec<Element> =
            variants.iter().filter_map(|variant| catalogue::record(variant.record)).collect();
        self.until(&file.skip, &mut skip, Some(&records), scope, context);
        for (files, conditions) in [(&file.reject, &mut reject), (&file.warn, &mut warn)] {
            self.until(files, conditions, None, scope, context);
        }
        let finalize = file.finalize.as_ref().and_then(|field| self.finalized_by(field, subject.shape));
        Export {
            trigger: file.on,
            when,
            finalize,
            skip,
            reject,
            warn,
            unique_with,
            duplicates: file.duplicates,
            variants,
        }
    }

    /// The field that says when a document was finalized: a point in time.
    fn finalized_by(&mut self, field: &Text, shape: ShapeId) -> Option<String> {
        let shape = self.shapes.get(shape);
        let Some((_, declared)) = shape.field(&field.value) else {
            let names = shape.fields.iter().map(|field| field.name.as_str());
            let message = format!("unknown field `{}` of `{}`", field.value, shape.name);
            let help = did_you_mean(&field.value, names);
            self.diagnostics.push(Diagnostic::error(Code::UnknownField, field.span, message).help_if(help));
            return None;
        };
        if declared.ty != FieldType::DateTime {
            let message =
                format!("`{}` is no datetime, and playing a document fills it with one", field.value);
            self.diagnostics.push(Diagnostic::error(Code::DoesNotFitField, field.span, message));
            return None;
        }
        Some(field.value.clone())
    }

    fn variant(
        &mut self,
        name: &str,
        file: &VariantFile,
        export: &ExportFile,
        subject: &Subject,
        context: &FieldContext<'_>,
    ) -> Option<Variant> {
        let when = self.truth(context.parser, &file.when, &subject.scope).expr;
        let mut merged = FieldMap::default();
        if file.inherit
            && let Some(base) = &export.fields
        {
            merged.0.extend(base.value.0.iter().cloned());
        }
        if let Some(own) = &file.fields {
            merged.0.retain(|(key, _)| !own.value.0.iter().any(|(mine, _)| mine.value == key.value));
            merged.0.extend(own.value.0.iter().cloned());
        }
        let matching = file.matching.as_ref().or(export.matching.as_ref());
        let request = Request { add: &file.add, modify: file.modify.as_ref(), fields: &merged, matching };
        self.request(Some(name.to_owned()), Some(when), &request, &subject.scope, context)
    }
}

fn document_scope(name: &str, shape: ShapeId) -> Scope {
    let path = ReadPath { root: shape, slots: Vec::new(), shape: Some(shape) };
    Scope::default().with(name, Type::Struct(vec![shape]), vec![path], false)
}
