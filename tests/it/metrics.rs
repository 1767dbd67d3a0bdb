//! Numbers for Prometheus: over HTTP, on both databases, as Prometheus's own tool reads them.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use chrono::TimeDelta;
use ferrule::connector::service::{Class, Event, Served};
use ferrule::metrics::{Bounds, Counting, Listener, Meter};
use ferrule::store::{AnyStore, Database, PostgresStore, SqliteStore};
use ferrule::sync::session::Rulebooks;
use ferrule::sync::stored::{CompanyId, Ending, ExchangeKind, JobState, Moment, Reconciled};

use crate::loop_support::Shop;
use crate::servers_support::Process;
use crate::store_support::{at, change, company_file, document, exchange, item, key, step};

/// Nothing is kept from one question to the next.
const ALWAYS_NEW: Bounds = Bounds { labelled: 1_000, fresh: TimeDelta::zero() };

fn clock() -> Moment {
    at(100)
}

/// Both databases, empty.
fn stores() -> Vec<Arc<dyn Database>> {
    let file: Arc<dyn Database> = Arc::new(AnyStore::from(SqliteStore::in_memory().unwrap()));
    let server = crate::postgres::database()
        .map(|address| Arc::new(AnyStore::from(PostgresStore::open(&address).unwrap())) as Arc<dyn Database>);
    [Some(file), server].into_iter().flatten().collect()
}

fn get(url: &str) -> (u16, String, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent.get(url).call().unwrap();
    let kind = answer.headers().get("content-type").map(|it| it.to_str().unwrap().to_owned());
    (answer.status().as_u16(), kind.unwrap_or_default(), answer.body_mut().read_to_string().unwrap())
}

/// The numbers that a meter tells over HTTP.
fn read(meter: &Arc<Meter>) -> String {
    let listener = Listener::start(([127, 0, 0, 1], 0).into(), meter.clone()).unwrap();
    let (status, kind, text) = get(&format!("http://{}/metrics", listener.address()));
    assert_eq!((status, kind.as_str()), (200, "text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!(get(&format!("http://{}/", listener.address())).0, 404);
    understood(&text);
    text
}

/// What Prometheus's tool says of a text; nothing if it is right, or if the tool is not there.
pub fn understood(text: &str) {
    let started = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut tool) = started else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "promtool is needed: run tests/run.sh");
        return;
    };
    tool.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let said = tool.wait_with_output().unwrap();
    assert!(said.status.success(), "{}\n{text}", String::from_utf8_lossy(&said.stderr));
}

#[track_caller]
fn tells(text: &str, line: &str) {
    assert!(text.lines().any(|told| told == line), "{line} is not in\n{text}");
}

