//! Records as they are saved: as XML.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::read::read;
use crate::qbxml::element::Node;

pub(super) fn serialize<S: Serializer>(node: &Node, serializer: S) -> Result<S::Ok, S::Error> {
    node.to_xml().serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
    let text = String::deserialize(deserializer)?;
    let document = read(&text).map_err(|_| D::Error::custom("a record that is no XML"))?;
    Ok(document.root)
}
