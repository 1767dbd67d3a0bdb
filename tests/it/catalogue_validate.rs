//! What a fault says, and where.

use ferrule::catalogue::{self, Version};
use ferrule::qbxml::validate::validate;
use ferrule::xml::Node;

fn faults_at(operation: &str, children: Vec<Node>, version: Version) -> Vec<String> {
    let element = catalogue::operation(operation).unwrap().fields();
    let node = Node::aggregate(element.name(), children);
    validate(&node, element, version).iter().map(ToString::to_string).collect()
}

fn faults(operation: &str, children: Vec<Node>) -> Vec<String> {
    faults_at(operation, children, Version::NEWEST)
}

fn customer() -> Node {
    Node::aggregate("CustomerRef", vec![Node::leaf("FullName", "Acme")])
}

fn line(children: Vec<Node>) -> Node {
    Node::aggregate("InvoiceLineAdd", children)
}

#[test]
fn a_fault_says_where_and_what() {
    let long = "x".repeat(4100);
    let lines = vec![
        customer(),
        line(vec![Node::leaf("Desc", "fine")]),
        line(vec![Node::leaf("Desc", long), Node::leaf("Amount", "1.5")]),
    ];
    assert_eq!(
        faults("InvoiceAdd", lines),
        [
            "InvoiceAdd/InvoiceLineAdd[2]/Desc: 4,100 characters, at most 4,095",
            "InvoiceAdd/InvoiceLineAdd[2]/Amount: `1.5` is not of type AMTTYPE (amount, exactly 2 decimals)"
        ]
    );
}

#[test]
fn order_and_number_are_told_as_one_fault_each() {
    let date = || Node::leaf("TxnDate", "2026-01-31");
    assert_eq!(
        faults("InvoiceAdd", vec![date(), customer()]),
        ["InvoiceAdd/CustomerRef: belongs before `TxnDate`"]
    );
    assert_eq!(faults("InvoiceAdd", vec![date()]), ["InvoiceAdd: `CustomerRef` is missing"]);
    assert_eq!(
        faults("InvoiceAdd", vec![customer(), date(), date()]),
        ["InvoiceAdd/TxnDate[2]: stands here more than once"]
    );
    assert_eq!(
        faults("InvoiceAdd", vec![customer(), Node::leaf("TxnDat", "2026-01-31")]),
        ["InvoiceAdd/TxnDat: `InvoiceAdd` has no such element"]
    );
    let both = line(vec![Node::leaf("Rate", "1.5"), Node::leaf("RatePercent", "2")]);
    assert_eq!(
        faults("InvoiceAdd", vec![customer(), both]),
        ["InvoiceAdd/InvoiceLineAdd/RatePercent: cannot stand together with `Rate`"]
    );
    assert_eq!(
        faults("ItemServiceAdd", vec![Node::leaf("Name", "Plating")]),
        ["ItemServiceAdd: one of `SalesOrPurchase`, `SalesAndPurchase` is missing"]
    );
}

#[test]
fn lines_of_two_kinds_may_alternate() {
    let group = || {
        let item = Node::aggregate("ItemGroupRef", vec![Node::leaf("FullName", "Kit")]);
        Node::aggregate("InvoiceLineGroupAdd", vec![item])
    };
    let lines = vec![customer(), line(Vec::new()), group(), line(Vec::new()), group()];
    assert_eq!(faults("InvoiceAdd", lines), [""; 0]);
    let late = vec![customer(), line(Vec::new()), group(), Node::leaf("Memo", "late"), line(Vec::new())];
    assert_eq!(faults("InvoiceAdd", late), ["InvoiceAdd/Memo: belongs before `InvoiceLineAdd`"]);
}

