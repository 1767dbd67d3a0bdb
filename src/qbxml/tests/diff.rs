use proptest::prelude::*;

use super::super::{Change, Compare, Record, Wanted, changes};
use super::record;

/// Each change as `path: before -> after`.
fn shown(wanted: Vec<Wanted>, xml: &str) -> Vec<String> {
    let record = Record::from_xml(&format!("<R>{xml}</R>")).unwrap();
    let kind = |path: &str| match path {
        "Amount" | "LineMod/Amount" => Compare::Amount,
        "Due" => Compare::Date,
        "IsActive" => Compare::Bool,
        "State" => Compare::NoCase,
        _ => Compare::Exact,
    };
    changes(&Wanted::group("Mod", wanted), record.root(), &kind).iter().map(show).collect()
}

fn show(change: &Change) -> String {
    let or_none = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    format!("{}: {} -> {}", change.path, or_none(&change.before), or_none(&change.after))
}

fn leaf(name: &str, text: &str) -> Wanted {
    Wanted::leaf(name, text)
}

#[test]
fn values_are_compared_not_their_spelling() {
    let wanted = || {
        vec![
            leaf("Amount", "1.5"),
            leaf("Due", "2026-01-05"),
            leaf("IsActive", "1"),
            leaf("State", "oh"),
            leaf("Memo", "a\nb"),
        ]
    };
    let same = "<Memo>a&#13;\nb</Memo><Amount>+1.50</Amount><Due>2026-1-5</Due><IsActive>true</IsActive><State>OH</State>";
    assert_eq!(shown(wanted(), same), [""; 0]);
    let other =
        "<Amount>1.51</Amount><Due>2026-1-6</Due><IsActive>0</IsActive><State>IN</State><Memo>A\nb</Memo>";
    assert_eq!(
        shown(wanted(), other),
        [
            "Amount: 1.51 -> 1.5",
            "Due: 2026-1-6 -> 2026-01-05",
            "IsActive: 0 -> 1",
            "State: IN -> oh",
            "Memo: A\nb -> a\nb"
        ]
    );
    assert!(!Compare::Number.is_same("abc", "1") && Compare::Number.is_same("abc", "abc"));
}

#[test]
fn only_what_is_wanted_counts_and_missing_is_empty() {
    assert_eq!(shown(vec![leaf("A", "")], "<B>kept</B>"), [""; 0]);
    assert_eq!(shown(vec![leaf("A", "x"), leaf("B", "")], "<B>old</B>"), ["A: none -> x", "B: old -> none"]);
    let address = vec![Wanted::group("Address", vec![leaf("City", "Dayton"), leaf("Note", "")])];
    assert_eq!(shown(address, ""), ["Address/City: none -> Dayton"]);
}

#[test]
fn references_are_the_same_by_id_or_else_by_name() {
    let by = |parts: &[(&str, &str)]| {
        vec![Wanted::group("TermsRef", parts.iter().map(|(name, text)| leaf(name, text)).collect())]
    };
    let there = "<TermsRef><ListID>1</ListID><FullName>Net 30</FullName></TermsRef>";
    assert_eq!(shown(by(&[("FullName", "NET 30")]), there), [""; 0]);
    assert_eq!(shown(by(&[("ListID", "1"), ("FullName", "renamed")]), there), [""; 0]);
    assert_eq!(shown(by(&[("ListID", "2")]), there), ["TermsRef: Net 30 -> 2"]);
    assert_eq!(shown(by(&[("FullName", "Net 45")]), there), ["TermsRef: Net 30 -> Net 45"]);
    assert_eq!(shown(by(&[("FullName", "Net 45")]), ""), ["TermsRef: none -> Net 45"]);
    assert_eq!(shown(by(&[("FullName", "")]), ""), [""; 0]);
}

#[test]
fn lines_are_compared_in_order_and_stand_for_all_lines() {
    let line = |amount: &str| Wanted::group("LineMod", vec![leaf("Amount", amount)]);
    let there = "<LineRet><TxnLineID>7</TxnLineID><Amount>1</Amount></LineRet>\
        <LineRet><TxnLineID>8</TxnLineID><Desc>old</Desc><Amount>2</Amount></LineRet>";
    assert_eq!(shown(vec![line("1.0"), line("3")], there), ["LineMod[2]/Amount: 2 -> 3"]);
    assert_eq!(shown(vec![line("1"), line("2"), line("5")], there), ["LineMod[3]/Amount: none -> 5"]);
    assert_eq!(shown(vec![line("1")], there), ["LineMod[2]: old 2 -> none"]);
    assert_eq!(shown(Vec::new(), there), [""; 0]);
    let notes = vec![leaf("Note", "a"), leaf("Note", "b")];
    assert_eq!(shown(notes, "<Note>a</Note><Note>c</Note><Note>d</Note>"), ["Note[2]: c -> b"]);
}

proptest! {
    #![proptest_config(crate::testing::config())]

    #[test]
    fn a_record_as_it_is_needs_no_change(record in record()) {
        prop_assert_eq!(changes(&Wanted::from_node(record.root()), record.root(), &|_| Compare::Exact), []);
    }

    #[test]
    fn two_different_texts_are_one_change(a in "[a-z]{0,5}", b in "[a-z]{0,5}") {
        let record = Record::builder("R").leaf("A", &a).finish();
        let found = changes(&Wanted::group("R", vec![Wanted::leaf("A", &b)]), record.root(), &|_| Compare::Exact);
        prop_assert_eq!(found.len(), usize::from(a != b));
    }
}
