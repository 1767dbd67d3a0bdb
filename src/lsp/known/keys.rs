//! The keys of rule files with what they mean, from the schema that `ferrule schema` gives.

use std::sync::LazyLock;

use serde_json::Value;

use crate::rules::schema::{RuleFileKind, of_keys};

static SCHEMAS: LazyLock<Vec<(RuleFileKind, Value)>> = LazyLock::new(|| {
    use RuleFileKind::{Layer, Object, Ruleset, Settings, Shape};
    [Object, Ruleset, Settings, Shape, Layer].map(|kind| (kind, of_keys(kind))).into()
});

/// A key, or a value that a key may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The word.
    pub name: String,
    /// What it means.
    pub about: String,
}

/// The keys that may stand below some keys of a file.
pub fn keys(file: &str, path: &[&str]) -> Vec<Named> {
    let Some((root, nodes)) = descend(file, path) else { return Vec::new() };
    let mut found: Vec<Named> = Vec::new();
    for node in nodes {
        for (name, below) in node.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if !found.iter().any(|key| key.name == *name) {
                found.push(Named { name: name.clone(), about: described(root, below) });
            }
        }
    }
    found
}

/// The words that the value of a key may be.
pub fn values(file: &str, path: &[&str]) -> Vec<Named> {
    let Some((_, nodes)) = descend(file, path) else { return Vec::new() };
    let mut found = Vec::new();
    for node in nodes {
        let about = described(&Value::Null, node);
        let listed = node.get("enum").and_then(Value::as_array).into_iter().flatten();
        let constant = node.get("const").into_iter();
        let words = listed.chain(constant).filter_map(Value::as_str);
        found.extend(words.map(|word| Named { name: word.to_owned(), about: about.clone() }));
        if node.get("type").is_some_and(|kind| kind == "boolean") {
            found.extend(["true", "false"].map(|word| Named { name: word.to_owned(), about: String::new() }));
        }
    }
    found
}

/// What a key means.
pub fn about(file: &str, path: &[&str], key: &str) -> Option<String> {
    let found = keys(file, path).into_iter().find(|known| known.name == key)?;
    let words = values(file, &[path, &[key]].concat());
    let words: Vec<String> = words.iter().map(|word| format!("- `{}` {}", word.name, word.about)).collect();
    Some(format!("**{key}**\n\n{}\n\n{}", found.about, words.join("\n")))
}

/// What the schema says of a place: all alternatives.
fn descend(file: &str, path: &[&str]) -> Option<(&'static Value, Vec<&'static Value>)> {
    let kind = RuleFileKind::of_file(file)?;
    let (_, root) = SCHEMAS.iter().find(|(known, _)| *known == kind)?;
    let mut nodes = Vec::new();
    expand(root, root, &mut nodes);
    for step in path {
        let below = nodes.iter().filter_map(|node| {
            let named = node.get("properties").and_then(|it| it.get(*step));
            let pattern = || {
                let begins = step.starts_with(|c: char| c.is_ascii_uppercase());
                node.get("patternProperties")?.as_object()?.values().next().filter(|_| begins)
            };
            named.or_else(pattern).or_else(|| node.get("additionalProperties").filter(|it| it.is_object()))
        });
        let below: Vec<&Value> = below.collect();
        nodes = Vec::new();
        for below in below {
            expand(root, below, &mut nodes);
        }
    }
    Some((root, nodes))
}

/// A part of the schema with what it refers to, its alternatives and the members of its lists, each once.
fn expand(root: &'static Value, node: &'static Value, found: &mut Vec<&'static Value>) {
    if found.iter().any(|known| std::ptr::eq(*known, node)) {
        return;
    }
    found.push(node);
    let referred = node.get("$ref").and_then(Value::as_str).and_then(|it| root.pointer(it.get(1..)?));
    let of = |key: &str| node.get(key).and_then(Value::as_array).into_iter().flatten();
    let inner = referred.into_iter().chain(of("anyOf")).chain(of("oneOf")).chain(node.get("items"));
    inner.for_each(|inner| expand(root, inner, found));
}

fn described(root: &Value, node: &Value) -> String {
    let own = |node: &Value| node.get("description").and_then(Value::as_str).map(str::to_owned);
    let referred = || own(root.pointer(node.get("$ref")?.as_str()?.get(1..)?)?);
    own(node).or_else(referred).unwrap_or_default().replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: Vec<Named>) -> Vec<String> {
        all.into_iter().map(|named| named.name).collect()
    }

    #[test]
    fn keys_and_their_words_come_from_the_schema() {
        assert!(names(keys("thing.yaml", &["export"])).contains(&"finalize".to_owned()));
        assert!(names(keys("thing.yaml", &["export", "reject"])).contains(&"message".to_owned()));
        assert!(names(keys("thing.yaml", &["export", "fields", "Memo"])).contains(&"overflow".to_owned()));
        assert!(names(keys("settings.yaml", &["settings", "x"])).contains(&"choices".to_owned()));
        assert_eq!(names(values("thing.yaml", &["export", "on"])), ["play", "reference"]);
        assert_eq!(
            names(values("thing.yaml", &["export", "fields", "Memo", "overflow"])),
            ["reject", "truncate", "shorten"]
        );
        assert!(about("thing.yaml", &["export"], "date").unwrap().contains("settle"));
        assert!(keys("scripts/a.rhai", &[]).is_empty());
    }
}
