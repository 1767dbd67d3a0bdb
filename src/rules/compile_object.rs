//! One object's rules: which request a document becomes, which records it can come from.

use crate::catalogue::{self, Element, Kind, Operation};
use crate::document::{ShapeId, Value};

use super::compile_fields::{FieldContext, required_names};
use super::decode::Spanned;
use super::diagnostic::Diagnostic;
use super::expression::Checked;
use super::field_file::{FieldMap, ImportField, ImportFields};
use super::file::{
    ConditionFile, ExportFile, ImportFile, MatchFile, Named, ObjectFile, Only, Text, VariantFile,
};
use super::infer::{Checker, ReadPath, Scope};
use super::program::{
    Condition, Content, Export, Expr, FieldOp, Import, ImportContent, ImportOp, Match, MatchBy, Message,
    Node, Object, Variant,
};
use super::source::Span;
use super::suggest::did_you_mean;
use super::types::Type;

/// The object being compiled: its shape, and what its expressions see.
struct Subject {
    shape: ShapeId,
    scope: Scope,
}

impl Checker<'_> {
    /// Compiles an object file.
    pub(super) fn object(&mut self, file: &ObjectFile, context: &FieldContext<'_>) -> Option<Object> {
        let name = &file.object;
        let Some(shape) = self.shapes.object(&name.value) else {
            let names: Vec<_> = self.shapes.objects().map(|(name, _)| name).collect();
            let help = did_you_mean(&name.value, names).or_else(|| Some("add a file to shapes/".to_owned()));
            self.diagnostics.push(
                Diagnostic::error("R507", name.span, format!("no shape is named `{}`", name.value))
                    .help_if(help),
            );
            return None;
        };
        let subject = Subject {
            shape,
            scope: document_scope(&name.value, shape),
        };
        let label = file
            .label
            .as_ref()
            .map(|label| self.message(label, &subject.scope, context));
        let export = file
            .export
            .as_ref()
            .and_then(|export| self.export(export, &subject, name.span, context));
        let import = file
            .import
            .as_ref()
            .map(|import| self.import(import, &subject, context));
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
    fn message(&mut self, text: &Text, scope: &Scope, context: &FieldContext<'_>) -> Expr {
        let checked = self.value(context.parser, text, scope);
        self.consume(&checked.typed);
        checked.expr
    }

    fn export(
        &mut self,
        file: &ExportFile,
        subject: &Subject,
        at: Span,
        context: &FieldContext<'_>,
    ) -> Option<Export> {
        let scope = &subject.scope;
        let when = file
            .when
            .as_ref()
            .map(|when| self.truth(context.parser, when, scope).expr);
        let skip = self.conditions(&file.skip, scope, context);
        let reject = self.conditions(&file.reject, scope, context);
        let warn = self.conditions(&file.warn, scope, context);
        self.never_reached(&skip, &reject);
        let unique_with = file
            .unique_with
            .iter()
            .filter_map(|name| self.record_type(name))
            .map(Element::name)
            .collect();
        let mut variants: Vec<Variant> = Vec::new();
        for (name, variant) in &file.variants.0 {
            variants.extend(self.variant(&name.value, &variant.value, file, subject, context));
        }
        if let Some(add) = &file.add {
            let none = Spanned {
                span: at,
                value: FieldMap::default(),
            };
            let fields = file.fields.as_ref().unwrap_or(&none);
            let request = Request {
                add,
                modify: file.modify.as_ref(),
                fields: &fields.value,
                at: fields.span,
                matching: file.matching.as_ref(),
            };
            variants.extend(self.request(None, None, &request, scope, context));
        }
        if variants.is_empty() && !self.diagnostics.has_errors() {
            self.diagnostics.push(Diagnostic::error(
                "R112",
                at,
                "the key `add` is missing: the message that creates the record",
            ));
        }
        Some(Export {
            trigger: file.on,
            when,
            skip,
            reject,
            warn,
            unique_with,
            duplicates: file.duplicates,
            variants,
        })
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
            merged
                .0
                .retain(|(key, _)| !own.value.0.iter().any(|(mine, _)| mine.value == key.value));
            merged.0.extend(own.value.0.iter().cloned());
        }
        let at = file.fields.as_ref().map_or(file.add.span, |fields| fields.span);
        let matching = file.matching.as_ref().or(export.matching.as_ref());
        let request = Request {
            add: &file.add,
            modify: file.modify.as_ref(),
            fields: &merged,
            at,
            matching,
        };
        self.request(
            Some(name.to_owned()),
            Some(when),
            &request,
            &subject.scope,
            context,
        )
    }

    fn request(
        &mut self,
        name: Option<String>,
        when: Option<Expr>,
        request: &Request<'_>,
        scope: &Scope,
        context: &FieldContext<'_>,
    ) -> Option<Variant> {
        let add = self.operation(request.add, Kind::Add)?;
        let body = add.body?;
        let fields = self.fields(request.fields, body, request.at, scope, context);
        let matching = request
            .matching
            .and_then(|matching| self.matching(matching, &fields, scope, context));
        let modify = request
            .modify
            .and_then(|modify| self.modification(modify, request, scope, context));
        let record = catalogue::record(&format!("{}Ret", add.noun)).map(Element::name)?;
        let add = Message {
            request: add.request,
            body,
            fields,
            required: required_names(body),
        };
        Some(Variant {
            name,
            when,
            matching,
            add,
            modify,
            record,
        })
    }

    /// The request that changes a record has the same fields as the one that creates it, as far as its
    /// message knows them; the record's own id and edit sequence are put in when it is sent.
    fn modification(
        &mut self,
        modify: &Text,
        request: &Request<'_>,
        scope: &Scope,
        context: &FieldContext<'_>,
    ) -> Option<Message> {
        let operation = self.operation(modify, Kind::Mod)?;
        let body = operation.body?;
        let known = request.fields.0.iter().filter(|(key, _)| {
            let first = key.value.split('/').next().unwrap_or_default();
            body.child(first).is_some()
        });
        let known = Named(known.cloned().collect());
        let before = self.diagnostics.len();
        let fields = self.fields(&known, body, request.at, scope, context);
        self.diagnostics.forget(before, "R320");
        Some(Message {
            request: operation.request,
            body,
            fields,
            required: Vec::new(),
        })
    }

    fn operation(&mut self, message: &Text, kind: Kind) -> Option<Operation> {
        let found = catalogue::operation(&message.value).filter(|operation| operation.kind == kind);
        if found.is_none() {
            let names = catalogue::operations()
                .filter(|operation| operation.kind == kind)
                .map(|operation| operation.body.map_or("", Element::name));
            let what = match kind {
                Kind::Add => "creates a record",
                Kind::Mod => "changes a record",
                _ => "finds records",
            };
            let message_text = format!("`{}` is not a message that {what}", message.value);
            self.diagnostics.push(
                Diagnostic::error("R300", message.span, message_text)
                    .help_if(did_you_mean(&message.value, names)),
            );
        }
        found
    }

    fn record_type(&mut self, name: &Text) -> Option<Element> {
        let found = catalogue::record(&name.value);
        if found.is_none() {
            let names = catalogue::records().map(Element::name);
            let message = format!("`{}` is not a type of record", name.value);
            self.diagnostics.push(
                Diagnostic::error("R306", name.span, message).help_if(did_you_mean(&name.value, names)),
            );
        }
        found
    }

    fn matching(
        &mut self,
        file: &Spanned<MatchFile>,
        fields: &[FieldOp],
        scope: &Scope,
        context: &FieldContext<'_>,
    ) -> Option<Match> {
        let Some((query, by)) = &file.value.query else {
            self.diagnostics.push(
                Diagnostic::error("R340", file.span, "a match needs a query message")
                    .help("such as `ItemQuery: { FullName: =fields.Name }`"),
            );
            return None;
        };
        let request = self.query(query)?;
        let records = catalogue::records_of(&query.value);
        let [(key, value)] = by.value.0.as_slice() else {
            self.diagnostics.push(Diagnostic::error(
                "R341",
                by.span,
                "a match searches by one element, such as FullName or RefNumber",
            ));
            return None;
        };
        let element = self.selector(request, key)?;
        let by = self.match_by(&value.value, value.span, element, fields, scope, context)?;
        let candidate = scope.with("record", Type::Record(records.clone()), Vec::new(), false);
        let accept = file
            .value
            .accept
            .as_ref()
            .map(|accept| self.truth(context.parser, accept, &candidate).expr);
        let otherwise = file
            .value
            .otherwise
            .as_ref()
            .map(|text| self.message(text, scope, context));
        let records = records.into_iter().map(Element::name).collect();
        Some(Match {
            request,
            records,
            element: element.name(),
            by,
            accept,
            otherwise,
        })
    }

    fn query(&mut self, query: &Text) -> Option<Element> {
        let found = catalogue::operation(&query.value).filter(|operation| operation.kind == Kind::Query);
        if found.is_none() {
            let nouns: Vec<String> = catalogue::operations()
                .filter(|o| o.kind == Kind::Query)
                .map(|o| format!("{}Query", o.noun))
                .collect();
            let message = format!("`{}` is not a message that finds records", query.value);
            let help = did_you_mean(&query.value, nouns.iter().map(String::as_str));
            self.diagnostics
                .push(Diagnostic::error("R340", query.span, message).help_if(help));
        }
        found.map(|operation| operation.request)
    }

    /// An element by which a query selects: a repeating one, which names the records wanted.
    fn selector(&mut self, request: Element, key: &Text) -> Option<Element> {
        let selects = |element: &Element| {
            element.data_type().is_some() && element.repeats() && element.name() != "IncludeRetElement"
        };
        let found = request.child(&key.value).filter(selects);
        if found.is_none() {
            let names: Vec<_> = request
                .children()
                .map(|child| child.element)
                .filter(selects)
                .map(Element::name)
                .collect();
            let message = format!("{} does not search by `{}`", request.name(), key.value);
            let help = did_you_mean(&key.value, names.iter().copied())
                .or_else(|| Some(format!("it searches by {}", names.join(", "))));
            self.diagnostics
                .push(Diagnostic::error("R341", key.span, message).help_if(help));
        }
        found
    }

    fn match_by(
        &mut self,
        value: &super::field_file::FieldFile,
        span: Span,
        element: Element,
        fields: &[FieldOp],
        scope: &Scope,
        context: &FieldContext<'_>,
    ) -> Option<MatchBy> {
        let super::field_file::FieldFile::Value(text) = value else {
            self.diagnostics
                .push(Diagnostic::error("R341", span, "a match searches by a value"));
            return None;
        };
        if let Some(path) = text.value.strip_prefix("=fields.") {
            return self.written_field(path, text.span, fields);
        }
        let mut checked: Checked = self.value(context.parser, text, scope);
        self.leaf_fits(&mut checked, element, Some(super::field_file::Overflow::Reject));
        Some(MatchBy::Value(checked.expr))
    }

    /// `fields.Name`: what the document's own fields give that element.
    fn written_field(&mut self, path: &str, span: Span, fields: &[FieldOp]) -> Option<MatchBy> {
        let mut names = Vec::new();
        let mut level = fields;
        for step in path.split('.') {
            let Some(op) = level.iter().find(|op| op.element.name() == step) else {
                let known = level.iter().map(|op| op.element.name());
                let message = format!("the fields here give no `{step}`");
                self.diagnostics
                    .push(Diagnostic::error("R342", span, message).help_if(did_you_mean(step, known)));
                return None;
            };
            names.push(op.element.name());
            level = match &op.content {
                Content::Aggregate { fields, .. } => fields,
                _ => &[],
            };
        }
        Some(MatchBy::Field(names))
    }

    fn conditions(
        &mut self,
        files: &[Spanned<ConditionFile>],
        scope: &Scope,
        context: &FieldContext<'_>,
    ) -> Vec<Condition> {
        files
            .iter()
            .filter(|file| !file.value.remove)
            .filter_map(|file| self.one_condition(file, scope, context))
            .collect()
    }

    fn one_condition(
        &mut self,
        file: &Spanned<ConditionFile>,
        scope: &Scope,
        context: &FieldContext<'_>,
    ) -> Option<Condition> {
        let ConditionFile {
            id,
            loops,
            when,
            message,
            only,
            ..
        } = &file.value;
        let (Some(when), Some(message)) = (when, message) else {
            let missing = if when.is_none() { "when" } else { "message" };
            self.diagnostics.push(Diagnostic::error(
                "R112",
                file.span,
                format!("the key `{missing}` of `{}` is missing", id.value),
            ));
            return None;
        };
        let (loops, scope) = self.loops(loops, scope, context.parser);
        let when = self.truth(context.parser, when, &scope).expr;
        let message = self.message(message, &scope, context);
        if matches!(when.node, Node::Const(Value::Bool(false))) {
            self.diagnostics.push(
                Diagnostic::error("R509", when.span, format!("`{}` can never apply", id.value))
                    .label("this is never true"),
            );
        }
        Some(Condition {
            id: id.value.clone(),
            loops,
            when,
            message,
            only_create: *only == Only::Create,
        })
    }

    /// A reject that an earlier skip or reject of the same words leaves nothing to.
    fn never_reached(&mut self, skip: &[Condition], reject: &[Condition]) {
        let all: Vec<_> = skip.iter().chain(reject).collect();
        for (index, condition) in all.iter().enumerate() {
            let same = |other: &&&Condition| {
                other.when.text == condition.when.text
                    && other.loops.len() == condition.loops.len()
                    && !other.only_create
            };
            let always = |other: &&&Condition| {
                matches!(other.when.node, Node::Const(Value::Bool(true))) && index >= skip.len()
            };
            let earlier = all.iter().take(index);
            if let Some(other) = earlier
                .clone()
                .find(same)
                .or_else(|| earlier.take(skip.len()).find(always))
            {
                let message = format!(
                    "`{}` can never apply: `{}` comes before it",
                    condition.id, other.id
                );
                self.diagnostics
                    .push(Diagnostic::error("R509", condition.when.span, message));
            }
        }
    }

    fn import(&mut self, file: &ImportFile, subject: &Subject, context: &FieldContext<'_>) -> Import {
        let records: Vec<Element> = file
            .from
            .iter()
            .filter_map(|name| self.record_type(name))
            .collect();
        let scope = Scope::default().with("record", Type::Record(records.clone()), Vec::new(), false);
        let when = file
            .when
            .as_ref()
            .map(|when| self.truth(context.parser, when, &scope).expr);
        let skip = self.conditions(&file.skip, &scope, context);
        self.never_reached(&skip, &[]);
        let fields = self.import_fields(&file.fields.value, subject.shape, &scope, context);
        Import {
            from: records.into_iter().map(Element::name).collect(),
            when,
            skip,
            fields,
        }
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
                    Diagnostic::error("R501", key.span, message).help_if(did_you_mean(&key.value, names)),
                );
                continue;
            };
            let ty = Type::of_field(&declared.ty);
            if let Some(content) = self.import_field(&field.value, &ty, field.span, scope, context) {
                ops.push((
                    slot,
                    ImportOp {
                        name: key.value.clone(),
                        content,
                    },
                ));
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
                self.import_fits(&checked, ty);
                Some(ImportContent::Value(checked.expr))
            }
            (ImportField::Struct(fields), Some(shape)) if !matches!(ty, Type::List(_)) => Some(
                ImportContent::Struct(self.import_fields(fields, shape, scope, context)),
            ),
            (ImportField::List(members), Some(shape)) if matches!(ty, Type::List(_)) => {
                let members = members
                    .iter()
                    .map(|fields| self.import_fields(fields, shape, scope, context));
                Some(ImportContent::List(members.collect()))
            }
            _ => {
                let wanted = ty.phrase(self.shapes);
                self.diagnostics
                    .push(Diagnostic::error("R332", span, format!("the field is {wanted}")));
                None
            }
        }
    }

    fn import_fits(&mut self, checked: &Checked, ty: &Type) {
        let fits = match (ty, &checked.ty) {
            (Type::Any, _) | (_, Type::Any | Type::Absent) => true,
            (Type::Integer | Type::Number, found) => found.is_number(),
            (Type::Text(_), found) => found.max_length().is_some() || matches!(found, Type::Text(_)),
            (wanted, found) => std::mem::discriminant(wanted) == std::mem::discriminant(found),
        };
        if !fits {
            let (wanted, found) = (ty.phrase(self.shapes), checked.ty.phrase(self.shapes));
            self.diagnostics.push(Diagnostic::error(
                "R332",
                checked.expr.span,
                format!("the field is {wanted}; this is {found}"),
            ));
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

/// A request as written.
struct Request<'f> {
    add: &'f Text,
    modify: Option<&'f Text>,
    fields: &'f FieldMap,
    at: Span,
    matching: Option<&'f Spanned<MatchFile>>,
}

fn document_scope(name: &str, shape: ShapeId) -> Scope {
    let path = ReadPath {
        root: shape,
        slots: Vec::new(),
        shape: Some(shape),
    };
    Scope::default().with(name, Type::Struct(vec![shape]), vec![path], false)
}
