//! How much of the rules the cases in a folder try, for the page that shows the rules.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use crate::snapshots::{Coverage, check_covered, find};

/// The cases that lie beside the rules of a service, if it was told where.
#[derive(Debug, Default)]
pub struct Cases {
    rules: Vec<PathBuf>,
    fixtures: Option<PathBuf>,
    /// Rules and cases are read once, when somebody first asks: the service has the rules of its start, too.
    coverage: OnceLock<Option<Coverage>>,
}

/// What cases do with a line of a rule file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TriedLine {
    /// Whether a case tries all of it.
    pub is_tried: bool,
    /// What no case does with it.
    pub untouched: Vec<String>,
}

impl Cases {
    /// The cases in a folder, for the rules in those (base first).
    pub fn new(rules: Vec<PathBuf>, fixtures: Option<PathBuf>) -> Self {
        Self { rules, fixtures, coverage: OnceLock::new() }
    }

    /// The lines of a rule file that cases can try; nothing if there are no cases, or they cannot run.
    pub fn lines(&self, path: &str) -> BTreeMap<u32, TriedLine> {
        let covered = || {
            let paths = find(&[self.fixtures.as_ref()?]).ok()?;
            Some(check_covered(&self.rules, &paths).ok()?.1)
        };
        let mut lines: BTreeMap<u32, TriedLine> = BTreeMap::new();
        let Some(coverage) = self.coverage.get_or_init(covered) else { return lines };
        for (line, item, is_touched) in coverage.of_file(path) {
            let known = lines.entry(line).or_default();
            if !is_touched {
                known.untouched.push(item.what.clone());
            }
            known.is_tried = known.untouched.is_empty();
        }
        lines
    }
}
