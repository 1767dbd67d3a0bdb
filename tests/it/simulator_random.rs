//! Random use of a simulated company file: whatever is asked of it, its books hang together.

use std::collections::{BTreeMap, BTreeSet};

use ferrule::simulator::{CompanyFile, ManualClock, Settings};
use ferrule::xml::Node;
use proptest::prelude::*;

use crate::simulator_requests::{Asked, NOON, check, document, document_with};

/// One thing that is done; numbers choose among what is there.
#[derive(Clone, Debug)]
enum Deed {
    Name(usize, usize),
    Job(usize, usize),
    Invoice(usize, u32, u32),
    Bill(usize, u32),
    Pay(usize, u32),
    Change(usize, u32),
    Rename(usize, usize),
    Delete(usize),
    Void(usize),
    Merge(usize, usize),
    ByHand(usize),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let place = 0..12_usize;
    let cents = 1..100_000_u32;
    let deed = prop_oneof![
        (place.clone(), 0..6_usize).prop_map(|(name, kind)| Deed::Name(name, kind)),
        (place.clone(), place.clone()).prop_map(|(name, above)| Deed::Job(name, above)),
        (place.clone(), cents.clone(), 1..40_u32)
            .prop_map(|(who, cents, number)| Deed::Invoice(who, cents, number)),
        (place.clone(), cents.clone()).prop_map(|(who, cents)| Deed::Bill(who, cents)),
        (place.clone(), cents.clone()).prop_map(|(what, cents)| Deed::Pay(what, cents)),
        (place.clone(), cents).prop_map(|(what, cents)| Deed::Change(what, cents)),
        (place.clone(), place.clone()).prop_map(|(who, name)| Deed::Rename(who, name)),
        place.clone().prop_map(Deed::Delete),
        place.clone().prop_map(Deed::Void),
        (place.clone(), place.clone()).prop_map(|(from, into)| Deed::Merge(from, into)),
        place.prop_map(Deed::ByHand),
    ];
    prop::collection::vec(deed, 1..60)
}

const KINDS: [&str; 6] = ["Customer", "Customer", "Customer", "Vendor", "OtherName", "Employee"];

fn value<'n>(node: &'n Node, path: &str) -> &'n str {
    node.descend(path).and_then(Node::text).unwrap_or_default()
}

