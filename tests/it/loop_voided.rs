//! Voided in Steelhead after it was sent: someone voids it in QuickBooks, and that is seen.

use chrono::TimeDelta;
use ferrule::sync::stored::{DocumentKey, JobState, Store};
use ferrule::sync::{Action, double_play};
use serde_json::json;

use crate::loop_support::{Break, DOCUMENTS, Edit, Shop, compiled_with, rules_with};

/// A document that is exported, and the transaction that came of it.
fn exported(file: &str, kind: &str, id: u64, number: &str) -> (Shop, DocumentKey, String) {
    let mut shop = Shop::new();
    shop.load(&DOCUMENTS);
    let key = DocumentKey { object: kind.to_lowercase(), id: id.to_string() };
    shop.play(std::slice::from_ref(&key));
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key).state, JobState::Done, "{:?}", shop.job(&key).error);
    let txn = shop.file.ids_of_number(kind, number).remove(0).to_owned();
    shop.change(file, id, |it| it["voidedAt"] = json!("2026-08-01T10:00:00+00:00"));
    shop.wait(TimeDelta::hours(1));
    (shop, key, txn)
}

fn void(shop: &mut Shop, kind: &str, txn: &str) {
    let answer = shop.in_quickbooks(&format!("<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><TxnVoidRq><TxnVoidType>{kind}</TxnVoidType><TxnID>{txn}</TxnID></TxnVoidRq></QBXMLMsgsRq></QBXML>"));
    assert!(answer.contains("statusCode=\"0\""), "{answer}");
}

fn cases() -> [(Shop, &'static str, DocumentKey, String); 2] {
    let (shop, key, txn) = exported("invoices.json", "Invoice", 1_031_042, "SH:1042");
    let invoice = (shop, "Invoice", key, txn);
    let (shop, key, txn) = exported("bills.json", "Bill", 46_801, "262034");
    [invoice, (shop, "Bill", key, txn)]
}

#[test]
fn a_voided_document_waits_until_its_transaction_is_voided() {
    for (mut shop, kind, key, txn) in cases() {
        let plan = shop.sessions.plan(shop.company).unwrap();
        let step = plan.steps.iter().find(|step| step.outcome.waits).unwrap();
        assert_eq!((step.action(), step.object.as_str()), (Action::Skip, key.object.as_str()));
        let file = shop.store.company_file(shop.company).unwrap();
        let double = double_play(shop.store.as_ref(), &shop.rules.program, &file, Some(&key.object)).unwrap();
        assert!(double.keys.contains(&key));
        shop.play(std::slice::from_ref(&key));
        let sent = shop.visit(Break::Never);
        assert!(!sent.iter().any(|request| request.contains("ModRq") || request.contains("AddRq")));
        let job = shop.job(&key);
        let error = job.error.unwrap();
        assert_eq!((job.state, error.who.name()), (JobState::Waiting, "QuickBooks user"));
        assert!(error.happened.contains(&format!("Edit > Void {kind}")), "{error:?}");
        assert_eq!(error.code, "voided-in-steelhead-only", "the code is the rule's");
        // Nothing happened there yet.
        shop.wait(TimeDelta::hours(1));
        shop.visit(Break::Never);
        assert_eq!(shop.job(&key).state, JobState::Waiting);
        void(&mut shop, kind, &txn);
        shop.wait(TimeDelta::hours(1));
        shop.visit(Break::Never);
        let job = shop.job(&key);
        assert_eq!(job.state, JobState::Done);
        assert_eq!(job.error.unwrap().code, "resolved");
        let plan = shop.sessions.plan(shop.company).unwrap();
        assert!(!plan.steps.iter().any(|step| step.outcome.waits));
    }
}

#[test]
fn a_voided_document_is_done_when_its_transaction_is_deleted() {
    for (mut shop, _, key, txn) in cases() {
        shop.play(std::slice::from_ref(&key));
        shop.visit(Break::Never);
        assert_eq!(shop.job(&key).state, JobState::Waiting);
        assert!(shop.file.delete(&txn));
        shop.wait(TimeDelta::hours(1));
        shop.visit(Break::Never);
        assert_eq!(shop.job(&key).state, JobState::Done, "{:?}", shop.job(&key).error);
    }
}

#[test]
fn a_document_whose_transaction_is_voided_first_is_done_when_it_is_played() {
    for (mut shop, kind, key, txn) in cases() {
        void(&mut shop, kind, &txn);
        shop.play(std::slice::from_ref(&key));
        shop.visit(Break::Never);
        assert_eq!(shop.job(&key).state, JobState::Done, "{:?}", shop.job(&key).error);
    }
}

#[test]
fn a_conflict_that_is_settled_in_quickbooks_is_done() {
    let mut shop = Shop::new();
    shop.rules =
        rules_with(&[("customer.yaml", |text| text.replace("    Phone: {", "    Phone: { lead: ask,"))]);
    shop.restart();
    shop.load(&["customers.json", "terms.ndjson"]);
    let key = DocumentKey { object: "customer".to_owned(), id: "301".to_owned() };
    shop.play(std::slice::from_ref(&key));
    shop.visit(Break::Never);
    let id = shop.file.id_of("Customer", "Dunmore Tool & Die").unwrap().to_owned();
    shop.change("customers.json", 301, |it| it["phone"] = json!("937-555-0001"));
    shop.play(std::slice::from_ref(&key));
    shop.visit_by(&mut |file, _, request| {
        if request.contains("CustomerModRq") {
            file.edit(&id, "Phone", "937-555-0002");
        }
        crate::loop_support::Reply::Deliver
    });
    assert_eq!(shop.job(&key).state, JobState::Waiting);
    shop.wait(TimeDelta::hours(1));
    shop.file.edit(&id, "Phone", "937-555-0001");
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key).state, JobState::Done);
}

#[test]
fn only_a_skip_of_an_export_waits_for_something() {
    for (name, change) in [
        (
            "invoice.yaml",
            (|text| {
                text.replace(
                    "message: The invoice has no customer",
                    "until: =true\n      message: The invoice has no customer",
                )
            }) as Edit,
        ),
        ("invoice.yaml", |text| {
            text.replace(
                "- id: draft\n",
                "- id: draft\n      for: { line: =invoice.lines }\n      until: =record.Subtotal == 0\n",
            )
        }),
        ("part_number.yaml", |text| text.replace("- id: inactive\n", "- id: inactive\n      until: =true\n")),
    ] {
        let told = compiled_with(&[(name, change)]).diagnostics;
        let errors = told.iter().filter(|it| it.severity == ferrule::rules::Severity::Error);
        let codes: Vec<_> = errors.map(|it| it.code).collect();
        assert_eq!(codes, ["R111"], "{name} {told:?}");
    }
    let wrong: Edit = |text| text.replace("record.Subtotal == 0", "record.Subtotl == 0");
    assert!(!compiled_with(&[("invoice.yaml", wrong)]).diagnostics.is_empty());
}
