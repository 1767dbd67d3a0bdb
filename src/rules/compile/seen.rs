//! What runs of a program touched, for who asks how much of the rules its cases try.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use crate::document::Value;
use crate::rules::check::branch::{Branch, Fork};
use crate::rules::diagnostics::source::Span;

/// The branches that were asked, and what came of them; the settings that were read.
#[derive(Debug, Default)]
pub struct Seen {
    branches: Mutex<HashSet<(Branch, bool)>>,
    settings: Mutex<HashSet<usize>>,
    changed: Option<(Branch, Value)>,
}

impl Seen {
    /// Runs in which one branch comes out otherwise, whatever is asked there.
    pub fn changed(branch: Branch, value: Value) -> Self {
        Self { changed: Some((branch, value)), ..Self::default() }
    }

    /// What comes out at a branch in place of what is asked there.
    pub fn instead(&self, span: Span, fork: Fork) -> Option<&Value> {
        self.changed.as_ref().filter(|(branch, _)| *branch == Branch { span, fork }).map(|(_, value)| value)
    }

    /// A branch was asked: a condition held or did not, another expression had a value or none.
    pub fn branch(&self, span: Span, fork: Fork, outcome: bool) {
        let mut branches = self.branches.lock().unwrap_or_else(PoisonError::into_inner);
        branches.insert((Branch { span, fork }, outcome));
    }

    /// A setting was read.
    pub fn setting(&self, index: usize) {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).insert(index);
    }

    /// Whether that ever came of a branch.
    pub fn has(&self, branch: Branch, outcome: bool) -> bool {
        self.branches.lock().unwrap_or_else(PoisonError::into_inner).contains(&(branch, outcome))
    }

    /// Whether a branch was ever asked.
    pub fn has_any(&self, branch: Branch) -> bool {
        self.has(branch, true) || self.has(branch, false)
    }

    /// Whether a setting was ever read.
    pub fn has_setting(&self, index: usize) -> bool {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).contains(&index)
    }
}
