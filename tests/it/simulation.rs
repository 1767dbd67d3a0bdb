//! A seeded simulation: two shops in one store, people who change things on both sides, and all that can
//! go wrong in between. `FERRULE_SEED=n` replays one run, `FERRULE_SESSIONS=n` says how many sessions
//! there are in all: `FERRULE_SESSIONS=1000000 cargo test --release --test it simulation -- --nocapture`.

use std::collections::BTreeSet;
use std::sync::Arc;

use ferrule::document::{Decoder, Origin};
use ferrule::engine::{Key, Links};
use ferrule::qbxml::element::Node;
use ferrule::qbxml::{Company, Record, read_responses};
use ferrule::simulator::{CompanyFile, Condition, HResult, Lasting, ManualClock};
use ferrule::store::SqliteStore;
use ferrule::sync::session::Next;
use ferrule::sync::stored::{DocumentKey, JobState, Store};
use ferrule::sync::{Action, Planner, Source};
use serde_json::{Value, json};

use crate::loop_store::{Dies, Mortal};
use crate::loop_support::{BEGIN, Break, Reply, Shop, sample};

/// Sessions of one run.
const RUN: usize = 100;
/// Sessions of all runs together, unless `FERRULE_SESSIONS` says otherwise: what takes a minute at most.
const SESSIONS: usize = if cfg!(debug_assertions) { 600 } else { 20_000 };

/// `SplitMix64`.
#[derive(Clone, Copy)]
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        if all.is_empty() { None } else { all.get(self.below(all.len())) }
    }
}

/// Documents as the shops' are.
struct Templates {
    customer: Value,
    invoice: Value,
}

/// One of the shops, with what its people did.
struct Tenant {
    shop: Shop,
    mark: &'static str,
    customers: Vec<(u64, Value)>,
    invoices: Vec<(u64, Value)>,
    locked: Vec<String>,
    count: u64,
    sessions: usize,
}

impl Tenant {
    fn new(store: &Arc<SqliteStore>, mark: &'static str, clock: ManualClock) -> Self {
        let mut shop = Shop::over(store.clone(), mark, clock);
        shop.load(&["part_numbers.ndjson", "products.ndjson", "terms.ndjson"]);
        shop.visit(Break::Never);
        let (customers, invoices, locked) = (Vec::new(), Vec::new(), Vec::new());
        Self { shop, mark, customers, invoices, locked, count: 0, sessions: 1 }
    }

    fn key(object: &str, id: u64) -> DocumentKey {
        DocumentKey { object: object.to_owned(), id: id.to_string() }
    }

    fn load(&self, object: &str, id: u64, document: &Value) -> DocumentKey {
        self.shop.load_json(object, &id.to_string(), &document.to_string())
    }

    fn new_customer(&mut self, templates: &Templates) {
        self.count += 1;
        let id = 10_000 + self.count;
        let mut customer = templates.customer.clone();
        customer["id"] = json!(id);
        customer["name"] = json!(format!("{} Customer {id}", self.mark));
        self.load("customer", id, &customer);
        self.customers.push((id, customer));
    }

    fn new_invoice(&mut self, templates: &Templates, dice: &mut Dice) {
        let Some((customer, document)) = dice.pick(&self.customers).cloned() else { return };
        self.count += 1;
        let id = 20_000 + self.count;
        let mut invoice = templates.invoice.clone();
        invoice["id"] = json!(id);
        invoice["idInDomain"] = json!(id);
        invoice["customer"] = json!({ "id": customer, "name": document["name"] });
        let part = dice.below(6);
        invoice["lines"][0]["partNumber"]["id"] = json!(30_000 + part);
        invoice["lines"][0]["partNumber"]["name"] = json!(format!("{}-PART-{part}", self.mark));
        invoice["lines"][0]["partNumber"]["glAccount"] =
            json!({ "accountNumber": "4010", "name": "Plating Income" });
        if dice.one_in(12) {
            invoice["lines"][0]["items"][0]["quantity"] = json!(0);
        }
        self.load("invoice", id, &invoice);
        self.invoices.push((id, invoice));
    }

