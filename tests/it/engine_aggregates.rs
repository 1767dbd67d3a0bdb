//! An aggregate in which nothing comes out is left out: to QuickBooks an empty one says something else.

use std::collections::BTreeMap;

use ferrule::document::{Decoder, Origin};
use ferrule::engine::{Context, Engine, Links, Note, Options, Outcome};
use ferrule::qbxml::Company;
use ferrule::rules::Program;

use crate::loop_support::{compiled_with, edited};

/// The default rules, in which some elements stand within an address of the customer.
fn program() -> Program {
    let addresses = |text: &str| {
        let bill = "BillAddress: =mailing_address(customer.name, customer.billToAddress.address, settings)";
        let ship = "ShipAddress: =mailing_address(customer.name, customer.shipToAddress.address, settings)";
        assert!(text.contains(bill) && text.contains(ship));
        text.replace(bill, "BillAddress: { Addr1: { value: =customer.phone, overflow: truncate } }")
            .replace(ship, "ShipAddress: { Addr1: { value: =customer.email, overflow: truncate }, City: { value: =customer.phone, overflow: truncate } }")
    };
    let compiled = compiled_with(&[("customer.yaml", addresses)]);
    compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))
}

/// What is sent for a customer.
pub fn request(program: &Program, json: &str) -> String {
    let outcome = outcome(program, json);
    String::from_utf8(outcome.request().unwrap_or_else(|| panic!("{outcome:?}")).xml.clone()).unwrap()
}

/// What becomes of a customer.
fn outcome(program: &Program, json: &str) -> Outcome {
    let decoder = Decoder::new(&program.shapes, |shape| program.need(shape));
    let document = decoder.decode_bytes(json.as_bytes(), &Origin::default()).unwrap();
    let settings = program.settings.values(&BTreeMap::default()).unwrap();
    let context = Context { settings: &settings, company: &Company::unknown(), links: &Links::default() };
    Engine::new(program).export(&document.root, context, Options::default())
}

#[test]
fn an_aggregate_that_stays_empty_is_not_written() {
    let program = program();
    let bare = request(&program, r#"{"object":"customer","id":1,"name":"Acme"}"#);
    assert!(bare.contains("<Name>Acme</Name>"), "{bare}");
    assert!(!bare.contains("Address"), "{bare}");
    // What stands before it and after it is whole.
    let half = request(&program, r#"{"object":"customer","id":1,"name":"Acme","email":"a@b.test"}"#);
    assert!(!half.contains("BillAddress"), "{half}");
    assert!(half.contains("<ShipAddress><Addr1>a@b.test</Addr1></ShipAddress>"), "{half}");
    let full = request(&program, r#"{"object":"customer","id":1,"name":"Acme","phone":"1"}"#);
    assert!(
        full.contains("<BillAddress><Addr1>1</Addr1></BillAddress><ShipAddress><City>1</City></ShipAddress>")
    );
}

/// The default rules with the customer's address written by hand.
fn with_address(written: &'static str) -> Program {
    let address = |text: &str| {
        let bill = "BillAddress: =mailing_address(customer.name, customer.billToAddress.address, settings)";
        assert!(text.contains(bill));
        text.replace(bill, &format!("BillAddress: {written}"))
    };
    let compiled = edited(&[("customer.yaml", &address)]);
    compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))
}

#[test]
fn an_address_that_rules_write_by_hand_has_five_lines_at_most() {
    let customer = r#"{"object":"customer","id":1,"name":"Acme"}"#;
    let rejected = |written| {
        let outcome = outcome(&with_address(written), customer);
        let notes = outcome.rejections().iter().chain(&outcome.warnings);
        notes
            .map(|note| format!("{} {}", note.code, note.element.clone().unwrap_or_default()))
            .collect::<Vec<_>>()
    };
    assert_eq!(rejected("{ Addr1: a, Addr2: b, Addr3: c, City: d, Country: e }"), [""; 0]);
    assert_eq!(rejected("{ Addr1: a, Addr2: b, Addr3: c, Addr4: d, City: e }"), ["R643 BillAddress"]);
    assert_eq!(
        rejected("{ Addr1: a, Addr2: b, Addr3: c, Addr4: d, City: e, Country: f }"),
        ["R643 BillAddress"]
    );
    // What stays empty is printed nowhere.
    assert_eq!(
        rejected(
            "{ Addr1: a, Addr2: b, Addr3: c, Addr4: { value: =customer.phone, overflow: truncate }, City: e }"
        ),
        [""; 0]
    );
    assert_eq!(
        rejected("{ Addr1: a, Addr2: b, Addr3: c, City: d, Country: e, Note: f }"),
        ["R655 BillAddress"]
    );
}

#[test]
fn what_an_address_has_no_room_for_is_rejected_unless_the_rule_leaves_it_out() {
    let line = "A line of thirty-three characters";
    let text = [line; 9].join("\\n");
    let customer =
        format!(r#"{{"object":"customer","id":1,"name":"Acme","billToAddress":{{"address":"{text}"}}}}"#);
    let codes = |written: &'static str| {
        let outcome = outcome(&with_address(written), &customer);
        let of = |notes: &[Note]| notes.iter().map(|note| note.code.clone()).collect::<Vec<_>>();
        (of(outcome.rejections()), of(&outcome.warnings))
    };
    let none = Vec::<String>::new;
    assert_eq!(codes("=address(customer.billToAddress.address)"), (vec!["R643".to_owned()], none()));
    assert_eq!(
        codes("{ value: =address(customer.billToAddress.address), overflow: truncate }"),
        (none(), vec!["R653".to_owned()])
    );
}
