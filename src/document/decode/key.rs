//! The keys of a structure: which there are, and which have been there.

/// What a key turned out to be.
pub(super) enum Key {
    /// A field of the shape.
    Slot(usize),
    /// `object`, in the document itself.
    Object,
    /// No field of the shape.
    Unknown,
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
