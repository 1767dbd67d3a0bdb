//! What follows once a document has its record: a custom field on the head of an invoice, voiding. Each is done once,
//! also where an answer is lost; and what fails does neither undo nor repeat the invoice.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use ferrule::sync::session::Rulebook;
use ferrule::sync::stored::{DocumentKey, JobState, Store as _};
use ferrule::sync::{Action, Style, show};
use serde_json::json;

use crate::loop_references::{FIRST, held, invoice, with_layers};
use crate::loop_support::{Break, Reply, Shop};

const FIELD: &str = "SO No";

fn rules() -> Arc<Rulebook> {
    static RULES: OnceLock<Arc<Rulebook>> = OnceLock::new();
    RULES.get_or_init(|| with_layers(&["custom_fields", "void"])).clone()
}

/// A shop that sends a custom field, and voids.
pub fn shop() -> Shop {
    let mut shop = without_field();
    let request = format!(
        "<DataExtDefAddRq><DataExtDefAdd><OwnerID>0</OwnerID><DataExtName>{FIELD}</DataExtName>\
         <DataExtType>STR255TYPE</DataExtType><AssignToObject>Invoice</AssignToObject></DataExtDefAdd></DataExtDefAddRq>"
    );
    let answer = ask(&mut shop, &request);
    assert!(answer.contains("statusCode=\"0\""), "{answer}");
    shop
}

/// The same, but that QuickBooks has no such field.
fn without_field() -> Shop {
    let mut shop = Shop::new();
    shop.rules = rules();
    shop.restart();
    let settings = BTreeMap::from([
        ("sales_order_field".to_owned(), json!(FIELD)),
        ("void_in_quickbooks".to_owned(), json!(true)),
    ]);
    shop.store.set_settings(shop.company, &settings).unwrap();
    shop.load(&["customers.json", "part_numbers.ndjson", "products.ndjson", "terms.ndjson", "invoices.json"]);
    shop
}

fn ask(shop: &mut Shop, request: &str) -> String {
    shop.in_quickbooks(&format!(
        "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\">{request}\
         </QBXMLMsgsRq></QBXML>"
    ))
}

fn fields(shop: &Shop) -> Vec<String> {
    held(shop, "Invoice", "DataExtRet/DataExtValue")
}

/// How often messages were sent.
fn counted(sent: &[String], message: &str) -> usize {
    sent.iter().map(|it| it.matches(&format!("<{message}Rq ")).count()).sum()
}

fn plan(shop: &Shop, key: &DocumentKey) -> (Action, String) {
    let plan = shop.sessions.preview(shop.company, key, shop.now()).unwrap().plan;
    let step = plan.steps.iter().find(|step| step.object == key.object).unwrap();
    (step.action(), show(&plan, &shop.rules.program, Style::default()))
}

#[test]
fn a_custom_field_follows_its_invoice() {
    let mut shop = shop();
    let key = invoice(FIRST);
    shop.visit(Break::Never);
    let (_, text) = plan(&shop, &key);
    assert!(text.contains("InvoiceAdd, then DataExtAdd"), "{text}");
    assert!(
        text.contains("(assigned by QuickBooks)") && text.contains("DataExtAdd (sales-orders)"),
        "{text}"
    );
    shop.play(std::slice::from_ref(&key));
    let sent = shop.visit(Break::Never);
    assert_eq!((counted(&sent, "InvoiceAdd"), counted(&sent, "DataExtAdd")), (1, 1));
    assert_eq!(fields(&shop).len(), 1);
    assert_eq!((shop.job(&key).state, shop.job(&key).error), (JobState::Done, None));
    let (action, text) = plan(&shop, &key);
    assert_eq!(action, Action::Unchanged, "{text}");
    let history = shop.store.history(shop.company, Some(&key), 10).unwrap();
    let items: Vec<_> = history.iter().flat_map(|it| &it.items).filter(|it| it.document.is_some()).collect();
    assert!(items.iter().any(|it| it.follows.as_deref() == Some("sales-orders")), "{items:?}");
}

#[test]
fn without_a_value_nothing_follows() {
    let mut shop = shop();
    let key = shop.change("invoices.json", FIRST, |it| {
        for line in it["lines"].as_array_mut().unwrap() {
            line["salesOrder"] = json!(null);
        }
    });
    shop.play(std::slice::from_ref(&key));
    let sent = shop.visit(Break::Never);
    assert_eq!((counted(&sent, "InvoiceAdd"), counted(&sent, "DataExtAdd")), (1, 0));
    assert_eq!(shop.job(&key).state, JobState::Done);
}

