//! `ferrule layers --on`, `--off`: the same as on the page of settings.

use ferrule::people::PeopleStore as _;
use serde_json::json;

use crate::commands_support::Desk;

fn listed(desk: &Desk, name: &str) -> serde_json::Value {
    let all = desk.json(&["layers"]);
    all.as_array().unwrap().iter().find(|it| it["name"] == name).unwrap().clone()
}

fn payment() -> String {
    let applied = json!([{ "invoice": { "id": 1_031_042, "idInDomain": 1042 }, "amount": 100 }]);
    json!({
        "object": "payment", "id": 1, "idInDomain": 1, "receivedAtAsDate": "2026-03-20",
        "finalizedAt": "2026-03-20T10:00:00+00:00", "amount": 100, "reference": "CK1",
        "customer": { "id": 303, "name": "Kestrel Motion" }, "applied": applied,
    })
    .to_string()
}

#[test]
fn a_layer_is_switched_on_and_the_commands_go_by_it() {
    let desk = Desk::connected();
    let document = desk.write("payment.json", &payment());
    assert_ne!(desk.run(&["load", &document]).code, 0, "nobody knows what a payment is");
    assert_eq!(desk.well(&["layers", "--on", "payment", "--by", "Dana"]), "Lakeside Plating: payment: on\n");
    let layer = listed(&desk, "payment");
    assert_eq!((&layer["is_on"], &layer["on_for"]), (&json!(false), &json!(["Lakeside Plating"])));
    assert!(desk.well(&["layers"]).contains("Payments (on for Lakeside Plating)"));
    desk.well(&["load", &document]);
    desk.well(&["settings", "deposit_account=Undeposited Funds"]);
    assert!(desk.well(&["play", "payment", "1"]).contains("queued"));
    assert_eq!(desk.json(&["status"])[0]["jobs"]["queued"], 1);
    desk.well(&["doctor"]);
    let audit = desk.store().audit("lakeside", None, 10).unwrap();
    let said = &audit.iter().find(|it| it.said.action.name() == "switch layers").unwrap().said;
    assert_eq!((said.person.as_str(), said.details.as_str()), ("Dana", "payment: on"));

    assert_eq!(desk.well(&["layers", "--on", "payment"]), "all of it is so already\n");
    assert_eq!(desk.well(&["layers", "--off", "payment"]), "Lakeside Plating: payment: off\n");
    assert_eq!(listed(&desk, "payment")["on_for"], json!([]));
    // What is kept of it breaks nothing.
    desk.well(&["doctor"]);
    desk.well(&["settings"]);
    desk.refused(&["play", "payment", "1"], "payment");
}

#[test]
fn what_cannot_be_is_refused_and_nothing_is_switched() {
    let desk = Desk::connected();
    desk.refused(
        &["layers", "--on", "paymnt"],
        "there is no optional layer `paymnt`; did you mean `payment`?",
    );
    desk.refused(
        &["layers", "--on", "payment", "--on", "item_receipt"],
        "Item receipts needs Purchase orders",
    );
    assert!(desk.file().layers.is_empty());
    let given = ["layers", "--rules", "rules", "--rules", "rules/optional/payment", "--off", "payment"];
    desk.refused(&given, "Payments is on for every company file of this server");
}
