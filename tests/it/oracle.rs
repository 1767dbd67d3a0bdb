//! Intuit's files, by which we are judged and which are no part of the project.

use std::path::{Path, PathBuf};

/// The path of `name` under the directory that `FERRULE_ORACLE` names, or else `../shared`.
pub fn path(name: &str) -> PathBuf {
    let root = std::env::var_os("FERRULE_ORACLE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = root.join(name);
    assert!(path.exists(), "`{}` is missing: set FERRULE_ORACLE to the folder with oracle/", path.display());
    path
}

/// The text of `name` there.
pub fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap()
}

/// What Intuit's schema has against each of `lines`, which stand one per line within `around`
/// (the text before and the text after them) and hold no line break: the judge's complaint, if any.
pub fn judge(schema: &Path, around: (&str, &str), lines: &[String]) -> Vec<Option<String>> {
    // The judge's line numbers end at 65,535.
    lines.chunks(50_000).flat_map(|lines| judge_chunk(schema, around, lines)).collect()
}

fn judge_chunk(schema: &Path, (before, after): (&str, &str), lines: &[String]) -> Vec<Option<String>> {
    assert!(!before.contains('\n') && lines.iter().all(|line| !line.contains('\n')));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("instance.xml");
    std::fs::write(&file, format!("{before}\n{}\n{after}\n", lines.join("\n"))).unwrap();
    let output = std::process::Command::new("xmllint")
        .args(["--noout", "--huge", "--nonet", "--schema"])
        .args([schema, &file])
        .output()
        .expect("xmllint judges this test: install Debian's package libxml2-utils");
    let said = String::from_utf8_lossy(&output.stderr);
    let mut complaints = vec![None; lines.len()];
    let prefix = format!("{}:", file.display());
    for line in said.lines() {
        let Some((number, complaint)) = line.strip_prefix(&prefix).and_then(|rest| rest.split_once(':'))
        else {
            continue;
        };
        // The first line is what stands before.
        let place = number.parse::<usize>().unwrap().checked_sub(2);
        let place = place.filter(|place| *place < lines.len());
        let place = place.unwrap_or_else(|| panic!("not about an instance: {line}"));
        complaints[place].get_or_insert(complaint.trim().to_owned());
    }
    let accepted = complaints.iter().all(Option::is_none);
    // 0 is valid, 3 is not; anything else is a judge that could not do its work.
    let expected = if accepted { 0 } else { 3 };
    assert_eq!(output.status.code(), Some(expected), "{said}");
    complaints
}
