//! The seeded mistakes, checked: code, place and help as the case says, the words as the snapshot says.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use rayon::prelude::*;

use super::case::{self, Outcome};

/// What there was to say of every case, by its file.
static OUTCOMES: LazyLock<Vec<(PathBuf, Outcome)>> = LazyLock::new(|| {
    let run = |(path, case): (PathBuf, case::Case)| {
        let outcome = case.run();
        (path, outcome)
    };
    case::all().into_par_iter().map(run).collect()
});

fn name(path: &Path) -> &str {
    path.file_stem().and_then(std::ffi::OsStr::to_str).unwrap()
}

#[test]
fn every_seeded_mistake_is_found_at_its_place() {
    let wrong = OUTCOMES.iter().filter(|(_, outcome)| !outcome.wrong.is_empty());
    let wrong: Vec<_> =
        wrong.map(|(path, outcome)| format!("{}\n{}", path.display(), outcome.wrong)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(OUTCOMES.len() >= 90, "{} seeded mistakes", OUTCOMES.len());
}

#[test]
fn every_diagnostic_reads_as_it_did() {
    let differs = |(path, outcome): &&(PathBuf, Outcome)| {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path.parent().unwrap());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let assert = || settings.bind(|| insta::assert_snapshot!(name(path), outcome.rendered));
        catch_unwind(AssertUnwindSafe(assert)).is_err()
    };
    let wrong: Vec<_> = OUTCOMES.iter().filter(differs).map(|(path, _)| path).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
