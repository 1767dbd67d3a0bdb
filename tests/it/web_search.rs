//! One search over all documents and all records.

use ferrule::people::Role;
use ferrule::simulator::ManualClock;
use ferrule::sync::stored::{CompanyId, DocumentKey, Store as _};

use crate::loop_support::{Break, Shop};
use crate::web_support::{Browser, Pages, open};

fn shop() -> (Pages, Shop) {
    let pages = open();
    let soon = chrono::Utc::now().timestamp() + 60;
    let mut shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(soon));
    shop.load(&[
        "customers.json",
        "terms.ndjson",
        "part_numbers.ndjson",
        "invoices.json",
        "bills.json",
        "vendors.json",
    ]);
    shop.play(&[DocumentKey { object: "invoice".to_owned(), id: "1031042".to_owned() }]);
    shop.visit(Break::Never);
    (pages, shop)
}

fn found(browser: &mut Browser, query: &str) -> String {
    let reply = browser.get(&format!("/c/1/search?q={query}"));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body.split("<h1>Search</h1>").nth(1).unwrap().to_owned()
}

/// The titles of the groups that are shown.
fn groups(page: &str) -> Vec<&str> {
    page.split("<section class=\"card\" aria-label=\"")
        .skip(1)
        .map(|it| it.split('"').next().unwrap())
        .collect()
}

#[test]
fn everything_is_found_by_what_people_know_of_it() {
    let (pages, _shop) = shop();
    let mut viewer = pages.signed_in(Role::Viewer);
    assert!(viewer.get("/c/1/todo").body.contains("action=\"/c/1/search\""), "on every page");
    for (query, group, href) in [
        // Both numbers of an invoice.
        ("1042", "Invoicing", "/c/1/invoicing/1031042\""),
        ("SH%3A1042", "Invoicing", "/c/1/invoicing/1031042\""),
        ("sh:1042", "QuickBooks: Invoice", "/c/1/records/InvoiceRet/"),
        // The customer's order, a part, names, an amount with or without its thousands apart.
        ("km-90112", "Invoicing", "/c/1/invoicing/1031042\""),
        ("km-80", "Part numbers", "/c/1/part-numbers/"),
        ("dunmore", "Customers", "/c/1/customers/301\""),
        ("dunmore+tool", "QuickBooks: Customer", "/c/1/records/CustomerRet/"),
        ("1132.50", "Invoicing", "/c/1/invoicing/"),
        ("1,132.50", "Invoicing", "/c/1/invoicing/"),
        ("$1,132.50", "Invoicing", "/c/1/invoicing/"),
    ] {
        let page = found(&mut viewer, query);
        assert!(groups(&page).contains(&group) && page.contains(href), "{query}: {page}");
    }
    // What the company file says of itself is nothing that people look for.
    let (ten, no) = (found(&mut viewer, "10"), found(&mut viewer, "false"));
    assert!(!ten.contains("PreferencesRet") && !no.contains("PreferencesRet"), "{ten} {no}");
    // What is exactly that comes first, although others hold it too.
    let page = found(&mut viewer, "1042");
    let first = page.split("<ul class=\"hits\">").nth(1).unwrap();
    assert!(
        first.trim_start().starts_with("<li><a href=\"/c/1/invoicing/1031042\">Invoice 1042</a>"),
        "{first}"
    );
    // More than are shown are in the list, which is asked the same.
    let page = found(&mut viewer, "2026-03");
    assert!(page.contains("href=\"/c/1/invoicing?q=2026-03\">All "), "{page}");
    // Nothing asked, nothing found.
    assert!(groups(&found(&mut viewer, "")).is_empty());
    let page = found(&mut viewer, "no+such+thing+anywhere");
    assert!(page.contains("Nothing matches") && page.contains("0 results"), "{page}");
}

#[test]
fn a_search_shows_nothing_of_others_and_hostile_text_stays_text() {
    let (pages, shop) = shop();
    pages.company("other", "Secret Shop");
    let mut document = shop.store.all_documents(shop.company, Some("invoice")).unwrap().remove(0).document;
    document.json = document.json.replace("Dunmore", "Secretive");
    shop.store.load(CompanyId(2), &[document], chrono::Utc::now()).unwrap();
    let mut viewer = pages.signed_in(Role::Viewer);
    assert!(groups(&found(&mut viewer, "secretive")).is_empty());
    assert_eq!(viewer.get("/c/2/search?q=secretive").status, 404);
    let page = viewer.get("/c/1/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E%22'").body;
    assert!(!page.contains("<script>alert") && page.contains("&#60;script&#62;alert(1)"), "{page}");
    let long = "x".repeat(5_000);
    assert!(found(&mut viewer, &long).contains("Nothing matches"));
    let mut nobody = pages.browser();
    assert_eq!(nobody.get("/c/1/search?q=dunmore").status, 303);
}
