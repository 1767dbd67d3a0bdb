//! A compiled rule set and what follows from it for sessions.

use crate::rules::Program;

use super::queries::{self, Query};

/// A compiled rule set, with the queries that read what it wants to know.
#[derive(Debug)]
pub struct Rulebook {
    /// The rules.
    pub program: Program,
    /// The queries of a read, in the order in which they are asked.
    pub(super) queries: Vec<Query>,
    /// Whether fields that people have added to records are asked for.
    pub(super) added_fields: bool,
}

impl Rulebook {
    /// For this rule set.
    pub fn new(program: Program) -> Self {
        let mentioned = program.mentioned();
        Self { queries: queries::of(&mentioned), added_fields: mentioned.added_fields, program }
    }
}
