//! The decoder: shapes and needs in, then documents.

use std::collections::BTreeMap;

use super::at::{At, Run};
use super::object::{at_object, object_value};
use super::plan::{Builder, NodeId, Plan};
use super::read::structure;
use crate::document::Code;
use crate::document::json::not_json;
use crate::document::scan::{NotJson, Scan, Seen};
use crate::document::{DocumentProblem, Need, Origin, Position, ShapeId, Shapes, Structure, Value, nearest};

/// A Steelhead document, decoded.
#[derive(Clone, Debug)]
pub struct Document {
    /// The shape of its object.
    pub shape: ShapeId,
    /// Its fields; those that nobody needs are absent.
    pub root: Structure,
    /// What is worth knowing about what was read: numbers that had to be rounded, numbers where
    /// text belongs.
    pub warnings: Vec<DocumentProblem>,
    /// Whether it has fields that its shape does not have;
    /// [`unknown_fields`](super::super::unknown_fields) lists them.
    pub has_unknown: bool,
}

/// Decodes documents. Made once from the shapes and from what the rules read of each object; it can
/// be shared by threads.
#[derive(Clone, Debug)]
pub struct Decoder {
    plan: Plan,
    objects: BTreeMap<Box<str>, (ShapeId, NodeId)>,
}

impl Decoder {
    /// A decoder that keeps of each object what `need` says. An object with [`Need::Nothing`] can
    /// be decoded too; only that its required fields are there is seen to then.
    pub fn new<'n>(shapes: &Shapes, need: impl Fn(ShapeId) -> &'n Need) -> Self {
        let mut builder = Builder::new(shapes);
        let objects = shapes
            .objects()
            .map(|(name, shape)| (name.into(), (shape, builder.node(shape, need(shape)))))
            .collect();
        Self { plan: builder.finish(), objects }
    }

    /// A decoder that keeps everything that the shapes describe; what it accepts is right in all
    /// its parts.
    pub fn whole(shapes: &Shapes) -> Self {
        Self::new(shapes, |_| &Need::All)
    }

    /// Decodes one JSON object with the member `object`, as text. `origin` says where `json` begins,
    /// for messages.
    ///
    /// Null is the same as absent. Numbers are exact, whether JSON numbers or strings that hold one;
    /// more digits than a decimal can hold are rounded half-even with a warning. A number where text
    /// belongs is taken as text, with a warning. Fields that nobody needs are passed over without a
    /// look at their type.
    ///
    /// # Errors
    /// All that is wrong in what is needed, in the order of the text (at most 20), or the one place
    /// where the text is no JSON: [`Code`].
    pub fn decode(&self, json: &str, origin: &Origin) -> Result<Document, Vec<DocumentProblem>> {
        let (shape, node) = self.object(json, origin).map_err(|problem| vec![problem])?;
        let run = Run::new(&self.plan);
        match self.read(json, node, &run) {
            Ok(Value::Structure(root)) if run.is_sound() => {
                let has_unknown = run.has_unknown();
                Ok(Document { shape, root, warnings: run.warnings(json, origin), has_unknown })
            }
            Ok(_) => Err(run.errors(json, origin)),
            Err(NotJson) => Err(vec![not_json(json, origin)]),
        }
    }

    /// The same from bytes, which must be UTF-8.
    pub fn decode_bytes(&self, json: &[u8], origin: &Origin) -> Result<Document, Vec<DocumentProblem>> {
        match std::str::from_utf8(json) {
            Ok(json) => self.decode(json, origin),
            Err(error) => Err(vec![not_utf8(json, error.valid_up_to(), origin)]),
        }
    }

    /// The shape of a document's object; nothing if it is none that is known. Usually only the beginning of
    /// the text is looked at.
    pub fn shape(&self, json: &str) -> Option<ShapeId> {
        self.object(json, &Origin::default()).ok().map(|(shape, _)| shape)
    }

    fn read(&self, json: &str, node: NodeId, run: &Run<'_>) -> Seen<Value> {
        let mut scan = Scan::new(json);
        let mut root = Value::Absent;
        scan.peek();
        structure(&mut scan, &At::root(run), self.plan.node(node), &mut root)?;
        scan.end()?;
        Ok(root)
    }

    fn object(&self, json: &str, origin: &Origin) -> Result<(ShapeId, NodeId), DocumentProblem> {
        let name = object_value(json, origin)?;
        if let Some(known) = self.objects.get(name.as_ref()) {
            return Ok(*known);
        }
        let known = || self.objects.keys().map(AsRef::as_ref);
        let message = if let Some(near) = nearest(&name, known()) {
            format!("no object is called `{name}`; did you mean `{near}`?")
        } else {
            let known: Vec<_> = known().collect();
            format!("no object is called `{name}`; there are {}", known.join(", "))
        };
        Err(at_object(json, origin, message))
    }
}

/// The bytes are UTF-8 only up to `valid`.
pub(crate) fn not_utf8(bytes: &[u8], valid: usize, origin: &Origin) -> DocumentProblem {
    let before = bytes.get(..valid).unwrap_or(bytes);
    let before = std::str::from_utf8(before).unwrap_or("");
    let hint = match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
            "not UTF-8: this looks like UTF-16; save it as UTF-8".to_owned()
        }
        _ => format!(
            "not UTF-8: the byte 0x{:02X}; save the file as UTF-8",
            bytes.get(valid).copied().unwrap_or(0)
        ),
    };
    DocumentProblem {
        code: Code::NotUtf8,
        file: origin.file.clone(),
        at: Some(Position::advance(origin.start, before)),
        length: 1,
        path: String::new(),
        message: hint,
    }
}
