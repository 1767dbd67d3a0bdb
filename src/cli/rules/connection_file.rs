//! The file of `--connections`: what is connected, and what both sides had when they last agreed. `ferrule connections`
//! writes it, `diff` and others read it.

use std::fmt;

use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use crate::engine::{Agreed, Wish};
use crate::qbxml::Record;

/// One connection.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionEntry {
    /// The object.
    pub object: String,
    /// The document's id.
    #[serde(deserialize_with = "id")]
    pub id: String,
    /// The record's id. It may only be left out where nothing is connected yet, and a person wants all of Steelhead's
    /// values sent to whatever record is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_in_quickbooks: Option<String>,
    /// `false` if the two are not connected yet, but a person has decided on what differs.
    #[serde(default = "connected", skip_serializing_if = "Clone::clone")]
    pub connected: bool,
    /// What both had when they last agreed: where QuickBooks has it otherwise now; or all of it, each side by itself,
    /// below `steelhead` and `quickbooks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreed: Option<Elements>,
    /// Whether a person wants all of Steelhead's values sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub adopt: bool,
    /// Whether a person wants those of Steelhead's values sent of which `agreed` says something else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub decided: bool,
}

/// What an entry says that does not say whether it is connected.
fn connected() -> bool {
    true
}

/// Elements with their values, in order: those inside another one below it, or with their path.
#[derive(Debug, Default)]
pub struct Elements(Vec<(String, Value)>);

#[derive(Debug)]
enum Value {
    Text(String),
    Inside(Elements),
}

/// Ids are numbers in Steelhead; text is taken too.
fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::Number(number) => Ok(number.to_string()),
        serde_json::Value::String(text) => Ok(text),
        _ => Err(de::Error::custom("an id is a number or text")),
    }
}

impl ConnectionEntry {
    /// What both sides had, of a record as it is now; nothing if the file does not say it.
    pub fn agreed(&self, record: &Record) -> Option<Agreed> {
        let Some(elements) = &self.agreed else {
            return self.adopt.then(|| Agreed { wish: self.wish(), ..Agreed::default() });
        };
        let side = |name: &str| elements.0.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        let agreed = match (side("steelhead"), side("quickbooks")) {
            (ours, Some(Value::Inside(theirs))) => {
                let ours = match ours {
                    Some(Value::Inside(ours)) => ours.leaves(),
                    _ => Vec::new(),
                };
                Agreed::of_elements(record, &ours, &theirs.leaves())
            }
            _ => Agreed::but(record, &elements.leaves()),
        };
        Some(Agreed { wish: self.wish(), ..agreed })
    }

    /// What a person wants sent.
    pub fn wish(&self) -> Wish {
        match (self.adopt, self.decided) {
            (true, _) => Wish::Everything,
            (false, true) => Wish::Decided,
            (false, false) => Wish::Nothing,
        }
    }
}

impl Elements {
    /// What both sides had, each by itself.
    pub fn of(agreed: &Agreed) -> Option<Self> {
        let (ours, theirs) = agreed.elements()?;
        let side = |all: Vec<(String, String)>| {
            Value::Inside(Self(all.into_iter().map(|(path, text)| (path, Value::Text(text))).collect()))
        };
        Some(Self(vec![("steelhead".to_owned(), side(ours)), ("quickbooks".to_owned(), side(theirs))]))
    }

    /// All values with their paths.
    pub fn leaves(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        self.below("", &mut found);
        found
    }

    fn below(&self, path: &str, found: &mut Vec<(String, String)>) {
        for (name, value) in &self.0 {
            let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
            match value {
                Value::Text(text) => found.push((path, text.clone())),
                Value::Inside(elements) => elements.below(&path, found),
            }
        }
    }
}

impl Serialize for Elements {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Inside(elements) => elements.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Elements {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Inside(elements) => Ok(elements),
            Value::Text(_) => Err(de::Error::custom("`agreed` is a mapping of elements")),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or a mapping of elements")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Text(String::new()))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_bool<E: de::Error>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Text(truth.to_string()))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(entry) = map.next_entry()? {
            elements.push(entry);
        }
        Ok(Value::Inside(Elements(elements)))
    }
}
