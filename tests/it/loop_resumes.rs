//! A read that breaks off goes on where it was: in pieces, whose ends are kept.

use std::collections::BTreeSet;

use ferrule::sync::stored::Store as _;

use crate::loop_support::{Break, Shop};

const DAY: i64 = 86_400;

/// A shop whose customers were typed in over three years, and whose visits read two records at once.
fn shop() -> Shop {
    let mut shop = Shop::new();
    shop.limits.page = 2;
    shop.restart();
    for number in 0..60 {
        shop.clock.advance(18 * DAY);
        let name = format!("Grown {number:02}");
        let answer = shop.in_quickbooks(&format!("<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><CustomerAddRq><CustomerAdd><Name>{name}</Name></CustomerAdd></CustomerAddRq></QBXMLMsgsRq></QBXML>"));
        assert!(answer.contains("statusCode=\"0\""));
    }
    shop
}

fn known(shop: &Shop) -> BTreeSet<String> {
    let records = shop.store.records_of(shop.company, "CustomerRet").unwrap();
    records.into_iter().map(|record| record.key.id).collect()
}

fn there(shop: &Shop) -> BTreeSet<String> {
    let id = |it: &ferrule::xml::Node| it.child("ListID").unwrap().text().unwrap().to_owned();
    shop.file.records("Customer").map(id).collect()
}

fn has_read(shop: &Shop) -> bool {
    shop.store.company_file(shop.company).unwrap().last_read.is_some()
}

#[test]
fn a_first_read_that_always_breaks_off_comes_to_its_end() {
    let mut shop = shop();
    let mut visits = 0;
    while !has_read(&shop) {
        visits += 1;
        assert!(visits < 40, "it is as far as before: {:?}", shop.store.unfinished(shop.company).unwrap());
        // No visit lives longer than for twelve answers; the whole read takes more than thirty.
        shop.visit(Break::AfterProcessing(12));
    }
    assert!(visits > 3, "{visits}");
    assert_eq!(known(&shop), there(&shop));
    assert_eq!(shop.store.unfinished(shop.company).unwrap(), []);
    assert_eq!(shop.store.troubles(shop.company).unwrap(), []);
}

#[test]
fn what_breaks_off_again_is_told() {
    let mut shop = shop();
    for _ in 0..4 {
        shop.visit(Break::AfterProcessing(12));
    }
    let troubles = shop.store.troubles(shop.company).unwrap();
    let customers = troubles.iter().find(|it| it.reason.contains("smaller pieces")).unwrap();
    assert!(customers.repeats(), "{troubles:?}");
    assert!(customers.reason.contains("3 times in a row"), "{customers:?}");
}

#[test]
fn what_changed_while_a_read_was_broken_off_is_read() {
    let mut shop = shop();
    for _ in 0..3 {
        shop.visit(Break::AfterProcessing(12));
    }
    let changed = there(&shop).into_iter().next().unwrap();
    shop.clock.advance(DAY);
    assert!(shop.file.edit(&changed, "Phone", "555-0111"));
    while !has_read(&shop) {
        shop.visit(Break::AfterProcessing(12));
    }
    let records = shop.store.records_of(shop.company, "CustomerRet").unwrap();
    let record = records.iter().find(|record| record.key.id == changed).unwrap();
    assert!(record.xml.contains("555-0111"));
}

#[test]
fn a_comparison_that_breaks_off_takes_nothing_for_deleted() {
    let mut shop = shop();
    shop.visit(Break::Never);
    assert_eq!(known(&shop), there(&shop));
    shop.clock.advance(100 * DAY);
    let gone = there(&shop).into_iter().next_back().unwrap();
    assert!(shop.file.delete(&gone));
    // After so long a silence everything is read.
    let before = shop.store.company_file(shop.company).unwrap().last_read;
    let mut visits = 0;
    while shop.store.company_file(shop.company).unwrap().last_read == before {
        visits += 1;
        assert!(visits < 40, "{:?}", shop.store.unfinished(shop.company).unwrap());
        shop.visit(Break::AfterProcessing(12));
        let known = known(&shop);
        assert!(there(&shop).is_subset(&known), "{visits}: {}", known.len());
    }
    assert!(visits > 2, "{visits}");
    assert_eq!(known(&shop), there(&shop));
}
