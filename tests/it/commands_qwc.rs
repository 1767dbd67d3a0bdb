//! `ferrule qwc`: connections are made once, their passwords shown once.

use crate::commands_support::{Desk, URL};

fn element<'x>(xml: &'x str, name: &str) -> &'x str {
    let (_, rest) = xml.split_once(&format!("<{name}>")).unwrap();
    rest.split_once('<').unwrap().0
}

fn make(desk: &Desk, more: &[&str]) -> crate::commands_support::Said {
    let arguments = ["qwc", "--domain", "lakeside", "--name", "Lakeside Plating"];
    desk.run(&[&arguments, more].concat())
}

#[test]
fn a_connection_is_made_with_its_file_and_a_password_that_is_not_kept() {
    let desk = Desk::empty();
    let out = desk.path("l.qwc");
    let said = make(&desk, &["--url", URL, "--out", &out, "--path", r"C:\books\lakeside.qbw"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let password = said.out.lines().find_map(|line| line.strip_prefix("password")).unwrap().trim().to_owned();
    assert_eq!(password.len(), 27);
    let qwc = std::fs::read_to_string(&out).unwrap();
    assert_eq!(element(&qwc, "AppURL"), URL);
    assert_eq!(element(&qwc, "AppSupport"), "https://books.example.com/");
    assert_eq!(element(&qwc, "UserName"), "lakeside");
    assert_eq!(element(&qwc, "RunEveryNMinutes"), "10");
    let made = desk.file().made;
    assert_eq!((element(&qwc, "OwnerID"), element(&qwc, "FileID")), (&*made.owner_id, &*made.file_id));
    assert_eq!(made.path.as_deref(), Some(r"C:\books\lakeside.qbw"));
    assert!(made.password_hash.starts_with("$hmac-sha256$"));
    let kept = std::fs::read(desk.database()).unwrap();
    assert!(!kept.windows(password.len()).any(|window| window == password.as_bytes()));
    assert!(!qwc.contains(&password));
}

#[test]
fn the_file_can_be_written_again_and_the_password_replaced() {
    let desk = Desk::connected();
    let before = desk.file().made;
    let settings = desk.write("settings.yaml", "import_every: 25\n");
    let again =
        ["qwc", "--again", "--url", "http://localhost:8080/qbwc", "--out", "-", "--settings", &settings];
    let said = desk.run(&again);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(element(&said.out, "FileID"), before.file_id);
    assert_eq!(element(&said.out, "OwnerID"), before.owner_id);
    assert_eq!(element(&said.out, "RunEveryNMinutes"), "25");
    assert!(!said.err.contains("password"), "{said:?}");
    assert_eq!(desk.file().made, before);

    let made = desk.json(&["qwc", "--new-password"]);
    assert_eq!(made["password"].as_str().unwrap().len(), 27);
    let after = desk.file().made;
    assert_ne!(after.password_hash, before.password_hash);
    assert_eq!(after.file_id, before.file_id);
}

#[test]
fn two_connections_have_nothing_in_common() {
    let desk = Desk::connected();
    let out = desk.path("n.qwc");
    let second = ["qwc", "--domain", "north", "--name", "North", "--url", URL, "--out", &out];
    desk.well(&second);
    let all = ferrule::sync::stored::Store::company_files(&*desk.store()).unwrap();
    assert_eq!(all.len(), 2);
    assert_ne!(all[0].made.file_id, all[1].made.file_id);
    assert_ne!(all[0].made.owner_id, all[1].made.owner_id);
    desk.refused(&["read"], "say which with --company: `Lakeside Plating`, `North`");
    desk.refused(&["read", "--company", "Nort"], "did you mean `North`?");
    desk.well(&["read", "--company", "north"]);
    assert_eq!(desk.json(&["status"]).as_array().unwrap().len(), 2);
}

#[test]
fn what_is_wrong_is_found_before_anything_is_kept() {
    let desk = Desk::empty();
    for (url, words) in [
        ("http://books.example.com/qbwc", "QBWC1010"),
        ("https://192.0.2.7/qbwc", "QBWC1001"),
        ("books.example.com", "is not a URL"),
        ("https://books.example.com/other", "does not end in `/qbwc`"),
    ] {
        let said = make(&desk, &["--url", url, "--out", "-"]);
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
        assert!(said.err.contains(words), "{said:?}");
    }
    let cases: [(&[&str], &str); 4] = [
        (&["--url", URL, "--path", "lakeside.qbw"], "is not a full path"),
        (&["--url", URL, "--support", "https://example.org/"], "QBWC1000"),
        (&["--url", URL, "--settings", "no/such"], "cannot read `no/such`"),
        (&["--url", URL, "--out", "-", "--json"], "standard output"),
    ];
    for (more, words) in cases {
        let said = make(&desk, more);
        assert!(said.code == 1 && said.err.contains(words), "{words}: {said:?}");
    }
    for (text, words) in [
        ("time_zone: Ohio\n", "the time zone `Ohio` is not known"),
        ("sync_hours: 8-17\n", "the sync hours `8-17` are not written like"),
    ] {
        let settings = desk.write("settings.yaml", text);
        let said = make(&desk, &["--url", URL, "--out", "-", "--settings", &settings]);
        assert!(said.code == 1 && said.err.contains(words), "{words}: {said:?}");
        assert!(said.err.contains("settings.yaml:1:"), "{said:?}");
    }
    let known = desk.write("known.qwc", "x");
    let said = make(&desk, &["--url", URL, "--out", &known]);
    assert!(said.code == 1 && said.err.contains("is there already"), "{said:?}");
    assert!(!desk.database().exists());

    let desk = Desk::connected();
    let said = make(&desk, &["--url", URL, "--out", "-"]);
    assert!(said.code == 1 && said.err.contains("already"), "{said:?}");
    desk.refused(&["qwc", "--again", "--url", "http://example.com"], "QBWC1010");
    desk.refused(&["qwc", "--again"], "--url");
}

#[test]
fn without_a_database_or_with_a_wrong_one_the_commands_say_so() {
    let desk = Desk::empty();
    for command in [&["status"][..], &["read"], &["errors"], &["doctor"], &["play", "--all"], &["import"]] {
        desk.refused(command, "`ferrule qwc` makes one");
    }
    assert!(!desk.database().exists());
    std::fs::write(desk.database(), "this is no database, but a text that is long enough to be one").unwrap();
    desk.refused(&["status"], "cannot open");
}
