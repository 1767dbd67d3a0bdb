//! Whole sessions against one server, everything brought to the disk: round trips per second, how long a
//! call takes, and the server's memory.
//!
//! ```text
//! cargo bench --bench load              # all of it
//! cargo bench --bench load -- mirror    # only some: queue, sessions, mirror
//! ```
//!
//! The server is a process of its own. What QuickBooks answers is worked out once, by the simulator, and
//! then played back, so that the figures are those of the server. The database lies in the system's
//! folder for temporary files: set `TMPDIR` to measure another disk. How long that disk takes to keep
//! one small write is said too, since every step of a session waits for it.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints its figures and stops at what it cannot measure"
)]

mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use ferrule::secrets::hash_made_password;
use ferrule::simulator::CompanyFile;
use ferrule::store::SqliteStore;
use ferrule::sync::stored::{Moment, Store as _};
use support::serving::{PASSWORD, Server, Session, books, company_file, disk, queue, serve};
use support::wire::Wire;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, word, database, batch] = arguments.as_slice()
        && word == "--serve"
    {
        return serve(Path::new(database), batch.parse().unwrap());
    }
    let is_wanted = |name: &str| {
        let mut named = arguments.iter().skip(1).filter(|it| !it.starts_with('-')).peekable();
        named.peek().is_none() || named.any(|it| it == name)
    };
    println!("this disk keeps a small write in {:.2?} (median)", disk());
    if is_wanted("queue") {
        for (jobs, batch) in [(100, 1), (1_000, 1), (10_000, 1), (10_000, 20)] {
            one_after_the_other(jobs, batch);
        }
    }
    if is_wanted("sessions") {
        [1, 8, 32].into_iter().for_each(side_by_side);
    }
    if is_wanted("mirror") {
        mirror();
    }
}

/// Sends a queue of invoices in one session.
fn one_after_the_other(jobs: u32, batch: usize) {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("ferrule.db");
    fill(&database, 1, jobs);
    let server = Server::start(&database, batch);
    let mut books = books(5_000);
    let mut wire = Wire::to(&server.address);
    read(&mut wire, &mut books);
    wire.times.clear();
    let mut session = Session::begin(&mut wire, 0);
    while session.turn(&mut wire, &mut |request| books.process(request).unwrap()) {}
    session.end(&mut wire);
    let name = format!("{jobs} jobs, {batch} to a batch");
    let spent: Duration = wire.times.iter().sum();
    tell(&name, &mut wire.times, spent, &server);
    println!("{:<32} {:>9.0} documents/s", "", f64::from(jobs) / spent.as_secs_f64());
}

/// The first visit, which only reads.
fn read(wire: &mut Wire, books: &mut CompanyFile) {
    let mut session = Session::begin(wire, 0);
    let mut is_reading = true;
    while is_reading && session.turn(wire, &mut |request| books.process(request).unwrap()) {
        is_reading = session.last.contains("QueryRq");
    }
    session.end(wire);
}

/// Sessions for company files of their own, at the same time.
fn side_by_side(sessions: u32) {
    const JOBS: u32 = 200;
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("ferrule.db");
    fill(&database, sessions + 1, JOBS);
    let server = Server::start(&database, 1);
    let answers = record(&server);
    let wires: Vec<Wire> = (0..sessions).map(|_| Wire::to(&server.address)).collect();
    let (began, mut times) = (Instant::now(), Vec::new());
    std::thread::scope(|scope| {
        let play = |(number, mut wire): (u32, Wire)| {
            let answers = &answers;
            scope.spawn(move || {
                let mut session = Session::begin(&mut wire, number + 1);
                let mut left = answers.iter();
                while session.turn(&mut wire, &mut |_| left.next().unwrap().clone()) {}
                session.end(&mut wire);
                wire.times
            })
        };
        let all: Vec<_> = (0..).zip(wires).map(play).collect();
        times.extend(all.into_iter().flat_map(|thread| thread.join().unwrap()));
    });
    tell(&format!("{sessions} sessions side by side"), &mut times, began.elapsed(), &server);
}

/// What QuickBooks answers in a whole session: to the first company file, and to all that are as it is.
fn record(server: &Server) -> Vec<String> {
    let mut books = books(1_000);
    let mut answers = Vec::new();
    let mut wire = Wire::to(&server.address);
    let mut session = Session::begin(&mut wire, 0);
    while session.turn(&mut wire, &mut |request| {
        answers.push(books.process(request).unwrap());
        answers.last().cloned().unwrap()
    }) {}
    session.end(&mut wire);
    answers
}

/// 50,000 items, read for the first time.
fn mirror() {
    const ITEMS: u32 = 50_000;
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("ferrule.db");
    fill(&database, 2, 1);
    let server = Server::start(&database, 1);
    let mut books = books(ITEMS);
    let mut wire = Wire::to(&server.address);
    let mut answers = Vec::new();
    for company in 0..2 {
        wire.times.clear();
        let before = server.memory("VmRSS:");
        let mut session = Session::begin(&mut wire, company);
        let mut turn = 0;
        while session.turn(&mut wire, &mut |request| {
            turn += 1;
            if company == 0 {
                answers.push(books.process(request).unwrap());
            }
            answers.get(turn - 1).cloned().unwrap()
        }) {}
        session.end(&mut wire);
        let spent: Duration = wire.times.iter().sum();
        let (after, most) = (server.memory("VmRSS:"), server.memory("VmHWM:"));
        println!(
            "{ITEMS} items read into the mirror in {spent:.2?}; memory {before} -> {after} MB, at most {most} MB"
        );
    }
}

fn tell(name: &str, times: &mut [Duration], spent: Duration, server: &Server) {
    times.sort_unstable();
    let at = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    let per_second = f64::from(u32::try_from(times.len()).unwrap()) / spent.as_secs_f64();
    let (middle, slow, memory) = (at(50), at(99), server.memory("VmHWM:"));
    println!(
        "{name:<32} {per_second:>9.0} round trips/s, p50 {middle:.2?}, p99 {slow:.2?}, at most {memory} MB"
    );
}

/// Company files that are all alike, with invoices in their queues.
fn fill(database: &Path, companies: u32, jobs: u32) {
    let store = SqliteStore::open(database).unwrap();
    let now = now();
    let password_hash = hash_made_password(&PASSWORD.to_owned().into()).unwrap();
    for company in 0..companies {
        let id = store.add_company_file(&company_file(company, &password_hash)).unwrap();
        queue(&store, id, jobs, now);
    }
}

/// Before the first session.
fn now() -> Moment {
    chrono::Utc::now() - chrono::TimeDelta::seconds(1)
}
