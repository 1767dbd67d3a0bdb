//! Cases against their snapshots.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use similar::TextDiff;

use super::case::{Case, CaseError};
use super::coverage::Coverage;
use super::rule_sets::{RuleSetError, RuleSets};
use super::run::run_expecting;
use super::snap::{SnapError, Snapshot};

/// A case with what came of it.
#[derive(Debug)]
pub struct Checked {
    /// The case's file.
    pub path: PathBuf,
    /// What came of it.
    pub verdict: Verdict,
}

/// How a case's output compares with its snapshot.
#[derive(Debug)]
pub enum Verdict {
    /// It is the snapshot.
    Same {
        /// The same with the case's present `about` in its head, if that has changed.
        renewed: Option<Fresh>,
    },
    /// It is another; [`Fresh::accept`] takes it over.
    Different {
        /// From the snapshot to the output, as a unified diff.
        diff: String,
        /// The output.
        fresh: Fresh,
    },
    /// There is no snapshot yet.
    New {
        /// The output.
        fresh: Fresh,
    },
    /// It is not what the case itself expects: a line for each.
    Unmet(Vec<String>),
    /// The case could not run.
    Broken(Broken),
}

impl Verdict {
    /// What it is, in a word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Same { .. } => "same",
            Self::Different { .. } => "different",
            Self::New { .. } => "new",
            Self::Unmet(_) => "unmet",
            Self::Broken(_) => "broken",
        }
    }

    /// The output, if there is one that is not in the snapshot.
    pub fn fresh(&self) -> Option<&Fresh> {
        match self {
            Self::Different { fresh, .. } | Self::New { fresh } => Some(fresh),
            Self::Same { .. } | Self::Unmet(_) | Self::Broken(_) => None,
        }
    }
}

/// An output that is not in its snapshot.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// The snapshot's file.
    pub path: PathBuf,
    /// The snapshot with the output.
    pub snapshot: Snapshot,
}

impl Fresh {
    /// Writes the snapshot.
    pub fn accept(&self) -> Result<(), SnapError> {
        self.snapshot.write(&self.path)
    }
}

/// Why a case could not run.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// Something in its file is wrong.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// Its snapshot cannot be read.
    #[error(transparent)]
    Snapshot(#[from] SnapError),
    /// The layers that it names cannot be used.
    #[error("{0}")]
    Rules(String),
}

/// How many cases came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    /// As their snapshots.
    pub same: usize,
    /// Other than their snapshots.
    pub different: usize,
    /// Without a snapshot.
    pub new: usize,
    /// Other than the cases expect.
    pub unmet: usize,
    /// Not run.
    pub broken: usize,
}

impl Tally {
    /// Counts verdicts.
    pub fn of(all: &[Checked]) -> Self {
        let mut tally = Self::default();
        for checked in all {
            match checked.verdict {
                Verdict::Same { .. } => tally.same += 1,
                Verdict::Different { .. } => tally.different += 1,
                Verdict::New { .. } => tally.new += 1,
                Verdict::Unmet(_) => tally.unmet += 1,
                Verdict::Broken(_) => tally.broken += 1,
            }
        }
        tally
    }

    /// All cases.
    pub fn cases(self) -> usize {
        self.same + self.different + self.new + self.unmet + self.broken
    }

    /// Whether all are as their snapshots.
    pub fn is_clean(self) -> bool {
        self.cases() == self.same
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let cases = self.cases();
        let noun = if cases == 1 { "case" } else { "cases" };
        write!(f, "{cases} {noun}: {} same", self.same)?;
        let other = [
            (self.different, "different"),
            (self.new, "new"),
            (self.unmet, "unmet"),
            (self.broken, "broken"),
        ];
        for (count, word) in other {
            if count > 0 {
                write!(f, ", {count} {word}")?;
            }
        }
        Ok(())
    }
}

/// Runs all cases under the rules in `folders` (base first), on all cores, in the order of `paths`.
///
/// # Errors
/// The rules cannot be used. What is wrong with one case is its verdict.
pub fn check_all<P: AsRef<Path>>(folders: &[P], paths: &[PathBuf]) -> Result<Vec<Checked>, RuleSetError> {
    Ok(run_all(folders, paths, false)?.0)
}

/// The same, and how much of the rules the cases try.
///
/// # Errors
/// As of [`check_all`].
pub fn check_covered<P: AsRef<Path>>(
    folders: &[P],
    paths: &[PathBuf],
) -> Result<(Vec<Checked>, Coverage), RuleSetError> {
    run_all(folders, paths, true)
}

fn run_all<P: AsRef<Path>>(
    folders: &[P],
    paths: &[PathBuf],
    is_watched: bool,
) -> Result<(Vec<Checked>, Coverage), RuleSetError> {
    let cases: Vec<_> = paths.par_iter().map(|path| Case::read(path)).collect();
    let layers = cases.iter().flatten().map(|case| case.layers.clone());
    let mut rules = RuleSets::compile(folders, layers)?;
    if is_watched {
        rules.watch();
    }
    let all = paths.par_iter().zip(cases).map(|(path, case)| Checked {
        path: path.clone(),
        verdict: case
            .map_err(Broken::from)
            .and_then(|case| check(&case, &rules))
            .unwrap_or_else(Verdict::Broken),
    });
    let all = all.collect();
    Ok((all, rules.coverage()))
}

/// Runs one case and compares.
///
/// # Errors
/// It cannot run.
pub fn check(case: &Case, rules: &RuleSets) -> Result<Verdict, Broken> {
    let (text, unmet) = run_expecting(case, rules)?;
    if !unmet.is_empty() {
        return Ok(Verdict::Unmet(unmet));
    }
    let path = case.snapshot_path();
    let fresh = Snapshot::new(&text, &case.about);
    Ok(match Snapshot::read(&path)? {
        None => Verdict::New { fresh: Fresh { path, snapshot: fresh } },
        Some(known) if known.text == fresh.text => {
            let renewed = known.clone().replaced(&text, &case.about);
            Verdict::Same { renewed: (renewed != known).then_some(Fresh { path, snapshot: renewed }) }
        }
        Some(known) => Verdict::Different {
            diff: diff(&known.text, &fresh.text),
            fresh: Fresh { path, snapshot: known.replaced(&text, &case.about) },
        },
    })
}

/// From one text to another, as a unified diff.
pub(super) fn diff(before: &str, after: &str) -> String {
    let (before, after) = (format!("{before}\n"), format!("{after}\n"));
    TextDiff::from_lines(before.as_str(), after.as_str())
        .unified_diff()
        .context_radius(3)
        .header("snapshot", "now")
        .to_string()
}
