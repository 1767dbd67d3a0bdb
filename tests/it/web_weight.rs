//! What a page weighs: itself as it goes over the wire, with all that it names, each once, compressed where it comes so.

use std::collections::BTreeSet;

use chrono::Utc;
use ferrule::people::Role;
use ferrule::simulator::ManualClock;
use ferrule::sync::stored::{DocumentKey, Store as _};

use crate::loop_support::{Break, DOCUMENTS, Shop};
use crate::web_support::{Browser, open};

/// The most that a page may weigh, in bytes.
const MOST: usize = 100_000;

/// An address for each page of `src/web/routes.rs`. `/c/{company}/` stands before those that begin with no slash.
pub const PAGES: [(&str, &str); 40] = [
    ("/", "/"),
    ("/company-files/new", "/company-files/new"),
    ("/password", "/password"),
    ("/errors/{code}", "/errors/3140"),
    ("/sign-in", "/sign-in"),
    ("", "/c/1"),
    ("integrations", "integrations"),
    ("integrations/visits/{visit}", "integrations/visits/1"),
    ("integrations/visits/{visit}/found", "integrations/visits/1/found"),
    ("search", "search?q=10"),
    ("integrations/settings", "integrations/settings"),
    ("integrations/tokens", "integrations/tokens"),
    ("alerts", "alerts"),
    ("set-up", "set-up"),
    ("todo", "todo"),
    ("errors", "errors"),
    ("plan", "plan"),
    ("plan", "plan?open=1&per=25"),
    ("plan", "plan?object=invoice&id=1031042"),
    ("reconcile", "reconcile?from=all&to=all"),
    ("charts", "charts?weeks=52"),
    ("activity", "activity"),
    ("domain", "domain"),
    ("rules", "rules"),
    ("rules/try", "rules/try"),
    ("{object}", "invoicing"),
    ("{object}", "customers"),
    ("{object}/play-all", "invoicing/play-all"),
    ("{object}/settle", "invoicing/settle?before=2026-04-15"),
    ("{object}/{id}", "invoicing/1031042"),
    ("{object}/{id}", "invoicing/1031050"),
    ("{object}/{id}/preview", "invoicing/1031042/preview"),
    ("{object}/{id}/connect", "invoicing/1031050/connect"),
    ("{object}/{id}/history", "invoicing/1031042/history"),
    ("imports", "imports"),
    ("imports", "imports?object=partNumber"),
    ("imports/taken", "imports/taken"),
    ("people", "people"),
    ("records/{type}/{id}", "records/CustomerRet/800000A1-1767225650"),
    ("/invite/{token}", "/invite/no"),
];

/// What an address weighs, and what it names.
fn weigh(browser: &mut Browser, path: &str, seen: &mut BTreeSet<String>) -> usize {
    "Accept-Encoding: gzip\r\n".clone_into(&mut browser.headers);
    let reply = browser.get(path);
    browser.headers.clear();
    assert!([200, 303, 404, 410].contains(&reply.status), "{path}: {} {}", reply.status, reply.body);
    let mut weight = reply.head.len() + length(&reply);
    for name in ["src=\"", "href=\""] {
        for address in reply.body.split(name).skip(1).map(|rest| rest.split('"').next().unwrap()) {
            if address.starts_with("/assets/") && seen.insert(address.to_owned()) {
                weight += weigh(browser, address, seen);
            }
        }
    }
    weight
}

/// The length of the body as it went over the wire.
fn length(reply: &crate::service_wire::Reply) -> usize {
    let said = reply.head.lines().find_map(|line| line.strip_prefix("content-length: "));
    said.map_or(reply.body.len(), |length| length.parse().unwrap())
}

#[test]
fn no_page_weighs_more_than_100_kilobytes() {
    let pages = open();
    let soon = Utc::now().timestamp() + 60;
    let mut shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(soon));
    let keys: Vec<DocumentKey> = shop.load(&DOCUMENTS);
    shop.play(&keys);
    for _ in 0..3 {
        shop.wait(chrono::TimeDelta::hours(1));
        shop.visit(Break::Never);
    }
    let record = shop.store.records_of(shop.company, "CustomerRet").unwrap().remove(0).key.id;
    let mut browser = pages.signed_in(Role::Administrator);
    let mut weights = Vec::new();
    for (_, path) in PAGES {
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/c/1/{path}") };
        let path = path.replace("800000A1-1767225650", &record);
        // What is worked out in the background is there the second time.
        browser.get(&path);
        while browser.get(&path).body.contains("hx-trigger=\"load delay") {}
        weights.push((weigh(&mut browser, &path, &mut BTreeSet::new()), path));
    }
    weights.sort();
    // What is left out for its weight is there for who asks.
    let whole = browser.get("/c/1/integrations/visits/1");
    let asked = whole.body.split("href=\"").find(|rest| rest.contains("?exchange=")).unwrap();
    let asked = browser.get(asked.split(['"', '#']).next().unwrap()).body;
    assert!(asked.contains(" open>") && asked.contains("class=\"qbxml\""), "{asked}");
    let heavy: Vec<_> = weights.iter().filter(|(weight, _)| *weight > MOST).collect();
    assert!(heavy.is_empty(), "{heavy:#?}");
    let plain = weights.iter().find(|(_, path)| path == "/password").unwrap().0;
    assert!(plain > 20_000, "the style and the scripts are counted: {weights:#?}");
}

/// A new page is weighed too.
#[test]
fn every_page_is_weighed() {
    let routes = std::fs::read_to_string(crate::loop_support::root().join("src/web/routes.rs")).unwrap();
    let table = routes.split("const TABLE").nth(1).unwrap().split("];").next().unwrap();
    let shown = table.lines().filter(|line| line.contains("Page(") || line.contains("Company("));
    let path = |line: &str| line.split('"').nth(1).map(str::to_owned);
    for path in shown.filter_map(path) {
        let below = path.strip_prefix("/c/{company}").map_or(path.as_str(), |it| it.trim_start_matches('/'));
        assert!(PAGES.iter().any(|(of, _)| *of == below), "{path} is not weighed");
    }
}
