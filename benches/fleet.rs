//! Thousands of company files that are polled by their Web Connectors, on one server: how long a call takes, what it
//! costs, and how that grows with the number of files.
//!
//! ```text
//! cargo bench --bench fleet               # 1,000, 10,000 and 100,000 company files, then fairness
//! cargo bench --bench fleet -- 1000 fair  # only some
//! ```
//!
//! Calls come at the pace of 100,000 files that poll every 10 minutes, whatever the number of files: 167 a second, a
//! tenth of them by files with something to read. Each waits for nobody: its time counts from when it was due, so a
//! server that falls behind shows it. The figures of different numbers of files stand in one run, to be compared.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints its figures and stops at what it cannot measure"
)]

mod support;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ferrule::connector::Call;
use ferrule::secrets::hash_made_password;
use ferrule::simulator::CompanyFile;
use ferrule::store::SqliteStore;
use ferrule::sync::stored::{Commit, CompanyId, Ending, Store};
use support::serving::{PASSWORD, Server, Session, books, company_file, disk, queue, serve};
use support::wire::Wire;

/// Files at whose pace calls come, and how often each polls.
const PACE: u32 = 100_000;
const EVERY: Duration = Duration::from_mins(10);
/// One of so many files has something to read.
const BUSY: u32 = 10;
/// How long calls come.
const TIME: Duration = Duration::from_secs(20);
/// Web Connectors that call at the same time.
const CONNECTIONS: u32 = 32;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    if let [word, database, batch] = arguments.as_slice()
        && word == "--serve"
    {
        return serve(Path::new(database), batch.parse().unwrap());
    }
    println!("this disk keeps a small write in {:.2?} (median)", disk());
    let wanted: Vec<u32> = arguments.iter().filter_map(|it| it.parse().ok()).collect();
    let all = if arguments.is_empty() { vec![1_000, 10_000, 100_000] } else { wanted };
    for files in all {
        polled(files);
    }
    if arguments.is_empty() || arguments.iter().any(|it| it == "fair") {
        fair();
    }
}

/// So many files, at the pace of the fleet.
fn polled(files: u32) {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("ferrule.db");
    let began = Instant::now();
    let store = fill(&database, files);
    println!("{files} company files, filled in {:.0?}", began.elapsed());
    let server = Server::start(&database, 20);
    let before = server.processor();
    let mut first_calls = at_once(&server, files.min(5_000));
    let signed = first_calls.len();
    tell(&format!("{signed} sign-ins at once"), &mut first_calls, before, &server);
    for number in arrivals().filter(|number| number % BUSY == 0) {
        store.ask_for_read(id(pick(number, files))).unwrap();
    }
    let before = server.processor();
    let mut times = paced(&server, files);
    tell(&format!("{files} files, 167 polls a second"), &mut times, before, &server);
}

/// How the others fare while one file of 50,000 items is read and its 2,000 invoices are sent.
fn fair() {
    let files = 1_000;
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("ferrule.db");
    let store = fill(&database, files);
    queue(&store, id(0), 2_000, chrono::Utc::now());
    let server = Server::start(&database, 20);
    // What a server does once only, the first time, is no matter of fairness.
    paced(&server, files);
    let alone = percentile(&mut paced(&server, files), 99);
    let is_over = AtomicBool::new(false);
    let beside = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = books(50_000);
            while !is_over.load(Ordering::Relaxed) {
                store.ask_for_read(id(0)).unwrap();
                let mut wire = Wire::to(&server.address);
                let mut session = Session::begin(&mut wire, 0);
                while session.turn(&mut wire, &mut |request| file.process(request).unwrap()) {}
                session.end(&mut wire);
            }
        });
        let beside = percentile(&mut paced(&server, files), 99);
        is_over.store(true, Ordering::Relaxed);
        beside
    });
    let ratio = beside.as_secs_f64() / alone.as_secs_f64();
    println!("p99 of the others: {alone:.2?} alone, {beside:.2?} beside one that is large: {ratio:.2} times");
}

