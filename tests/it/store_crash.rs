//! A process that is killed in the middle of its commits leaves a store that opens, holds every step
//! that was confirmed, and no half of any.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ferrule::store::{AnyStore, Place};
use ferrule::sync::stored::{Closed, CompanyId, ExchangeId, ExchangeKind, JobState, SessionId, Store};

use crate::store_support::{at, change, company_file, document, exchange, item, key, record, step};

/// Names the store to the process that is going to be killed.
const STORE: &str = "FERRULE_TEST_CRASH_STORE";
/// Records that each step changes.
const RECORDS: usize = 200;
const KILLS: u64 = 12;

#[test]
fn a_killed_process_leaves_whole_steps() {
    let folder = tempfile::tempdir().unwrap();
    kill(folder.path().join("ferrule.db").to_str().unwrap(), 1);
    if let Some(address) = crate::postgres::database() {
        // A step is several messages to a server.
        kill(&address, 6);
    }
}

fn kill(place: &str, slower: u64) {
    let store = open(place);
    let shop = company_file(&store, "shop");
    store.load(shop, &[document("customer", "1", "a")], at(0)).unwrap();
    store.play(shop, &[key("customer", "1")], at(0)).unwrap();
    drop(store);
    let mut confirmed = 0;
    for kill in 0..KILLS {
        let child = begin(place);
        std::thread::sleep(Duration::from_millis(slower * (20 + kill * 7)));
        confirmed = last_confirmed(child, confirmed);
        let store = open(place);
        // Behind whatever a server still does for the one that was killed.
        store.note_contact(shop, at(3)).unwrap();
        let number = whole_steps(&store, shop);
        assert!(number == confirmed || number == confirmed + 1, "confirmed {confirmed}, kept {number}");
        assert_eq!(store.examine().unwrap(), Vec::<String>::new());
        confirmed = number;
    }
    assert!(confirmed > 2 * KILLS, "too few steps to prove anything: {confirmed}");
}

fn open(place: &str) -> AnyStore {
    AnyStore::open(&place.parse::<Place>().unwrap()).unwrap()
}

fn begin(place: &str) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["store_crash::steps_until_killed", "--exact", "--nocapture"])
        .env(STORE, place)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // Not before the first step: opening takes its time.
    let mut first = [0; 1];
    let stdout = child.stdout.as_mut().unwrap();
    while first != *b"#" {
        std::io::Read::read_exact(stdout, &mut first).unwrap();
    }
    child
}

/// Kills the process, and gives the last step that it saw confirmed.
fn last_confirmed(mut child: Child, before: u64) -> u64 {
    child.kill().unwrap();
    child.wait().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).split(b'\n');
    // The last line may be cut off: a step is confirmed when its line is whole.
    let whole = |line: Vec<u8>| {
        String::from_utf8(line).unwrap().strip_suffix('.')?.trim_start_matches('#').parse().ok()
    };
    lines.filter_map(|line| whole(line.unwrap())).last().unwrap_or(before)
}

/// The number of the last step, which everything that it changed must bear.
fn whole_steps(store: &dyn Store, shop: CompanyId) -> u64 {
    let history = store.history(shop, None, usize::MAX).unwrap();
    let number = u64::try_from(history.len()).unwrap();
    let mut records = 0;
    store
        .records(shop, &mut |record| {
            assert_eq!(record.edit_sequence, number.to_string());
            records += 1;
        })
        .unwrap();
    assert_eq!(records, if number == 0 { 0 } else { RECORDS });
    for (age, exchange) in history.iter().enumerate() {
        assert_eq!(exchange.items.len(), 1);
        assert_eq!(exchange.answered_at.is_none(), age == 0, "only the last is open");
    }
    let job = store.jobs(shop, None).unwrap().remove(0);
    assert_eq!(u64::from(job.attempts), number);
    assert_eq!(job.state, if number == 0 { JobState::Queued } else { JobState::Sent });
    number
}

/// Is no test by itself and does nothing then: the one above runs it in a process of its own, and kills it.
#[test]
fn steps_until_killed() {
    let Ok(place) = std::env::var(STORE) else { return };
    let store = open(&place);
    let shop = store.company_files().unwrap()[0].id;
    let mut last = store.history(shop, None, 1).unwrap().first().map(|exchange| exchange.id);
    let mut number = store.history(shop, None, usize::MAX).unwrap().len();
    let ticket = format!("ticket {number} {}", std::process::id());
    let session = store.begin_session(shop, &ticket, at(1)).unwrap().id;
    let mut out = std::io::stdout();
    writeln!(out, "#").unwrap();
    loop {
        number += 1;
        last = Some(one_step(&store, shop, session, number, last));
        writeln!(out, "{number}.").unwrap();
    }
}

fn one_step(
    store: &dyn Store,
    shop: CompanyId,
    session: SessionId,
    number: usize,
    last: Option<ExchangeId>,
) -> ExchangeId {
    let job = store.jobs(shop, None).unwrap().remove(0);
    let mut commit = step(session, 2);
    commit.closed = last.map(|exchange| Closed {
        exchange,
        response: Some("<QBXML/>".to_owned()),
        failure: None,
        items: vec![item("1", None, &[])],
    });
    let sent = item("1", Some(job.document.clone()), &[job.id]);
    commit.opened = Some(exchange(ExchangeKind::Write, vec![sent]));
    commit.jobs = vec![change(job.id, JobState::Sent)];
    commit.records = (0..RECORDS).map(|id| record("Ret", &id.to_string(), &number.to_string())).collect();
    store.commit(shop, &commit).unwrap().exchange.unwrap()
}
