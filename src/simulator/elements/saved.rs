//! Records as they are saved: as XML.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::read::read;
use crate::xml::Node;

pub(crate) fn serialize<S: Serializer>(node: &Node, serializer: S) -> Result<S::Ok, S::Error> {
    node.to_xml().serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
    let text = String::deserialize(deserializer)?;
    let document = read(&text).map_err(|_| D::Error::custom("a record that is no XML"))?;
    Ok(document.root)
}

/// Several records as they are saved.
pub(crate) mod list {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::xml::Node;

    #[derive(Serialize, Deserialize)]
    struct Saved(#[serde(with = "super")] Node);

    pub(crate) fn serialize<S: Serializer>(nodes: &[Node], serializer: S) -> Result<S::Ok, S::Error> {
        let saved: Vec<Saved> = nodes.iter().cloned().map(Saved).collect();
        saved.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Node>, D::Error> {
        let saved = Vec::<Saved>::deserialize(deserializer)?;
        Ok(saved.into_iter().map(|saved| saved.0).collect())
    }
}
