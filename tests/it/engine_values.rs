//! What values become in the elements of a request, where no rule of the shop has such a value.

use ferrule::engine::Decision;

use crate::engine_aggregates::request;
use crate::engine_shop::SHOP;
use crate::loop_support::compiled_with;

/// The rule for a customer's phone.
const PHONE: &str =
    "Phone: { value: \"=customer.phone ?? invoice_contact(customer.contacts).phone\", overflow: truncate }";

#[test]
fn true_and_false_are_written_into_an_element_of_text() {
    let compiled =
        compiled_with(&[("customer.yaml", |text| text.replace(PHONE, "Phone: =customer.id == 1"))]);
    let program = compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let phone = |id: u32| request(&program, &format!(r#"{{"object":"customer","id":{id},"name":"Acme"}}"#));
    assert!(phone(1).contains("<Phone>true</Phone>"), "{}", phone(1));
    assert!(phone(2).contains("<Phone>false</Phone>"), "{}", phone(2));
}

/// Conditions that go over the same lines do so together. What they tell stands in the order of the rules all the same:
/// condition by condition, and line by line within each.
#[test]
fn what_is_wrong_is_told_condition_by_condition() {
    let mut invoice =
        SHOP.documents.iter().find(|it| it["object"] == "invoice" && it["id"] == 1_031_041).unwrap().clone();
    let line = invoice["lines"][0].clone();
    let lines = [("1", "null"), ("0", "2"), ("-1", "null")].map(|(quantity, rate)| {
        let mut line = line.clone();
        line["items"] = serde_json::json!([line["items"][0]]);
        line["items"][0]["quantity"] = serde_json::from_str(quantity).unwrap();
        line["items"][0]["rate"] = serde_json::from_str(rate).unwrap();
        line
    });
    invoice["lines"] = lines.into_iter().collect();
    let outcome = SHOP.outcome(invoice.to_string().as_bytes(), false).unwrap();
    let Decision::Reject(notes) = outcome.decision else { panic!("{:?}", outcome.decision) };
    let told: Vec<&str> = notes.iter().map(|note| note.code.as_str()).collect();
    assert_eq!(told, ["quantity-not-positive", "quantity-not-positive", "no-rate", "no-rate"], "{notes:#?}");
    assert!(notes[0].message.contains("is 0;") && notes[1].message.contains("is -1;"), "{notes:#?}");
}
