//! How long the server takes for each page, and for what follows a click, with 50,000 records, 20,000
//! documents and a long history in one SQLite file.
//!
//! ```text
//! cargo bench --bench pages
//! ```
//!
//! A page is asked for once, so that what is made in the background is there, then many times. It is the
//! median that must stay below 50 ms.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints its figures and stops at what it cannot measure"
)]

mod support;

use std::sync::Arc;
use std::time::Instant;

use chrono::Utc;
use ferrule::connector::service::ServiceConfig;
use ferrule::store::SqliteStore;
use ferrule::sync::session::Rulebook;
use ferrule::sync::stored::CompanyId;
use ferrule::web::{FIRST_VIEW, Origin, Site, pages};
use support::browser::{Browser, between};
use support::rules;
use support::shop::{CUSTOMERS, INVOICES, ITEMS, VISITS, fill};

/// Every page that is measured. Further ones are a line each.
const PAGES: [(&str, &str); 55] = [
    ("to do", "/c/1/todo"),
    ("to do, mine", "/c/1/todo?of=me"),
    ("errors", "/c/1/errors"),
    ("what a visit found", "/c/1/integrations/visits/20000/found"),
    ("search", "/c/1/search?q=1017999"),
    ("a code", "/errors/3140"),
    ("charts", "/c/1/charts"),
    ("charts, a year", "/c/1/charts?weeks=52"),
    ("reconcile, this month", "/c/1/reconcile"),
    ("reconcile, all days", "/c/1/reconcile?from=all&to=all"),
    ("reconcile, searched", "/c/1/reconcile?from=all&to=all&q=1017999"),
    ("people", "/c/1/people"),
    ("API tokens", "/c/1/integrations/tokens"),
    ("own password", "/password"),
    ("another company file", "/company-files/new"),
    ("customers, searched", "/c/1/customers?q=7"),
    ("a customer", "/c/1/customers/7"),
    ("connect a customer", "/c/1/customers/7/connect"),
    ("connect an invoice, searched", "/c/1/invoicing/1017999/connect?q=1017"),
    ("history of an invoice", "/c/1/invoicing/1017999/history"),
    ("double play", "/c/1/invoicing/play-all"),
    ("settle", "/c/1/invoicing/settle?before=2026-06-01"),
    ("part numbers", "/c/1/part-numbers"),
    ("integrations", "/c/1/integrations"),
    ("settings", "/c/1/integrations/settings"),
    ("a visit", "/c/1/integrations/visits/20000"),
    ("imports, items", "/c/1/imports?object=partNumber"),
    ("imports, sorted, page 300", "/c/1/imports?object=partNumber&sort=0&down=1&page=300"),
    ("imports, searched", "/c/1/imports?object=partNumber&q=7+1"),
    ("imports, all verdicts", "/c/1/imports?object=partNumber&is=all&per=200"),
    ("imports, updates", "/c/1/imports?object=customer&is=update"),
    ("a record", "/c/1/records/ItemServiceRet/I40000-1767225670"),
    ("taken over", "/c/1/imports/taken"),
    ("invoicing", "/c/1/invoicing"),
    ("invoicing, sorted, page 500", "/c/1/invoicing?sort=1&down=1&page=500"),
    ("invoicing, searched", "/c/1/invoicing?q=1017999"),
    ("customers", "/c/1/customers"),
    ("an invoice", "/c/1/invoicing/1017999"),
    ("its preview", "/c/1/invoicing/1017999/preview"),
    ("history of a customer", "/c/1/customers/7/history"),
    ("plan", "/c/1/plan"),
    ("plan, last page", "/c/1/plan?is=unchanged&page=9999"),
    ("plan, all open", "/c/1/plan?open=1&per=25"),
    ("plan, searched", "/c/1/plan?q=1017999"),
    ("plan of the queue", "/c/1/plan?of=queue"),
    ("plan of an invoice", "/c/1/plan?object=invoice&id=1017999"),
    ("plan of a part number", "/c/1/plan?object=partNumber&id=7"),
    ("rules", "/c/1/rules"),
    ("rules, to try", "/c/1/rules/try"),
    ("domain", "/c/1/domain"),
    ("activity", "/c/1/activity"),
    ("activity, hours", "/c/1/activity?by=hour&kind=job"),
    ("activity, years ago", "/c/1/activity?to=2024-06-01"),
    ("activity, searched", "/c/1/activity?q=customeradd"),
    ("activity, not found", "/c/1/activity?q=nothing+like+it"),
];
const RUNS: usize = 25;
/// What people see first after a start.
const STARTS: [(&str, &str); 6] = [
    ("to do", "/c/1/todo"),
    ("integrations", "/c/1/integrations"),
    ("invoicing", "/c/1/invoicing"),
    ("an invoice", "/c/1/invoicing/1017999"),
    ("imports", "/c/1/imports?object=partNumber"),
    ("charts", "/c/1/charts"),
];

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let store = Arc::new(SqliteStore::open(&folder.path().join("ferrule.db")).unwrap());
    fill(&store);
    let documents = INVOICES + CUSTOMERS;
    println!("{documents} documents, {ITEMS} items, {VISITS} visits, filled in {:.0?}", began.elapsed());
    let rulebook = Arc::new(Rulebook::new(rules::program()));
    // The first view of each after a start: nothing is there yet.
    for (name, path) in STARTS {
        let (took, page) = started(&store, &rulebook).get(path);
        println!("first view of {name:14} {took:>9.2?}, {} KB", page.len() / 1024);
    }
    let (mut browser, site) = (started(&store, &rulebook), site(&store, &rulebook));
    let began = Instant::now();
    site.warm();
    while site.views.peek(CompanyId(1)).is_none() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    println!("after a start the lists were there in {:.2?}", began.elapsed());
    let mut warmed = Browser::of(pages(&site).routes, &store);
    for (name, path) in STARTS {
        let (took, page) = warmed.get(path);
        println!("first view of {name:14} then {took:>9.2?}, {} KB", page.len() / 1024);
    }
    for (name, path) in [("imports", "/c/1/imports?object=partNumber"), ("plan", "/c/1/plan")] {
        let began = Instant::now();
        while is_waiting(&browser.get(path).1) {}
        println!("the first {name} were there after {:.2?}", began.elapsed());
    }
    for (name, path) in PAGES {
        while is_waiting(&browser.get(path).1) {}
        measure(&mut browser, name, path);
    }
    click(&mut browser, "ignore one", "/c/1/imports/ignore", "only");
    click(&mut browser, "import one", "/c/1/imports/import", "only");
    click(&mut browser, "import all", "/c/1/imports/import", "seen");
}

