//! Optional layers of the rules, switched on and off on the page of settings: their pages, visits, plans and settings.

use std::path::Path;
use std::sync::OnceLock;

use ferrule::people::Role;
use ferrule::rules::{RuleFiles, Shelf, compile};
use ferrule::simulator::ManualClock;
use ferrule::sync::session::{Next, Rulebooks};
use ferrule::sync::stored::{CompanyFile, DocumentKey, JobState, Store as _};
use ferrule::sync::switch_layers;
use serde_json::json;

use crate::loop_references::{FIRST, held, invoice, payment};
use crate::loop_support::{Break, Shop, root};
use crate::web_plan::planned;
use crate::web_support::{Browser, Pages, location, open_ruled};

const SETTINGS: &str = "/c/1/integrations/settings";
const LAYERS: &str = "/c/1/integrations/layers";

/// The same, as the domain of the tests has them.
fn set() -> std::sync::Arc<ferrule::sync::session::RuleSet> {
    books().of_domain("lakeside").unwrap()
}

fn books_of(rules: &Path) -> Rulebooks {
    let folders = [rules.to_owned()];
    let rules = RuleFiles::read(&folders).unwrap();
    Rulebooks::new(compile(&rules).program.unwrap(), Shelf::read(&folders, &rules).unwrap())
}

/// The project's rules with the layers that ship.
pub fn books() -> Rulebooks {
    static BOOKS: OnceLock<Rulebooks> = OnceLock::new();
    BOOKS.get_or_init(|| books_of(&root().join("rules"))).clone()
}

/// Pages and a shop over one store, as one server has them.
fn shop_with(rules: Rulebooks) -> (Pages, Shop) {
    let pages = open_ruled(rules.clone());
    let mut shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(chrono::Utc::now().timestamp()));
    shop.books = Some(rules);
    shop.restart();
    shop.load(&["customers.json", "part_numbers.ndjson", "products.ndjson", "terms.ndjson", "invoices.json"]);
    (pages, shop)
}

fn file(shop: &Shop) -> CompanyFile {
    shop.store.company_file(shop.company).unwrap()
}

/// Switches layers as the form does: those that are named are on.
fn switch(browser: &mut Browser, on: &[&str]) -> crate::service_wire::Reply {
    let page = browser.get(SETTINGS).body;
    let seen = page.rsplit("name=\"seen\" value=\"").next().unwrap().split('"').next().unwrap().to_owned();
    let mut fields = vec![("seen", seen.as_str())];
    fields.extend(on.iter().map(|name| ("layer", *name)));
    browser.post(LAYERS, &fields)
}

fn direct(shop: &Shop, layer: &str, is_on: bool) {
    switch_layers(shop.store.as_ref(), &set(), &file(shop), &[(layer.to_owned(), is_on)]).unwrap();
}

#[test]
fn what_is_switched_on_has_pages_at_once_and_is_in_the_books_after_a_visit() {
    let (pages, mut shop) = shop_with(books());
    shop.visit(Break::Never);
    let mut browser = pages.signed_in(Role::Administrator);
    assert!(browser.get(SETTINGS).body.contains("Payments of customers, with the invoices that they pay."));
    assert_eq!(browser.get("/c/1/payments").status, 404);

    let done = switch(&mut browser, &["payment"]);
    assert_eq!((done.status, location(&done)), (303, SETTINGS));
    let page = browser.get(SETTINGS).body;
    for shown in
        ["Switched: payment: on", "/c/1/payments\"", "value=\"payment\"", "Deposit Account for Payments"]
    {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let key = payment(&shop, 1, 100.0, &[(FIRST, 100.0)]);
    assert!(browser.get("/c/1/payments").body.contains("CK1"));
    assert!(planned(&mut browser, "/c/1/plan?object=payment").body.contains("Payment 1"));
    assert!(browser.get("/c/1/imports").body.contains("Imports"));
    assert_eq!(browser.post("/c/1/payments/1/play", &[]).status, 303);
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key).state, JobState::Done);
    assert_eq!(held(&shop, "ReceivePayment", "AppliedToTxnRet/TxnID"), held(&shop, "Invoice", "TxnID"));
    assert_eq!(held(&shop, "Invoice", "AppliedAmount"), ["-100.00"]);
    assert!(browser.get("/c/1/payments/1").body.contains("Connected"));
    assert!(pages.audit().contains(&"administrator of acme: switch layers payment: on".to_owned()));
}

