//! How much of the rules the cases in a folder try, for the page that shows the rules.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::snapshots::{Coverage, check_covered, find};

/// The cases that lie beside the rules of a service, if it was told where.
#[derive(Debug, Default)]
pub struct Cases {
    rules: Vec<PathBuf>,
    fixtures: Option<PathBuf>,
    /// What the cases try, with the fingerprint of the rule set that was in use when somebody first asked.
    coverage: Mutex<Option<(String, Arc<Option<Coverage>>)>>,
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
        Self { rules, fixtures, coverage: Mutex::default() }
    }

    /// The lines of a rule file that cases can try; nothing if there are no cases, or they cannot run. The fingerprint is that
    /// of the rule set in use: once it is another one, rules and cases are read anew.
    pub fn lines(&self, path: &str, fingerprint: &str) -> BTreeMap<u32, TriedLine> {
        let covered = || {
            let paths = find(&[self.fixtures.as_ref()?]).ok()?;
            Some(check_covered(&self.rules, &paths).ok()?.1)
        };
        let mut lines: BTreeMap<u32, TriedLine> = BTreeMap::new();
        let mut known = self.coverage.lock();
        let (_, coverage) = match known.take().filter(|(of, _)| of == fingerprint) {
            Some(found) => known.insert(found),
            None => known.insert((fingerprint.to_owned(), Arc::new(covered()))),
        };
        let coverage = Arc::clone(coverage);
        drop(known);
        let Some(coverage) = coverage.as_ref() else { return lines };
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
