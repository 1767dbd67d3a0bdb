//! `ferrule demo` tells the same story each time.

use assert_cmd::Command;

#[test]
fn the_demo_tells_its_story() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_ferrule"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["demo", "--once", "--folder"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let story = String::from_utf8(output.stdout).unwrap();
    // The first line says where it listens and where everything is kept.
    let (_, story) = story.split_once('\n').unwrap();
    insta::assert_snapshot!(story);
}