#[test]
fn the_numbers_of_company_files_are_those_of_the_store() {
    for store in stores() {
        let meter = Arc::new(Meter::new(store.clone(), Arc::new(Counting::default()), ALWAYS_NEW, clock));
        let shop = company_file(store.as_ref(), "Bob's \"best\" \\ shop");
        let idle = company_file(store.as_ref(), "idle");
        store.pause(idle, true).unwrap();
        store.note_contact(idle, at(1)).unwrap();
        a_visit(store.as_ref(), shop);
        let night = Reconciled {
            at: at(20),
            night: at(20),
            from: "2026-09-01".to_owned(),
            to: "2026-09-30".to_owned(),
            transactions: 9,
            differing: 4,
            words: String::new(),
        };
        store.keep_reconciled(shop, &night).unwrap();
        let text = read(&meter);
        for line in [
            "ferrule_database_up 1.0",
            "ferrule_company_files 2.0",
            "ferrule_company_file_info{company=\"1\",name=\"Bob's \\\"best\\\" \\\\ shop\"} 1.0",
            "ferrule_last_contact_timestamp_seconds{company=\"1\"} 1790000018.0",
            "ferrule_last_sync_timestamp_seconds{company=\"1\"} 1790000018.0",
            "ferrule_oldest_queued_timestamp_seconds{company=\"1\"} 1790000005.0",
            "ferrule_jobs{company=\"1\",state=\"queued\"} 2.0",
            "ferrule_jobs{company=\"1\",state=\"outcome_unknown\"} 1.0",
            "ferrule_jobs{company=\"1\",state=\"failed\"} 1.0",
            "ferrule_jobs{company=\"1\",state=\"rejected\"} 0.0",
            "ferrule_jobs{company=\"2\",state=\"queued\"} 0.0",
            "ferrule_unanswered_writes{company=\"1\"} 1.0",
            "ferrule_unanswered_writes{company=\"2\"} 0.0",
            "ferrule_paused{company=\"2\"} 1.0",
            "ferrule_reconciled_differing{company=\"1\"} 4.0",
            "ferrule_exchanges_total{kind=\"write\"} 1",
            "ferrule_session_seconds_count{ending=\"finished\"} 1",
            "ferrule_session_seconds_sum{ending=\"finished\"} 12.0",
            "ferrule_session_seconds_bucket{ending=\"finished\",le=\"5\"} 0",
            "ferrule_session_seconds_bucket{ending=\"finished\",le=\"15\"} 1",
        ] {
            tells(&text, line);
        }
        assert!(!text.contains("last_contact_timestamp_seconds{company=\"2\"}"), "it is paused\n{text}");
        assert!(!text.contains("state=\"done\""), "{text}");
        // What ended is told once.
        tells(&read(&meter), "ferrule_session_seconds_count{ending=\"finished\"} 1");
    }
}

/// One session from 6 to 18 with a write that is never answered; five documents, of which one is done.
fn a_visit(store: &dyn Database, shop: CompanyId) {
    let documents: Vec<_> = ["1", "2", "3", "4", "5"].map(|id| document("invoice", id, "1")).into();
    store.load(shop, &documents, at(4)).unwrap();
    let keys: Vec<_> = ["1", "2", "3", "4", "5"].map(|id| key("invoice", id)).into();
    store.play(shop, &keys, at(5)).unwrap();
    let jobs = store.due_jobs(shop, at(6), 9).unwrap();
    let session = store.begin_session(shop, "ticket", at(6)).unwrap();
    let mut commit = step(session.id, 8);
    commit.opened =
        Some(exchange(ExchangeKind::Write, vec![item("1", Some(keys[0].clone()), &[jobs[0].id])]));
    commit.jobs = vec![
        change(jobs[0].id, JobState::OutcomeUnknown),
        change(jobs[1].id, JobState::Failed),
        change(jobs[2].id, JobState::Done),
    ];
    store.commit(shop, &commit).unwrap();
    let mut last = step(session.id, 18);
    last.ending = Some(Ending::Finished);
    last.is_synced = true;
    store.commit(shop, &last).unwrap();
}

#[test]
fn company_files_beyond_the_bound_are_told_together() {
    for store in stores() {
        for number in 0..6 {
            let file = company_file(store.as_ref(), &format!("shop {number}"));
            store.load(file, &[document("invoice", "1", "1")], at(number)).unwrap();
            store.play(file, &[key("invoice", "1")], at(number)).unwrap();
            store.note_contact(file, at(50 - number)).unwrap();
        }
        let bounds = Bounds { labelled: 2, ..ALWAYS_NEW };
        let text = read(&Arc::new(Meter::new(store, Arc::new(Counting::default()), bounds, clock)));
        tells(&text, "ferrule_company_files 6.0");
        tells(&text, "ferrule_jobs{company=\"2\",state=\"queued\"} 1.0");
        tells(&text, "ferrule_jobs{company=\"other\",state=\"queued\"} 4.0");
        tells(&text, "ferrule_oldest_queued_timestamp_seconds{company=\"other\"} 1790000002.0");
        tells(&text, "ferrule_last_contact_timestamp_seconds{company=\"other\"} 1790000045.0");
        assert!(!text.contains("company=\"3\"") && !text.contains("shop 2"), "{text}");
    }
}

