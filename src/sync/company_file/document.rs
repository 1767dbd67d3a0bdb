//! Documents on their way into the store.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::document::{Structure, canonical, is_id_of_record};
use crate::engine::Key;
use crate::rules::Program;
use crate::rules::program::Variant;
use crate::sync::stored::{DocumentKey, NewDocument};

/// A document to keep; nothing if it has no id. `root` is `json`, decoded.
pub fn new_document(program: &Program, root: &Structure, json: &str) -> Option<NewDocument> {
    let object = program.shapes.get(root.shape).name.clone();
    let id = match Key::of(program, root) {
        Some(key) => key.id.to_string(),
        None => written_id(json)?,
    };
    Some(NewDocument { key: DocumentKey { object, id }, json: json.to_owned(), version: version(json) })
}

/// The version of a document: the same for the same content, however it is laid out. SHA-256 of the
/// [`canonical`] JSON, in hexadecimal digits.
pub fn version(json: &str) -> String {
    let digest = Sha256::digest(canonical(json).as_bytes());
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whether a document was made of a record here: it has nothing to export.
pub fn is_of_record(key: &DocumentKey) -> bool {
    is_id_of_record(&key.id)
}

/// Whether it is kept what documents of an object and their records agreed on: where rules change such records,
/// import them, or refer to their lines.
pub(in crate::sync) fn keeps_agreements(program: &Program, object: &str) -> bool {
    program.object(object).is_some_and(|object| {
        let mut variants = object.export.iter().flat_map(|export| &export.variants);
        object.import.is_some() || variants.any(Variant::keeps_lines)
    })
}

/// The id of a document of which no rule reads anything.
fn written_id(json: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct WithId<'d> {
        #[serde(borrow)]
        id: Option<&'d serde_json::value::RawValue>,
    }
    let id = serde_json::from_str::<WithId<'_>>(json).ok()?.id?.get();
    let text = match id.as_bytes().first()? {
        b'"' => serde_json::from_str::<Cow<'_, str>>(id).ok()?,
        b'-' | b'0'..=b'9' => Cow::Borrowed(id),
        _ => return None,
    };
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The key of a document, as the engine knows it; nothing if the rules have no such object.
pub(in crate::sync) fn engine_key(program: &Program, key: &DocumentKey) -> Option<Key> {
    let shape = program.shapes.object(&key.object)?;
    Some(Key { shape, id: key.id.as_str().into() })
}

/// The key of a document, as the store knows it.
pub(in crate::sync) fn document_key(object: &str, key: &Key) -> DocumentKey {
    DocumentKey { object: object.to_owned(), id: key.id.to_string() }
}
