//! A compiled rule set, and what follows from it for sessions.

use crate::rules::{Program, Shelf};

use super::queries::{self, Query};
use super::rule_set::fingerprint;

/// A compiled rule set, with the queries that read what it wants to know.
#[derive(Debug)]
pub struct Rulebook {
    /// The rules.
    pub program: Program,
    /// Stands for the text of their files: what was made by rules with the same was made by the same rules.
    pub fingerprint: String,
    /// The queries of a read, in the order in which they are asked.
    pub(super) queries: Vec<Query>,
    /// Whether fields that people have added to records are asked for.
    pub(super) added_fields: bool,
}

impl Rulebook {
    /// For this rule set.
    pub fn new(program: Program) -> Self {
        let mentioned = program.mentioned();
        let fingerprint = fingerprint(&program.files, &Shelf::default());
        Self { queries: queries::of(&mentioned), added_fields: mentioned.added_fields, fingerprint, program }
    }
}
