//! The vocabulary as its source has it: one tree, every shared part repeated, all editions at once.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The edition whose limits and elements we keep: QuickBooks Desktop as sold in the United States.
const EDITION: &str = "QBD";

/// An element, or (without a name) a choice among branches.
#[derive(Default, Deserialize)]
pub struct Node {
    /// Absent for a choice.
    pub name: Option<String>,
    pub min: u32,
    /// Absent when there is no limit.
    pub max: Option<u32>,
    /// qbXML's type; absent for an aggregate.
    #[serde(rename = "type")]
    pub data_type: Option<String>,
    /// The greatest length in characters, per edition.
    #[serde(default)]
    pub maxlen: BTreeMap<String, u32>,
    #[serde(default, rename = "enum")]
    pub values: Vec<String>,
    /// Editions that lack this element.
    #[serde(default)]
    pub notin: Vec<String>,
    /// The qbXML version that introduced it.
    pub since: Option<String>,
    pub minval: Option<String>,
    pub maxval: Option<String>,
    /// Remarks; the only one there is says that a macro's name may stand for the value.
    #[serde(default)]
    pub other: Vec<String>,
    #[serde(default)]
    pub attrs: Vec<Attribute>,
    #[serde(default)]
    pub children: Vec<Node>,
    /// The branches of a choice.
    #[serde(default)]
    pub choice: Vec<Vec<Node>>,
}

/// An attribute of an aggregate.
#[derive(Deserialize)]
pub struct Attribute {
    pub name: String,
    #[serde(rename = "type")]
    pub data_type: String,
    #[serde(default)]
    pub required: bool,
    /// Prose that ends in `values: A[DEFAULT], B, C`.
    pub text: Option<String>,
}

impl Node {
    /// Whether the edition we keep has this element.
    pub fn is_kept(&self) -> bool {
        !self.notin.iter().any(|edition| edition == EDITION)
    }

    /// The editions abroad that lack an element which the edition we keep has.
    pub fn lacking(&self) -> Vec<&'static str> {
        let lacks = |edition: &str| self.notin.iter().any(|it| it == edition);
        let abroad = [("QBCA", "CA"), ("QBUK", "UK"), ("QBAU", "AU")];
        abroad.iter().filter(|(edition, _)| lacks(edition)).map(|(_, country)| *country).collect()
    }

    /// The greatest length in the edition we keep.
    pub fn max_length(&self) -> Option<u32> {
        self.maxlen.get(EDITION).copied()
    }
}

impl Attribute {
    /// The values that the prose lists, without the mark of the default.
    pub fn values(&self) -> Vec<String> {
        let listed = self.text.as_deref().and_then(|text| text.split_once("values: "));
        listed.map_or_else(Vec::new, |(_, values)| {
            values.split(", ").map(|value| value.trim_end_matches("[DEFAULT]").to_owned()).collect()
        })
    }
}

/// Reads the source: a list that holds the one root.
///
/// It lists the message sets, and the messages of each, as if every one had to occur; Intuit's
/// schema has one set in a document and any messages in it, so that is what we say.
pub fn read(json: &str) -> serde_json::Result<Node> {
    let [mut root] = serde_json::from_str::<[Node; 1]>(json)?;
    for set in &mut root.children {
        set.children = vec![choice((0, None), std::mem::take(&mut set.children))];
    }
    root.children = vec![choice((1, Some(1)), std::mem::take(&mut root.children))];
    Ok(root)
}

fn choice((min, max): (u32, Option<u32>), branches: Vec<Node>) -> Node {
    let choice = branches.into_iter().map(|branch| vec![branch]).collect();
    Node { min, max, choice, ..Node::default() }
}
