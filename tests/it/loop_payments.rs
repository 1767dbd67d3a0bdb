//! Payments that were received in QuickBooks: they are read, imported with the invoices that they pay, brought up to date,
//! and become one with Steelhead's own.

use ferrule::people::Role;
use ferrule::simulator::ManualClock;
use ferrule::sync::stored::{DocumentKey, JobState, Store as _};
use ferrule::sync::{FoundRecord, ImportError, ImportFate, Imports, Merging, import_rows, merge_imports};
use serde_json::{Value, json};

use crate::loop_references::{FIRST, held, invoice, payment, with_layers};
use crate::loop_support::{BEGIN, Break, Shop};
use crate::web_support::open_ruled;

const CUSTOMER: &str = "Kestrel Motion";

/// A shop whose invoice is sent, and whose bookkeeper has received a payment of it.
fn shop_in(mut shop: Shop) -> Shop {
    shop.rules = with_layers(&["payment"]);
    shop.restart();
    shop.load(&["customers.json", "part_numbers.ndjson", "products.ndjson", "terms.ndjson", "invoices.json"]);
    shop.play(&[invoice(FIRST)]);
    shop.visit(Break::Never);
    let id = held(&shop, "Invoice", "TxnID").remove(0);
    receive(
        &mut shop,
        "CK1",
        100.0,
        &format!(
            "<AppliedToTxnAdd><TxnID>{id}</TxnID><PaymentAmount>80.00</PaymentAmount></AppliedToTxnAdd>"
        ),
    );
    shop
}

/// Somebody receives a payment in QuickBooks, and it is read.
fn receive(shop: &mut Shop, number: &str, amount: f64, applied: &str) {
    let answer = shop.in_quickbooks(&format!(
        "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><ReceivePaymentAddRq>\
         <ReceivePaymentAdd><CustomerRef><FullName>{CUSTOMER}</FullName></CustomerRef><TxnDate>2026-03-20</TxnDate>\
         <RefNumber>{number}</RefNumber><TotalAmount>{amount:.2}</TotalAmount>{applied}</ReceivePaymentAdd>\
         </ReceivePaymentAddRq></QBXMLMsgsRq></QBXML>"
    ));
    assert!(answer.contains("statusCode=\"0\""), "{answer}");
    read(shop);
}

fn read(shop: &mut Shop) {
    shop.clock.advance(7200);
    shop.visit(Break::Never);
}

/// The payments that QuickBooks has, as the imports see them; imports those that can be.
fn import(shop: &Shop) -> Vec<FoundRecord> {
    let file = shop.store.company_file(shop.company).unwrap();
    let imports = Imports::of(shop.store.as_ref(), &shop.rules.program, &file).unwrap();
    let rows = imports.rows(Some("payment")).unwrap();
    let all: Vec<&FoundRecord> = rows.iter().collect();
    import_rows::<ImportError>(shop.store.as_ref(), &shop.rules.program, &file, &all, shop.now(), |_| Ok(()))
        .unwrap();
    rows
}

/// The only payment that is kept.
fn kept(shop: &Shop) -> (DocumentKey, Value) {
    let [stored] = &shop.store.all_documents(shop.company, Some("payment")).unwrap()[..] else { panic!() };
    (stored.document.key.clone(), serde_json::from_str(&stored.document.json).unwrap())
}

fn merge(shop: &Shop) -> Merging {
    let file = shop.store.company_file(shop.company).unwrap();
    merge_imports(shop.store.as_ref(), &shop.rules.program, &file, shop.now()).unwrap()
}

