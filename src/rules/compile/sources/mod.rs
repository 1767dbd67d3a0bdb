//! Where the documents of each object come from: `source` in its shape.

use crate::document::{Code, Field, FieldType, Need, ShapeId, Shapes};
use crate::rules::diagnostics::diagnostic::{Diagnostic, Diagnostics};
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::decode::Spanned;
use crate::rules::files::file::{Named, Text};
use crate::rules::files::shape_file::{
    Pages, PersistedFile, ShapeFile, SourceFile, WayFile, WaySpec, WrittenAs,
};
use crate::steelhead::graphql::{ApiSource, Form, Paging, Persisted, Way, is_name};

/// Documents in one page, unless the shape says otherwise.
const PAGE: u32 = 50;
/// More are not asked for at once.
const LARGEST_PAGE: u32 = 1000;
/// Digits of a SHA-256.
const DIGITS: usize = 64;

/// The sources of all shapes that have one. `needs` is what rules read of each shape.
pub(in crate::rules::compile) fn all(
    files: &[ShapeFile],
    shapes: &Shapes,
    needs: &[Need],
    diagnostics: &mut Diagnostics,
) -> Vec<ApiSource> {
    let mut sources = Vec::new();
    for file in files {
        let (Some(written), Some(shape)) = (&file.source, shapes.object(&file.shape.value)) else { continue };
        let need = needs.get(shape.0 as usize).unwrap_or(&Need::Nothing);
        let mut check = Check { shapes, diagnostics, at: file.shape.value.clone(), empty: Vec::new() };
        sources.push(check.source(&file.shape.value, &written.value, shape, need));
    }
    sources
}

struct Check<'c> {
    shapes: &'c Shapes,
    diagnostics: &'c mut Diagnostics,
    /// The object or the structure whose fields are looked at.
    at: String,
    /// What is told of fields that rules read and that have no way.
    empty: Vec<String>,
}