    fn change_customer(&mut self, dice: &mut Dice) {
        if self.customers.is_empty() {
            return;
        }
        let place = dice.below(self.customers.len());
        let (id, document) = &mut self.customers[place];
        document["phone"] = json!(format!("937-555-{:04}", dice.below(10_000)));
        let (id, document) = (*id, document.clone());
        self.load("customer", id, &document);
    }

    fn documents(&self) -> Vec<DocumentKey> {
        let customers = self.customers.iter().map(|(id, _)| Self::key("customer", *id));
        customers.chain(self.invoices.iter().map(|(id, _)| Self::key("invoice", *id))).collect()
    }

    fn play(&self, dice: &mut Dice) {
        let all = self.documents();
        let some: Vec<_> = (0..=dice.below(4)).filter_map(|_| dice.pick(&all).cloned()).collect();
        self.shop.play(&some);
    }

    /// The ids of the records that came from this shop's documents.
    fn records(&self) -> Vec<String> {
        let kinds = ["Customer", "Invoice"].into_iter();
        let all = kinds.flat_map(|kind| self.shop.file.records(kind));
        let ours = all.filter(|record| {
            name(record).starts_with(self.mark) || text(record, "RefNumber").starts_with("SH:20")
        });
        ours.map(|record| format!("{}{}", text(record, "ListID"), text(record, "TxnID"))).collect()
    }

    /// Someone does something in QuickBooks.
    fn by_hand(&mut self, dice: &mut Dice) {
        let records = self.records();
        let Some(id) = dice.pick(&records) else { return };
        let file = &mut self.shop.file;
        match dice.below(12) {
            0 => drop(file.delete(id)),
            1 => {
                let into = dice.pick(&records).cloned().unwrap_or_default();
                if into != *id {
                    file.merge(id, &into);
                }
            }
            2 | 3 => {
                file.lock(id);
                self.locked.push(id.clone());
            }
            4..8 => drop(file.edit(id, "Phone", &format!("{}", dice.below(10_000)))),
            _ => drop(file.edit(id, "Notes", &format!("{}", dice.below(10_000)))),
        }
    }

    fn trouble(&mut self, dice: &mut Dice) {
        let condition = match dice.below(8) {
            0 => Condition::Refused(HResult::MODAL_DIALOG),
            1 => Condition::Refused(HResult::NOT_PARSED),
            2 | 3 => Condition::AnswerLost(HResult::SERVER_FAULT),
            4 => Condition::NoPermission("Invoice".to_owned()),
            5 => Condition::ListBusy("Customer".to_owned()),
            _ => Condition::CannotKeep,
        };
        let times = u32::try_from(1 + dice.below(2)).unwrap();
        self.shop.file.inject(condition, Lasting::Times(times));
    }

    fn unlock(&mut self) {
        for id in std::mem::take(&mut self.locked) {
            self.shop.file.unlock(&id);
        }
    }

    /// One visit, in which anything may happen.
    fn session(&mut self, dice: &mut Dice) {
        self.sessions += 1;
        let death = dice.one_in(6).then(|| {
            let dies = if dice.one_in(2) { Dies::Before } else { Dies::After };
            (dice.below(14), dies)
        });
        if death.is_some() {
            let store = self.shop.store.clone();
            self.shop.serve(Mortal::new(store, death));
        }
        let ids = self.records();
        let mut own = Dice(dice.next());
        let visit = self.shop.try_visit(&mut |file: &mut CompanyFile, _, _| {
            if own.one_in(6)
                && let Some(id) = own.pick(&ids)
            {
                file.edit(id, "Phone", &own.below(10_000).to_string());
            }
            match own.below(40) {
                0 => Reply::Drop,
                1 => Reply::Lose,
                2 => Reply::Leave,
                3 => Reply::Twice,
                4 => Reply::Instead(|answer| answer[..answer.len() / 3 * 2].to_owned()),
                _ => Reply::Deliver,
            }
        });
        assert!(visit.is_ok() || death.is_some(), "{:?}", visit.err());
        if death.is_some() {
            let store = self.shop.store.clone();
            self.shop.serve(store);
        } else if dice.one_in(20) {
            self.shop.restart();
        }
        if dice.one_in(12) {
            self.shop.forget_answers();
        }
    }

