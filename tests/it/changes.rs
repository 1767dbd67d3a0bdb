//! Changes that shops ask for, each a layer of its own below `tests/changes`, written from the handbook as an administrator would:
//! `layer` holds the rule files, `case.yaml` the documents, `case.snap` the plan with its requests. The handbook's cook book
//! shows some of them.

use std::path::PathBuf;

use ferrule::rules::{RuleFiles, compile, render};
use ferrule::snapshots::{Snapshot, Verdict, check_all};

use crate::fixtures::root;

/// The folders of the changes.
fn changes() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("tests/changes")).unwrap();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

#[test]
fn every_change_is_checked_without_a_finding() {
    let all = changes();
    assert!(all.len() >= 21, "{} changes", all.len());
    let told = |folder: &PathBuf| {
        let files = RuleFiles::read(&[root().join("rules"), folder.join("layer")]).unwrap();
        let compiled = compile(&files);
        render::render(&compiled.diagnostics, &compiled.sources, false)
    };
    let told: String = all.iter().map(told).collect();
    assert_eq!(told, "");
}

/// `FERRULE_UPDATE=1` writes the snapshots anew.
#[test]
fn every_change_makes_the_requests_that_were_looked_at() {
    let update = std::env::var_os("FERRULE_UPDATE").is_some();
    let mut wrong = Vec::new();
    for folder in changes() {
        let rules = [root().join("rules"), folder.join("layer")];
        for checked in check_all(&rules, &[folder.join("case.yaml")]).unwrap() {
            match checked.verdict.fresh() {
                Some(fresh) if update => fresh.accept().unwrap(),
                None if matches!(checked.verdict, Verdict::Same { .. }) => {}
                _ => wrong.push(format!("{}: {:?}", folder.display(), checked.verdict)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A change whose document was refused would prove nothing.
#[test]
fn no_change_refuses_its_document() {
    for folder in changes() {
        let snapshot = Snapshot::read(&folder.join("case.snap")).unwrap().unwrap();
        assert!(!snapshot.text.contains("! reject"), "{}", folder.display());
        assert!(
            snapshot.text.contains("Rq ") || snapshot.text.contains("importable"),
            "{}",
            folder.display()
        );
    }
}
