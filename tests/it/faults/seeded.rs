//! The seeded mistakes, checked: code, place and help as the case says, the words as the snapshot says.

use std::path::Path;

use rayon::prelude::*;

use super::case::{self, Case, Outcome};

fn outcomes() -> Vec<(std::path::PathBuf, Case, Outcome)> {
    let run = |(path, case): (_, Case)| {
        let outcome = case.run();
        (path, case, outcome)
    };
    case::all().into_par_iter().map(run).collect()
}

fn name(path: &Path) -> &str {
    path.file_stem().and_then(std::ffi::OsStr::to_str).unwrap()
}

#[test]
fn every_seeded_mistake_is_found_at_its_place() {
    let outcomes = outcomes();
    let wrong = outcomes.iter().filter(|(.., outcome)| !outcome.wrong.is_empty());
    let wrong: Vec<_> = wrong.map(|(path, case, outcome)| format!("{}: {}\n{}", name(path), case.about, outcome.wrong)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(outcomes.len() >= 90, "{} seeded mistakes", outcomes.len());
}

#[test]
fn every_diagnostic_reads_as_it_did() {
    insta::glob!("../../faults", "**/*.yaml", |path| {
        let case: Case = serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path.parent().unwrap());
        settings.set_prepend_module_to_snapshot(false);
        settings.remove_snapshot_suffix();
        settings.remove_input_file();
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name(path), case.run().rendered));
    });
}
