//! What runs of a program touched, for who asks how much of the rules its cases try.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use crate::rules::diagnostics::source::Span;

/// The expressions that were evaluated, and what came of them; the settings that were read.
#[derive(Debug, Default)]
pub struct Seen {
    expressions: Mutex<HashSet<(Span, bool)>>,
    settings: Mutex<HashSet<usize>>,
}

impl Seen {
    /// An expression was evaluated: a condition held or did not, another had a value or none.
    pub fn expression(&self, span: Span, outcome: bool) {
        self.expressions.lock().unwrap_or_else(PoisonError::into_inner).insert((span, outcome));
    }

    /// A setting was read.
    pub fn setting(&self, index: usize) {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).insert(index);
    }

    /// Whether that ever came of an expression.
    pub fn has(&self, span: Span, outcome: bool) -> bool {
        self.expressions.lock().unwrap_or_else(PoisonError::into_inner).contains(&(span, outcome))
    }

    /// Whether a setting was ever read.
    pub fn has_setting(&self, index: usize) -> bool {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).contains(&index)
    }
}
