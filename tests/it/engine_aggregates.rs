//! An aggregate in which nothing comes out is left out: to QuickBooks an empty one says something else.

use std::collections::BTreeMap;

use ferrule::document::{Decoder, Origin};
use ferrule::engine::{Context, Engine, Links, Options};
use ferrule::qbxml::Company;
use ferrule::rules::Program;

use crate::loop_support::compiled_with;

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
    let decoder = Decoder::new(&program.shapes, |shape| program.need(shape));
    let document = decoder.decode_bytes(json.as_bytes(), &Origin::default()).unwrap();
    let settings = program.settings.values(&BTreeMap::default()).unwrap();
    let context = Context { settings: &settings, company: &Company::unknown(), links: &Links::default() };
    let outcome = Engine::new(program).export(&document.root, context, Options::default());
    String::from_utf8(outcome.request().unwrap_or_else(|| panic!("{outcome:?}")).xml.clone()).unwrap()
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
