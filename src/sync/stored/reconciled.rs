//! What a night's reconciliation found.

use super::Moment;

/// What a night's reconciliation found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Reconciled {
    /// The night: the moment at which it was due.
    pub night: Moment,
    /// When it was done.
    pub at: Moment,
    /// The first day of the period, `2026-06-01`.
    pub from: String,
    /// The last day.
    pub to: String,
    /// How many transactions there were.
    pub transactions: usize,
    /// How many of them were not the same on both sides.
    pub differing: usize,
    /// The same in words, or why it could not be done.
    pub words: String,
}
