//! What a record becomes in Steelhead.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

/// A document that rules made of a record, or a part of it. As JSON its fields stand in the order of
/// the shape, `object` before them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportedValue {
    /// `true` or `false`.
    Truth(bool),
    /// Text; numbers and dates are text too, as the record has them.
    Text(String),
    /// Parts of one kind.
    List(Vec<Self>),
    /// Fields by name.
    Fields(Vec<(String, Self)>),
}

impl ImportedValue {
    /// A field's value; nothing for what has no such field.
    pub fn get(&self, field: &str) -> Option<&Self> {
        match self {
            Self::Fields(fields) => fields.iter().find(|(name, _)| name == field).map(|(_, value)| value),
            Self::Truth(_) | Self::Text(_) | Self::List(_) => None,
        }
    }

    /// Its text, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Truth(_) | Self::List(_) | Self::Fields(_) => None,
        }
    }
}

impl Serialize for ImportedValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Truth(truth) => serializer.serialize_bool(*truth),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(members) => serializer.collect_seq(members),
            Self::Fields(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}
