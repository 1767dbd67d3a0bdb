//! A document that refers to another one by its id in QuickBooks: a payment names the invoices that it pays. What is
//! referred to goes first, and what refers to it once the id is known.

use std::sync::{Arc, OnceLock};

use ferrule::rules::{RuleFiles, compile};
use ferrule::sync::session::Rulebook;
use ferrule::sync::stored::{DocumentKey, JobState};
use serde_json::json;

use crate::loop_support::{Break, Reply, Shop, root};

/// The project's rules with these optional layers.
pub fn with_layers(layers: &[&str]) -> Arc<Rulebook> {
    let optional = root().join("rules/optional");
    let all = std::iter::once(root().join("rules")).chain(layers.iter().map(|layer| optional.join(layer)));
    let compiled = compile(&RuleFiles::read(&all.collect::<Vec<_>>()).unwrap());
    assert!(compiled.program.is_some(), "{:#?}", compiled.diagnostics);
    Arc::new(Rulebook::new(compiled.program.unwrap()))
}

fn rules() -> Arc<Rulebook> {
    static RULES: OnceLock<Arc<Rulebook>> = OnceLock::new();
    RULES.get_or_init(|| with_layers(&["payment"])).clone()
}

/// A shop that sends payments.
pub fn shop() -> Shop {
    let mut shop = Shop::new();
    shop.rules = rules();
    shop.restart();
    shop.load(&["customers.json", "part_numbers.ndjson", "products.ndjson", "terms.ndjson", "invoices.json"]);
    shop
}

/// A payment of these invoices, each with its amount.
pub fn payment(shop: &Shop, id: u64, amount: f64, applied: &[(u64, f64)]) -> DocumentKey {
    let applied: Vec<_> = applied
        .iter()
        .map(|(id, amount)| json!({ "invoice": { "id": id, "idInDomain": id % 10_000 }, "amount": amount }))
        .collect();
    let payment = json!({
        "object": "payment", "id": id, "idInDomain": id, "receivedAtAsDate": "2026-03-20",
        "finalizedAt": "2026-03-20T10:00:00+00:00", "amount": amount, "reference": format!("CK{id}"),
        "customer": { "id": 303, "name": "Kestrel Motion" }, "applied": applied,
    });
    shop.load_json("payment", &id.to_string(), &payment.to_string())
}

/// An invoice that QuickBooks does not have, and its number there.
pub const FIRST: u64 = 1_031_042;
const NUMBER: &str = "SH:1042";

pub fn invoice(id: u64) -> DocumentKey {
    DocumentKey { object: "invoice".to_owned(), id: id.to_string() }
}

/// What records hold at a path; of invoices, the one that is paid.
pub fn held(shop: &Shop, kind: &str, path: &str) -> Vec<String> {
    let at = |record: &ferrule::xml::Node, path: &str| {
        record.descend(path).and_then(|it| it.text()).map(str::to_owned)
    };
    let is_meant = |record: &&ferrule::xml::Node| {
        kind != "Invoice" || at(record, "RefNumber").as_deref() == Some(NUMBER)
    };
    shop.file.records(kind).filter(is_meant).filter_map(|record| at(record, path)).collect()
}

fn writes(sent: &[String]) -> Vec<&String> {
    sent.iter().filter(|it| it.contains("AddRq") || it.contains("ModRq")).collect()
}

#[test]
fn a_payment_goes_once_its_invoice_has_an_id() {
    let mut shop = shop();
    let key = payment(&shop, 1, 100.0, &[(FIRST, 100.0)]);
    shop.play(&[invoice(FIRST), key.clone()]);
    let sent = shop.visit(Break::Never);
    let writes = writes(&sent);
    assert_eq!(shop.job(&key).error, None);
    assert_eq!(writes.len(), 2, "{writes:#?}");
    assert!(!writes[0].contains("ReceivePaymentAdd"));
    assert!(writes.iter().all(|it| !it.contains("assigned")));
    let paid = held(&shop, "ReceivePayment", "AppliedToTxnRet/TxnID");
    assert_eq!(paid, held(&shop, "Invoice", "TxnID"));
    assert_eq!(held(&shop, "Invoice", "AppliedAmount"), ["-100.00"]);
    assert_eq!(shop.job(&key).state, JobState::Done);
    assert_eq!(shop.job(&invoice(FIRST)).state, JobState::Done);
}

#[test]
fn it_names_the_invoice_that_it_pays_though_only_the_payment_is_played() {
    let mut shop = shop();
    let key = payment(&shop, 1, 100.0, &[(FIRST, 100.0)]);
    shop.play(std::slice::from_ref(&key));
    shop.visit(Break::Never);
    assert_eq!(held(&shop, "ReceivePayment", "AppliedToTxnRet/TxnID"), held(&shop, "Invoice", "TxnID"));
    assert_eq!(shop.job(&key).state, JobState::Done);
}

#[test]
fn more_than_is_due_is_refused_with_the_code_of_quickbooks() {
    let mut shop = shop();
    let key = payment(&shop, 1, 1_000_000.0, &[(FIRST, 1_000_000.0)]);
    shop.play(std::slice::from_ref(&key));
    shop.visit(Break::Never);
    let job = shop.job(&key);
    assert_eq!((job.state, job.error.unwrap().code.as_str()), (JobState::Failed, "3210"));
    assert_eq!(held(&shop, "ReceivePayment", "TxnID"), [""; 0]);
    assert_eq!(held(&shop, "Invoice", "AppliedAmount"), ["0.00"]);
}

#[test]
fn an_invoice_that_is_refused_is_tried_once_and_its_payment_says_why_it_waits_no_more() {
    let mut shop = shop();
    let key = payment(&shop, 1, 100.0, &[(FIRST, 100.0)]);
    shop.play(&[invoice(FIRST), key.clone()]);
    let visit = shop.visit_by(&mut |_, _, request| {
        if request.contains("InvoiceAddRq") { Reply::Instead(refused) } else { Reply::Deliver }
    });
    assert_eq!(writes(&visit.sent).len(), 1);
    for key in [key, invoice(FIRST)] {
        let job = shop.job(&key);
        assert_eq!((job.state, job.error.unwrap().code.as_str()), (JobState::Failed, "3180"));
    }
}

/// The answer in which the invoice was refused.
fn refused(answer: &str) -> String {
    let (before, rest) = answer.split_once("<InvoiceAddRs").unwrap();
    let (own, after) = rest.split_once("</InvoiceAddRs>").unwrap();
    let id = own.split_once("requestID=\"").unwrap().1.split_once('"').unwrap().0;
    format!(
        "{before}<InvoiceAddRs requestID=\"{id}\" statusCode=\"3180\" statusSeverity=\"Error\" statusMessage=\"No.\" />{after}"
    )
}
