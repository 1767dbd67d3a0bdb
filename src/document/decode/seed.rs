//! Structures and lists straight from the JSON text; what nobody reads is passed over.

use std::fmt;
use std::sync::Arc;

use serde::Deserialize as _;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::any::any;
use super::at::At;
use super::plan::{Action, Node};
use super::scalar::scalar;
use crate::document::problem::codes;
use crate::document::{Structure, Value};

/// Reads one value as its action says. None for null; absent when something is wrong with it.
#[derive(Clone, Copy)]
pub(super) struct ValueSeed<'r> {
    pub(super) at: At<'r>,
    pub(super) action: &'r Action,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Value>, D::Error> {
        match self.action {
            Action::Skip => deserializer.deserialize_option(Presence),
            Action::Scalar(kind) => {
                let raw = <&RawValue>::deserialize(deserializer)?;
                Ok(scalar(self.at, *kind, raw.get()))
            }
            Action::Any => {
                let raw = <&RawValue>::deserialize(deserializer)?;
                Ok(any(self.at, raw.get(), 1))
            }
            Action::Struct(node) => {
                let node = self.at.run.plan.node(*node);
                deserializer.deserialize_any(StructVisitor {
                    at: self.at,
                    node,
                    root: false,
                })
            }
            Action::List(member) => deserializer.deserialize_any(ListVisitor {
                at: self.at,
                member,
            }),
        }
    }
}

/// Passes over a value and tells whether it was null.
struct Presence;

impl<'de> Visitor<'de> for Presence {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_none<E>(self) -> Result<Option<Value>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Value>, D::Error> {
        IgnoredAny::deserialize(deserializer)?;
        Ok(Some(Value::Absent))
    }
}

/// What a key turned out to be.
enum Key {
    Slot(usize),
    /// `object`, in the document itself.
    Object,
    Unknown,
}

struct KeySeed<'r> {
    node: &'r Node,
    from: usize,
    root: bool,
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Key, E> {
        Ok(match self.node.slot(key, self.from) {
            Some(slot) => Key::Slot(slot),
            None if self.root && key == "object" => Key::Object,
            None => Key::Unknown,
        })
    }
}

/// A set of slots; shapes of up to 64 fields need no memory for it.
#[derive(Default)]
struct SlotSet {
    low: u64,
    high: Vec<usize>,
}

impl SlotSet {
    fn contains(&self, slot: usize) -> bool {
        if slot < 64 {
            self.low & (1 << slot) != 0
        } else {
            self.high.contains(&slot)
        }
    }

    /// Adds a slot; false when it was there.
    fn insert(&mut self, slot: usize) -> bool {
        let new = !self.contains(slot);
        if slot < 64 {
            self.low |= 1 << slot;
        } else if new {
            self.high.push(slot);
        }
        new
    }
}

/// Anything but what belongs here: noted, passed over, and read as absent.
macro_rules! refuse_others {
    ($expected:literal) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str($expected)
        }

        fn visit_unit<E>(self) -> Result<Option<Value>, E> {
            Ok(None)
        }

        fn visit_bool<E: Error>(self, value: bool) -> Result<Option<Value>, E> {
            Ok(Some(refuse(self.at, $expected, &format!("`{value}`"))))
        }

        fn visit_i64<E: Error>(self, _: i64) -> Result<Option<Value>, E> {
            Ok(Some(refuse(self.at, $expected, "a number")))
        }

        fn visit_u64<E: Error>(self, _: u64) -> Result<Option<Value>, E> {
            Ok(Some(refuse(self.at, $expected, "a number")))
        }

        fn visit_f64<E: Error>(self, _: f64) -> Result<Option<Value>, E> {
            Ok(Some(refuse(self.at, $expected, "a number")))
        }

        fn visit_str<E: Error>(self, _: &str) -> Result<Option<Value>, E> {
            Ok(Some(refuse(self.at, $expected, "text")))
        }
    };
}