    /// Two Web Connectors at once: the second takes over, whatever the first has under way.
    fn two_clients(&mut self, dice: &mut Dice) {
        let first = self.shop.begin();
        let mut request = self.shop.next(&first).unwrap();
        // It is cut off behind what it finds out and reads, at some time.
        for _ in 0..dice.below(6) {
            let Next::Request(text) = &request else { break };
            let text = text.clone();
            let answer = self.shop.file.meanwhile(|file| {
                file.begin_session().unwrap();
                let answer = file.process(&text);
                file.end_session();
                answer
            });
            self.shop.receive(&first, &answer).unwrap();
            request = self.shop.next(&first).unwrap();
        }
        self.session(dice);
        // What the first has in its hands comes late: a session later, or never.
        if let Next::Request(request) = request
            && dice.one_in(2)
        {
            self.shop.file.meanwhile(|file| {
                file.begin_session().unwrap();
                drop(file.process(&request));
                file.end_session();
            });
        }
        assert!(self.shop.next(&first).is_err());
        assert!(self.shop.receive(&first, &Ok(String::new())).is_err());
        self.sessions += 1;
    }

    fn turn(&mut self, templates: &Templates, dice: &mut Dice) {
        for _ in 0..=dice.below(3) {
            match dice.below(14) {
                0 | 1 => self.new_customer(templates),
                2..5 => self.new_invoice(templates, dice),
                5 => self.change_customer(dice),
                6..10 => self.play(dice),
                10 | 11 => self.by_hand(dice),
                12 => self.trouble(dice),
                _ => self.unlock(),
            }
        }
        let minutes = [0, 1, 3, 11, 90, 2000][dice.below(6)];
        self.shop.clock.advance(minutes * 60);
        if dice.one_in(15) {
            // Summer time, or someone sets the clock.
            self.shop.clock.advance(-3000);
        }
        if dice.one_in(25) { self.two_clients(dice) } else { self.session(dice) }
    }

    /// No more faults: everything is played in a new version, and visits go on until all is quiet.
    fn settle(&mut self) {
        self.unlock();
        for condition in [
            Condition::Refused(HResult::MODAL_DIALOG),
            Condition::Refused(HResult::NOT_PARSED),
            Condition::AnswerLost(HResult::SERVER_FAULT),
            Condition::NoPermission("Invoice".to_owned()),
            Condition::ListBusy("Customer".to_owned()),
            Condition::CannotKeep,
        ] {
            self.shop.file.clear(&condition);
        }
        self.quiet();
        for place in 0..self.customers.len() {
            let (id, mut document) = self.customers[place].clone();
            document["idInDomain"] = json!(id);
            self.load("customer", id, &document);
        }
        for place in 0..self.invoices.len() {
            let (id, mut document) = self.invoices[place].clone();
            document["createdAt"] = json!("2026-03-05T13:20:08.331+00:00");
            self.load("invoice", id, &document);
        }
        self.shop.play(&self.documents());
        self.quiet();
        self.shop.store.ask_for_read(self.shop.company).unwrap();
        self.quiet();
    }

    fn quiet(&mut self) {
        for _ in 0..40 {
            self.shop.clock.advance(7200);
            self.shop.visit(Break::Never);
            self.sessions += 1;
            if self.shop.count(JobState::Queued) + self.shop.count(JobState::Sent) == 0 {
                return;
            }
        }
        let open: Vec<_> = self.shop.jobs().into_iter().filter(|job| job.state == JobState::Queued).collect();
        panic!("never quiet: {open:#?}");
    }

