//! How much work the rules of one document may make: how long script functions run, how deep one calls another, and
//! what provided functions, texts, lists and loops come to.

use std::cell::Cell;

use crate::document::Value;
use crate::rules::file::Limits;
use crate::rules::program::Stop;

/// A document may come to as many times the operations of one function: it has many expressions, and many lines.
const WHOLE: u64 = 100;
/// As many bytes of a text count as one operation.
const BYTES: usize = 64;
/// After as many operations it is asked anew whether there is time left.
const BETWEEN: u64 = 1 << 10;

/// What is left of the limits: for the function that runs, and for the whole document.
#[derive(Debug, Default)]
pub(in crate::engine) struct Budget {
    operations: Cell<u32>,
    depth: Cell<u32>,
    whole: Cell<u64>,
}

impl Budget {
    /// Begins a function; says whether it may be called. The outermost one gets all operations.
    pub(in crate::engine) fn enter(&self, limits: &Limits) -> bool {
        let depth = self.depth.get();
        if depth == 0 {
            self.operations.set(limits.operations);
        }
        self.depth.set(depth + 1);
        depth < limits.calls
    }

    /// Ends a function that began.
    pub(in crate::engine) fn leave(&self) {
        self.depth.set(self.depth.get().saturating_sub(1));
    }

    /// Whether a function runs.
    pub(in crate::engine) fn is_running(&self) -> bool {
        self.depth.get() > 0
    }

    /// Counts work that no function with a loop counts: calls of provided functions, members of lists, turns of loops.
    /// Says whether there was enough left, for the function that runs too, and time to go on.
    pub(in crate::engine) fn charge(&self, operations: u64, limits: &Limits, stop: &Stop) -> bool {
        let before = self.whole.get();
        let after = before.saturating_add(operations);
        self.whole.set(after);
        if after / BETWEEN != before / BETWEEN && stop.is_now() {
            self.whole.set(u64::MAX);
            return false;
        }
        let narrow = u32::try_from(operations).unwrap_or(u32::MAX);
        after <= u64::from(limits.operations) * WHOLE && (!self.is_running() || self.spend(narrow))
    }

    /// Takes operations off; says whether there were enough.
    pub(in crate::engine) fn spend(&self, operations: u32) -> bool {
        let left = self.operations.get().checked_sub(operations);
        self.operations.set(left.unwrap_or(0));
        left.is_some()
    }
}

/// How many operations a value counts for, that a function takes or makes.
pub(in crate::engine) fn size(value: &Value) -> u64 {
    let size = match value {
        Value::Text(text) => text.len() / BYTES,
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        _ => 0,
    };
    u64::try_from(size).unwrap_or(u64::MAX)
}

/// In what a value that a function made is too large, if it is.
pub(in crate::engine) fn excess(value: &Value, limits: &Limits) -> Option<String> {
    let over = |size: usize, limit: u32| u32::try_from(size).map_or(true, |size| size > limit);
    match value {
        Value::Text(text) if over(text.len(), limits.text) => Some(format!("a text of {} bytes", text.len())),
        Value::List(list) if over(list.len(), limits.list) => Some(format!("a list of {}", list.len())),
        Value::Map(map) if over(map.len(), limits.map) => Some(format!("a map of {}", map.len())),
        _ => None,
    }
}