#[test]
fn values_are_checked() {
    let account = |name: &str, value: &str| {
        let mut fields = vec![Node::leaf("Name", "Cash"), Node::leaf("AccountType", "Bank")];
        match fields.iter_mut().find(|field| field.name == name) {
            Some(field) => *field = Node::leaf(name.to_owned(), value),
            None => fields.push(Node::leaf(name.to_owned(), value)),
        }
        faults("AccountAdd", fields)
    };
    assert_eq!(account("Desc", "ok"), [""; 0]);
    let unknown = account("AccountType", "Banc");
    assert!(unknown[0].starts_with("AccountAdd/AccountType: `Banc` is none of `AccountsPayable`, "));
    assert_eq!(
        account("Desc", "bell\u{7}"),
        ["AccountAdd/Desc: has a character that XML cannot hold: U+0007"]
    );
    let terms = |day| {
        let fields = vec![Node::leaf("Name", "15th"), Node::leaf("DayOfMonthDue", day)];
        faults("DateDrivenTermsAdd", fields)
    };
    assert_eq!(terms("31"), [""; 0]);
    assert_eq!(terms("32"), ["DateDrivenTermsAdd/DayOfMonthDue: `32` is not between 1 and 31"]);
    assert_eq!(terms("9".repeat(60).as_str()).len(), 1);
    assert_eq!(
        faults("ClassAdd", vec![Node::aggregate("Name", vec![Node::leaf("A", "")])]),
        ["ClassAdd/Name: holds elements, where a value belongs"]
    );
    assert_eq!(
        faults("ClassAdd", vec![Node::leaf("Name", "A"), Node::leaf("ParentRef", "B")]),
        ["ClassAdd/ParentRef: holds a value, where elements belong"]
    );
}

/// An id of 37 characters is one fault, not two.
#[test]
fn an_id_that_is_too_long_is_told_so() {
    let customer = Node::aggregate("CustomerRef", vec![Node::leaf("ListID", "8".repeat(37))]);
    assert_eq!(
        faults("InvoiceAdd", vec![customer]),
        ["InvoiceAdd/CustomerRef/ListID: 37 characters, at most 36"]
    );
}

#[test]
fn what_is_newer_than_the_version_is_refused() {
    let fields = vec![customer(), Node::leaf("ExternalGUID", "0")];
    let old = Version { major: 7, minor: 0 };
    assert_eq!(
        faults_at("InvoiceAdd", fields.clone(), old),
        ["InvoiceAdd/ExternalGUID: exists since qbXML 9.0, not in 7.0"]
    );
    assert_eq!(faults("InvoiceAdd", fields), [""; 0]);
}

#[test]
fn attributes_are_checked() {
    let query = catalogue::request("CustomerQueryRq").unwrap();
    let with = |name: &str, value: &str| {
        let node = Node::aggregate("CustomerQueryRq", Vec::new()).with_attribute(name, value);
        let faults = validate(&node, query, Version::NEWEST);
        faults.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(with("iterator", "Start"), [""; 0]);
    assert_eq!(
        with("iterator", "Go"),
        ["CustomerQueryRq: the attribute `iterator`: `Go` is none of `Start`, `Continue`, `Stop`"]
    );
    assert_eq!(with("iterate", "Start"), ["CustomerQueryRq: has no attribute `iterate`"]);
}

/// A whole document is an instance of the root.
#[test]
fn a_document_is_checked_from_its_root() {
    let add = Node::aggregate("InvoiceAdd", vec![customer()]);
    let request = || Node::aggregate("InvoiceAddRq", vec![add.clone()]);
    let set = Node::aggregate("QBXMLMsgsRq", vec![request(), request()]);
    let said = |set: Node| {
        let document = Node::aggregate("QBXML", vec![set]);
        let faults = validate(&document, catalogue::root(), Version::NEWEST);
        faults.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(said(set.clone()), ["QBXML/QBXMLMsgsRq: the attribute `onError` is missing"]);
    assert_eq!(said(set.with_attribute("onError", "stopOnError")), [""; 0]);
    let abroad = Node::aggregate("PayrollLastPeriodQueryRq", Vec::new());
    let set = Node::aggregate("QBXMLMsgsRq", vec![abroad]).with_attribute("onError", "stopOnError");
    assert_eq!(
        said(set),
        [
            "QBXML/QBXMLMsgsRq/PayrollLastPeriodQueryRq: QuickBooks Desktop of the United States does not have it"
        ]
    );
    let wrong = validate(&request(), catalogue::root(), Version::NEWEST);
    assert_eq!(wrong[0].to_string(), "InvoiceAddRq: another element is expected here");
}