    fn check(&self) {
        self.each_is_there_once();
        self.each_job_has_its_end();
        self.the_mirror_is_true();
        self.the_plan_is_empty();
    }

    fn each_is_there_once(&self) {
        for (id, document) in &self.invoices {
            let count = self.shop.file.ids_of_number("Invoice", &format!("SH:{id}")).len();
            let job = self.shop.job(&Self::key("invoice", *id));
            match job.state {
                JobState::Done => assert_eq!(count, 1, "invoice {id}"),
                state => assert!(count <= 1, "invoice {id} {state:?} is there {count} times"),
            }
            assert!(document["customer"]["name"].as_str().unwrap().starts_with(self.mark));
        }
        let names: Vec<&str> = self.shop.file.records("Customer").map(name).collect();
        let unique: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(names.len(), unique.len());
        for (id, _) in &self.customers {
            if self.shop.job(&Self::key("customer", *id)).state == JobState::Done {
                assert!(unique.contains(format!("{} Customer {id}", self.mark).as_str()), "customer {id}");
            }
        }
        let other = if self.mark == "Alder" { "Birch" } else { "Alder" };
        for kind in ["Customer", "ItemService"] {
            assert!(!self.shop.file.records(kind).any(|record| name(record).starts_with(other)));
        }
    }

    fn each_job_has_its_end(&self) {
        assert!(self.shop.store.unanswered(self.shop.company).unwrap().is_empty());
        for job in self.shop.jobs() {
            match job.state {
                JobState::Done => {}
                JobState::Queued | JobState::Sent => panic!("{job:?}"),
                _ => assert!(job.error.is_some_and(|error| !error.happened.is_empty())),
            }
        }
    }

    /// What the mirror knows of customers and invoices is what is there.
    fn the_mirror_is_true(&self) {
        let mut known = BTreeSet::new();
        self.shop
            .store
            .records(self.shop.company, &mut |record| {
                if ["CustomerRet", "InvoiceRet"].contains(&record.key.record_type.as_str()) {
                    known.insert((record.key.id, record.edit_sequence));
                }
            })
            .unwrap();
        let kinds = ["Customer", "Invoice"].into_iter();
        let there: BTreeSet<_> = kinds
            .flat_map(|kind| self.shop.file.records(kind))
            .map(|record| {
                let id = format!("{}{}", text(record, "ListID"), text(record, "TxnID"));
                (id, text(record, "EditSequence").to_owned())
            })
            .collect();
        let wrong: Vec<_> = known.symmetric_difference(&there).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    /// Nothing is left to be done for what is done.
    fn the_plan_is_empty(&self) {
        let program = &self.shop.rules.program;
        let mut company = Company::unknown();
        let mut records: Vec<Record> = Vec::new();
        self.shop
            .store
            .records(self.shop.company, &mut |record| records.push(Record::from_xml(&record.xml).unwrap()))
            .unwrap();
        let body: String = records.iter().map(Record::to_xml).collect();
        let answer = format!(
            "<QBXML><QBXMLMsgsRs><CustomerQueryRs statusCode=\"0\">{body}</CustomerQueryRs></QBXMLMsgsRs></QBXML>"
        );
        read_responses(answer.as_bytes()).unwrap().iter().for_each(|response| company.add_response(response));
        let mut links = Links::default();
        for connection in self.shop.store.connections(self.shop.company).unwrap() {
            let shape = program.shapes.object(&connection.document.object).unwrap();
            let key = Key { shape, id: connection.document.id.as_str().into() };
            links.connect(key, &connection.record_id, &company);
        }
        let settings = program.settings.values(&std::iter::empty().collect()).unwrap();
        let decoder = Decoder::new(&program.shapes, |shape| program.need(shape));
        let documents = self.shop.store.all_documents(self.shop.company, None).unwrap();
        let sources: Vec<Source> = documents
            .iter()
            .map(|stored| {
                let origin = Origin::file(stored.document.key.to_string());
                let document = decoder.decode(&stored.document.json, &origin).unwrap().root;
                Source { origin, document }
            })
            .collect();
        let plan = Planner::new(program, &settings, &company, links).plan(sources, &|_, _| true);
        for step in &plan.steps {
            let Some(key) = &step.outcome.key else { continue };
            let key = DocumentKey { object: step.object.clone(), id: key.id.to_string() };
            let Some(job) = self.shop.jobs().into_iter().find(|job| job.document == key) else { continue };
            if job.state == JobState::Done {
                assert_eq!(step.action(), Action::Unchanged, "{key}");
            }
        }
    }
}

fn text<'n>(record: &'n Node, path: &str) -> &'n str {
    record.descend(path).and_then(|it| it.text()).unwrap_or_default()
}

