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
}

impl Rulebook {
    /// For this rule set.
    pub fn new(program: Program) -> Self {
        let queries = queries::of(&program.mentioned());
        Self { program, queries }
    }
}