#[test]
fn what_is_switched_off_stays_on_both_sides_and_nothing_is_sent_for_it() {
    let (pages, mut shop) = shop_with(books());
    direct(&shop, "payment", true);
    let key = payment(&shop, 1, 100.0, &[(FIRST, 100.0)]);
    shop.play(&[invoice(FIRST), key.clone()]);
    shop.visit(Break::Never);
    let mut browser = pages.signed_in(Role::Administrator);
    let told = browser.get(SETTINGS).body.matches("Documents of it with a record in QuickBooks: 1.").count();
    assert_eq!(told, 1, "the invoice is no layer's");
    let second = payment(&shop, 2, 50.0, &[(FIRST, 50.0)]);
    shop.play(std::slice::from_ref(&second));

    assert_eq!(switch(&mut browser, &[]).status, 303);
    assert_eq!(browser.get("/c/1/payments").status, 404);
    assert_eq!(browser.get("/c/1/plan").status, 200);
    let sent = shop.visit(Break::Never).concat();
    assert!(!sent.contains("ReceivePayment"), "{sent}");
    let job = shop.job(&second);
    assert_eq!((job.state, job.error.unwrap().code.as_str()), (JobState::Rejected, "no-object"));
    assert!(browser.get("/c/1/errors").body.contains("no “payment”"));
    assert!(shop.store.standing(shop.company, &key).unwrap().unwrap().connection.is_some());
    assert_eq!(held(&shop, "ReceivePayment", "TotalAmount"), ["100.00"]);
    let audit = pages.audit();
    assert!(audit.contains(&"administrator of acme: switch layers payment: off".to_owned()), "{audit:#?}");

    // Switched on again, everything is as it was, and what waited goes.
    assert_eq!(switch(&mut browser, &["payment"]).status, 303);
    shop.play(std::slice::from_ref(&second));
    shop.visit(Break::Never);
    assert_eq!(held(&shop, "ReceivePayment", "TotalAmount"), ["100.00", "50.00"]);
}

#[test]
fn what_was_deleted_while_its_layer_was_off_is_seen_to_be_gone_once_it_is_on() {
    let (_pages, mut shop) = shop_with(books());
    direct(&shop, "payment", true);
    let key = payment(&shop, 1, 100.0, &[(FIRST, 100.0)]);
    shop.play(&[invoice(FIRST), key.clone()]);
    shop.visit(Break::Never);
    let record = shop.store.standing(shop.company, &key).unwrap().unwrap().connection.unwrap().record_id;

    direct(&shop, "payment", false);
    assert!(shop.file.delete(&record));
    shop.visit(Break::Never);
    // So long that a read asks no more for what was deleted then.
    shop.clock.advance(3 * 86_400);
    shop.play(&[invoice(FIRST)]);
    shop.visit(Break::Never);
    direct(&shop, "payment", true);
    let key = payment(&shop, 1, 100.0, &[(FIRST, 60.0)]);
    shop.play(std::slice::from_ref(&key));
    shop.visit(Break::Never);
    let job = shop.jobs().into_iter().filter(|job| job.document == key).max_by_key(|job| job.id).unwrap();
    assert_ne!(job.state, JobState::Done, "{job:?}");
    assert!(job.error.unwrap().command.unwrap().contains("ferrule archive"));
}