/// Whether a page waits for what is being made, and asks for itself again by then.
fn is_waiting(page: &str) -> bool {
    page.contains("hx-trigger=\"load delay:") || page.contains("it is putting the lists together")
}

/// The pages of a server that was started just now.
fn started(store: &Arc<SqliteStore>, rulebook: &Arc<Rulebook>) -> Browser {
    Browser::of(pages(&site(store, rulebook)).routes, store)
}

fn site(store: &Arc<SqliteStore>, rulebook: &Arc<Rulebook>) -> Arc<Site> {
    let config = ServiceConfig::default();
    let origin = Origin::of(&config);
    let site = Site::new(store.clone(), rulebook.clone(), origin, Utc::now, config.journal.clone());
    let mut site = site.unwrap();
    site.first_view = Some(FIRST_VIEW);
    Arc::new(site)
}

fn measure(browser: &mut Browser, name: &str, path: &str) {
    let first = browser.get(path).1;
    let mut times: Vec<_> = (0..RUNS).map(|_| browser.get(path).0).collect();
    times.sort_unstable();
    let median = times.get(RUNS / 2).copied().unwrap_or_default();
    let slowest = times.last().copied().unwrap_or_default();
    println!("{name:28} {median:>9.2?} (at most {slowest:.2?}), {} KB", first.len() / 1024);
}

/// What a click costs in the list of 48,080 items, and the page that shows what it did.
fn click(browser: &mut Browser, name: &str, path: &str, field: &str) {
    const LIST: &str = "object=partNumber";
    let list = format!("/c/1/imports?{LIST}");
    let page = browser.get(&list).1;
    let value = between(&page, &format!("name=\"{field}\" value=\""), "\"");
    let mut fields = vec![("list", LIST), (field, value)];
    if field == "seen" {
        fields.push(("all", "1"));
    }
    let took = browser.post(path, &fields);
    let (then, page) = browser.get(&list);
    let words = between(&page, "class=\"notice good said\" role=\"status\"><p>", "<");
    println!("{name:28} {took:>9.2?}, the page after it {then:.2?}: {}", words.trim());
}
