//! Every test runs: none is in a file that nobody names, and what is left out on a machine without
//! Intuit's files is left out by name.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::fixtures::root;

/// Why a test may be left out. `tests/run.sh` runs or lists all that have it.
const REASON: &str = r#"#[ignore = "needs Intuit's files: see tests/run.sh"]"#;

/// All files of Rust in a folder and those below it.
fn rust_files(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| match path.extension() {
        _ if path.is_dir() => rust_files(&path),
        Some(ending) if ending == "rs" => BTreeSet::from([path]),
        _ => BTreeSet::new(),
    });
    files.collect()
}

/// The file of a module, and all files of the modules that are declared in it. `folder` holds those.
fn reached(file: &Path, folder: &Path, found: &mut BTreeSet<PathBuf>) {
    found.insert(file.to_owned());
    let text = std::fs::read_to_string(file).unwrap();
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        if line.starts_with("#[path") {
            // A file of `src` that is tested here: Cargo builds it there as well.
            lines.next();
            continue;
        }
        let declared = line.strip_prefix("pub ").unwrap_or(line).strip_prefix("mod ");
        let Some(name) = declared.and_then(|rest| rest.strip_suffix(';')) else { continue };
        let inner = folder.join(name);
        let own = [folder.join(format!("{name}.rs")), inner.join("mod.rs")];
        let own = own.iter().find(|file| file.exists());
        reached(own.unwrap_or_else(|| panic!("{}: `{line}` has no file", file.display())), &inner, found);
    }
}

#[test]
fn no_file_of_tests_is_left_out() {
    let folder = root().join("tests/it");
    let mut found = BTreeSet::new();
    reached(&folder.join("main.rs"), &folder, &mut found);
    let all = rust_files(&folder);
    let orphans: Vec<_> = all.difference(&found).collect();
    assert!(orphans.is_empty(), "no `mod` line leads to {orphans:?}");
    assert!(found.len() > 100, "only {} files were found", found.len());
}

#[test]
fn what_may_be_left_out_says_why() {
    let mut proofs = 0;
    for file in ["src", "tests"].iter().flat_map(|folder| rust_files(&root().join(folder))) {
        let text = std::fs::read_to_string(&file).unwrap();
        for line in text.lines().map(str::trim).filter(|line| line.starts_with("#[ignore")) {
            assert_eq!(line, REASON, "{}", file.display());
            proofs += 1;
        }
    }
    assert!(proofs > 10, "only {proofs} proofs");
}

/// A case that failed a property is kept below `tests/`: the tests of `src` must say so, each.
#[test]
fn cases_that_failed_are_kept_below_tests() {
    for file in rust_files(&root().join("src")) {
        let text = std::fs::read_to_string(&file).unwrap();
        let (properties, kept) =
            (text.matches("proptest! {").count(), text.matches("crate::testing::config()").count());
        assert_eq!(properties, kept, "{}: each `proptest!` begins with this config", file.display());
    }
}

/// Who says where Intuit's files are, and continuous integration, wants the proofs.
#[test]
fn proofs_that_are_wanted_are_not_left_out() {
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    let is_wanted = is_ci || std::env::var_os("FERRULE_ORACLE").is_some();
    let is_asked = std::env::args().any(|argument| ["--include-ignored", "--ignored"].contains(&&*argument));
    assert!(is_asked || !is_wanted, "to run the proofs as well: cargo test -- --include-ignored");
}
