//! A part of a company file, written as a case file.

use std::fmt::Write as _;

use crate::catalogue::{self, Element};
use crate::document::{entries, members};
use crate::qbxml::{NodeRef, Record, unnumbered};
use crate::sync::Excerpt;

use super::veil::Veil;

/// The text of a case file.
pub fn written(excerpt: &Excerpt, about: &str, layers: &[String], veil: &mut Veil) -> String {
    let mut text = format!("about: {}\n", quoted(about));
    if !layers.is_empty() {
        _ = writeln!(
            text,
            "rules: [{}]",
            layers.iter().map(|layer| quoted(layer)).collect::<Vec<_>>().join(", ")
        );
    }
    if !excerpt.file.settings.is_empty() {
        text.push_str("settings:\n");
        for (name, value) in &excerpt.file.settings {
            _ = writeln!(text, "  {name}: {}", value_of(name, &value.to_string(), veil));
        }
    }
    if !excerpt.documents.is_empty() {
        text.push_str("documents:\n");
        for (key, json) in &excerpt.documents {
            document(key.object.as_str(), json, veil, &mut text);
        }
    }
    text.push_str("quickbooks:\n");
    quickbooks(excerpt, veil, &mut text);
    connections(excerpt, veil, &mut text);
    text
}

/// A document: its fields one below the other, what is inside them in one line each.
fn document(object: &str, json: &str, veil: &mut Veil, text: &mut String) {
    let mut fields = entries(json).unwrap_or_default();
    if fields.iter().any(|(name, _)| name == "object") {
        // What it is comes first.
        fields.sort_by_key(|(name, _)| name != "object");
    } else {
        _ = writeln!(text, "  - object: {object}");
    }
    for (name, raw) in fields {
        let sign = if name == "object" { "-" } else { " " };
        _ = write!(text, "  {sign} {}:", quoted(&name));
        match members(raw).filter(|members| members.iter().any(|member| member.starts_with('{'))) {
            Some(all) => {
                text.push('\n');
                for member in all {
                    _ = writeln!(text, "      - {}", value_of(&name, member, veil));
                }
            }
            None => _ = writeln!(text, " {}", value_of(&name, raw, veil)),
        }
    }
}

