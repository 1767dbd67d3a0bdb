//! How values of several types are written into elements of text.

use crate::engine_aggregates::request;
use crate::loop_support::compiled_with;

/// `true` and `false` fit wherever five characters do, and nobody has to say what to do with longer ones.
#[test]
fn true_and_false_are_written_as_words() {
    let fax = |text: &str| text.replace("    Contact: {", "    Fax: =customer.salesTaxable\n    Contact: {");
    let compiled = compiled_with(&[("customer.yaml", fax)]);
    let program = compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let written = |json| request(&program, json);
    let taxed = written(r#"{"object":"customer","id":1,"name":"Acme","salesTaxable":true}"#);
    assert!(taxed.contains("<Fax>true</Fax>"), "{taxed}");
    let free = written(r#"{"object":"customer","id":1,"name":"Acme","salesTaxable":false}"#);
    assert!(free.contains("<Fax>false</Fax>"), "{free}");
    let unknown = written(r#"{"object":"customer","id":1,"name":"Acme"}"#);
    assert!(!unknown.contains("<Fax>"), "{unknown}");
}
