//! Servers over one database that go by other rules are told: in the log, to the doctor, to Prometheus, on the page.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use chrono::{SubsecRound as _, TimeDelta, Utc};
use ferrule::people::Role;
use ferrule::store::{AnyStore, PostgresStore, SqliteStore};
use ferrule::sync::session::{RuleSet, Rulebooks, Sets};
use ferrule::sync::stored::{Moment, Server, ServerRules, ServerStore as _};
use ferrule::sync::{Muster, Presence, Turn, differ_for};

use crate::loop_support::{root, rulebook};
use crate::postgres::database;
use crate::servers_support::{Process, until};
use crate::web_support::{Pages, open};

/// The two kinds of databases, as far as they are installed.
fn stores() -> Vec<Arc<AnyStore>> {
    let mut all = vec![Arc::new(AnyStore::from(SqliteStore::in_memory().unwrap()))];
    all.extend(database().map(|at| Arc::new(AnyStore::from(PostgresStore::open(&at).unwrap()))));
    all
}

/// A set like the usual one whose files are others.
fn set(mark: &str) -> Arc<RuleSet> {
    let usual = Rulebooks::from(rulebook()).sets().usual;
    let mut set = Arc::into_inner(usual).unwrap();
    mark.clone_into(&mut set.fingerprint);
    Arc::new(set)
}

fn books(usual: &str, own: &[(&str, &str)]) -> Rulebooks {
    let own = own.iter().map(|(domain, mark)| ((*domain).to_owned(), Ok(set(mark)))).collect();
    Sets { usual: set(usual), own }.into()
}

fn server(store: &Arc<AnyStore>, id: &str, name: &str, rules: Rulebooks) -> Presence {
    Presence::new(store.clone(), rules, id.to_owned(), name.to_owned())
}

fn after(begin: Moment, seconds: i64) -> Moment {
    begin + TimeDelta::seconds(seconds)
}

#[test]
fn servers_that_differ_are_told_once_and_so_is_that_it_is_over() {
    for store in stores() {
        let begin = Utc::now();
        let (ours, theirs) = (books("old", &[]), books("old", &[]));
        let mut one = server(&store, "1", "alpha", ours.clone());
        let mut other = server(&store, "2", "beta", theirs.clone());
        for second in [0, 10, 20] {
            assert_eq!(one.look(after(begin, second)).unwrap(), None);
            assert_eq!(other.look(after(begin, second + 1)).unwrap(), None);
        }
        // One of them reads new rules. The other one may be about to.
        theirs.take(Sets { usual: set("new"), own: std::collections::BTreeMap::new() }, begin);
        assert_eq!(other.look(after(begin, 31)).unwrap(), None);
        assert_eq!(one.look(after(begin, 32)).unwrap(), None);
        let words = "the servers over this database go by other rules (beta by new; alpha by old): a visit that two of them \
                     share breaks off. Give all of them the same files, and let each read them again";
        assert_eq!(one.look(after(begin, 42)).unwrap(), Some(Turn::Differ(words.to_owned())));
        for second in [52, 62] {
            assert_eq!(one.look(after(begin, second)).unwrap(), None, "it is told once");
        }
        assert_eq!(Muster::of(&*store, after(begin, 62)).unwrap().servers.len(), 2);
        // The other one follows.
        ours.take(Sets { usual: set("new"), own: std::collections::BTreeMap::new() }, begin);
        assert_eq!(one.look(after(begin, 72)).unwrap(), None);
        assert_eq!(one.look(after(begin, 82)).unwrap(), Some(Turn::Agree));
        // One that dies counts for two minutes more, and its row goes; one that ends counts no more.
        theirs.take(Sets { usual: set("newest"), own: std::collections::BTreeMap::new() }, begin);
        other.look(after(begin, 90)).unwrap();
        assert!(Muster::of(&*store, after(begin, 150)).unwrap().differing.is_some());
        assert!(Muster::of(&*store, after(begin, 211)).unwrap().differing.is_none());
        one.look(after(begin, 900)).unwrap();
        assert_eq!(store.servers(begin).unwrap().len(), 1, "what nobody heard of is forgotten");
        one.leave().unwrap();
        assert!(store.servers(begin).unwrap().is_empty());
    }
}

