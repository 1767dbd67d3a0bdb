//! What values become in the elements of a request, where no rule of the shop has such a value.

use crate::engine_aggregates::request;
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
