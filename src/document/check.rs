//! Fields that a document has and its shape does not: not an error, but worth telling.

use std::fmt::Write as _;

use super::Code;
use super::decode::object_value;
use super::json::{MAX_DEPTH, offset_in};
use super::scan::{Scan, Seen};
use super::{DocumentProblem, FieldType, Origin, Shape, ShapeId, Shapes, nearest};

/// Lists the fields of a document that its shape does not have, each with the field that may have
/// been meant, in the order of the text. A text that is no document has none: decoding it says why.
///
/// This walks through the whole document once more. Decoding tells whether that is worth while:
/// [`Document::has_unknown`](super::Document::has_unknown).
pub fn unknown_fields(json: &str, shapes: &Shapes, origin: &Origin) -> Vec<DocumentProblem> {
    let shape = object_value(json, origin).ok().and_then(|name| shapes.object(&name));
    let mut walk = Walk { json, shapes, origin, path: String::new(), found: Vec::new() };
    match shape.map(|shape| walk.document(shape)) {
        Some(Ok(())) => walk.found,
        _ => Vec::new(),
    }
}

struct Walk<'w> {
    json: &'w str,
    shapes: &'w Shapes,
    origin: &'w Origin,
    path: String,
    found: Vec<DocumentProblem>,
}

impl Walk<'_> {
    fn document(&mut self, shape: ShapeId) -> Seen<()> {
        let mut scan = Scan::new(self.json);
        self.structure(&mut scan, shape, 0)?;
        scan.end()
    }

    fn structure(&mut self, scan: &mut Scan<'_>, shape: ShapeId, depth: usize) -> Seen<()> {
        if scan.peek() != Some(b'{') || depth > MAX_DEPTH {
            return scan.pass();
        }
        let shape = self.shapes.get(shape);
        let mut more = scan.enter(b'}');
        while more {
            let key = scan.key()?.unquoted().unwrap_or_default();
            let length = self.path.len();
            let dot = if length == 0 { "" } else { "." };
            self.path.extend([dot, key.as_ref()]);
            match shape.field(&key) {
                Some((_, field)) => self.value(scan, &field.ty, depth + 1)?,
                None if shape.is_object && key == "object" => scan.pass()?,
                None => self.unknown(&key, scan.raw()?.text, shape),
            }
            self.path.truncate(length);
            more = scan.more(b'}')?;
        }
        Ok(())
    }

    fn value(&mut self, scan: &mut Scan<'_>, ty: &FieldType, depth: usize) -> Seen<()> {
        match ty {
            FieldType::Struct(shape) => self.structure(scan, *shape, depth),
            FieldType::List(member) if scan.peek() == Some(b'[') => self.list(scan, member, depth),
            _ => scan.pass(),
        }
    }

    fn list(&mut self, scan: &mut Scan<'_>, member: &FieldType, depth: usize) -> Seen<()> {
        let length = self.path.len();
        let mut more = scan.enter(b']');
        for index in 0.. {
            if !more {
                break;
            }
            // Writing into a String cannot fail.
            _ = write!(self.path, "[{index}]");
            self.value(scan, member, depth + 1)?;
            self.path.truncate(length);
            more = scan.more(b']')?;
        }
        Ok(())
    }

    fn unknown(&mut self, key: &str, value: &str, shape: &Shape) {
        let mut message = format!("`{}` has no field `{key}`", shape.name);
        if let Some(near) = nearest(key, shape.fields.iter().map(|field| field.name.as_str())) {
            _ = write!(message, "; did you mean `{near}`?");
        }
        let before = self.json.get(..offset_in(self.json, value)).unwrap_or("");
        self.found.push(DocumentProblem {
            code: Code::FieldNotInShape,
            file: self.origin.file.clone(),
            at: Some(self.origin.start.advance(before)),
            length: value.len(),
            path: self.path.clone(),
            message,
        });
    }
}
