//! What rules ask for, to see what nothing asks for.

use std::collections::BTreeSet;

/// What rules have asked for.
#[derive(Debug, Default)]
pub struct Used {
    /// Settings, by name.
    pub settings: BTreeSet<String>,
    /// Functions, by name.
    pub functions: BTreeSet<String>,
    /// Functions are looked into on their own: what they ask for is not asked for by a rule.
    pub is_survey: bool,
}