impl Check<'_> {
    fn source(&mut self, object: &str, file: &SourceFile, shape: ShapeId, need: &Need) -> ApiSource {
        let ways = self.ways(&file.fields.value, file.fields.span, shape, need);
        let changed = file.changed.iter().filter_map(|field| self.value_way(field, &ways)).collect();
        let locked = file.locked.as_ref().and_then(|field| self.value_way(field, &ways));
        if let Some(one) = &file.one
            && !ways.iter().any(|way| way.field == "id")
        {
            self.tell::<()>(Code::NoWay, one.span, "`one` asks for a document by its `id`, which has no way");
        }
        ApiSource {
            object: object.to_owned(),
            list: self.name(&file.list),
            one: file.one.as_ref().map(|name| self.name(name)),
            empty: std::mem::take(&mut self.empty),
            paging: match file.pages {
                Pages::Cursor => Paging::Cursor,
                Pages::Offset => Paging::Offset,
            },
            size: file.size.as_ref().map_or(PAGE, |size| self.size(size)),
            order: file.order.as_ref().map(|name| self.name(name)),
            changed,
            locked: locked.map(|way| way.field),
            persisted: file.persisted.as_ref().map(|known| self.persisted(known)),
            ways,
        }
    }

    fn ways(&mut self, fields: &Named<WayFile>, span: Span, shape: ShapeId, need: &Need) -> Vec<Way> {
        let shapes = self.shapes;
        let shape = shapes.get(shape);
        let mut ways: Vec<Way> = Vec::new();
        for (name, file) in &fields.0 {
            let Some((slot, field)) = shape.field(&name.value) else {
                let message = format!("the shape of `{}` has no field `{}`", self.at, name.value);
                let known = shape.fields.iter().map(|field| field.name.as_str());
                self.diagnostics.push(
                    Diagnostic::error(Code::WayOfNoField, name.span, message)
                        .help_if(did_you_mean(&name.value, known)),
                );
                continue;
            };
            let Some(way) = self.way(name, file, field, need.slot(slot)) else { continue };
            if let Some(other) = ways.iter().find(|other| !way.path.is_empty() && other.path == way.path) {
                let path = way.path.join(".");
                let message = format!("`{}` and `{}` are both taken from `{path}`", other.field, way.field);
                self.diagnostics.push(Diagnostic::warning(Code::OneWayForTwo, file.span, message));
            }
            ways.push(way);
        }
        for (slot, field) in shape.fields.iter().enumerate() {
            if !fields.0.iter().any(|(name, _)| name.value == field.name) {
                self.without_way(field, span, need.slot(slot));
            }
        }
        ways
    }

    /// A field that has no way: it is empty in every document that comes so.
    fn without_way(&mut self, field: &Field, span: Span, need: &Need) {
        let name = &field.name;
        // A type that is not known is told on its own.
        if field.required && field.ty != FieldType::Any {
            let message =
                format!("`{}` needs its field `{name}`, and `source` does not say where it stands", self.at);
            self.diagnostics.push(Diagnostic::error(Code::NoWay, span, message));
        } else if *need != Need::Nothing {
            let message = format!(
                "the rules read the field `{name}` of `{}`, and `source` does not say where it stands",
                self.at
            );
            // Whoever has documents from files only need not say it; whoever asks the API is told.
            self.empty.push(message);
        }
    }

    fn way(&mut self, name: &Text, file: &Spanned<WayFile>, field: &Field, need: &Need) -> Option<Way> {
        let only_path;
        let spec = match &file.value {
            WayFile::Spec(spec) => spec.as_ref(),
            WayFile::Path(path) => {
                let at = Some(Spanned { span: file.span, value: path.clone() });
                only_path = WaySpec { at, written: None, fields: None };
                &only_path
            }
        };
        let path = match &spec.at {
            Some(at) => self.path(at)?,
            None => Vec::new(),
        };
        let form = self.form(spec, file.span, field, need)?;
        if path.is_empty() && !matches!(form, Form::Struct(_)) {
            let message = format!("`{}` does not say where it stands: add `at`", name.value);
            return self.tell(Code::WayDoesNotFit, file.span, message);
        }
        Some(Way { field: name.value.clone(), path, form })
    }

    fn form(&mut self, spec: &WaySpec, span: Span, field: &Field, need: &Need) -> Option<Form> {
        let inner = match &field.ty {
            FieldType::Struct(shape) => Some((*shape, false)),
            FieldType::List(member) => match member.as_ref() {
                FieldType::Struct(shape) => Some((*shape, true)),
                _ => None,
            },
            _ => None,
        };
        let (name, kind) = (&field.name, field.ty.phrase());
        match (inner, &spec.fields, &spec.written) {
            (Some((shape, is_list)), Some(fields), None) => {
                let below = format!("{}.{name}", self.at);
                let before = std::mem::replace(&mut self.at, below);
                // What the rules read of another document they read of that one.
                let need = if self.shapes.get(shape).is_object { &Need::Nothing } else { need };
                let ways = self.ways(fields, span, shape, need);
                self.at = before;
                Some(if is_list { Form::List(ways) } else { Form::Struct(ways) })
            }
            (Some(_), None, _) => self.tell(
                Code::WayDoesNotFit,
                span,
                format!("`{name}` is {kind}: say where its `fields` stand"),
            ),
            (None, Some(_), _) => {
                self.tell(Code::WayDoesNotFit, span, format!("`{name}` is {kind} and has no `fields`"))
            }
            (Some(_), _, Some(written)) => {
                self.tell(Code::WayDoesNotFit, written.span, format!("`{name}` is {kind}, which has no `as`"))
            }
            (None, None, written) => self.value(name, &field.ty, written.as_ref()),
        }
    }

    fn value(&mut self, name: &str, ty: &FieldType, written: Option<&Spanned<WrittenAs>>) -> Option<Form> {
        let Some(written) = written else { return Some(Form::Plain) };
        match (written.value, ty) {
            (WrittenAs::Plain, _) => Some(Form::Plain),
            (WrittenAs::Millionths, FieldType::Number) => Some(Form::Millionths),
            (WrittenAs::Json, FieldType::Any) => Some(Form::Json),
            (WrittenAs::Millionths, _) => {
                let message =
                    format!("`{name}` is {}, and only a number is written in millionths", ty.phrase());
                self.tell(Code::WayDoesNotFit, written.span, message)
            }
            (WrittenAs::Json, _) => {
                let message = format!("`{name}` is {}, and only `any` is written as JSON", ty.phrase());
                self.tell(Code::WayDoesNotFit, written.span, message)
            }
        }
    }

    /// The way of a field that holds one value, by the name of the field.
    fn value_way(&mut self, field: &Text, ways: &[Way]) -> Option<Way> {
        let found = ways.iter().find(|way| way.field == field.value && way.form == Form::Plain);
        if found.is_none() {
            let known = ways.iter().filter(|way| way.form == Form::Plain).map(|way| way.field.as_str());
            let message = format!("`{}` is no field with one value that has a way", field.value);
            self.diagnostics.push(
                Diagnostic::error(Code::WayOfNoField, field.span, message)
                    .help_if(did_you_mean(&field.value, known)),
            );
        }
        found.cloned()
    }

    fn path(&mut self, at: &Text) -> Option<Vec<String>> {
        let names: Vec<String> = at.value.split('.').map(str::to_owned).collect();
        match names.iter().find(|name| !is_name(name)) {
            None => Some(names),
            Some(name) => {
                let help =
                    "write names of letters, digits and `_`, with dots from one field to the one inside it";
                let message = format!("`{name}` is no name of GraphQL");
                self.diagnostics.push(Diagnostic::error(Code::NoGraphqlName, at.span, message).help(help));
                None
            }
        }
    }

    fn name(&mut self, name: &Text) -> String {
        if !is_name(&name.value) {
            self.tell::<()>(
                Code::NoGraphqlName,
                name.span,
                format!("`{}` is no name of GraphQL", name.value),
            );
        }
        name.value.clone()
    }

    fn size(&mut self, size: &Spanned<u32>) -> u32 {
        if !(1..=LARGEST_PAGE).contains(&size.value) {
            let message = format!("a page holds 1 to {LARGEST_PAGE} documents, not {}", size.value);
            self.tell::<()>(Code::WrongSourceValue, size.span, message);
        }
        size.value
    }

    fn persisted(&mut self, known: &PersistedFile) -> Persisted {
        let sha256 = &known.sha256;
        if sha256.value.len() != DIGITS || !sha256.value.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            let message = format!("a SHA-256 has {DIGITS} hexadecimal digits");
            self.tell::<()>(Code::WrongSourceValue, sha256.span, message);
        }
        Persisted { operation: self.name(&known.operation), sha256: sha256.value.clone() }
    }

    fn tell<T>(&mut self, code: Code, span: Span, message: impl Into<String>) -> Option<T> {
        self.diagnostics.push(Diagnostic::error(code, span, message));
        None
    }
}
