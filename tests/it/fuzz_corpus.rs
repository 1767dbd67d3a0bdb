//! The corpus of every fuzz target, through the target's own code: what fuzzing once found stays mended.
//! `fuzz/README.md` says how to fuzz.

use std::path::Path;

#[path = "../../fuzz/src/documents.rs"]
mod documents;
#[path = "../../fuzz/src/responses.rs"]
mod responses;
#[path = "../../fuzz/src/rules.rs"]
mod rules;
#[path = "../../fuzz/src/session.rs"]
mod session;
#[path = "../../fuzz/src/soap.rs"]
mod soap;
#[path = "../../fuzz/src/valid.rs"]
mod valid;

fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let data = std::fs::read(&path).unwrap();
        let result = std::panic::catch_unwind(|| run(&data));
        assert!(result.is_ok(), "{}", path.display());
        count += 1;
    }
    assert!(count >= 20, "{count} files in {}", folder.display());
}

#[test]
fn calls() {
    replay("soap", soap::run);
}

#[test]
fn answers_of_quickbooks() {
    replay("responses", responses::run);
}

#[test]
fn sessions() {
    replay("session", session::run);
}

#[test]
fn rule_files() {
    replay("rules", rules::run);
}

#[test]
fn files_of_documents() {
    replay("documents", documents::run);
}
