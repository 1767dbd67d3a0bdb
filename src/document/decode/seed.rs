//! Structures and lists straight from the JSON text; what nobody reads is passed over.

use std::fmt;
use std::sync::Arc;

use serde::Deserialize as _;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::any::any;
use super::at::At;
use super::key::{Key, KeySeed, SlotSet};
use super::plan::{Action, KeyPlan, Node};
use super::scalar::scalar;
use crate::document::problem::codes;
use crate::document::{Structure, Value};

/// Reads one value as its action says, into a place that is absent so far and stays so when the
/// value is null or something is wrong with it. Tells whether it is there: false for null.
///
/// (Values are written where they belong because handing them up through results, one frame after
/// the other, was a third of the time.)
struct ValueSeed<'r, 'v> {
    at: &'r At<'r>,
    action: &'r Action,
    into: &'v mut Value,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        let Self { at, action, into } = self;
        match action {
            Action::Skip => deserializer.deserialize_option(Presence),
            Action::Scalar(kind) => {
                let raw = <&RawValue>::deserialize(deserializer)?;
                Ok(scalar(at, *kind, raw.get(), into))
            }
            Action::Any => {
                let raw = <&RawValue>::deserialize(deserializer)?;
                let value = any(at, raw.get(), 1);
                let there = value.is_some();
                *into = value.unwrap_or_default();
                Ok(there)
            }
            Action::Struct(node) => {
                let node = at.run.plan.node(*node);
                deserializer.deserialize_any(StructVisitor { at, node, root: false, into })
            }
            Action::List(member) => deserializer.deserialize_any(ListVisitor { at, member, into }),
        }
    }
}

/// Passes over a value and tells whether it was null.
struct Presence;

impl<'de> Visitor<'de> for Presence {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_none<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        IgnoredAny::deserialize(deserializer)?;
        Ok(true)
    }
}

/// Anything but what belongs here: noted, passed over, and read as absent.
macro_rules! refuse_others {
    ($expected:literal) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str($expected)
        }

        fn visit_unit<E>(self) -> Result<bool, E> {
            Ok(false)
        }

        fn visit_bool<E: Error>(self, value: bool) -> Result<bool, E> {
            Ok(refuse(self.at, $expected, &format!("`{value}`")))
        }

        fn visit_i64<E: Error>(self, _: i64) -> Result<bool, E> {
            Ok(refuse(self.at, $expected, "a number"))
        }

        fn visit_u64<E: Error>(self, _: u64) -> Result<bool, E> {
            Ok(refuse(self.at, $expected, "a number"))
        }

        fn visit_f64<E: Error>(self, _: f64) -> Result<bool, E> {
            Ok(refuse(self.at, $expected, "a number"))
        }

        fn visit_str<E: Error>(self, _: &str) -> Result<bool, E> {
            Ok(refuse(self.at, $expected, "text"))
        }
    };
}

/// What stands here is there, but of no use.
fn refuse(at: &At<'_>, expected: &str, found: &str) -> bool {
    at.error(codes::WRONG_TYPE, format!("expected {expected}, found {found}"));
    true
}

/// Reads a structure by its node.
pub(super) struct StructVisitor<'r, 'v> {
    pub(super) at: &'r At<'r>,
    pub(super) node: &'r Node,
    /// Whether it is the document itself.
    pub(super) root: bool,
    pub(super) into: &'v mut Value,
}

impl<'de> Visitor<'de> for StructVisitor<'_, '_> {
    type Value = bool;

    refuse_others!("a structure");

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(refuse(self.at, "a structure", "a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let Self { at, node, root, into } = self;
        let mut all: Arc<[Value]> = (0..node.keys.len()).map(|_| Value::Absent).collect();
        // Nobody else has it yet.
        let slots = Arc::get_mut(&mut all).unwrap_or_default();
        let mut seen = SlotSet::default();
        let mut from = 0;
        let mut objects = 0;
        while let Some(key) = map.next_key_seed(KeySeed { node, from, root })? {
            if let Key::Slot(slot) = key
                && let (Some(plan), Some(place)) = (node.keys.get(slot), slots.get_mut(slot))
            {
                from = slot + 1;
                let is_first = seen.insert(slot);
                read_slot(at, plan, is_first, &mut map, place)?;
            } else {
                map.next_value::<IgnoredAny>()?;
                objects += usize::from(matches!(key, Key::Object));
            }
        }
        if objects > 1 {
            at.key("object").duplicate(codes::DUPLICATE_KEY, "the key `object` occurs twice");
        }
        report_missing(at, node, &seen);
        *into = Value::Structure(Structure { shape: node.shape, slots: all });
        Ok(true)
    }
}

/// Reads the value of the key that was read last.
fn read_slot<'de, A: MapAccess<'de>>(
    at: &At<'_>,
    plan: &KeyPlan,
    is_first: bool,
    map: &mut A,
    into: &mut Value,
) -> Result<(), A::Error> {
    let here = at.key(&plan.name);
    if !is_first {
        here.duplicate(codes::DUPLICATE_KEY, format!("the key `{}` occurs twice", plan.name));
    }
    if !is_first || (!plan.required && matches!(plan.action, Action::Skip)) {
        map.next_value::<IgnoredAny>()?;
        return Ok(());
    }
    let is_there = map.next_value_seed(ValueSeed { at: &here, action: &plan.action, into })?;
    if !is_there && plan.required {
        here.error(codes::MISSING_FIELD, format!("`{}` must not be null", plan.name));
    }
    Ok(())
}

fn report_missing(at: &At<'_>, node: &Node, seen: &SlotSet) {
    for slot in &node.required {
        if !seen.contains(*slot)
            && let Some(plan) = node.keys.get(*slot)
        {
            at.error(codes::MISSING_FIELD, format!("`{}` is missing", plan.name));
        }
    }
}

/// Reads a list, each member by one action.
struct ListVisitor<'r, 'v> {
    at: &'r At<'r>,
    member: &'r Action,
    into: &'v mut Value,
}

impl<'de> Visitor<'de> for ListVisitor<'_, '_> {
    type Value = bool;

    refuse_others!("a list");

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(refuse(self.at, "a list", "a structure"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        let mut values = Vec::with_capacity(1);
        loop {
            let at = self.at.index(values.len());
            let mut value = Value::Absent;
            let seed = ValueSeed { at: &at, action: self.member, into: &mut value };
            match seq.next_element_seed(seed)? {
                None => break,
                Some(true) => {}
                Some(false) => at.error(codes::WRONG_TYPE, "a list must not hold null"),
            }
            values.push(value);
        }
        *self.into = Value::List(values.into());
        Ok(true)
    }
}
