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
    /// What happened one after the other; nothing unless that is asked for.
    steps: Option<Mutex<Vec<SeenStep>>>,
    changed: Option<(Branch, Value)>,
}

/// One step, with what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenStep {
    /// Where it stands; nothing for a look into QuickBooks, which stands in the expression that follows.
    pub span: Option<Span>,
    /// What was done.
    pub step: Step,
    /// What it gave.
    pub value: String,
}

/// What was done. The steps inside an expression come before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// An expression of the rules.
    Expression {
        /// The expression as written.
        expression: String,
        /// The paths that it reads, with their values.
        read: Vec<(String, String)>,
        /// The functions of scripts that it calls, with what they gave.
        called: Vec<(String, String)>,
    },
    /// A function that is provided, or a look into QuickBooks.
    Call {
        /// Its name.
        function: String,
        /// What it was given.
        arguments: Vec<String>,
    },
    /// A statement of a function.
    Statement {
        /// `let`, `assign`, `return` or `value`.
        does: &'static str,
    },
}

impl Seen {
    /// One that keeps all steps.
    pub fn stepping() -> Self {
        Self { steps: Some(Mutex::default()), ..Self::default() }
    }

    /// Whether it keeps steps.
    pub fn keeps_steps(&self) -> bool {
        self.steps.is_some()
    }

    /// Keeps a step.
    pub fn step(&self, step: SeenStep) {
        self.with_steps(|steps| steps.push(step));
    }

    /// How many steps there are.
    pub fn mark(&self) -> usize {
        self.with_steps(|steps| steps.len())
    }

    /// Forgets the steps that came after a mark.
    pub fn back_to(&self, mark: usize) {
        self.with_steps(|steps| steps.truncate(mark));
    }

    /// All steps so far, which are forgotten with that.
    pub fn take_steps(&self) -> Vec<SeenStep> {
        self.with_steps(std::mem::take)
    }

    fn with_steps<T: Default>(&self, act: impl FnOnce(&mut Vec<SeenStep>) -> T) -> T {
        let steps = self.steps.as_ref().map(|steps| steps.lock().unwrap_or_else(PoisonError::into_inner));
        steps.map(|mut steps| act(&mut steps)).unwrap_or_default()
    }

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