fn refuse(at: At<'_>, expected: &str, found: &str) -> Value {
    at.error(
        codes::WRONG_TYPE,
        format!("expected {expected}, found {found}"),
    );
    Value::Absent
}

/// Reads a structure by its node.
pub(super) struct StructVisitor<'r> {
    pub(super) at: At<'r>,
    pub(super) node: &'r Node,
    /// Whether it is the document itself.
    pub(super) root: bool,
}

impl<'de> Visitor<'de> for StructVisitor<'_> {
    type Value = Option<Value>;

    refuse_others!("a structure");

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<Value>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Some(refuse(self.at, "a structure", "a list")))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Value>, A::Error> {
        let Self { at, node, root } = self;
        let mut slots = vec![Value::Absent; node.keys.len()];
        let mut seen = SlotSet::default();
        let mut from = 0;
        let mut objects = 0;
        while let Some(key) = map.next_key_seed(KeySeed { node, from, root })? {
            match key {
                Key::Slot(slot) => {
                    if let Some(value) = read_slot(at, node, slot, &mut seen, &mut map)?
                        && let Some(place) = slots.get_mut(slot)
                    {
                        *place = value;
                    }
                    from = slot + 1;
                }
                other => {
                    map.next_value::<IgnoredAny>()?;
                    objects += usize::from(matches!(other, Key::Object));
                }
            }
        }
        if objects > 1 {
            at.key("object")
                .duplicate(codes::DUPLICATE_KEY, "the key `object` occurs twice");
        }
        report_missing(at, node, &seen);
        let slots = slots.into_boxed_slice();
        Ok(Some(Value::Structure(Arc::new(Structure {
            shape: node.shape,
            slots,
        }))))
    }
}

/// Reads the value of the key that was read last.
fn read_slot<'de, A: MapAccess<'de>>(
    at: At<'_>,
    node: &Node,
    slot: usize,
    seen: &mut SlotSet,
    map: &mut A,
) -> Result<Option<Value>, A::Error> {
    let Some(plan) = node.keys.get(slot) else {
        map.next_value::<IgnoredAny>()?;
        return Ok(None);
    };
    let here = at.key(&plan.name);
    if !seen.insert(slot) {
        here.duplicate(
            codes::DUPLICATE_KEY,
            format!("the key `{}` occurs twice", plan.name),
        );
        map.next_value::<IgnoredAny>()?;
        return Ok(None);
    }
    if matches!(plan.action, Action::Skip) && !plan.required {
        map.next_value::<IgnoredAny>()?;
        return Ok(None);
    }
    let value = map.next_value_seed(ValueSeed {
        at: here,
        action: &plan.action,
    })?;
    if value.is_none() && plan.required {
        here.error(
            codes::MISSING_FIELD,
            format!("`{}` must not be null", plan.name),
        );
    }
    Ok(value)
}

fn report_missing(at: At<'_>, node: &Node, seen: &SlotSet) {
    for slot in &node.required {
        if !seen.contains(*slot)
            && let Some(plan) = node.keys.get(*slot)
        {
            at.error(codes::MISSING_FIELD, format!("`{}` is missing", plan.name));
        }
    }
}

/// Reads a list, each member by one action.
struct ListVisitor<'r> {
    at: At<'r>,
    member: &'r Action,
}

impl<'de> Visitor<'de> for ListVisitor<'_> {
    type Value = Option<Value>;

    refuse_others!("a list");

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Value>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Some(refuse(self.at, "a list", "a structure")))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<Value>, A::Error> {
        let mut values = Vec::new();
        loop {
            let at = self.at.index(values.len());
            match seq.next_element_seed(ValueSeed {
                at,
                action: self.member,
            })? {
                None => break,
                Some(Some(value)) => values.push(value),
                Some(None) => {
                    at.error(codes::WRONG_TYPE, "a list must not hold null");
                    values.push(Value::Absent);
                }
            }
        }
        Ok(Some(Value::List(values.into())))
    }
}
