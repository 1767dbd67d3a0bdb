//! The JSON Schema of the free-form parts of rule files.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::rules::files::field_file::{FIELD_KEYS, FieldFile, ImportField, Overflow};
use crate::rules::files::file::{Lead, MatchFile, Named, Rounding, SettingValueFile, ShapeField, WhenEmpty};

impl<T: JsonSchema> JsonSchema for Named<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Named_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<T>();
        json_schema!({ "type": "object", "additionalProperties": value })
    }
}

impl JsonSchema for FieldFile {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Field".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let field = generator.subschema_for::<FieldFile>();
        let overflow = generator.subschema_for::<Overflow>();
        let round = generator.subschema_for::<Rounding>();
        let lead = generator.subschema_for::<Lead>();
        let when_empty = generator.subschema_for::<WhenEmpty>();
        let elements = super::element_names();
        json_schema!({
            "description": "A literal, an expression (begins with `=`), a value with how it is treated, or an aggregate.",
            "anyOf": [
                { "type": ["string", "number", "boolean", "null"] },
                { "type": "array", "items": field },
                {
                    "type": "object",
                    "properties": {
                        "value": { "type": ["string", "number", "boolean"], "description": "The value: a literal, or an expression when it begins with `=`." },
                        "overflow": overflow,
                        "round": round,
                        "lead": lead,
                        "when_empty": when_empty,
                        "id": { "type": "string", "description": "What tells a line from others: by it the line is found again when the document has changed." },
                        "when": { "type": ["string", "boolean"], "description": "Left out unless this holds." },
                        "for": { "type": "object", "additionalProperties": { "type": "string" }, "description": "Once for every member of these lists." },
                        "let": { "type": "object", "additionalProperties": { "type": "string" }, "description": "Values that have a name within the loop: each is worked out once for every member." },
                        "fields": { "type": "object", "additionalProperties": field },
                        "append": field,
                        "replace": field,
                    },
                    "patternProperties": { "^[A-Z]": field },
                    "propertyNames": { "anyOf": [
                        { "enum": FIELD_KEYS },
                        { "enum": elements },
                        { "pattern": "^[A-Z][A-Za-z0-9]*/" },
                    ] },
                },
            ],
        })
    }
}

impl JsonSchema for MatchFile {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Match".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let field = generator.subschema_for::<FieldFile>();
        json_schema!({
            "description": "One query message with what it selects by, and conditions.",
            "type": "object",
            "properties": {
                "under": { "type": "string", "description": "Records below which the counterpart may also stand: their full names, with semicolons between them." },
                "accept": { "type": "string", "description": "Which of the records found is really the counterpart; `record` is the candidate." },
                "otherwise": { "type": "string", "description": "What to tell when records were found but none is the counterpart; `record` is the first one found." },
                "setting": { "type": "string", "description": "The setting that `otherwise` speaks of, by its name: pages have a button that leads to it." },
            },
            "patternProperties": { "^[A-Z][A-Za-z]*Query$": { "type": "object", "additionalProperties": field } },
            "additionalProperties": false,
        })
    }
}

impl JsonSchema for ImportField {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ImportField".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean", "null", "object", "array"] })
    }
}

impl JsonSchema for ShapeField {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ShapeField".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let field = generator.subschema_for::<ShapeField>();
        json_schema!({
            "anyOf": [
                { "type": "string" },
                { "type": "object", "additionalProperties": field },
                { "type": "array", "items": field, "minItems": 1, "maxItems": 1 },
            ],
        })
    }
}

impl JsonSchema for SettingValueFile {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Default".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let one = ["string", "number", "boolean", "null"];
        json_schema!({
            "anyOf": [
                { "type": one },
                { "type": "array", "items": { "type": one } },
                { "type": "array", "items": { "type": "object", "additionalProperties": { "type": one } } },
            ],
        })
    }
}