#[test]
fn what_was_gathered_counts_for_a_while() {
    let store: Arc<dyn Database> = Arc::new(AnyStore::from(SqliteStore::in_memory().unwrap()));
    let meter = |fresh| {
        let bounds = Bounds { fresh, ..ALWAYS_NEW };
        Meter::new(store.clone(), Arc::new(Counting::default()), bounds, clock)
    };
    let (kept, asked) = (meter(TimeDelta::seconds(5)), meter(TimeDelta::zero()));
    company_file(store.as_ref(), "late");
    tells(&kept.text().unwrap(), "ferrule_company_files 0.0");
    tells(&asked.text().unwrap(), "ferrule_company_files 1.0");
}

#[test]
fn documents_that_differ_are_counted_where_something_changed() {
    let shop = Shop::new();
    shop.load(&crate::loop_support::DOCUMENTS);
    let store: Arc<dyn Database> = shop.store.clone();
    let counting = Arc::new(Counting::default());
    let meter = Meter::new(store.clone(), counting.clone(), ALWAYS_NEW, clock);
    assert!(!meter.text().unwrap().contains("ferrule_documents_differ{"), "nobody has counted");
    let rules = Rulebooks::from(shop.rules.clone());
    let rounds = |expected: usize| {
        let mut looked = 0;
        counting.round(store.as_ref(), &rules, &mut |_| looked += 1).unwrap();
        assert_eq!(looked, expected);
    };
    rounds(1);
    rounds(0);
    tells(&meter.text().unwrap(), "ferrule_documents_differ{company=\"1\"} 0.0");
    store.load(shop.company, &[document("invoice", "another", "1")], at(0)).unwrap();
    rounds(1);
}

#[test]
fn what_the_service_does_is_counted() {
    let store: Arc<dyn Database> = Arc::new(AnyStore::from(SqliteStore::in_memory().unwrap()));
    let meter = Arc::new(Meter::new(store, Arc::new(Counting::default()), ALWAYS_NEW, clock));
    let observer = meter.observer();
    observer(Served { class: Class::Page, status: 200, took: std::time::Duration::from_millis(30) });
    observer(Served { class: Class::Page, status: 404, took: std::time::Duration::from_millis(2) });
    let heard = Arc::new(parking_lot::Mutex::new(0));
    let next = heard.clone();
    let journal = meter.journal(Arc::new(move |_| *next.lock() += 1));
    let from = [127, 0, 0, 1].into();
    journal(&Event::WrongPassword { user_name: "a customer's name".to_owned(), from });
    assert_eq!(*heard.lock(), 1, "the log is told too");
    let text = read(&meter);
    for line in [
        "ferrule_http_requests_total{class=\"page\",status=\"2xx\"} 1",
        "ferrule_http_requests_total{class=\"page\",status=\"4xx\"} 1",
        "ferrule_http_request_seconds_bucket{class=\"page\",le=\"0.025\"} 1",
        "ferrule_http_request_seconds_bucket{class=\"page\",le=\"0.05\"} 2",
        "ferrule_events_total{kind=\"wrong_password\"} 1",
        "ferrule_events_total{kind=\"limited\"} 0",
    ] {
        tells(&text, line);
    }
    assert!(!text.contains("customer"), "{text}");
}

#[test]
fn a_server_tells_them_where_it_was_told_to_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("ferrule.db");
    let database = database.to_str().unwrap();
    let server = Process::start(database, &["--metrics", "127.0.0.1:0"]);
    let told = server.told_next();
    let address = told.trim().rsplit(' ').next().unwrap();
    assert!(address.ends_with("/metrics"), "{told}");
    assert_eq!(get(&format!("{}/healthz", server.url())).0, 200);
    let (status, _, public) = get(&format!("{}/metrics", server.url()));
    assert!(status != 200 || !public.contains("ferrule_"), "{public}");
    let (status, _, text) = get(address);
    assert_eq!(status, 200);
    understood(&text);
    tells(&text, "ferrule_http_requests_total{class=\"health\",status=\"2xx\"} 1");
    tells(&text, "ferrule_database_up 1.0");
}

