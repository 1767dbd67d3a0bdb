//! Several servers over one PostgreSQL database, as processes: a visit goes on at whichever, and whoever dies loses
//! nothing and doubles nothing.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::Utc;
use ferrule::secrets::hash_made_password;
use ferrule::simulator::{CompanyFile, Http, ManualClock, SystemClock};
use ferrule::store::{AnyStore, PostgresStore};
use ferrule::sync::stored::{DocumentKey, JobState, Store as _};
use parking_lot::Mutex;
use serde_json::json;

use crate::loop_support::{Break, DOCUMENTS, Shop, sample};
use crate::postgres::Server;
use crate::servers_support::{Addresses, Books, Ended, PASSWORD, Process, Visitor};
use crate::simulation::dice::Dice;

/// How often a server is killed; on a machine that is busy with other things fewer, since the test ends all the same.
const KILLS: usize = 30;
const FEWEST_KILLS: usize = 8;
/// As long servers die.
const TROUBLE: Duration = Duration::from_secs(18);
/// Invoices that are played while servers die, besides those of the sample shop.
const INVOICES: u64 = 24;
/// As many of them at a time.
const WAVE: u64 = 2;
/// The chances of chance.
const SEED: u64 = 15;
/// Small batches and pages, so that there is a middle to die in.
const SMALL: [&str; 5] = ["--no-pages", "--batch", "5", "--page", "100"];

/// Two servers that die now and then, and are started again.
struct Mortal {
    database: String,
    processes: [Mutex<Option<Process>>; 2],
    addresses: Addresses,
    killed: AtomicUsize,
}

impl Mortal {
    fn start(database: &str) -> Self {
        let both = [(); 2].map(|()| Process::start(database, &SMALL));
        let addresses = Addresses::of(&[both[0].url(), both[1].url()]);
        let processes = both.map(|it| Mutex::new(Some(it)));
        Self { database: database.to_owned(), processes, addresses, killed: AtomicUsize::new(0) }
    }

    /// Kills a server after a while, and starts it again; unless that is being done already.
    fn kill(&self, number: usize, after: Duration) {
        let Some(mut process) = self.processes[number].try_lock() else { return };
        std::thread::sleep(after);
        process.as_mut().unwrap().kill();
        self.addresses.set(number, None);
        self.killed.fetch_add(1, Ordering::Relaxed);
        // Without its database none starts.
        *process = None;
        while process.is_none() {
            *process = Process::try_start(&self.database, &SMALL);
        }
        self.addresses.set(number, process.as_ref().map(Process::url));
    }

    /// Waits until both are up.
    fn wait(&self) {
        for process in &self.processes {
            assert!(process.lock().is_some());
        }
    }

    fn killed(&self) -> usize {
        self.killed.load(Ordering::Relaxed)
    }
}

/// An invoice of the sample shop once more, with numbers of its own.
pub fn another_invoice(shop: &Shop, number: u64) -> DocumentKey {
    let mut invoice = sample("invoices.json", 1_031_042);
    let id = 9_000_000 + number;
    invoice["id"] = json!(id);
    invoice["idInDomain"] = json!(9_000 + number);
    shop.load_json("invoice", &id.to_string(), &invoice.to_string())
}

/// What a bookkeeper would find: how often there is which name or number, with which amount.
pub fn found(file: &CompanyFile) -> BTreeMap<String, usize> {
    let mut all = BTreeMap::new();
    for kind in ["Customer", "Vendor", "ItemService", "StandardTerms", "Invoice", "Bill", "BillPaymentCheck"]
    {
        for record in file.records(kind) {
            let texts = ["FullName", "Name", "RefNumber", "Subtotal", "AmountDue"].map(|name| {
                let child = record.children().iter().find(|child| child.name == name);
                child.and_then(|child| child.text()).unwrap_or_default().to_owned()
            });
            *all.entry(format!("{kind} {}", texts.join(" "))).or_default() += 1;
        }
    }
    all
}

/// The books of a shop that has had no trouble at all.
pub fn untroubled(invoices: u64) -> BTreeMap<String, usize> {
    let mut shop = Shop::new();
    let keys = shop.load(&DOCUMENTS);
    shop.play(&keys);
    let more: Vec<DocumentKey> = (0..invoices).map(|number| another_invoice(&shop, number)).collect();
    shop.play(&more);
    for _ in 0..5 {
        shop.visit(Break::Never);
    }
    found(&shop.file)
}

