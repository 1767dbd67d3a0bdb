//! The cases in `fixtures/` against their snapshots, by insta. `ferrule test` reads the same files.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use ferrule::snapshots::{Case, RuleSets, find, run};

/// The folder of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All cases.
pub fn cases() -> Vec<Case> {
    let found = find(&[root().join("fixtures")]).unwrap();
    found.iter().map(|path| Case::read(path).unwrap()).collect()
}

/// The rules that these cases run under.
pub fn rules(cases: &[Case]) -> RuleSets {
    let layers = cases.iter().map(|case| case.layers.clone());
    RuleSets::compile(&[root().join("rules")], layers).unwrap()
}

/// The case's place below `fixtures/`, without its ending: `invoice/draft`.
pub fn name(case: &Case) -> String {
    let path = case.path.strip_prefix(root().join("fixtures")).unwrap();
    path.with_extension("").to_str().unwrap().replace('\\', "/")
}

#[test]
fn every_case_is_as_its_snapshot() {
    let cases = cases();
    let rules = rules(&cases);
    // Not stopping at the first, so that `cargo insta review` has all of them.
    let failed: Vec<String> = cases
        .iter()
        .filter(|case| {
            let text = run(case, &rules).unwrap();
            catch_unwind(AssertUnwindSafe(|| by_insta(case, &text))).is_err()
        })
        .map(name)
        .collect();
    assert_eq!(failed, [""; 0]);
}

fn by_insta(case: &Case, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(case.path.parent().unwrap());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(case.about.as_str());
    let stem = case.path.file_stem().unwrap().to_str().unwrap();
    settings.bind(|| insta::assert_snapshot!(stem, text));
}

#[test]
fn no_snapshot_is_without_its_case() {
    let snapshots: Vec<PathBuf> = cases().iter().map(Case::snapshot_path).collect();
    for folder in std::fs::read_dir(root().join("fixtures")).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let file = file.unwrap().path();
            let is_snapshot = file.extension().is_some_and(|ending| ending == "snap");
            assert!(!is_snapshot || snapshots.contains(&file), "{}", file.display());
        }
    }
}

#[test]
fn every_case_says_what_it_shows() {
    for case in cases() {
        assert!(case.about.ends_with('.'), "{}: {:?}", name(&case), case.about);
    }
}
