//! Objects that an optional layer brings have pages, and their layer alone says what is on them.

use ferrule::people::Role;
use ferrule::simulator::ManualClock;
use serde_json::json;

use crate::loop_support::{BEGIN, Shop, with_layer};
use crate::web_plan::planned;
use crate::web_support::open_ruled;

fn payment(id: u64, voided: bool) -> String {
    json!({
        "object": "payment", "id": id, "idInDomain": id, "receivedAtAsDate": "2026-07-01",
        "finalizedAt": "2026-07-01T10:00:00-04:00", "voidedAt": voided.then_some("2026-07-02T10:00:00-04:00"),
        "reference": "4711", "amount": 1250.5, "customer": { "id": 301, "name": "Dunmore Tool & Die" },
        "applied": [{ "invoice": { "id": 900_101, "idInDomain": 101 }, "amount": 1250.5 }],
    })
    .to_string()
}

#[test]
fn payments_have_a_list_a_page_and_a_place_in_the_menu() {
    let pages = open_ruled(with_layer("payment"));
    let shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(BEGIN));
    shop.load_json("payment", "71", &payment(71, false));
    shop.load_json("payment", "72", &payment(72, true));
    let mut browser = pages.signed_in(Role::Clerk);

    let list = browser.get("/c/1/payments").body;
    for shown in
        ["<h1>Payments</h1>", "Check number", "4711", "1,250.50", "Dunmore Tool", "Finalized", "Voided"]
    {
        assert!(list.contains(shown), "{shown}: {list}");
    }
    // Between invoices and bills, and the page is the current one.
    let menu: Vec<_> = ["/c/1/invoicing\"", "/c/1/payments\" aria-current=\"page\"", "/c/1/bills\""]
        .map(|entry| list.find(entry).unwrap_or_else(|| panic!("{entry}: {list}")))
        .into();
    assert!(menu.is_sorted(), "{menu:?}");

    assert!(browser.get("/c/1/payments?q=4711").body.contains("Payment 71"));
    let own = browser.get("/c/1/payments/71").body;
    for shown in ["Payment 71", "Paid invoices", "Not connected", "play"] {
        assert!(own.to_lowercase().contains(&shown.to_lowercase()), "{shown}: {own}");
    }
    assert_eq!(browser.post("/c/1/payments/71/play", &[]).status, 303);
    assert!(browser.get("/c/1/payments").body.contains("Queued"));
    assert_eq!(browser.get("/c/1/payments/71/history").status, 200);
    assert!(planned(&mut browser, "/c/1/plan?object=payment").body.contains("Payment 71"));
    assert_eq!(browser.get("/c/1/purchase-orders").status, 404, "that layer is not there");
}

#[test]
fn without_the_layer_there_is_no_such_page() {
    let pages = crate::web_support::open();
    pages.company("acme", "Acme");
    let mut browser = pages.signed_in(Role::Clerk);
    assert_eq!(browser.get("/c/1/payments").status, 404);
    assert!(!browser.get("/c/1/invoicing").body.contains("/c/1/payments"));
}

/// A list at the path of another page would never be seen, so the checker refuses it.
#[test]
fn the_checker_knows_which_paths_are_taken() {
    let routes = std::fs::read_to_string(crate::loop_support::root().join("src/web/routes.rs")).unwrap();
    let paths = routes.split("\"/c/{company}/").skip(1).map(|rest| rest.split(['"', '/']).next().unwrap());
    for path in paths.filter(|path| !path.starts_with('{')) {
        let own = format!("path: {path}");
        let compiled =
            crate::loop_support::edited(&[("vendor.yaml", &|text| text.replace("path: vendors", &own))]);
        let told = format!("`{path}` is another page already");
        assert!(
            compiled.diagnostics.iter().any(|it| it.message == told),
            "{path}: {:?}",
            compiled.diagnostics
        );
    }
}
