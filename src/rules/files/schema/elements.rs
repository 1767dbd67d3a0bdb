//! The JSON Schema of elements: which ones stand in each message, and in each record.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::catalogue::Element;
use crate::rules::files::field_file::FIELD_KEYS;

/// How the elements of an aggregate are written in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Written {
    /// In rules: values and expressions, by names or by paths.
    AsRules,
    /// In cases: as a record has them.
    AsRecord,
}

/// The definitions of elements that a schema refers to, each made once.
#[derive(Debug, Default)]
pub struct Definitions {
    names: HashMap<(Element, Written), String>,
    /// By their names.
    pub all: Map<String, Value>,
}

impl Definitions {
    /// What stands below the fields of messages or records, all of which may be there.
    pub fn body(&mut self, elements: &[Element], written: Written) -> Value {
        let mut object = self.object(elements, written);
        if let (Written::AsRules, Value::Object(object)) = (written, &mut object) {
            object.insert("type".to_owned(), json!(["object", "null"]));
        }
        object
    }

    /// An element, as a reference to its definition.
    fn element(&mut self, element: Element, written: Written) -> Value {
        let name = match self.names.get(&(element, written)) {
            Some(name) => name.clone(),
            None => self.define(element, written),
        };
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    fn define(&mut self, element: Element, written: Written) -> String {
        let plain = match (element.data_type(), written) {
            (Some(_), _) if element.values().is_empty() => "a-value".to_owned(),
            (_, Written::AsRules) => element.name().to_owned(),
            (_, Written::AsRecord) => format!("{}-of-record", element.name()),
        };
        let is_shared = plain == "a-value";
        let plain =
            if is_shared && written == Written::AsRecord { "a-value-of-record".to_owned() } else { plain };
        let numbered = (2..).map(|number| format!("{plain}-{number}"));
        let free = |name: &String| is_shared || !self.all.contains_key(name);
        let name = std::iter::once(plain.clone()).chain(numbered).find(free).unwrap_or(plain);
        self.names.insert((element, written), name.clone());
        // The name is taken before the element is looked into: it may hold others of its name.
        self.all.insert(name.clone(), Value::Null);
        let definition = match (element.data_type(), written) {
            (Some(_), Written::AsRules) => value(element.values()),
            (Some(_), Written::AsRecord) => several(&of_record(element.values())),
            (None, Written::AsRules) => self.aggregate(element, &name),
            (None, Written::AsRecord) => several(&self.object(&[element], written)),
        };
        self.all.insert(name.clone(), definition);
        name
    }

    /// An aggregate in rules: an expression, its elements, or several of either.
    fn aggregate(&mut self, element: Element, name: &str) -> Value {
        let mut object = self.object(&[element], Written::AsRules);
        if let Some(Value::Object(properties)) = object.get_mut("properties") {
            for key in FIELD_KEYS {
                properties.insert((*key).to_owned(), Value::Bool(true));
            }
        }
        json!({ "anyOf": [
            { "type": ["string", "null"] },
            { "type": "array", "items": { "$ref": format!("#/$defs/{name}") } },
            object,
        ] })
    }

    /// The elements that one of these may hold, and in rules the paths that lead through them.
    fn object(&mut self, elements: &[Element], written: Written) -> Value {
        let (mut properties, mut patterns) = (Map::new(), Map::new());
        for child in elements.iter().flat_map(|element| element.children()).map(|child| child.element) {
            if properties.contains_key(child.name()) {
                continue;
            }
            properties.insert(child.name().to_owned(), self.element(child, written));
            if child.data_type().is_none() && written == Written::AsRules {
                patterns.insert(format!("^{}$", paths(child, true)), Value::Bool(true));
            }
        }
        json!({
            "type": "object",
            "properties": properties,
            "patternProperties": patterns,
            "additionalProperties": false,
        })
    }
}

/// A pattern for the paths that begin with an element. Those that lead through it go on behind a `/`.
fn paths(element: Element, goes_on: bool) -> String {
    let inner: Vec<String> = element.children().map(|child| paths(child.element, false)).collect();
    if inner.is_empty() {
        return element.name().to_owned();
    }
    let rest = if goes_on { "" } else { "?" };
    format!("{}(?:/(?:{})){rest}", element.name(), inner.join("|"))
}

/// A value in rules: itself, or with how it is treated.
fn value(values: &[&str]) -> Value {
    let one = if values.is_empty() {
        json!({ "type": ["string", "number", "boolean", "null"] })
    } else {
        json!({ "anyOf": [{ "enum": values }, { "type": "null" }, { "type": "string", "pattern": "^=" }] })
    };
    json!({ "anyOf": [
        one,
        { "type": "array" },
        { "type": "object", "properties": { "value": one }, "patternProperties": { "^[A-Z]": false } },
    ] })
}

fn of_record(values: &[&str]) -> Value {
    if values.is_empty() {
        return json!({ "type": ["string", "number", "boolean"] });
    }
    json!({ "enum": values })
}

/// One, or a list of them.
fn several(one: &Value) -> Value {
    let list = json!({ "type": "array", "items": one });
    json!({ "anyOf": [one, list] })
}