/// The numbers of as many company files as have labels of their own: less than a megabyte.
#[test]
fn a_thousand_company_files_take_less_than_a_megabyte() {
    for store in stores() {
        let keys: Vec<_> = (0..20).map(|id| key("invoice", &id.to_string())).collect();
        for number in 0..1_000 {
            let file = company_file(store.as_ref(), &format!("shop {number}"));
            let documents: Vec<_> = keys.iter().map(|key| document("invoice", &key.id, "1")).collect();
            store.load(file, &documents, at(0)).unwrap();
            store.play(file, &keys[..10], at(0)).unwrap();
        }
        let meter = Meter::new(store, Arc::new(Counting::default()), ALWAYS_NEW, clock);
        let text = meter.text().unwrap();
        assert!(text.len() < 1 << 20, "{} bytes", text.len());
        tells(&text, "ferrule_jobs{company=\"1000\",state=\"queued\"} 10.0");
    }
}

/// The names of all numbers there are.
fn names(text: &str) -> BTreeSet<&str> {
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    types.filter_map(|rest| rest.split(' ').next()).collect()
}

#[test]
fn the_board_and_the_alerts_name_only_numbers_that_there_are() {
    let store: Arc<dyn Database> = Arc::new(AnyStore::from(SqliteStore::in_memory().unwrap()));
    let meter = Meter::new(store.clone(), Arc::new(Counting::default()), ALWAYS_NEW, clock);
    a_visit(store.as_ref(), company_file(store.as_ref(), "shop"));
    meter.observer()(Served { class: Class::Page, status: 200, took: std::time::Duration::ZERO });
    let text = meter.text().unwrap();
    let known = names(&text);
    let is_known = |named: &str| {
        let of_histogram = ["_bucket", "_sum", "_count"].iter().find_map(|part| named.strip_suffix(part));
        known.contains(named) || of_histogram.is_some_and(|name| known.contains(name))
    };
    let pattern = regex::Regex::new(r"ferrule_[a-z_]+").unwrap();
    let board: serde_json::Value =
        serde_json::from_str(include_str!("../../packaging/monitoring/ferrule.grafana.json")).unwrap();
    let panels = board["panels"].as_array().unwrap();
    let queries: Vec<&str> = panels
        .iter()
        .flat_map(|panel| panel["targets"].as_array().into_iter().flatten())
        .map(|target| target["expr"].as_str().unwrap())
        .chain(
            board["templating"]["list"].as_array().unwrap().iter().filter_map(|it| it["definition"].as_str()),
        )
        .collect();
    assert!(panels.len() >= 12 && queries.len() >= panels.len(), "{queries:?}");
    let rules = include_str!("../../packaging/monitoring/ferrule.rules.yaml");
    for query in queries.into_iter().chain([rules]) {
        assert!(pattern.is_match(query), "{query}");
        for named in pattern.find_iter(query) {
            assert!(is_known(named.as_str()), "{} in {query}", named.as_str());
        }
    }
}

#[test]
fn the_alerts_come_when_they_should() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let said =
        Command::new("promtool").args(["test", "rules", "tests/monitoring.yaml"]).current_dir(root).output();
    let Ok(said) = said else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "promtool is needed: run tests/run.sh");
        return;
    };
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
    // Each query of the board can be read by Prometheus, too: as a rule of its own.
    let board: serde_json::Value =
        serde_json::from_str(include_str!("../../packaging/monitoring/ferrule.grafana.json")).unwrap();
    let targets = board["panels"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|panel| panel["targets"].as_array().into_iter().flatten());
    let rules: Vec<_> = targets
        .enumerate()
        .map(|(number, target)| {
            let expr =
                target["expr"].as_str().unwrap().replace("$__rate_interval", "5m").replace("$company", "1");
            serde_json::json!({"record": format!("query:{number}"), "expr": expr})
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queries.json");
    std::fs::write(&file, serde_json::json!({"groups": [{"name": "board", "rules": rules}]}).to_string())
        .unwrap();
    for rules in [file.as_path(), &root.join("packaging/monitoring/ferrule.rules.yaml")] {
        let said = Command::new("promtool").args(["check", "rules"]).arg(rules).output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    }
}
