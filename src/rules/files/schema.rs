//! The JSON Schema of rule files, for editors.

mod elements;
mod field;

use std::collections::BTreeSet;

use schemars::{JsonSchema, schema_for};
use serde_json::{Map, Value, json};

use super::file::{LayerFile, ObjectFile, RulesetFile, SettingsFile};
use super::load::LAYER;
use super::shape_file::ShapeFile;
use crate::catalogue::{self, Element, Kind, Operation};
use elements::{Definitions, Written};

/// The names of all elements that a request or a record may hold, sorted.
pub(super) fn element_names() -> Vec<&'static str> {
    let mut names = BTreeSet::new();
    let requests = catalogue::operations().map(Operation::fields);
    requests.chain(catalogue::records()).for_each(|element| collect(element, &mut names));
    names.into_iter().collect()
}

fn collect(element: Element, names: &mut BTreeSet<&'static str>) {
    for child in element.children() {
        names.insert(child.element.name());
        collect(child.element, names);
    }
}

/// The kinds of rule files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleFileKind {
    /// `<object>.yaml`
    Object,
    /// `ruleset.yaml`
    Ruleset,
    /// `settings.yaml`
    Settings,
    /// `shapes/<object>.yaml`
    Shape,
    /// `layer.yaml`
    Layer,
}

impl RuleFileKind {
    /// The kind of a file of that name within its layer; nothing for a script or a table.
    pub fn of_file(name: &str) -> Option<Self> {
        match name {
            "ruleset.yaml" => Some(Self::Ruleset),
            "settings.yaml" => Some(Self::Settings),
            LAYER => Some(Self::Layer),
            _ => match name.strip_suffix(".yaml")?.split_once('/') {
                None => Some(Self::Object),
                Some(("shapes", _)) => Some(Self::Shape),
                Some(_) => None,
            },
        }
    }
}

/// An object of a rule set and the message that creates its records: a layer's file need not name it.
pub type Known<'p> = (&'p str, &'p str);

/// The JSON Schema of a kind of rule file.
pub fn of(kind: RuleFileKind, known: &[Known<'_>]) -> Value {
    let mut schema = of_keys(kind);
    as_written(&mut schema);
    if matches!(kind, RuleFileKind::Object | RuleFileKind::Settings) {
        // The file of a layer holds only what it changes. What is missing after all, `ferrule check` tells.
        partial(&mut schema);
    }
    if let Some(Value::Object(source)) = schema.pointer_mut("/$defs/SourceFile") {
        // A layer adds the way of its field, and need not name the list again.
        source.remove("required");
    }
    if kind == RuleFileKind::Object {
        with_messages(&mut schema, known);
    }
    schema
}

/// The keys of a kind of rule file with what they mean, without the elements of messages.
pub fn of_keys(kind: RuleFileKind) -> Value {
    match kind {
        RuleFileKind::Object => plain::<ObjectFile>(),
        RuleFileKind::Ruleset => plain::<RulesetFile>(),
        RuleFileKind::Settings => plain::<SettingsFile>(),
        RuleFileKind::Shape => plain::<ShapeFile>(),
        RuleFileKind::Layer => plain::<LayerFile>(),
    }
}

fn plain<T: JsonSchema>() -> Value {
    schema_for!(T).to_value()
}

/// A text may be written without quotes, and then YAML takes it for a number, or for true or false.
fn as_written(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            let is_free =
                !map.contains_key("enum") && !map.contains_key("const") && !map.contains_key("pattern");
            if let Some(kind) = map.get_mut("type").filter(|_| is_free) {
                if kind == "string" {
                    *kind = json!(["string", "number", "boolean"]);
                } else if *kind == json!(["string", "null"]) {
                    *kind = json!(["string", "number", "boolean", "null"]);
                }
            }
            map.values_mut().for_each(as_written);
        }
        Value::Array(all) => all.iter_mut().for_each(as_written),
        _ => {}
    }
}

/// Nothing is required but what a file or an entry is found by.
fn partial(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::Array(required)) = map.get_mut("required") {
                required.retain(|key| key == "object" || key == "id" || key == "settings");
            }
            map.values_mut().for_each(partial);
        }
        Value::Array(all) => all.iter_mut().for_each(partial),
        _ => {}
    }
}