fn name(record: &Node) -> &str {
    text(record, "FullName")
}

/// What came of runs.
#[derive(Clone, Copy, Default)]
struct Tally {
    sessions: usize,
    done: usize,
    not_done: usize,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.sessions += other.sessions;
        self.done += other.done;
        self.not_done += other.not_done;
    }
}

/// One run.
fn run(seed: u64, templates: &Templates) -> Tally {
    let mut dice = Dice(seed);
    let store = Arc::new(SqliteStore::in_memory().unwrap());
    let clock = ManualClock::at(BEGIN);
    let mut tenants =
        [Tenant::new(&store, "Alder", clock.clone()), Tenant::new(&store, "Birch", clock.clone())];
    while tenants.iter().map(|tenant| tenant.sessions).sum::<usize>() < RUN {
        let tenant = dice.below(2);
        tenants[tenant].turn(templates, &mut dice);
    }
    for tenant in &mut tenants {
        tenant.settle();
    }
    tenants.iter().for_each(Tenant::check);
    let mut tally = Tally::default();
    for tenant in &tenants {
        let (all, done) = (tenant.shop.jobs().len(), tenant.shop.count(JobState::Done));
        tally += Tally { sessions: tenant.sessions, done, not_done: all - done };
    }
    tally
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

#[test]
fn whatever_happens_everything_is_there_once_or_its_error_is_on_show() {
    let templates =
        Templates { customer: sample("customers.json", 301), invoice: sample("invoices.json", 1_031_042) };
    let wanted = number("FERRULE_SESSIONS").map_or(SESSIONS, |number| usize::try_from(number).unwrap());
    if let Some(seed) = number("FERRULE_SEED") {
        run(seed, &templates);
        return;
    }
    let threads = std::thread::available_parallelism().map_or(2, |threads| threads.get().min(8));
    let began = std::time::Instant::now();
    let mut all = Tally::default();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                let templates = &templates;
                scope.spawn(move || {
                    let (mut tally, mut seed) = (Tally::default(), worker as u64);
                    while tally.sessions < wanted.div_ceil(threads) {
                        let ran = std::panic::catch_unwind(|| run(seed, templates));
                        tally += ran.unwrap_or_else(|_| panic!("FERRULE_SEED={seed} replays this"));
                        seed += threads as u64;
                    }
                    tally
                })
            })
            .collect();
        for worker in workers {
            all += worker.join().unwrap();
        }
    });
    let seconds = began.elapsed().as_secs_f64();
    let Tally { sessions, done, not_done } = all;
    tell(&format!(
        "{sessions} sessions in {seconds:.1} s: {done} documents done, {not_done} with their error"
    ));
    assert!(sessions >= wanted && done > not_done);
}

#[expect(clippy::print_stdout, reason = "whoever runs many sessions wants to know how many they were")]
fn tell(text: &str) {
    println!("{text}");
}