#[test]
fn a_layer_without_what_it_needs_is_refused_and_nothing_changes() {
    let (pages, shop) = shop_with(books());
    let mut browser = pages.signed_in(Role::Administrator);
    let refused = switch(&mut browser, &["item_receipt", "payment"]);
    assert_eq!(refused.status, 422);
    for shown in ["Nothing was switched: Item receipts needs Purchase orders.", "Needs: Purchase orders."] {
        assert!(refused.body.contains(shown), "{shown}: {}", refused.body);
    }
    assert!(
        refused.body.contains("value=\"item_receipt\" aria-describedby=\"layer-item_receipt-help\" checked")
    );
    assert_eq!(file(&shop).layers, [""; 0]);
    assert_eq!(switch(&mut browser, &["item_receipt", "purchase_order"]).status, 303);
    assert_eq!(file(&shop).layers, ["item_receipt", "purchase_order"]);
    // The one below cannot go alone.
    assert_eq!(switch(&mut browser, &["item_receipt"]).status, 422);
    assert_eq!(file(&shop).layers, ["item_receipt", "purchase_order"]);
    let audit = pages.audit();
    assert_eq!(audit.iter().filter(|entry| entry.contains("switch layers")).count(), 1, "{audit:#?}");
}

#[test]
fn a_layer_with_which_the_checker_finds_an_error_is_refused_with_its_words() {
    let rules = tempfile::tempdir().unwrap();
    crate::loop_support::copy(&root().join("rules"), rules.path());
    let broken = rules.path().join("optional/broken");
    std::fs::create_dir(&broken).unwrap();
    std::fs::write(broken.join("layer.yaml"), "title: Broken\nabout: It is wrong.\n").unwrap();
    std::fs::write(broken.join("invoice.yaml"), "export:\n  fields:\n    Memo: =invoice.nots\n").unwrap();
    let (pages, shop) = shop_with(books_of(rules.path()));
    let mut browser = pages.signed_in(Role::Administrator);
    let refused = switch(&mut browser, &["broken"]);
    assert_eq!(refused.status, 422);
    for shown in ["Nothing was switched", "1 error", "optional/broken/invoice.yaml:3:", "nots"] {
        assert!(refused.body.contains(shown), "{shown}: {}", refused.body);
    }
    assert_eq!(file(&shop).layers, [""; 0]);
    assert_eq!(browser.get("/c/1/invoicing").status, 200);
}

#[test]
fn only_an_administrator_switches_and_not_from_a_page_that_is_old() {
    let (pages, shop) = shop_with(books());
    let mut clerk = pages.signed_in(Role::Clerk);
    assert_eq!(switch(&mut clerk, &["payment"]).status, 403);
    let mut browser = pages.signed_in(Role::Administrator);
    browser.get(SETTINGS);
    assert_eq!(browser.post(LAYERS, &[("seen", "long ago"), ("layer", "payment")]).status, 409);
    assert_eq!(file(&shop).layers, [""; 0]);
}

/// What comes of the next requests of a session that has begun.
fn rest_of(shop: &mut Shop, ticket: &str) -> String {
    let mut sent = String::new();
    while let Next::Request(request) = shop.next(ticket).unwrap() {
        shop.clock.advance(1);
        let answer = shop.file.process(&request);
        shop.receive(ticket, &answer).unwrap();
        sent.push_str(&request);
    }
    shop.sessions.end(ticket, shop.now()).unwrap();
    sent
}

#[test]
fn a_session_under_way_ends_by_the_rules_with_which_it_began() {
    for begins_with in [false, true] {
        let (_pages, mut shop) = shop_with(books());
        if begins_with {
            direct(&shop, "payment", true);
        }
        payment(&shop, 1, 100.0, &[(FIRST, 100.0)]);
        let key = DocumentKey { object: "payment".to_owned(), id: "1".to_owned() };
        shop.play(&[invoice(FIRST), key]);
        let ticket = shop.begin();
        shop.file.begin_session().unwrap();
        let Next::Request(first) = shop.next(&ticket).unwrap() else { panic!("nothing to do") };
        let answer = shop.file.process(&first);
        direct(&shop, "payment", !begins_with);
        // A server that was started anew knows it too.
        shop.restart();
        shop.receive(&ticket, &answer).unwrap();
        let sent = first + &rest_of(&mut shop, &ticket);
        shop.file.end_session();
        assert_eq!(sent.contains("ReceivePaymentQueryRq"), begins_with);
        assert_eq!(sent.contains("ReceivePaymentAddRq"), begins_with);
        assert!(sent.contains("InvoiceAddRq"));
        // The next one works by the others, and reads what they want to know.
        let sent = shop.visit(Break::Never).concat();
        assert_eq!(sent.contains("ReceivePaymentQueryRq"), !begins_with);
    }
}