#[test]
fn a_server_that_is_started_anew_takes_the_place_of_the_one_before() {
    for store in stores() {
        let begin = Utc::now();
        server(&store, "1", "alpha", books("old", &[])).look(begin).unwrap();
        server(&store, "2", "alpha", books("new", &[])).look(after(begin, 1)).unwrap();
        let muster = Muster::of(&*store, after(begin, 2)).unwrap();
        assert_eq!(muster.servers.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["2"]);
        assert!(muster.differing.is_none());
    }
}

#[test]
fn a_server_that_is_alone_writes_seldom_and_is_seen_all_the_same() {
    for store in stores() {
        // As a store keeps it, to the millisecond.
        let begin = Utc::now().trunc_subsecs(3);
        let ours = books("old", &[]);
        let mut one = server(&store, "1", "alpha", ours.clone());
        let mut written = std::collections::BTreeSet::new();
        for second in (0..=300).step_by(10) {
            one.look(after(begin, second)).unwrap();
            let servers = Muster::of(&*store, after(begin, second)).unwrap().servers;
            assert_eq!(servers.len(), 1, "it counts all the time");
            written.extend(servers.iter().map(|server| server.seen_at));
        }
        assert_eq!(written.len(), 7, "at first, and each 50 seconds");
        // Other rules are said at once. As soon as somebody else is there, both say each time that they run.
        ours.take(Sets { usual: set("new"), own: std::collections::BTreeMap::new() }, begin);
        let seen = |second: i64| {
            let servers = store.servers(begin).unwrap();
            servers.iter().find(|it| it.id == "1").unwrap().seen_at >= after(begin, second)
        };
        one.look(after(begin, 305)).unwrap();
        assert!(seen(305));
        server(&store, "2", "beta", ours.clone()).look(after(begin, 311)).unwrap();
        one.look(after(begin, 315)).unwrap();
        one.look(after(begin, 325)).unwrap();
        assert!(seen(325));
        // Whose row is gone writes another one.
        one.leave().unwrap();
        store.forget_server("2").unwrap();
        one.look(after(begin, 335)).unwrap();
        one.look(after(begin, 345)).unwrap();
        assert!(seen(335));
    }
}

#[test]
fn domains_of_their_own_are_compared_each_for_itself() {
    for store in stores() {
        let now = Utc::now();
        let own = [("lakeside", "zinc"), ("summit", "brass")];
        server(&store, "1", "alpha", books("usual", &own)).look(now).unwrap();
        // By name it differs for one domain; the other one that is named goes by the usual rules either way.
        let named = [("lakeside", "zinc 2"), ("summit", "brass"), ("shore", "usual")];
        server(&store, "2", "beta", books("usual", &named)).look(now).unwrap();
        let words = Muster::of(&*store, now).unwrap().differing.unwrap().words();
        assert!(
            words.contains("other rules for the domain `lakeside` (alpha by zinc; beta by zinc 2)"),
            "{words}"
        );
        let differs = |domain: &str| differ_for(&*store, domain, now).unwrap();
        assert_eq!(["lakeside", "summit", "shore", "elsewhere"].map(differs), [true, false, false, false]);
    }
}

#[test]
fn many_domains_are_told_in_short() {
    let store = stores().remove(0);
    let now = Utc::now();
    for (id, mark) in [("1", "a"), ("2", "b")] {
        let own = (0..40).map(|number| (format!("shop-{number:02}"), Some(mark.to_owned()))).collect();
        let rules = ServerRules { usual: "usual".to_owned(), own };
        let server = Server {
            id: id.to_owned(),
            name: format!("server {id}"),
            version: "1".to_owned(),
            seen_at: now,
            mark: rules.mark(),
        };
        store.note_server(&server, &rules, now).unwrap();
    }
    let words = Muster::of(&*store, now).unwrap().differing.unwrap().words();
    assert!(
        words.contains(
            "for 40 domains, among them `shop-00`, `shop-01`, `shop-02` (server 1 by a; server 2 by b)"
        ),
        "{words}"
    );
}

