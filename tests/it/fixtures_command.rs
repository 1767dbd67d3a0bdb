//! The command `ferrule test`, as scripts and CI see it.

use std::path::Path;
use std::process::Output;

use crate::fixtures::root;

fn ferrule(folder: &Path, more: &[&str]) -> Output {
    assert_cmd::Command::cargo_bin("ferrule")
        .unwrap()
        .current_dir(root())
        .arg("test")
        .arg(folder)
        .args(more)
        .output()
        .unwrap()
}

fn case(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("case.yaml"), text).unwrap();
    folder
}

const PRODUCT: &str = "about: A product.\ndocuments: [ { object: product, id: 1, name: A } ]\n";

#[test]
fn the_exit_code_says_whether_all_is_the_same() {
    let folder = case(PRODUCT);
    let new = ferrule(folder.path(), &[]);
    assert_eq!(new.status.code(), Some(1));
    let told = String::from_utf8(new.stdout).unwrap();
    assert!(told.contains("\n+Plan: 0 to create"), "{told}");
    assert!(told.ends_with("1 case: 0 same, 1 new; `ferrule test --accept` takes the new output over\n"));

    let accepted = ferrule(folder.path(), &["--accept"]);
    assert_eq!(accepted.status.code(), Some(0));
    let told = String::from_utf8(accepted.stdout).unwrap();
    assert!(told.ends_with("1 case: 0 same, 1 new; 1 accepted\n"), "{told}");

    let same = ferrule(folder.path(), &[]);
    assert_eq!(same.status.code(), Some(0));
    assert_eq!(String::from_utf8(same.stdout).unwrap(), "1 case: 1 same\n");
}

#[test]
fn json_is_for_programs() {
    let folder = case(PRODUCT);
    let output = ferrule(folder.path(), &["--json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["new"], 1);
    assert_eq!(report["cases"][0]["result"], "new");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_broken_case_is_not_accepted() {
    let folder = case("about: A product.\ndocumens: []\n");
    let output = ferrule(folder.path(), &["--accept"]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("case.yaml:2:1: unknown key `documens`; did you mean `documents`?"), "{told}");
    assert!(!folder.path().join("case.snap").exists());
}

#[test]
fn a_folder_without_cases_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let output = ferrule(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("holds no case"), "{told}");
}