/// The numbers of the calls.
fn arrivals() -> impl Iterator<Item = u32> {
    0..PACE / u32::try_from(EVERY.as_secs()).unwrap() * u32::try_from(TIME.as_secs()).unwrap()
}

/// The file that makes a call: each run picks the same, all over the list. The first file is left out.
fn pick(number: u32, files: u32) -> u32 {
    1 + number.wrapping_mul(2_654_435_761) % (files - 1)
}

fn id(file: u32) -> CompanyId {
    CompanyId(i64::from(file) + 1)
}

/// Every file polls when its time has come. How long each poll took, from when it was due.
fn paced(server: &Server, files: u32) -> Vec<Duration> {
    let gap = EVERY / PACE;
    // What QuickBooks answers of a company file in which nothing is. To make it takes a while, so it is there before.
    let ready = |_| (Wire::to(&server.address), books(0));
    let connectors: Vec<_> = (0..CONNECTIONS).map(ready).collect();
    let began = Instant::now();
    let one = |first: u32, (mut wire, mut empty): (Wire, CompanyFile)| {
        let mut times = Vec::new();
        for number in arrivals().filter(|number| number % CONNECTIONS == first) {
            let due = gap * number;
            std::thread::sleep(due.saturating_sub(began.elapsed()));
            let mut session = Session::begin(&mut wire, pick(number, files));
            times.push(began.elapsed().saturating_sub(due));
            if number % BUSY == 0 {
                while session.turn(&mut wire, &mut |request| empty.process(request).unwrap()) {}
                session.end(&mut wire);
            }
            times.append(&mut wire.times);
        }
        times
    };
    std::thread::scope(|scope| {
        let start = |(first, connector)| scope.spawn(move || one(first, connector));
        let all: Vec<_> = (0..CONNECTIONS).zip(connectors).map(start).collect();
        all.into_iter().flat_map(|it| it.join().unwrap()).collect()
    })
}

/// All files sign in as fast as they can: a server that was restarted.
fn at_once(server: &Server, files: u32) -> Vec<Duration> {
    let one = |first: u32| {
        let mut wire = Wire::to(&server.address);
        for file in (0..files).filter(|file| file % CONNECTIONS == first) {
            let user_name = format!("shop{file}");
            wire.ask(&Call::Authenticate { user_name, password: PASSWORD.to_owned().into() });
        }
        wire.times
    };
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..CONNECTIONS).map(|first| scope.spawn(move || one(first))).collect();
        all.into_iter().flat_map(|it| it.join().unwrap()).collect()
    })
}

/// Company files that were read a moment ago: nothing waits for any of them.
fn fill(database: &Path, files: u32) -> SqliteStore {
    let store = SqliteStore::open(database).unwrap();
    let hash = hash_made_password(&PASSWORD.to_owned().into()).unwrap();
    let now = chrono::Utc::now() - chrono::TimeDelta::seconds(1);
    for file in 0..files {
        let company = store.add_company_file(&company_file(file, &hash)).unwrap();
        let session = store.begin_session(company, &format!("filled {file}"), now).unwrap().id;
        let mut commit = Commit::new(session, now, String::new());
        (commit.is_read, commit.is_synced, commit.ending) = (true, true, Some(Ending::Finished));
        store.commit(company, &commit).unwrap();
    }
    store
}

fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times.get(times.len() * percent / 100).copied().unwrap_or_default()
}

fn tell(name: &str, times: &mut [Duration], before: Duration, server: &Server) {
    let calls = times.len();
    let spent = server.processor().saturating_sub(before).as_secs_f64() * 1e6
        / f64::from(u32::try_from(calls).unwrap());
    let (middle, slow) = (percentile(times, 50), percentile(times, 99));
    println!(
        "{name:<32} {calls} calls, p50 {middle:.2?}, p99 {slow:.2?}, {spent:.0} µs of the server's processor a call, at most {} MB",
        server.memory("VmHWM:")
    );
}