#[test]
fn what_is_refused_is_told_and_goes_alone_when_it_is_played_again() {
    let mut shop = without_field();
    let key = invoice(FIRST);
    shop.play(std::slice::from_ref(&key));
    let sent = shop.visit(Break::Never);
    assert_eq!((counted(&sent, "InvoiceAdd"), counted(&sent, "DataExtAdd")), (1, 1));
    let job = shop.job(&key);
    let error = job.error.unwrap();
    assert_eq!(job.state, JobState::Failed);
    assert!(error.happened.contains("QuickBooks has the record") && error.how.contains("play"), "{error:?}");
    ask(
        &mut shop,
        "<DataExtDefAddRq><DataExtDefAdd><OwnerID>0</OwnerID><DataExtName>SO No</DataExtName>\
         <DataExtType>STR255TYPE</DataExtType><AssignToObject>Invoice</AssignToObject></DataExtDefAdd></DataExtDefAddRq>",
    );
    shop.play(std::slice::from_ref(&key));
    let sent = shop.visit(Break::Never);
    assert_eq!((counted(&sent, "InvoiceAdd"), counted(&sent, "DataExtAdd")), (0, 1));
    assert_eq!(fields(&shop).len(), 1);
    assert_eq!(shop.job(&key).state, JobState::Done);
}

#[test]
fn a_lost_answer_sends_nothing_twice() {
    for forgets in [false, true] {
        let mut shop = shop();
        let key = invoice(FIRST);
        shop.play(std::slice::from_ref(&key));
        let mut sent = shop
            .visit_by(&mut |_, _, request| {
                if request.contains("DataExtAddRq") { Reply::Lose } else { Reply::Deliver }
            })
            .sent;
        if forgets {
            shop.forget_answers();
        }
        sent.extend(shop.visit(Break::Never));
        assert_eq!((counted(&sent, "InvoiceAdd"), counted(&sent, "DataExtAdd")), (1, 1), "{forgets}");
        assert_eq!(fields(&shop).len(), 1);
        assert_eq!(shop.job(&key).state, JobState::Done);
    }
}

#[test]
fn what_people_write_into_the_field_stays() {
    let mut shop = shop();
    let key = invoice(FIRST);
    shop.play(std::slice::from_ref(&key));
    shop.visit(Break::Never);
    let id = held(&shop, "Invoice", "TxnID").pop().unwrap();
    ask(
        &mut shop,
        &format!(
            "<DataExtModRq><DataExtMod><OwnerID>0</OwnerID><DataExtName>{FIELD}</DataExtName><TxnDataExtType>Invoice\
             </TxnDataExtType><TxnID>{id}</TxnID><DataExtValue>by hand</DataExtValue></DataExtMod></DataExtModRq>"
        ),
    );
    shop.change("invoices.json", FIRST, |it| it["notes"] = json!("changed"));
    shop.play(std::slice::from_ref(&key));
    let sent = shop.visit(Break::Never);
    assert_eq!(counted(&sent, "DataExtAdd"), 0);
    assert_eq!(fields(&shop), ["by hand"]);
}

#[test]
fn a_voided_invoice_is_voided_once() {
    for forgets in [None, Some(false), Some(true)] {
        let mut shop = shop();
        let key = invoice(FIRST);
        shop.play(std::slice::from_ref(&key));
        shop.visit(Break::Never);
        shop.change("invoices.json", FIRST, |it| it["voidedAt"] = json!("2026-04-01T10:00:00+00:00"));
        let (action, text) = plan(&shop, &key);
        assert_eq!(action, Action::Change);
        assert!(text.contains("TxnVoid"), "{text}");
        shop.play(std::slice::from_ref(&key));
        shop.visit_by(&mut |_, _, request| {
            if forgets.is_some() && request.contains("TxnVoidRq") { Reply::Lose } else { Reply::Deliver }
        });
        if forgets == Some(true) {
            shop.forget_answers();
        }
        shop.visit(Break::Never);
        assert_eq!(held(&shop, "Invoice", "Subtotal"), ["0.00"]);
        assert_eq!(held(&shop, "Invoice", "Memo").iter().filter(|it| it.contains("VOID: VOID")).count(), 0);
        assert_eq!(shop.job(&key).state, JobState::Done, "{:?}", shop.job(&key).error);
        assert_eq!(plan(&shop, &key).0, Action::Unchanged);
    }
}
