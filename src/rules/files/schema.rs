//! The JSON Schema of rule files, for editors.

use std::collections::BTreeSet;

use schemars::{JsonSchema, schema_for};
use serde_json::Value;

use super::file::{ObjectFile, RulesetFile, SettingsFile, ShapeFile};
use crate::catalogue;

/// The names of all elements that a request may hold, sorted.
pub(super) fn element_names() -> Vec<&'static str> {
    let mut names = BTreeSet::new();
    for operation in catalogue::operations().filter(|operation| operation.body.is_some()) {
        collect(operation.fields(), &mut names);
    }
    names.into_iter().collect()
}

fn collect(element: catalogue::Element, names: &mut BTreeSet<&'static str>) {
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
}

/// The JSON Schema of a kind of rule file.
pub fn of(kind: RuleFileKind) -> Value {
    match kind {
        RuleFileKind::Object => object_schema(),
        RuleFileKind::Ruleset => plain::<RulesetFile>(),
        RuleFileKind::Settings => plain::<SettingsFile>(),
        RuleFileKind::Shape => plain::<ShapeFile>(),
    }
}

fn plain<T: JsonSchema>() -> Value {
    schema_for!(T).to_value()
}

fn object_schema() -> Value {
    let mut schema = plain::<ObjectFile>();
    let named = |kind: catalogue::Kind| -> Value {
        catalogue::operations()
            .filter(|operation| operation.kind == kind)
            .filter_map(|operation| operation.body)
            .map(|body| Value::from(body.name()))
            .collect()
    };
    for definition in ["ExportFile", "VariantFile"] {
        for (key, kind) in [("add", catalogue::Kind::Add), ("mod", catalogue::Kind::Mod)] {
            let place = schema.pointer_mut(&format!("/$defs/{definition}/properties/{key}"));
            if let Some(Value::Object(place)) = place {
                place.insert("enum".to_owned(), named(kind));
            }
        }
    }
    schema
}