#[test]
fn a_payment_from_quickbooks_comes_with_the_invoices_that_it_pays() {
    let shop = shop_in(Shop::new());
    let rows = import(&shop);
    assert_eq!(rows.iter().map(|row| &*row.name).collect::<Vec<_>>(), ["CK1"]);
    let (key, document) = kept(&shop);
    assert!(key.id.starts_with("qb-"), "{key:?}");
    assert_eq!((&document["amount"], &document["unused"]), (&json!("100.00"), &json!("20.00")));
    assert_eq!(document["customer"], json!({ "id": "303", "name": CUSTOMER }));
    assert_eq!(
        document["applied"],
        json!([{ "invoice": { "id": FIRST.to_string() }, "number": "SH:1042", "amount": "80.00" }])
    );
    // It is there already: nothing of it is sent, and it is not offered again.
    let plan = shop.sessions.plan(shop.company).unwrap();
    assert_eq!(plan.steps.iter().filter(|step| step.object == "payment").count(), 0);
    assert!(matches!(import(&shop)[0].fate, ImportFate::Connected(_)));
    assert_eq!(held(&shop, "ReceivePayment", "TxnID").len(), 1);
}

#[test]
fn steelheads_own_payment_becomes_one_with_it_and_is_not_sent() {
    let mut shop = shop_in(Shop::new());
    import(&shop);
    let (imported, _) = kept(&shop);
    let own = payment(&shop, 1, 100.0, &[(FIRST, 80.0)]);
    let merging = merge(&shop);
    assert_eq!(merging.merged.len(), 1, "{merging:?}");
    assert_eq!((&merging.merged[0].imported, &merging.merged[0].document), (&imported, &own));
    assert_eq!(kept(&shop).0, own, "one document");
    shop.play(std::slice::from_ref(&own));
    shop.visit(Break::Never);
    assert_eq!(shop.job(&own).state, JobState::Done);
    assert_eq!(held(&shop, "ReceivePayment", "TotalAmount"), ["100.00"], "received once");
    assert_eq!(held(&shop, "Invoice", "AppliedAmount"), ["-80.00"]);
}

#[test]
fn another_payment_of_steelhead_stays_another_one() {
    let shop = shop_in(Shop::new());
    import(&shop);
    payment(&shop, 2, 100.0, &[(FIRST, 20.0)]);
    assert_eq!(merge(&shop).merged.len(), 0, "CK2 is not CK1");
    assert_eq!(shop.store.all_documents(shop.company, Some("payment")).unwrap().len(), 2);
}

#[test]
fn a_payment_that_is_applied_later_in_quickbooks_is_an_update() {
    let mut shop = shop_in(Shop::new());
    import(&shop);
    let id = held(&shop, "ReceivePayment", "TxnID").remove(0);
    assert!(shop.file.edit(&id, "Memo", "lockbox"));
    read(&mut shop);
    let file = shop.store.company_file(shop.company).unwrap();
    let imports = Imports::of(shop.store.as_ref(), &shop.rules.program, &file).unwrap();
    let updates = imports.updates(shop.store.as_ref(), &file, Some("payment")).unwrap();
    let [update] = &updates[..] else { panic!("{updates:?}") };
    assert_eq!((&*update.name, &*update.fields[0].field, update.fields.len()), ("CK1", "notes", 1));
}

#[test]
fn the_pages_offer_it_and_show_what_it_pays() {
    let pages = open_ruled(with_layers(&["payment"]));
    let shop = shop_in(Shop::over(pages.store.clone(), "acme", ManualClock::at(BEGIN)));
    let mut browser = pages.signed_in(Role::Clerk);
    let offered = browser.get("/c/1/imports?object=payment").body;
    for shown in ["CK1", "100.00", "SH:1042", "Importable"] {
        assert!(offered.contains(shown), "{shown}: {offered}");
    }
    import(&shop);
    // The list is brought up to date beside.
    let mut list = browser.get("/c/1/payments").body;
    for _ in 0..100 {
        if list.contains("CK1") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
        list = browser.get("/c/1/payments").body;
    }
    assert!(list.contains("CK1") && list.contains("100.00") && list.contains(CUSTOMER), "{list}");
    let own = browser.get(&format!("/c/1/payments/{}", kept(&shop).0.id)).body;
    for shown in ["CK1 · Ferrule</title>", "SH:1042", "80.00", "20.00", "Not used yet"] {
        assert!(own.contains(shown), "{shown}: {own}");
    }
}
