//! Domains with rules of their own, on one server, over HTTP; and rules that change while it runs.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use ferrule::people::Role;
use ferrule::rules::{RuleFiles, Shelf, compile};
use ferrule::secrets::hash_made_password;
use ferrule::simulator::{Http, ManualClock, SystemClock};
use ferrule::store::{AnyStore, SqliteStore};
use ferrule::sync::session::{RuleSet, Rulebooks};
use ferrule::sync::stored::Store as _;
use ferrule::sync::{Reload, Reloaded, RuleSources};
use parking_lot::Mutex;

use crate::loop_support::{DOCUMENTS, Shop, root};
use crate::servers_support::{Addresses, Books, Ended, PASSWORD, Process, Visitor};
use crate::web_plan::{load, planned};
use crate::web_support::{Pages, open_ruled};

/// A folder with the file of domains, and layers that write a memo on each invoice.
struct Ground {
    folder: tempfile::TempDir,
}

impl Ground {
    /// Acme goes by the set `zinc`, whose invoices have this memo.
    fn new(memo: &str) -> Self {
        let ground = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(ground.path("zinc")).unwrap();
        ground.layer("zinc", memo);
        ground.domains("sets: { zinc: [base, zinc] }\ndomains: { Acme: zinc }\n");
        ground
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn domains(&self, text: &str) {
        std::fs::write(self.path("domains.yaml"), text).unwrap();
    }

    fn layer(&self, name: &str, memo: &str) {
        let text = format!("object: invoice\nexport:\n  fields:\n    Memo: {memo}\n");
        std::fs::write(self.path(name).join("invoice.yaml"), text).unwrap();
    }

    fn server(&self, name: &str, more: &[&str]) -> Logged {
        let log = self.path(&format!("{name}.log"));
        let domains = self.text("domains.yaml");
        let all = [&["--no-pages", "--batch", "2", "--domains", &domains], more].concat();
        Logged { process: Process::start_logging(&self.text("ferrule.db"), &log, &all), log }
    }

    fn doctor(&self) -> (Option<i32>, String) {
        let said = Command::new(env!("CARGO_BIN_EXE_ferrule"))
            .args(["doctor", "--database", &self.text("ferrule.db"), "--domains", &self.text("domains.yaml")])
            .current_dir(root())
            .output()
            .unwrap();
        (said.status.code(), String::from_utf8(said.stderr).unwrap())
    }
}

/// A server, and the file into which it writes its log.
struct Logged {
    process: Process,
    log: PathBuf,
}

impl Logged {
    /// Tells it to read its rules again, and waits until it says this.
    fn reload(&self, words: &str) {
        self.process.signal("HUP");
        said(&self.log, words);
    }
}

/// Waits until a log has these words.
fn said(log: &Path, words: &str) {
    let began = Instant::now();
    while !std::fs::read_to_string(log).unwrap().contains(words) {
        assert!(began.elapsed() < Duration::from_mins(1), "{}", std::fs::read_to_string(log).unwrap());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A domain with a company file and the invoices of the sample shop, all of them queued.
struct Domain {
    shop: Shop,
    books: Books,
}

impl Domain {
    fn new(ground: &Ground, name: &str) -> Self {
        let store = Arc::new(AnyStore::from(SqliteStore::open(&ground.path("ferrule.db")).unwrap()));
        let shop = Shop::over(store.clone(), name, ManualClock::at(Utc::now().timestamp()));
        store.set_password_hash(shop.company, &hash_made_password(&PASSWORD.into()).unwrap()).unwrap();
        shop.play(&shop.load(&DOCUMENTS));
        let mut file = shop.file.copy(SystemClock);
        file.begin_session().unwrap();
        Self { shop, books: Arc::new(Mutex::new(file)) }
    }

    fn visitor(&self, servers: &[&Logged]) -> Visitor {
        let all: Vec<String> = servers.iter().map(|it| it.process.url()).collect();
        Visitor {
            user: self.shop.store.company_file(self.shop.company).unwrap().made.user_name,
            books: self.books.clone(),
            addresses: Addresses::of(&all),
            turn: 0,
            http: Http::default(),
            before: Box::new(|_| {}),
        }
    }

    /// The memos of the invoices that Ferrule made, without doubles.
    fn memos(&self) -> Vec<String> {
        let mut memos = self.all_memos();
        memos.sort();
        memos.dedup();
        memos
    }

    fn all_memos(&self) -> Vec<String> {
        let books = self.books.lock();
        let before = self.shop.file.records("Invoice").count();
        let memos = books.records("Invoice").skip(before).map(|record| {
            let found = record.children().iter().find(|child| child.name == "Memo");
            found.and_then(|child| child.text()).unwrap_or_default().to_owned()
        });
        memos.collect()
    }
}

/// Visits until there is nothing to do.
fn visit_all(visitor: &mut Visitor) {
    for _ in 0..10 {
        match visitor.visit() {
            Ended::NoWork => return,
            ended => assert_eq!(ended, Ended::Done),
        }
    }
    panic!("there always is something to do");
}

#[test]
fn two_domains_map_one_invoice_differently() {
    let ground = Ground::new("Zinc");
    let [acme, borealis] = ["Acme", "Borealis"].map(|name| Domain::new(&ground, name));
    let server = ground.server("server", &[]);
    visit_all(&mut acme.visitor(&[&server]));
    visit_all(&mut borealis.visitor(&[&server]));
    assert_eq!(acme.memos(), ["Zinc"]);
    assert!(acme.all_memos().len() > 2, "{:?}", acme.all_memos());
    assert!(!borealis.memos().contains(&"Zinc".to_owned()), "{:?}", borealis.memos());
    assert_eq!(borealis.all_memos().len(), acme.all_memos().len());
}

#[test]
fn a_visit_ends_by_the_rules_with_which_it_began() {
    let ground = Ground::new("Zinc");
    let acme = Domain::new(&ground, "Acme");
    let server = Arc::new(ground.server("server", &[]));
    let mut visitor = acme.visitor(&[&server]);
    // As soon as one invoice is there, the rules change: the rest of them go with later batches.
    let (books, log) = (acme.books.clone(), server.clone());
    let before = acme.shop.file.records("Invoice").count();
    let layer = ground.path("zinc").join("invoice.yaml");
    let mut changed_at = None;
    visitor.before = Box::new(move |turn| {
        if changed_at.is_none() && books.lock().records("Invoice").count() > before {
            let text = std::fs::read_to_string(&layer).unwrap().replace("Zinc", "Tin");
            std::fs::write(&layer, text).unwrap();
            log.reload("zinc` were taken");
            changed_at = Some(turn);
        }
    });
    assert_eq!(visitor.visit(), Ended::Done);
    assert_eq!(acme.memos(), ["Zinc"]);
    assert!(std::fs::read_to_string(ground.path("zinc/invoice.yaml")).unwrap().contains("Tin"));
    // What is played from now on goes by the others.
    let mut invoice = crate::loop_support::sample("invoices.json", 1_031_042);
    invoice["id"] = 9_000_001.into();
    invoice["idInDomain"] = 9_001.into();
    let key = acme.shop.load_json("invoice", "9000001", &invoice.to_string());
    acme.shop.play(&[key]);
    visit_all(&mut acme.visitor(&[&server]));
    assert_eq!(acme.memos(), ["Tin", "Zinc"]);
}

#[test]
fn rules_with_errors_are_not_taken_and_the_doctor_says_so() {
    let ground = Ground::new("Zinc");
    let acme = Domain::new(&ground, "Acme");
    let server = ground.server("server", &[]);
    assert_eq!(ground.doctor(), (Some(0), String::new()));
    ground.layer("zinc", "=nothing.at.all");
    server.reload("have 1 error; the first is");
    let log = std::fs::read_to_string(&server.log).unwrap();
    assert!(log.contains("all goes on by those before"), "{log}");
    let (code, told) = ground.doctor();
    assert_eq!(code, Some(1));
    assert!(told.contains("zinc` have 1 error; the first is ") && told.contains("invoice.yaml:4:"), "{told}");
    // A file of domains that is wrong changes nothing either.
    ground.domains("sets: { zinc: [base, zinc] }\ndomains: { Acme: zink }\n");
    server.reload("is to go by the set `zink`, which is not there; did you mean `zinc`?");
    visit_all(&mut acme.visitor(&[&server]));
    assert_eq!(acme.memos(), ["Zinc"]);
    ground.domains("sets: { zinc: [base, zinc] }\ndomains: { Acme: zinc, Acne: zinc }\n");
    ground.layer("zinc", "Tin");
    server.reload("zinc` were taken");
    let (_, told) = ground.doctor();
    assert!(told.contains("the domain `Acne` has rules of its own, and no company file"), "{told}");
}

/// A server that starts with a set that has errors serves all other domains.
#[test]
fn a_domain_whose_first_rules_are_wrong_keeps_nobody_from_starting() {
    let ground = Ground::new("=nothing.at.all");
    let [acme, borealis] = ["Acme", "Borealis"].map(|name| Domain::new(&ground, name));
    let server = ground.server("server", &[]);
    visit_all(&mut borealis.visitor(&[&server]));
    assert!(!borealis.all_memos().is_empty());
    assert_eq!(acme.visitor(&[&server]).visit(), Ended::BrokenOff);
    assert!(acme.all_memos().is_empty());
    ground.layer("zinc", "Zinc");
    server.reload("zinc` were taken");
    visit_all(&mut acme.visitor(&[&server]));
    assert_eq!(acme.memos(), ["Zinc"]);
}

/// The second server was not reloaded: it takes over no answer, and plans nothing, by other rules.
#[test]
fn a_server_with_other_rules_ends_the_visit_in_words() {
    let ground = Ground::new("Zinc");
    let acme = Domain::new(&ground, "Acme");
    let old = ground.server("old", &[]);
    ground.layer("zinc", "Tin");
    let new = ground.server("new", &[]);
    acme.visitor(&[&old, &new]).visit();
    let last = acme.shop.store.sessions(acme.shop.company, 1).unwrap().pop().unwrap();
    let why = format!("{:?}", last.ending);
    assert!(why.contains("this server does not have those with which it began"), "{why}");
    // One of them alone goes on.
    visit_all(&mut acme.visitor(&[&new]));
    assert_eq!(acme.memos(), ["Tin"]);
}

#[test]
fn a_server_that_watches_takes_files_once_they_are_at_rest() {
    let ground = Ground::new("Zinc");
    let acme = Domain::new(&ground, "Acme");
    let server = ground.server("server", &["--watch-rules", "1"]);
    ground.layer("zinc", "Tin");
    said(&server.log, "zinc` were taken");
    visit_all(&mut acme.visitor(&[&server]));
    assert_eq!(acme.memos(), ["Tin"]);
}

fn sources(ground: &Ground) -> RuleSources {
    let folders = vec![root().join("rules")];
    let files = RuleFiles::read(&folders).unwrap();
    let shelf = Shelf::read(&folders, &files).unwrap();
    let set = RuleSet::new(compile(&files).program.unwrap(), shelf);
    RuleSources::new(folders, Some(ground.path("domains.yaml")), set)
}

fn begun(ground: &Ground) -> (RuleSources, Rulebooks) {
    let sources = sources(ground);
    let (books, wrong) = sources.begin().unwrap();
    assert_eq!(wrong, Vec::<String>::new());
    (sources, books)
}

/// A domain is a name and a pointer: the rules are there once for all that go by them.
#[test]
fn thousands_of_domains_share_a_few_sets() {
    let ground = Ground::new("Zinc");
    std::fs::create_dir(ground.path("tin")).unwrap();
    ground.layer("tin", "Tin");
    let name = |number: usize| if number.is_multiple_of(2) { "zinc" } else { "tin" };
    let domains: Vec<String> = (0..5_000).map(|number| format!("  d{number}: {}\n", name(number))).collect();
    let domains = domains.concat();
    ground.domains(&format!("sets: {{ zinc: [base, zinc], tin: [base, tin] }}\ndomains:\n{domains}"));
    let (sources, books) = begun(&ground);
    assert_eq!(books.sets().each().len(), 3);
    let [first, second, other] = ["d0", "d4998", "d1"].map(|domain| books.of_domain(domain).unwrap());
    assert!(Arc::ptr_eq(&first, &second) && !Arc::ptr_eq(&first, &other));
    ground.layer("tin", "Copper");
    let done = sources.reload(&books, &[], Reload::AtOnce, Utc::now());
    assert_eq!(done.taken.len(), 2, "{done:?}");
    assert_eq!(done.taken[1], "other rules from now on: 2500 domains");
    assert_eq!(books.sets().each().len(), 3);
    assert!(Arc::ptr_eq(&first, &books.of_domain("d0").unwrap()), "that set did not change");
    assert_eq!(sources.reload(&books, &[], Reload::AtOnce, Utc::now()), Reloaded::default());
}

#[test]
fn files_that_are_being_copied_are_not_taken() {
    let ground = Ground::new("Zinc");
    let (sources, books) = begun(&ground);
    let look = || sources.reload(&books, &[], Reload::OnceSettled, Utc::now());
    ground.layer("zinc", "Tin");
    assert_eq!(look(), Reloaded::default());
    ground.layer("zinc", "Copper");
    assert_eq!(look(), Reloaded::default());
    assert_eq!(look().taken.len(), 2);
    // A file of domains that is cut short names fewer of them, and those would go by the rules of all.
    ground.domains("sets: { zinc: [base, zinc] }\n");
    assert_eq!(look(), Reloaded::default());
    assert_eq!(look().taken, ["other rules from now on: 1 domain"]);
}

/// A set that the company files of one domain do not fit goes to all others.
#[test]
fn a_domain_that_does_not_fit_the_next_rules_stays_with_its_own() {
    let ground = Ground::new("Zinc");
    ground.domains("sets: { zinc: [base, zinc] }\ndomains: { Acme: zinc, Borealis: zinc }\n");
    let _both = ["Acme", "Borealis"].map(|name| Domain::new(&ground, name));
    let store = AnyStore::from(SqliteStore::open(&ground.path("ferrule.db")).unwrap());
    let mut files = store.company_files().unwrap();
    files[0].settings.insert("own_word".to_owned(), "x".into());
    let settings = ground.path("zinc").join("settings.yaml");
    let words = "settings:\n  own_word: { label: Own Word, help: A word of their own., type: text, default: y, scope: integration, group: When and what }\n";
    std::fs::write(&settings, words).unwrap();
    let (sources, books) = begun(&ground);
    let first = books.of_domain("Acme").unwrap();
    std::fs::remove_file(&settings).unwrap();
    let done = sources.reload(&books, &files, Reload::AtOnce, Utc::now());
    let [why] = done.refused.as_slice() else { panic!("{done:?}") };
    assert!(
        why.starts_with("the domain `Acme` stays with the rules that it has: Acme: its settings: "),
        "{why}"
    );
    assert!(Arc::ptr_eq(&first, &books.of_domain("Acme").unwrap()));
    assert!(!Arc::ptr_eq(&first, &books.of_domain("Borealis").unwrap()));
    // It is told once. As soon as the settings fit, the domain follows.
    assert_eq!(sources.reload(&books, &files, Reload::AtOnce, Utc::now()), Reloaded::default());
    files[0].settings.clear();
    let done = sources.reload(&books, &files, Reload::AtOnce, Utc::now());
    assert_eq!(
        (done.taken.as_slice(), done.refused.len()),
        (&["other rules from now on: 1 domain".to_owned()][..], 0)
    );
    assert!(!Arc::ptr_eq(&first, &books.of_domain("Acme").unwrap()));
}

fn shown(pages: &Pages, browser: &mut crate::web_support::Browser, company: i64) -> String {
    let path = format!("/c/{company}/plan?object=invoice&open=1&per=200");
    for _ in 0..200 {
        let page = planned(browser, &path).body;
        if !page.contains("Something has changed since Ferrule made this plan") {
            return page;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!(
        "the plan of {} is never fresh",
        pages.store.company_file(ferrule::sync::stored::CompanyId(company)).unwrap().made.name
    )
}

#[test]
fn pages_and_plans_go_by_the_rules_of_their_domain() {
    let ground = Ground::new("Quartz");
    ground.domains("sets: { zinc: [base, zinc] }\ndomains: { acme: zinc }\n");
    let (sources, books) = begun(&ground);
    let pages = open_ruled(books.clone());
    let company = pages.company("acme", "Acme");
    load(&pages, company);
    let mut browser = pages.signed_in(Role::Administrator);
    let layer = ground.text("zinc/invoice.yaml");
    assert!(browser.get(&format!("/c/1/rules?file={layer}")).body.contains("Quartz"));
    let page = shown(&pages, &mut browser, 1);
    assert!(page.contains("Quartz"), "{page}");
    ground.layer("zinc", "Copper");
    sources.reload(&books, &pages.store.company_files().unwrap(), Reload::AtOnce, Utc::now());
    let page = shown(&pages, &mut browser, 1);
    assert!(page.contains("Copper") && !page.contains("Quartz"), "{page}");
    assert!(browser.get(&format!("/c/1/rules?file={layer}")).body.contains("Copper"));
    // Without a set of its own it goes by that of all, and its pages show no file of another domain's.
    ground.domains("sets: { zinc: [base, zinc] }\ndomains: { other: zinc }\n");
    sources.reload(&books, &pages.store.company_files().unwrap(), Reload::AtOnce, Utc::now());
    let page = shown(&pages, &mut browser, 1);
    assert!(!page.contains("Copper"), "{page}");
    assert_eq!(browser.get(&format!("/c/1/rules?file={layer}")).status, 404);
}