fn note(pages: &Pages, id: &str, usual: &str, acme: Option<&str>) {
    let own = acme.map(|mark| ("acme".to_owned(), Some(mark.to_owned()))).into_iter().collect();
    let rules = ServerRules { usual: usual.to_owned(), own };
    let (name, now) = (format!("server {id}"), Utc::now());
    let server =
        Server { id: id.to_owned(), name, version: "1".to_owned(), seen_at: now, mark: rules.mark() };
    pages.store.note_server(&server, &rules, now - TimeDelta::minutes(10)).unwrap();
}

#[test]
fn the_page_tells_administrators_whose_domain_it_is_about() {
    let pages = open();
    pages.company("acme", "Acme");
    let (mut administrator, mut clerk) = (pages.signed_in(Role::Administrator), pages.signed_in(Role::Clerk));
    let mut told = || {
        let page = administrator.get("/c/1/integrations").body;
        assert!(!page.contains("server 2"), "no tenant reads names of servers: {page}");
        page.contains("servers-differ")
    };
    note(&pages, "1", "old", None);
    assert!(!told());
    note(&pages, "2", "old", Some("own"));
    assert!(told());
    assert!(!clerk.get("/c/1/integrations").body.contains("servers-differ"));
    // It is about other domains only.
    note(&pages, "1", "other", Some("own"));
    assert!(!told());
}

/// A copy of the rules with one word more.
fn other_rules(folder: &Path) -> String {
    let to = folder.join("rules");
    assert!(Command::new("cp").arg("-r").arg(root().join("rules")).arg(&to).status().unwrap().success());
    let file = to.join("customer.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}\n# One word more.\n")).unwrap();
    to.display().to_string()
}

fn doctor(database: &str) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ferrule"))
        .args(["doctor", "--database", database])
        .current_dir(root())
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn two_servers_with_other_rules_tell_it_in_the_log_to_the_doctor_and_to_prometheus() {
    let Some(database) = database() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (log, rules) = (folder.path().join("log"), other_rules(folder.path()));
    let store = PostgresStore::open(&database).unwrap();
    let servers = || store.servers(Utc::now() - TimeDelta::minutes(1)).unwrap().len();
    let first = Process::start_logging(&database, &log, &["--metrics", "127.0.0.1:0"]);
    let line = first.told_next();
    let metrics = line.rsplit(' ').next().unwrap().trim().to_owned();
    let number = |name: &str| {
        let text = ureq::get(&metrics).call().unwrap().into_body().read_to_string().unwrap();
        let line = text.lines().find(|line| line.starts_with(&format!("{name} "))).map(str::to_owned);
        line.and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
    };
    until("the first one says that it runs", || servers() == 1);
    assert_eq!(doctor(&database), (Some(0), String::new()));
    let second = Process::start(&database, &["--rules", &rules]);
    until("the second one says that it runs", || servers() == 2);
    let (code, err) = doctor(&database);
    assert!(code == Some(1) && err.contains("go by other rules (") && err.contains(&second.address), "{err}");
    let logged = || std::fs::read_to_string(&log).unwrap();
    let told = || logged().matches("the servers over this database go by other rules").count();
    until("the log tells it", || told() > 0);
    until("Prometheus is told it", || number("ferrule_servers_differ") == Some(1.0));
    assert_eq!(number("ferrule_servers"), Some(2.0));
    // It ends, and takes its row with it.
    second.stop();
    assert_eq!(servers(), 1);
    until("the log tells that it is over", || logged().contains("go by the same rules again"));
    assert_eq!(told(), 1, "it is told once: {}", logged());
    until("Prometheus is told that it is over", || number("ferrule_servers_differ") == Some(0.0));
    assert_eq!(doctor(&database).0, Some(0));
}