#[test]
fn settings_of_a_layer_that_is_off_come_back_with_it() {
    let (pages, shop) = shop_with(books());
    direct(&shop, "payment", true);
    let set = [("deposit_account", json!("Undeposited Funds")), ("import_every", json!(25))];
    let set = set.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
    shop.store.set_settings(shop.company, &set).unwrap();
    direct(&shop, "payment", false);
    assert_eq!(file(&shop).settings.keys().collect::<Vec<_>>(), ["import_every"]);
    // What is saved meanwhile keeps them where they are.
    let mut browser = pages.signed_in(Role::Administrator);
    assert!(!browser.get(SETTINGS).body.contains("Deposit Account for Payments"));
    shop.store
        .set_settings(shop.company, &[("import_every".to_owned(), json!(30))].into_iter().collect())
        .unwrap();
    direct(&shop, "payment", true);
    assert_eq!(file(&shop).settings["deposit_account"], "Undeposited Funds");
    assert_eq!((&file(&shop).settings["import_every"], file(&shop).settings_aside.len()), (&json!(30), 0));
    assert!(browser.get(SETTINGS).body.contains("Undeposited Funds"));
}

#[test]
fn company_files_of_one_domain_have_layers_of_their_own() {
    let (pages, shop) = shop_with(books());
    pages.company("acme", "Second");
    direct(&shop, "payment", true);
    let mut browser = pages.signed_in(Role::Administrator);
    assert_eq!(browser.get("/c/1/payments").status, 200);
    assert_eq!(browser.get("/c/2/payments").status, 404);
    for path in
        ["/", "/c/1/domain", "/c/2/domain", "/c/1/rules", "/errors/more-applied-than-received?company=1"]
    {
        assert_eq!(browser.get(path).status, 200, "{path}");
    }
    // Settings of the domain go into both, though these have not the same settings beside them.
    browser.get("/c/1/domain");
    let saved = browser.post("/c/1/domain", &[("time_zone", "America/Chicago")]);
    assert_eq!(saved.status, 303, "{}", saved.body);
    for file in pages.store.company_files().unwrap() {
        assert_eq!(file.settings["time_zone"], "America/Chicago", "{}", file.made.name);
    }
}

#[test]
fn layers_that_the_rules_no_longer_have_stop_a_company_file_and_are_told() {
    let (pages, shop) = shop_with(books());
    let gone = ferrule::sync::stored::Layers { on: vec!["paiment".to_owned()], ..Default::default() };
    shop.store.set_layers(shop.company, &gone).unwrap();
    let mut browser = pages.signed_in(Role::Administrator);
    let page = browser.get("/c/1/integrations");
    assert_eq!(page.status, 500);
    assert!(
        page.body.contains("There is no optional layer “paiment”; did you mean “payment”?</p>")
            && page.body.contains("Ask whoever runs Ferrule to switch one off"),
        "{}",
        page.body
    );
    let told = shop.sessions.has_work(&file(&shop), shop.now()).unwrap_err().to_string();
    assert_eq!(told, "there is no optional layer `paiment`; did you mean `payment`?");
    switch_layers(shop.store.as_ref(), &set(), &file(&shop), &[("paiment".to_owned(), false)]).unwrap();
    assert!(shop.has_work());
}

#[test]
fn every_layer_that_ships_can_be_switched_on_with_what_it_needs() {
    let shelf = set().shelf().clone();
    for layer in &shelf.layers {
        let mut on = layer.about.needs.clone();
        on.push(layer.name.clone());
        set().with(&on).unwrap_or_else(|error| panic!("{}: {error}", layer.name));
    }
}
