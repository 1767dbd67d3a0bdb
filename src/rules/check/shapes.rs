//! From shape files to the shapes table.

use crate::document::{Code, Field, FieldType, Shape, Shapes};

use crate::rules::diagnostics::diagnostic::{Diagnostic, Diagnostics};
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::file::{Named, ShapeField};
use crate::rules::files::shape_file::ShapeFile;

const SIMPLE: [&str; 7] = ["text", "integer", "number", "boolean", "date", "datetime", "any"];

/// The shapes of all shape files. They may refer to each other in any order.
pub fn declare(files: &[ShapeFile], diagnostics: &mut Diagnostics) -> Shapes {
    let mut shapes = Shapes::default();
    for file in files {
        if shapes.object(&file.shape.value).is_some() {
            let message = format!("the shape `{}` is declared twice", file.shape.value);
            diagnostics.push(Diagnostic::error(Code::GivenTwice, file.shape.span, message));
        }
        shapes.declare(&file.shape.value);
    }
    let mut defined: Vec<&str> = Vec::new();
    for file in files {
        if defined.contains(&file.shape.value.as_str()) {
            continue;
        }
        defined.push(&file.shape.value);
        let mut builder = Builder { shapes: &mut shapes, diagnostics };
        let fields = builder.fields(&file.fields.value, &file.shape.value);
        let id = shapes.declare(&file.shape.value);
        shapes.define(id, fields);
    }
    shapes
}

struct Builder<'b> {
    shapes: &'b mut Shapes,
    diagnostics: &'b mut Diagnostics,
}

impl Builder<'_> {
    fn fields(&mut self, fields: &Named<ShapeField>, path: &str) -> Vec<Field> {
        fields
            .0
            .iter()
            .map(|(name, ty)| {
                let inner = format!("{path}.{}", name.value);
                let (ty, required) = self.field_type(&ty.value, ty.span, &inner);
                Field { name: name.value.clone(), ty, required }
            })
            .collect()
    }

    fn field_type(&mut self, field: &ShapeField, span: Span, path: &str) -> (FieldType, bool) {
        match field {
            ShapeField::Name(name) => self.named(name, span),
            ShapeField::Struct(fields) => {
                let fields = self.fields(fields, path);
                let id = self.shapes.add(Shape::new(path.to_owned(), false, fields));
                (FieldType::Struct(id), false)
            }
            ShapeField::List(member) => {
                let (member, _) = self.field_type(&member.value, member.span, path);
                (FieldType::List(Box::new(member)), false)
            }
        }
    }

    fn named(&mut self, written: &str, span: Span) -> (FieldType, bool) {
        let (name, required) = match written.strip_suffix('!') {
            Some(name) => (name, true),
            None => (written, false),
        };
        let ty = match name {
            "text" => FieldType::Text { max: None },
            "integer" => FieldType::Integer,
            "number" => FieldType::Number,
            "boolean" => FieldType::Boolean,
            "date" => FieldType::Date,
            "datetime" => FieldType::DateTime,
            "any" => FieldType::Any,
            other => match (text_of(other), self.shapes.object(other)) {
                (Some(max), _) => FieldType::Text { max: Some(max) },
                (None, Some(shape)) => FieldType::Struct(shape),
                (None, None) => self.unknown(other, span),
            },
        };
        (ty, required)
    }

    fn unknown(&mut self, name: &str, span: Span) -> FieldType {
        let objects: Vec<_> = self.shapes.objects().map(|(name, _)| name.to_owned()).collect();
        let known = SIMPLE.into_iter().chain(objects.iter().map(String::as_str));
        self.diagnostics.push(
            Diagnostic::error(Code::UnknownShapeType, span, format!("unknown type `{name}`")).help_if(
                usual_name(name)
                    .or_else(|| did_you_mean(name, known))
                    .or_else(|| Some(format!("types are {}, or the name of a shape", SIMPLE.join(", ")))),
            ),
        );
        FieldType::Any
    }
}

/// What a type of other languages is called here.
fn usual_name(name: &str) -> Option<String> {
    let ours = match name.to_lowercase().as_str() {
        "string" | "str" | "varchar" | "char" => "text",
        "int" | "long" | "bigint" => "integer",
        "float" | "double" | "decimal" | "money" | "currency" | "numeric" | "amount" => "number",
        "bool" | "yesno" | "flag" => "boolean",
        "time" | "timestamp" | "date-time" => "datetime",
        "list" | "array" | "table" => "[ text ]",
        "object" | "map" | "json" | "struct" => "any",
        _ => return None,
    };
    Some(format!("write `{ours}`"))
}

/// `text(41)`
fn text_of(name: &str) -> Option<u32> {
    name.strip_prefix("text(")?.strip_suffix(')')?.parse().ok()
}
