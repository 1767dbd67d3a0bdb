//! A language for the pages that cannot be used is refused before anything is begun.

use std::path::Path;
use std::process::Command;

use crate::loop_support::root;

fn serve(database: &Path, language: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrule"));
    command.current_dir(root()).args(["serve", "--listen", "127.0.0.1:0", "--database"]).arg(database);
    command.arg("--language").arg(language);
    command
}

#[test]
fn a_language_that_is_wrong_is_refused_with_its_lines() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("de.yaml");
    std::fs::write(
        &file,
        "language: de\ntexts:\n  \"Sign in\": \"Anmelden {jetzt}\"\n  \"Sing in\": \"Anmelden\"\n",
    )
    .unwrap();
    let output = serve(&folder.path().join("ferrule.db"), &file).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(told.contains("de.yaml:3: the English text has no {jetzt}"), "{told}");
    assert!(told.contains("de.yaml:4: no page says “Sing in” (did you mean `Sign in`?)"), "{told}");
    assert!(!folder.path().join("ferrule.db").exists(), "nothing was begun");
}