fn money(cents: u32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Cents of an amount.
fn cents(text: &str) -> i64 {
    if text.is_empty() { 0 } else { text.replace('.', "").parse().unwrap() }
}

/// Ids and edit sequences of records of some kinds.
fn known(file: &CompanyFile, kinds: &[&str]) -> Vec<(String, String, String)> {
    let records = kinds.iter().flat_map(|kind| file.records(kind));
    let id = |node: &Node| [value(node, "ListID"), value(node, "TxnID")].concat();
    records
        .map(|node| {
            (node.name.trim_end_matches("Ret").to_owned(), id(node), value(node, "EditSequence").to_owned())
        })
        .collect()
}

fn pick<T: Clone>(all: &[T], place: usize) -> Option<T> {
    all.get(place % all.len().max(1)).cloned()
}

/// The request that adds something, if there is what it refers to.
fn adding(file: &CompanyFile, deed: &Deed) -> Option<String> {
    let customers = known(file, &["Customer"]);
    Some(match deed {
        Deed::Name(name, kind) => {
            let kind = KINDS[*kind];
            let name = if kind == "Employee" {
                format!("<LastName>N{name}</LastName>")
            } else {
                format!("<Name>N{name}</Name>")
            };
            format!("<{kind}AddRq><{kind}Add>{name}</{kind}Add></{kind}AddRq>")
        }
        Deed::Job(name, above) => format!(
            "<CustomerAddRq><CustomerAdd><Name>J{name}</Name><ParentRef><ListID>{}</ListID></ParentRef></CustomerAdd></CustomerAddRq>",
            pick(&customers, *above)?.1
        ),
        Deed::Invoice(who, cents, number) => format!(
            "<InvoiceAddRq><InvoiceAdd><CustomerRef><ListID>{}</ListID></CustomerRef><InvoiceLineAdd><Quantity>{number}</Quantity>\
             <Rate>{}</Rate></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>",
            pick(&customers, *who)?.1,
            money(*cents)
        ),
        Deed::Bill(who, cents) => format!(
            "<BillAddRq><BillAdd><VendorRef><ListID>{}</ListID></VendorRef><ExpenseLineAdd><AccountRef><FullName>Office Supplies</FullName></AccountRef><Amount>{}</Amount></ExpenseLineAdd>\
             </BillAdd></BillAddRq>",
            pick(&known(file, &["Vendor"]), *who)?.1,
            money(*cents)
        ),
        Deed::Pay(what, cents) => {
            let invoice = pick(&known(file, &["Invoice"]), *what)?.1;
            let who = value(file.record(&invoice)?, "CustomerRef/ListID");
            format!(
                "<ReceivePaymentAddRq><ReceivePaymentAdd><CustomerRef><ListID>{who}</ListID></CustomerRef><TotalAmount>{0}</TotalAmount>\
                 <AppliedToTxnAdd><TxnID>{invoice}</TxnID><PaymentAmount>{0}</PaymentAmount></AppliedToTxnAdd></ReceivePaymentAdd></ReceivePaymentAddRq>",
                money(*cents)
            )
        }
        _ => return None,
    })
}

/// The request that changes something or takes it away, if it is there.
fn changing(file: &CompanyFile, deed: &Deed) -> Option<String> {
    let people = known(file, &["Customer", "Vendor", "OtherName"]);
    let invoices = known(file, &["Invoice"]);
    Some(match deed {
        Deed::Change(what, cents) => {
            let (_, id, sequence) = pick(&invoices, *what)?;
            format!(
                "<InvoiceModRq><InvoiceMod><TxnID>{id}</TxnID><EditSequence>{sequence}</EditSequence><InvoiceLineMod><TxnLineID>-1\
                 </TxnLineID><Amount>{}</Amount></InvoiceLineMod></InvoiceMod></InvoiceModRq>",
                money(*cents)
            )
        }
        Deed::Rename(who, name) => {
            let (kind, id, sequence) = pick(&people, *who)?;
            format!(
                "<{kind}ModRq><{kind}Mod><ListID>{id}</ListID><EditSequence>{sequence}</EditSequence><Name>N{name}</Name></{kind}Mod></{kind}ModRq>"
            )
        }
        Deed::Delete(what) => {
            let transactions = known(file, &["Invoice", "Bill", "ReceivePayment"]);
            let (kind, id, _) = pick(&[transactions, people].concat(), *what)?;
            let (what, name) = if file.record(&id)?.child("TxnID").is_some() {
                ("Txn", "TxnID")
            } else {
                ("List", "ListID")
            };
            format!("<{what}DelRq><{what}DelType>{kind}</{what}DelType><{name}>{id}</{name}></{what}DelRq>")
        }
        Deed::Void(what) => {
            let (kind, id, _) = pick(&invoices, *what)?;
            format!("<TxnVoidRq><TxnVoidType>{kind}</TxnVoidType><TxnID>{id}</TxnID></TxnVoidRq>")
        }
        _ => return None,
    })
}

fn act(file: &mut CompanyFile, deed: &Deed) {
    let customers = known(file, &["Customer"]);
    match (deed, adding(file, deed).or_else(|| changing(file, deed))) {
        (Deed::Merge(from, into), _) => {
            if let (Some(from), Some(into)) = (pick(&customers, *from), pick(&customers, *into)) {
                let is_done = file.merge(&from.1, &into.1);
                assert_eq!(is_done, file.record(&from.1).is_none());
            }
        }
        (Deed::ByHand(who), _) => {
            if let Some(customer) = pick(&customers, *who) {
                assert!(file.edit(&customer.1, "Phone", "555"));
            }
        }
        (_, None) => {}
        (_, Some(request)) => {
            let answer = file.process(&document(&request)).unwrap();
            check(&answer);
            let expected = [0, 3100, 3120, 3140, 3160, 3210];
            let answer = Asked::new(answer);
            let is_expected = expected.contains(&answer.code()) || answer.message().contains("five levels");
            assert!(is_expected, "{request}: {} {}", answer.code(), answer.message());
        }
    }
}

/// What must hold at all times.
fn audit(file: &CompanyFile) {
    let mut names = BTreeSet::new();
    for kind in ["Customer", "Vendor", "OtherName", "Employee"] {
        for record in file.records(kind) {
            let name =
                [value(record, "FullName"), value(record, "Name")].into_iter().find(|name| !name.is_empty());
            assert!(names.insert(name.unwrap().to_lowercase()), "{names:?}");
        }
    }
    let mut owed: BTreeMap<String, i64> = BTreeMap::new();
    for invoice in file.records("Invoice") {
        let lines: i64 = invoice
            .children()
            .iter()
            .filter(|it| it.name == "InvoiceLineRet")
            .map(|it| cents(value(it, "Amount")))
            .sum();
        assert_eq!(cents(value(invoice, "Subtotal")), lines);
        *owed.entry(value(invoice, "CustomerRef/ListID").to_owned()).or_default() += lines;
        let payments = invoice.children().iter().filter(|it| it.name == "LinkedTxn");
        let paid: i64 = payments.map(|it| cents(value(it, "Amount"))).sum();
        assert_eq!(cents(value(invoice, "BalanceRemaining")), lines + paid, "links are negative");
    }
    for payment in file.records("ReceivePayment") {
        *owed.entry(value(payment, "CustomerRef/ListID").to_owned()).or_default() -=
            cents(value(payment, "TotalAmount"));
    }
    for customer in file.records("Customer") {
        let expected = owed.remove(value(customer, "ListID")).unwrap_or(0);
        assert_eq!(cents(value(customer, "Balance")), expected, "{}", customer.to_xml());
    }
    for customer in file.records("Customer") {
        let full = value(customer, "FullName");
        let above = value(customer, "ParentRef/FullName");
        let expected = if above.is_empty() {
            value(customer, "Name").to_owned()
        } else {
            format!("{above}:{}", value(customer, "Name"))
        };
        assert_eq!(full, expected);
        let below =
            file.records("Customer").filter(|it| value(it, "FullName").starts_with(&format!("{full}:")));
        let below: i64 = below.map(|it| cents(value(it, "Balance"))).sum();
        assert_eq!(
            cents(value(customer, "TotalBalance")),
            below + cents(value(customer, "Balance")),
            "{full}"
        );
    }
    assert!(owed.values().all(|left| *left == 0), "owed by nobody: {owed:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 60 } else { 1000 }))]

    #[test]
    fn the_books_hang_together_whatever_is_done(deeds in deeds()) {
        let clock = ManualClock::at(NOON);
        let mut file = CompanyFile::new(Settings::default(), clock.clone());
        file.begin_session().unwrap();
        for name in 0..4 {
            act(&mut file, &Deed::Name(name, name % 4));
        }
        for deed in &deeds {
            clock.advance(1);
            act(&mut file, deed);
            audit(&file);
        }
    }

    #[test]
    fn no_document_brings_it_down(text in "\\PC{0,60}", cut in 0..400_usize, letter in any::<char>()) {
        let mut file = CompanyFile::new(Settings::default(), ManualClock::at(NOON));
        file.begin_session().unwrap();
        let whole = document_with("onError=\"stopOnError\" newMessageSetID=\"A\"", &format!(
            "<CustomerAddRq><CustomerAdd><Name>{text}</Name></CustomerAdd></CustomerAddRq><CustomerQueryRq iterator=\"Start\">\
             <MaxReturned>{cut}</MaxReturned></CustomerQueryRq>"
        ));
        let broken: String = whole.chars().enumerate().map(|(place, it)| if place == cut { letter } else { it }).collect();
        for document in [&text, &whole, &broken] {
            if let Ok(answer) = file.process(document) {
                check(&answer);
            }
        }
    }
}
