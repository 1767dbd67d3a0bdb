//! Documents that were never loaded, and are known because others refer to them.

use crate::document::{Origin, Structure, Value};
use crate::engine::Key;
use crate::functions::to_text;
use crate::rules::Program;
use crate::sync::company_file::document::engine_key;
use crate::sync::stored::{CompanyFile, DocumentKey, Store, StoreError};

/// What a loaded document holds of a document that was not loaded; nothing if none refers to it.
///
/// # Errors
/// The store failed.
pub fn referred(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    key: &DocumentKey,
) -> Result<Option<Structure>, StoreError> {
    let Some(wanted) = engine_key(program, key) else { return Ok(None) };
    for stored in store.all_documents(file.id, None)? {
        let json = &stored.document.json;
        // Few documents hold the id at all, and those that do not need not be read.
        if !json.contains(&key.id) {
            continue;
        }
        let Ok(document) = program.decoder.decode(json, &Origin::default()) else { continue };
        let inside = document.root.slots.iter().find_map(|value| part_in(program, value, &wanted));
        if inside.is_some() {
            return Ok(inside);
        }
    }
    Ok(None)
}

/// The same as JSON, as far as rules read it.
pub fn referred_json(program: &Program, part: &Structure) -> String {
    let shape = program.shapes.get(part.shape);
    let fields = shape.fields.iter().zip(part.slots.iter());
    let plain = fields.filter_map(|(field, value)| {
        let value = match value {
            Value::Bool(truth) => serde_json::Value::from(*truth),
            Value::Text(text) => serde_json::Value::from(&**text),
            Value::Number(_) => serde_json::Value::from(to_text(value).as_ref()),
            _ => return None,
        };
        Some((field.name.clone(), value))
    });
    let object = ("object".to_owned(), serde_json::Value::from(shape.name.as_str()));
    serde_json::Value::Object(std::iter::once(object).chain(plain).collect()).to_string()
}

/// The part of that key within a value.
fn part_in(program: &Program, value: &Value, wanted: &Key) -> Option<Structure> {
    match value {
        Value::Structure(part) if Key::of(program, part).as_ref() == Some(wanted) => Some(part.clone()),
        Value::Structure(part) => part.slots.iter().find_map(|value| part_in(program, value, wanted)),
        Value::List(members) => members.iter().find_map(|value| part_in(program, value, wanted)),
        _ => None,
    }
}
