//! What became of documents that were loaded.

use serde::Serialize;

use crate::sync::stored::{Held, Loaded, Merged};
use crate::sync::{LoadReport, ProblemView};

/// What became of documents that were loaded, as `ferrule load --json` writes it.
#[derive(Serialize, schemars::JsonSchema)]
pub struct LoadView<'r> {
    #[serde(flatten)]
    loaded: Loaded,
    /// How many documents are not kept.
    not_kept: usize,
    /// What is wrong with them, and with files; the first 1,000.
    problems: Vec<ProblemView<'r>>,
    /// How many problems there are besides.
    more_problems: usize,
    /// What is worth knowing about the others; the first 1,000.
    warnings: Vec<ProblemView<'r>>,
    /// How many warnings there are besides.
    more_warnings: usize,
    /// Documents that were imported before, and are Steelhead's own now.
    merged: &'r [Merged],
    /// Documents that may be ones that were imported, and wait for a person to say so.
    held: &'r [Held],
}

impl<'r> LoadView<'r> {
    /// That of a report.
    pub fn of(report: &'r LoadReport) -> Self {
        Self {
            loaded: report.loaded,
            not_kept: report.not_kept,
            problems: report.problems.first.iter().map(ProblemView::of).collect(),
            more_problems: report.problems.more,
            warnings: report.warnings.first.iter().map(ProblemView::of).collect(),
            more_warnings: report.warnings.more,
            merged: &report.merging.merged,
            held: &report.merging.held,
        }
    }
}