/// A Web Connector in whose way servers die: mostly the one that it does not call just now, at times the one that it calls.
fn visitor(number: u64, mortal: &Arc<Mortal>, books: &Books) -> Visitor {
    let mut dice = Dice(SEED + number);
    let dying = mortal.clone();
    let kill = move |turn: usize| {
        if dying.killed() >= KILLS {
            return;
        }
        let (other, own) = (dice.one_in(5), dice.one_in(16));
        let after = Duration::from_micros(dice.below(40_000) as u64);
        for (server, _) in [(turn + 1, other), (turn, own)].into_iter().filter(|(_, dies)| *dies) {
            let dying = dying.clone();
            drop(std::thread::spawn(move || dying.kill(server % 2, after)));
        }
    };
    Visitor {
        user: "Lakeside Plating".to_owned(),
        books: books.clone(),
        addresses: mortal.addresses.clone(),
        turn: usize::try_from(number).unwrap(),
        http: Http::default(),
        before: Box::new(kill),
    }
}

/// Two Web Connectors come to one company file, while people play invoices, and the database dies once.
fn trouble(shop: &Shop, postgres: &mut Server, servers: &Arc<Mortal>, books: &Books) {
    let (began, is_over) = (Instant::now(), &AtomicBool::new(false));
    std::thread::scope(|scope| {
        for (number, rest) in [(0, 200), (1, 4_000)] {
            let mut visitor = visitor(number, servers, books);
            scope.spawn(move || {
                let mut dice = Dice(SEED + 100 + number);
                while !is_over.load(Ordering::Relaxed) {
                    visitor.visit();
                    std::thread::sleep(Duration::from_millis(dice.below(rest) as u64));
                }
            });
        }
        for number in (0..INVOICES).step_by(usize::try_from(WAVE).unwrap()) {
            let keys: Vec<_> = (number..number + WAVE).map(|it| another_invoice(shop, it)).collect();
            shop.play(&keys);
            if number == INVOICES / 2 {
                postgres.cut_off(|| std::thread::sleep(Duration::from_millis(200)));
            }
            std::thread::sleep(Duration::from_millis(400));
        }
        while servers.killed() < KILLS && began.elapsed() < TROUBLE {
            std::thread::sleep(Duration::from_millis(20));
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn two_servers_that_die_lose_nothing_and_double_nothing() {
    let Some(mut postgres) = Server::start() else { return };
    let database = postgres.database();
    let store = Arc::new(AnyStore::from(PostgresStore::open(&database).unwrap()));
    let shop = Shop::over(store.clone(), "Lakeside Plating", ManualClock::at(Utc::now().timestamp()));
    store.set_password_hash(shop.company, &hash_made_password(&PASSWORD.into()).unwrap()).unwrap();
    let mut file = shop.file.copy(SystemClock);
    file.begin_session().unwrap();
    let books = Arc::new(Mutex::new(file));
    shop.play(&shop.load(&DOCUMENTS));
    let servers = Arc::new(Mortal::start(&database));
    trouble(&shop, &mut postgres, &servers, &books);
    servers.wait();
    let (killed, visits) = (servers.killed(), store.sessions(shop.company, 999).unwrap().len());
    let done = shop.count(JobState::Done);
    writeln!(std::io::stderr(), "{killed} killed in {visits} visits, {done} documents done").unwrap();
    assert!(killed >= FEWEST_KILLS && visits > 1, "{killed} {visits}");
    // Peace: one Web Connector, until there is nothing to do.
    let mut last = visitor(0, &servers, &books);
    last.before = Box::new(|_| {});
    let mut ended = Vec::new();
    while ended.last() != Some(&Ended::NoWork) {
        ended.push(last.visit());
        assert!(ended.len() < 10 && !ended.contains(&Ended::BrokenOff), "{ended:?}");
        if ended.last() == Some(&Ended::Later) {
            std::thread::sleep(Duration::from_secs(1));
        }
    }
    assert_eq!(found(&books.lock()), untroubled(INVOICES));
    assert!(store.unanswered(shop.company).unwrap().is_empty());
    assert_eq!(store.examine().unwrap(), Vec::<String>::new());
}