/// The elements of each message, where a file says which message it is.
fn with_messages(schema: &mut Value, known: &[Known<'_>]) {
    let mut definitions = Definitions::default();
    let (mut by_add, mut by_object) = (Vec::new(), Vec::new());
    for operation in of_kind(Kind::Add) {
        let body = body(operation, &mut definitions);
        let name = format!("body-of-{}", operation.name);
        definitions.all.insert(name.clone(), body);
        let body = json!({ "$ref": format!("#/$defs/{name}") });
        let objects = known.iter().filter(|(_, message)| *message == operation.name);
        by_object.extend(objects.map(|(object, _)| of_object(object, &body)));
        by_add.push(json!({
            "if": { "properties": { "add": { "const": operation.name } }, "required": ["add"] },
            "then": body,
        }));
    }
    let sent = catalogue::operations().map(|operation| {
        json!({
            "if": { "properties": { "send": { "const": operation.name } }, "required": ["send"] },
            "then": { "properties": { "fields": definitions.body(&[operation.fields()], Written::AsRules) } },
        })
    });
    insert(schema, "/$defs/ThenFile", "allOf", sent.collect());
    for definition in ["ExportFile", "VariantFile"] {
        insert(schema, &format!("/$defs/{definition}"), "allOf", by_add.clone().into());
        for (key, kind) in [("add", Kind::Add), ("mod", Kind::Mod)] {
            let mut names: Vec<Value> = of_kind(kind).map(|operation| operation.name.into()).collect();
            names.push(Value::Null);
            insert(schema, &format!("/$defs/{definition}/properties/{key}"), "enum", names.into());
        }
    }
    insert(schema, "/$defs/Match", "properties", with_queries(schema, &mut definitions));
    insert(schema, "/$defs/Match", "patternProperties", json!({}));
    let records: Value = catalogue::records().map(|record| Value::from(record.name())).collect();
    insert(schema, "/$defs/ImportFile/properties/from/items", "enum", records.clone());
    insert(schema, "/$defs/ExportFile/properties/unique_with/items", "enum", records);
    insert(schema, "", "allOf", by_object.into());
    if let Some(Value::Object(all)) = schema.get_mut("$defs") {
        all.extend(definitions.all);
    }
}

fn of_kind(kind: Kind) -> impl Iterator<Item = Operation> {
    catalogue::operations().filter(move |operation| operation.kind == kind && operation.body.is_some())
}

/// What an export or a variant with this message may hold.
fn body(add: Operation, definitions: &mut Definitions) -> Value {
    let change = catalogue::operation(&format!("{}Mod", add.noun)).map(Operation::fields);
    let messages: Vec<Element> = [add.fields()].into_iter().chain(change).collect();
    let mut properties = json!({ "fields": definitions.body(&messages, Written::AsRules) });
    if let (Some(record), Value::Object(properties)) =
        (catalogue::record(&format!("{}Ret", add.noun)), &mut properties)
    {
        properties.insert("confirm".to_owned(), definitions.body(&[record], Written::AsRules));
    }
    json!({ "properties": properties })
}

/// What the export of an object may hold in a layer that does not name the message again.
fn of_object(object: &str, body: &Value) -> Value {
    json!({
        "if": { "properties": {
            "object": { "const": object },
            "export": { "type": "object", "not": { "required": ["add"] } },
        }, "required": ["object", "export"] },
        "then": { "properties": { "export": body } },
    })
}

/// The keys of a match, and the query messages with what they select by.
fn with_queries(schema: &Value, definitions: &mut Definitions) -> Value {
    let mut properties: Map<String, Value> =
        schema.pointer("/$defs/Match/properties").and_then(Value::as_object).cloned().unwrap_or_default();
    for operation in catalogue::operations().filter(|operation| operation.kind == Kind::Query) {
        let selecting = definitions.body(&[operation.fields()], Written::AsRules);
        properties.insert(operation.name.to_owned(), selecting);
    }
    properties.into()
}

fn insert(schema: &mut Value, place: &str, key: &str, value: Value) {
    if let Some(Value::Object(place)) = schema.pointer_mut(place) {
        place.insert(key.to_owned(), value);
    }
}

/// What the paths look like of values in requests, whose messages and elements are known, and in imported documents.
fn paths() -> String {
    let messages = catalogue::operations().filter(|it| it.kind != Kind::Query).map(|it| it.name);
    let [messages, elements] = [messages.collect(), element_names()].map(|names: Vec<&str>| names.join("|"));
    let number = r"(\[[0-9]+\])?";
    format!("^({messages}){number}(/({elements}){number})+$|^[a-z][A-Za-z0-9]*{number}/")
}

/// The JSON Schema of a fixture's case. What its documents hold hangs on the shapes: `ferrule schema documents`.
pub fn of_case() -> Value {
    let mut definitions = Definitions::default();
    let records: Map<String, Value> = catalogue::records()
        .map(|record| {
            let members = definitions.body(&[record], Written::AsRecord);
            (record.name().to_owned(), json!({ "type": "array", "items": members }))
        })
        .collect();
    let one = json!(["string", "number", "boolean", "null"]);
    let one_or_several =
        json!({ "type": ["string", "number", "boolean", "null", "array"], "items": { "type": one } });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Case",
        "type": "object",
        "properties": {
            "about": { "type": "string", "description": "One sentence on what the case shows." },
            "rules": { "type": "array", "items": { "type": "string" }, "description": "Further layers of rules, below the folder of the rule set." },
            "settings": { "type": "object", "description": "Settings that differ from their defaults.", "additionalProperties": { "type": ["string", "number", "boolean", "null", "array"] } },
            "documents": { "description": "Documents of Steelhead.", "type": ["array", "object"], "items": { "type": "object" } },
            "quickbooks": { "type": "object", "description": "What QuickBooks has: records by their type.", "properties": records, "additionalProperties": false },
            "expect": {
                "type": "object",
                "description": "What must hold of the result: values by their paths in requests or imported documents; codes or words of what is `rejected`, `skipped` or `warned`. `absent` says that there is none.",
                "properties": { "rejected": one_or_several, "skipped": one_or_several, "warned": one_or_several },
                "patternProperties": { paths(): one_or_several },
                "additionalProperties": false,
            },
            "connections": { "type": "array", "description": "What is connected already.", "items": {
                "type": "object",
                "properties": {
                    "object": { "type": "string" },
                    "id": { "type": ["string", "number"] },
                    "id_in_quickbooks": { "type": "string" },
                    "agreed": { "type": "object", "additionalProperties": { "type": one } },
                    "ours": { "type": "object", "additionalProperties": { "type": one } },
                },
                "required": ["object", "id", "id_in_quickbooks"],
                "additionalProperties": false,
            } },
        },
        "required": ["about"],
        "additionalProperties": false,
        "$defs": definitions.all,
    })
}
