//! The keys of a structure: which there are, and which have been there.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Visitor};

use super::plan::Node;

/// What a key turned out to be.
pub(super) enum Key {
    /// A field of the shape.
    Slot(usize),
    /// `object`, in the document itself.
    Object,
    /// No field of the shape.
    Unknown,
}

/// Looks a key up in its node; the search begins at the slot `from`.
pub(super) struct KeySeed<'r> {
    pub(super) node: &'r Node,
    pub(super) from: usize,
    pub(super) root: bool,
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
pub(super) struct SlotSet {
    low: u64,
    high: Vec<usize>,
}

impl SlotSet {
    pub(super) fn contains(&self, slot: usize) -> bool {
        if slot < 64 { self.low & (1 << slot) != 0 } else { self.high.contains(&slot) }
    }

    /// Adds a slot; false when it was there.
    pub(super) fn insert(&mut self, slot: usize) -> bool {
        let new = !self.contains(slot);
        if slot < 64 {
            self.low |= 1 << slot;
        } else if new {
            self.high.push(slot);
        }
        new
    }
}
