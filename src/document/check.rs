//! Fields that a document has and its shape does not: not an error, but worth telling.

use std::fmt::Write as _;

use super::json::{entries, members, offset_in};
use super::problem::codes;
use super::{DocumentProblem, FieldType, Origin, Shape, ShapeId, Shapes, nearest};

/// Lists the fields of a document that its shape does not have, each with the field that may have
/// been meant, in the order of the text. A text that is no document has none: decoding it says why.
///
/// This walks through the whole document, apart from decoding, which passes over such fields.
pub fn unknown_fields(json: &str, shapes: &Shapes, origin: &Origin) -> Vec<DocumentProblem> {
    let mut walk = Walk { json, shapes, origin, found: Vec::new() };
    let object = entries(json)
        .and_then(|entries| entries.into_iter().find(|(key, _)| key == "object"))
        .and_then(|(_, raw)| serde_json::from_str::<String>(raw).ok());
    if let Some(shape) = object.and_then(|name| shapes.object(&name)) {
        walk.structure(json, shape, "");
    }
    walk.found
}

struct Walk<'w> {
    json: &'w str,
    shapes: &'w Shapes,
    origin: &'w Origin,
    found: Vec<DocumentProblem>,
}

impl Walk<'_> {
    fn structure(&mut self, raw: &str, shape: ShapeId, path: &str) {
        let shapes = self.shapes;
        let shape = shapes.get(shape);
        for (key, value) in entries(raw).unwrap_or_default() {
            let path = if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
            match shape.field(&key) {
                Some((_, field)) => self.value(value, &field.ty, &path),
                None if shape.is_object && key == "object" => {}
                None => self.unknown(&key, value, shape, path),
            }
        }
    }

    fn value(&mut self, raw: &str, ty: &FieldType, path: &str) {
        match ty {
            FieldType::Struct(shape) => self.structure(raw, *shape, path),
            FieldType::List(member) => {
                for (index, raw) in members(raw).unwrap_or_default().into_iter().enumerate() {
                    self.value(raw, member, &format!("{path}[{index}]"));
                }
            }
            _ => {}
        }
    }

    fn unknown(&mut self, key: &str, value: &str, shape: &Shape, path: String) {
        let mut message = format!("`{}` has no field `{key}`", shape.name);
        if let Some(near) = nearest(key, shape.fields.iter().map(|field| field.name.as_str())) {
            _ = write!(message, "; did you mean `{near}`?");
        }
        let before = self.json.get(..offset_in(self.json, value)).unwrap_or("");
        self.found.push(DocumentProblem {
            code: codes::UNKNOWN_FIELD,
            file: self.origin.file.clone(),
            at: Some(self.origin.start.advance(before)),
            length: value.len(),
            path,
            message,
        });
    }
}
