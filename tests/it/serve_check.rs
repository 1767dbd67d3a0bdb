//! `ferrule serve --config FILE --check`: options from a file, looked through before they count.

use std::path::Path;

use assert_cmd::Command;
use ferrule::connector::service::certificate_problems;
use ferrule::store::SqliteStore;
use ferrule::sync::stored::Store as _;

use crate::service_doors::self_signed;

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

/// A certificate of two days for `localhost`, and a file of options that names it.
fn with_certificate(folder: &Path, url: &str) {
    crate::service_doors::certificate(folder);
    let said = format!(
        "database: ferrule.db\nlisten: 127.0.0.1:0\ncertificate: certificate.pem\nkey: key.pem\nurl: {url}\n"
    );
    std::fs::write(folder.join("serve.yaml"), said).unwrap();
}

fn doctor(folder: &Path) -> (Option<i32>, String) {
    doctor_with(folder, &[])
}

fn doctor_with(folder: &Path, more: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ferrule"))
        .args(["doctor", "--database", "ferrule.db", "--serve", "serve.yaml"])
        .args(more)
        .current_dir(folder)
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_certificate_that_will_not_do_is_told_and_keeps_no_service_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(&folder.path().join("ferrule.db")).unwrap());
    with_certificate(folder.path(), "https://books.shop.example/qbwc");
    let (code, out, err) = check(folder.path(), &[]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("it will speak HTTPS at 127.0.0.1:0\n"), "{out}");
    let lines: Vec<&str> = err.lines().collect();
    let over = "warning: `certificate.pem`: the certificate is over on 2";
    assert!(lines[0].starts_with(over) && lines[0].ends_with(": renew it"), "{err}");
    let name = "warning: `certificate.pem`: the certificate is not for `books.shop.example`, the name in the address of the service";
    assert_eq!(lines[1..], [name]);
    // For the doctor they are problems.
    let (code, err) = doctor(folder.path());
    assert_eq!(code, Some(1));
    assert!(err.contains("is over on") && err.contains("is not for `books.shop.example`"), "{err}");
    with_certificate(folder.path(), "https://localhost/qbwc");
    let (_, err) = doctor(folder.path());
    assert!(err.contains("is over on") && !err.contains("is not for"), "{err}");
}

#[test]
fn certificates_are_looked_at_with_their_authorities() {
    let folder = tempfile::tempdir().unwrap();
    let [one, other] = ["one", "other"].map(|name| {
        let folder = folder.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        crate::service_doors::certificate(&folder);
        std::fs::read_to_string(folder.join("certificate.pem")).unwrap()
    });
    let path = folder.path().join("chain.pem");
    let problems = |text: &str, days: i64| {
        std::fs::write(&path, text).unwrap();
        let now = chrono::Utc::now() + chrono::TimeDelta::days(days);
        certificate_problems(&path, Some("localhost"), now).unwrap()
    };
    // Both say that `localhost` made them: the order is right.
    assert_eq!(problems(&format!("{one}{other}"), 1).len(), 2, "both are over soon");
    let past = problems(&one, 400);
    assert!(past[0].contains("is over since") && past.len() == 1, "{past:?}");
    let early = problems(&one, -400);
    assert!(early[0].contains("is the clock of this machine right?"), "{early:?}");
    let stranger = self_signed("somebody", 90).args(["-keyout", "/dev/null"]).output().unwrap();
    let stranger = String::from_utf8(stranger.stdout).unwrap();
    let mixed = problems(&format!("{one}{stranger}"), 1);
    assert!(
        mixed.iter().any(|problem| problem.contains("certificate 2 in it is not that of the authority")),
        "{mixed:?}"
    );
    std::fs::write(&path, "no certificate").unwrap();
    assert!(certificate_problems(&path, None, chrono::Utc::now()).is_err());
}

#[test]
fn the_doctor_looks_through_the_options_and_at_the_clock() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("ferrule.db")).unwrap();
    let shop = crate::store_support::company_file(&store, "shop");
    std::fs::write(folder.path().join("serve.yaml"), "database: ferrule.db\nlisten: 127.0.0.1:1\n").unwrap();
    let (_, err) = doctor(folder.path());
    assert!(!err.contains("clock"), "{err}");
    store.note_contact(shop, chrono::Utc::now() + chrono::TimeDelta::hours(3)).unwrap();
    let said = "database: ferrule.db\nlisten: 127.0.0.1:1\nmetrics: 127.0.0.1:1\nlanguage: none.yaml\nhistory: nowhere/history\nkeep-exchanges: 9\n";
    std::fs::write(folder.path().join("serve.yaml"), said).unwrap();
    let (code, err) = doctor(folder.path());
    assert_eq!(code, Some(1));
    for problem in [
        "error: shop: the last visit was 2 hours from now: is the clock of this machine right?",
        "error: `127.0.0.1:1` is where the service listens: Prometheus needs an address of its own",
        "error: cannot read `none.yaml`",
        "error: cannot use `nowhere`",
    ] {
        assert!(err.contains(problem), "{problem} is not in\n{err}");
    }
    std::fs::write(folder.path().join("serve.yaml"), "listne: 127.0.0.1:1\n").unwrap();
    let (_, err) = doctor(folder.path());
    assert!(err.contains("serve.yaml:1: there is no option `listne`; did you mean `listen`?"), "{err}");
}

#[test]
fn the_doctor_says_that_it_called_nobody_behind_a_proxy_without_an_address() {
    let folder = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(&folder.path().join("ferrule.db")).unwrap());
    let options = "database: ferrule.db\nlisten: 127.0.0.1:1\nbehind-proxy: true\n";
    std::fs::write(folder.path().join("serve.yaml"), options).unwrap();
    let (code, err) = doctor(folder.path());
    let said = "warning: no address was called, because `serve.yaml` names no `url`: add `url: https://...` with the \
        address in the .qwc file, or give it with --url\n";
    assert_eq!((code, err.as_str()), (Some(0), said));
    // Who wants no call is not told of one, and a service for this machine alone has an address of its own.
    let (_, err) = doctor_with(folder.path(), &["--no-call"]);
    assert!(!err.contains("no address was called"), "{err}");
    std::fs::write(folder.path().join("serve.yaml"), "database: ferrule.db\nlisten: 127.0.0.1:1\n").unwrap();
    let (_, err) = doctor(folder.path());
    assert!(!err.contains("no address was called"), "{err}");
}
