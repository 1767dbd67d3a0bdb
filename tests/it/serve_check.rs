//! `ferrule serve --config FILE --check`: options from a file, looked through before they count.

use std::path::Path;

use assert_cmd::Command;
use ferrule::store::SqliteStore;

fn check(folder: &Path, more: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ferrule"))
        .args(["serve", "--config", "serve.yaml", "--check"])
        .args(more)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_options_that_the_package_installs_are_right() {
    let folder = tempfile::tempdir().unwrap();
    let packed = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/serve.yaml");
    std::fs::copy(packed, folder.path().join("serve.yaml")).unwrap();
    let (code, out, err) = check(folder.path(), &["--database", "ferrule.db"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.contains("`ferrule.db` is new: its tables will be made\n"), "{out}");
    assert!(out.contains("it will speak HTTP at 127.0.0.1:8080, to this machine only\n"), "{out}");
    assert!(!folder.path().join("ferrule.db").exists());
}

#[test]
fn each_of_the_options_in_comments_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let packed = include_str!("../../packaging/serve.yaml");
    let is_option = |line: &&str| {
        line.strip_prefix("# ")
            .is_some_and(|rest| rest.split_once(": ").is_some_and(|(name, _)| !name.contains(' ')))
    };
    let options: Vec<&str> = packed.lines().filter(is_option).collect();
    assert!(options.len() >= 6, "{options:?}");
    for option in options {
        std::fs::write(folder.path().join("serve.yaml"), option.trim_start_matches("# ")).unwrap();
        let (_, _, err) = check(folder.path(), &[]);
        assert!(!err.contains("there is no option") && !err.contains("invalid value"), "{option}: {err}");
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let said = "listen: 0.0.0.0:8080\ndatabase: nowhere/ferrule.db\nrules: [nothing]\nlanguage: none.yaml\nsteelhead: none.yaml\n";
    std::fs::write(folder.path().join("serve.yaml"), said).unwrap();
    let (code, out, err) = check(folder.path(), &[]);
    assert_eq!(code, Some(1));
    assert!(out.starts_with("no mail server is named: alerts do not go by e-mail\n"), "{out}");
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(lines.len(), 5, "{err}");
    assert!(lines[0].starts_with("error: cannot read `nothing`: "), "{err}");
    assert!(lines[1].ends_with("there is no folder `nowhere` to make it in"), "{err}");
    assert!(lines[2].starts_with("error: plain HTTP at `0.0.0.0:8080` would show passwords"), "{err}");
}

#[test]
fn the_command_line_counts_more_and_what_is_there_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("ferrule.db");
    drop(SqliteStore::open(&database).unwrap());
    std::fs::write(folder.path().join("serve.yaml"), "listen: 127.0.0.1:1\ndatabase: ferrule.db\n").unwrap();
    let (code, out, _) = check(folder.path(), &["--listen", "127.0.0.1:2"]);
    assert_eq!(code, Some(0));
    assert!(out.contains("`ferrule.db` is there\n") && out.contains("127.0.0.1:2"), "{out}");
    let hand = rusqlite::Connection::open(&database).unwrap();
    hand.execute("DELETE FROM refinery_schema_history WHERE version > 20", []).unwrap();
    let (_, out, _) = check(folder.path(), &[]);
    assert!(
        out.contains("`ferrule.db` is of an older version: its tables will be brought up to date\n"),
        "{out}"
    );
    let left: i64 =
        hand.query_one("SELECT max(version) FROM refinery_schema_history", [], |row| row.get(0)).unwrap();
    assert!(left <= 20, "{left}");
    std::fs::write(&database, "this is no database, whatever its name says").unwrap();
    assert_eq!(check(folder.path(), &[]).0, Some(1));
}