/// A JSON value in one line, every digit of its numbers kept.
fn value_of(name: &str, raw: &str, veil: &mut Veil) -> String {
    match raw.as_bytes().first() {
        Some(b'{') => {
            let fields = entries(raw).unwrap_or_default().into_iter();
            let fields: Vec<String> = fields
                .map(|(field, raw)| format!("{}: {}", quoted(&field), value_of(&field, raw, veil)))
                .collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Some(b'[') => {
            let all = members(raw).unwrap_or_default().into_iter();
            let all: Vec<String> = all.map(|member| value_of(name, member, veil)).collect();
            format!("[{}]", all.join(", "))
        }
        Some(b'"') => {
            let value: String = serde_json::from_str(raw).unwrap_or_default();
            quoted(&veil.field(name, &value))
        }
        Some(b'-' | b'0'..=b'9') => veil.number(name, raw),
        _ => raw.to_owned(),
    }
}

fn quickbooks(excerpt: &Excerpt, veil: &mut Veil, text: &mut String) {
    let country = excerpt.file.identity.as_ref().map(|identity| identity.country.as_str());
    if let Some(country) = country.filter(|country| !matches!(*country, "" | "US")) {
        _ = writeln!(text, "  HostRet:\n    - {{ Country: {} }}", quoted(country));
    }
    let names = excerpt.records.iter().map(|record| record.name()).chain(excerpt.read.iter().copied());
    let names: std::collections::BTreeSet<&str> = names.collect();
    if names.is_empty() {
        text.truncate(text.len() - "quickbooks:\n".len());
    }
    for name in names {
        let mut records = excerpt.records.iter().filter(|record| record.name() == name).peekable();
        if records.peek().is_none() {
            _ = writeln!(text, "  {name}: []");
            continue;
        }
        _ = writeln!(text, "  {name}:");
        for record in records {
            self::record(record, veil, text);
        }
    }
}

fn record(record: &Record, veil: &mut Veil, text: &mut String) {
    let Some(schema) = catalogue::record(record.name()) else { return };
    let mut sign = "-";
    for (name, nodes) in grouped(record.root()) {
        let Some(element) = schema.child(name) else { continue };
        _ = write!(text, "    {sign} {name}:");
        sign = " ";
        if element.data_type().is_none() && element.repeats() {
            text.push('\n');
            for node in nodes {
                _ = writeln!(text, "        - {}", node_of(node, element, veil));
            }
        } else {
            _ = writeln!(text, " {}", nodes_of(&nodes, element, veil));
        }
    }
}

/// The children of a node, those of one name together, in the order in which the names first come.
fn grouped(node: NodeRef<'_>) -> Vec<(&str, Vec<NodeRef<'_>>)> {
    let mut groups: Vec<(&str, Vec<NodeRef<'_>>)> = Vec::new();
    for child in node.children() {
        match groups.iter_mut().find(|(name, _)| *name == child.name()) {
            Some((_, nodes)) => nodes.push(child),
            None => groups.push((child.name(), vec![child])),
        }
    }
    groups
}

fn nodes_of(nodes: &[NodeRef<'_>], element: Element, veil: &mut Veil) -> String {
    match nodes {
        [node] => node_of(*node, element, veil),
        nodes => {
            let all: Vec<String> = nodes.iter().map(|node| node_of(*node, element, veil)).collect();
            format!("[{}]", all.join(", "))
        }
    }
}

fn node_of(node: NodeRef<'_>, element: Element, veil: &mut Veil) -> String {
    if element.data_type().is_some() {
        return quoted(&veil.element(element, node.text().unwrap_or_default()));
    }
    let known =
        grouped(node).into_iter().filter_map(|(name, nodes)| Some((name, nodes, element.child(name)?)));
    let fields: Vec<String> =
        known.map(|(name, nodes, element)| format!("{name}: {}", nodes_of(&nodes, element, veil))).collect();
    format!("{{ {} }}", fields.join(", "))
}

fn connections(excerpt: &Excerpt, veil: &mut Veil, text: &mut String) {
    if !excerpt.connections.is_empty() {
        text.push_str("connections:\n");
    }
    for connected in &excerpt.connections {
        let (key, id) = (&connected.document, quoted(&connected.record));
        _ = write!(text, "  - {{ object: {}, id: {}, id_in_quickbooks: {id}", key.object, quoted(&key.id));
        let record = excerpt.records.iter().find(|record| record.id() == Some(&connected.record));
        let schema = record.and_then(|record| catalogue::record(record.name()));
        for (key, leaves) in [("agreed", &connected.agreed), ("ours", &connected.ours)] {
            if let (Some(leaves), Some(schema)) = (leaves, schema) {
                let leaves: Vec<String> = leaves.iter().map(|leaf| leaf_of(leaf, schema, veil)).collect();
                _ = write!(text, ", {key}: {{ {} }}", leaves.join(", "));
            }
        }
        text.push_str(" }\n");
    }
}

fn leaf_of((path, value): &(String, String), schema: Element, veil: &mut Veil) -> String {
    let plain: Vec<&str> = path.split('/').map(unnumbered).collect();
    let element = schema.descend(&plain.join("/"));
    let value = element.map_or_else(|| value.clone(), |element| veil.element(element, value));
    format!("{}: {}", quoted(path), quoted(&value))
}

/// A text as YAML takes it for just that: plain where nothing in it could mean anything else.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/');
    let is_word =
        text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(|c| is_plain(c) || c == ' ');
    let means_more =
        matches!(text.to_ascii_lowercase().as_str(), "null" | "true" | "false" | "yes" | "no" | "on" | "off");
    if is_word && !means_more && !text.ends_with(' ') {
        return text.to_owned();
    }
    serde_json::to_string(text).unwrap_or_default()
}
