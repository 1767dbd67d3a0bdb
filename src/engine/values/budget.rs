//! How long script functions may run, and how deep one may call another.

use std::cell::Cell;

use crate::document::Value;
use crate::rules::file::Limits;

/// What is left of the limits while script functions run. Only functions with loops count: everything
/// else ends by itself.
#[derive(Debug, Default)]
pub(in crate::engine) struct Budget {
    operations: Cell<u32>,
    depth: Cell<u32>,
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

    /// Takes operations off; says whether there were enough.
    pub(in crate::engine) fn spend(&self, operations: u32) -> bool {
        let left = self.operations.get().checked_sub(operations);
        self.operations.set(left.unwrap_or(0));
        left.is_some()
    }
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
