//! The JSON Schema of documents, for editors and for those who write exports.

use serde_json::{Map, Value, json};

use super::{FieldType, ShapeId, Shapes};

/// The JSON Schema of a file of documents: one document or a list of them, of any object.
///
/// A field that is not required may be null. A number may be text that holds one. Fields that a
/// shape does not have are allowed, as they are in documents.
pub fn json_schema(shapes: &Shapes) -> Value {
    let objects: Vec<Value> = shapes.objects().map(|(name, _)| reference(&document(name))).collect();
    let mut definitions = Map::new();
    for (name, _) in shapes.objects() {
        let own = json!({ "properties": { "object": { "const": name } }, "required": ["object"] });
        definitions.insert(document(name), json!({ "allOf": [own, reference(name)] }));
    }
    for index in 0..shapes.len() {
        let id = ShapeId(u32::try_from(index).unwrap_or(u32::MAX));
        definitions.insert(shapes.get(id).name.clone(), structure(shapes, id));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Steelhead documents",
        "anyOf": [{ "anyOf": objects }, { "type": "array", "items": { "anyOf": objects } }],
        "$defs": definitions,
    })
}

/// The definition of a whole document; the object's own name is for parts of it in other documents.
fn document(object: &str) -> String {
    format!("{object} document")
}

fn reference(name: &str) -> Value {
    // Of the characters in names only the blank has to be escaped in a URI.
    json!({ "$ref": format!("#/$defs/{}", name.replace(' ', "%20")) })
}

fn structure(shapes: &Shapes, id: ShapeId) -> Value {
    let shape = shapes.get(id);
    let mut properties = Map::new();
    for field in &shape.fields {
        let value = value(shapes, &field.ty);
        let value = if field.required || field.ty == FieldType::Any {
            value
        } else {
            json!({ "anyOf": [value, { "type": "null" }] })
        };
        properties.insert(field.name.clone(), value);
    }
    let required: Vec<&str> =
        shape.fields.iter().filter(|field| field.required).map(|field| field.name.as_str()).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn value(shapes: &Shapes, ty: &FieldType) -> Value {
    match ty {
        FieldType::Text { max: None } => json!({ "type": "string" }),
        FieldType::Text { max: Some(max) } => json!({ "type": "string", "maxLength": max }),
        FieldType::Integer => json!({ "type": ["integer", "string"], "pattern": "^[+-]?[0-9]+$" }),
        FieldType::Number => {
            json!({ "type": ["number", "string"], "pattern": "^[+-]?[0-9]*\\.?[0-9]+([eE][+-]?[0-9]+)?$" })
        }
        FieldType::Boolean => json!({ "type": "boolean" }),
        FieldType::Date => json!({ "type": "string", "format": "date" }),
        FieldType::DateTime => json!({ "type": "string", "format": "date-time" }),
        FieldType::Any => json!(true),
        FieldType::Struct(id) => reference(&shapes.get(*id).name),
        FieldType::List(member) => json!({ "type": "array", "items": value(shapes, member) }),
    }
}
