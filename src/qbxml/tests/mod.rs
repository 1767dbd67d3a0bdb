//! What the room promises, tested through its public face.

use std::path::PathBuf;

use proptest::prelude::*;

use super::{Record, RecordBuilder};

mod company;
mod diff;
mod read;
mod write;

/// A recorded response of QuickBooks. The recordings are not part of this project.
fn sample(name: &str) -> PathBuf {
    let base = std::env::var_os("FERRULE_ORACLE")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = base.join("samples").join(name);
    assert!(
        path.is_file(),
        "{} is missing: set FERRULE_ORACLE to the folder that has `samples`",
        path.display()
    );
    path
}

/// Responses inside of their envelope.
fn document(responses: &str) -> Vec<u8> {
    format!("<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs>{responses}</QBXMLMsgsRs></QBXML>").into_bytes()
}

#[derive(Debug, Clone)]
enum Tree {
    Leaf(String),
    Group(Vec<(String, Tree)>),
}

fn name() -> impl Strategy<Value = String> {
    "[A-Z][A-Za-z0-9]{0,6}"
}

/// Any text that XML can hold.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~\t\r\n]{0,12}", any::<String>()]
        .prop_map(|text| text.chars().filter(|c| !crate::xml::is_forbidden(*c)).collect())
}

fn add(builder: RecordBuilder, name: &str, tree: &Tree) -> RecordBuilder {
    match tree {
        Tree::Leaf(text) => builder.leaf(name, text),
        Tree::Group(children) => {
            let opened = builder.open(name);
            children.iter().fold(opened, |builder, (name, child)| add(builder, name, child)).close()
        }
    }
}

/// Any record.
fn record() -> impl Strategy<Value = Record> {
    let tree = text()
        .prop_map(Tree::Leaf)
        .prop_recursive(5, 40, 6, |inner| prop::collection::vec((name(), inner), 1..6).prop_map(Tree::Group));
    let children = prop::collection::vec((name(), tree), 1..8);
    (name(), children).prop_map(|(name, children)| {
        children
            .iter()
            .fold(Record::builder(&name), |builder, (name, child)| add(builder, name, child))
            .finish()
    })
}
