//! What is true of every document under the default rules, whatever is in it.

use ferrule::engine::{Decision, Outcome};
use ferrule::qbxml::NodeRef;
use proptest::prelude::*;

use crate::engine_edits::{damaged, edited, written};
use crate::engine_shop::{SHOP, body};

/// All that becomes of a document, to the byte; of one that cannot be read, that it cannot.
fn told(json: &str, books: bool) -> String {
    SHOP.outcome(json.as_bytes(), books).map_or("refused".to_owned(), |outcome| format!("{outcome:?}"))
}

/// The texts of a message, each with its path: `InvoiceLineAdd[2]/Rate`.
fn leaves(node: NodeRef<'_>, path: &str, found: &mut Vec<(String, String)>) {
    if let Some(text) = node.text() {
        return found.push((path.to_owned(), text.to_owned()));
    }
    for child in node.children() {
        let before = |other: &NodeRef<'_>| other.name() == child.name() && other.index() < child.index();
        let number = node.children().filter(before).count() + 1;
        let step = if child.name().ends_with("LineAdd") {
            format!("{}[{number}]", child.name())
        } else {
            child.name().to_owned()
        };
        let inner = if path.is_empty() { step } else { format!("{path}/{step}") };
        leaves(child, &inner, found);
    }
}

/// What is written, and what provenance says is written.
fn explained(outcome: &Outcome) -> Option<[Vec<(String, String)>; 2]> {
    let Decision::Create(request) = &outcome.decision else { return None };
    let mut all = Vec::new();
    leaves(body(&request.xml).root(), "", &mut all);
    let said = outcome.provenance.iter().map(|entry| (entry.element.clone(), entry.value.clone()));
    Some([all, said.collect()])
}

#[test]
fn the_shop_shows_all_that_can_become_of_a_document() {
    let told: Vec<String> = SHOP
        .documents
        .iter()
        .flat_map(|document| [false, true].map(|books| told(&document.to_string(), books)))
        .collect();
    for decision in ["Create(", "Connect(", "Reject(", "Skip("] {
        let count = told.iter().filter(|told| told.contains(&format!("decision: {decision}"))).count();
        assert!(count > 2, "{decision} {count}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_document_becomes_the_same(document in edited(), books in any::<bool>()) {
        let json = document.to_string();
        prop_assert_eq!(told(&json, books), told(&json, books));
    }

    #[test]
    fn a_request_is_valid_or_there_is_a_reason(document in edited(), books in any::<bool>()) {
        let outcome = SHOP.outcome(document.to_string().as_bytes(), books);
        prop_assert_eq!(SHOP.wrong(&outcome), [""; 0], "{:?}", outcome);
    }

    #[test]
    fn every_element_says_where_it_comes_from(document in edited(), books in any::<bool>()) {
        let Ok(outcome) = SHOP.outcome(document.to_string().as_bytes(), books) else { return Ok(()) };
        if let Some([written, said]) = explained(&outcome) {
            prop_assert_eq!(written, said);
            for entry in &outcome.provenance {
                let source = SHOP.program.sources.get(entry.span.file).unwrap();
                let rule = source.text.get(entry.span.start as usize..entry.span.end as usize);
                prop_assert!(rule.is_some_and(|rule| !rule.is_empty()), "{:?}", entry);
            }
        }
    }

    #[test]
    fn the_order_of_fields_means_nothing(document in edited(), seed in any::<u64>(), books in any::<bool>()) {
        prop_assert_eq!(told(&document.to_string(), books), told(&written(&document, seed, false), books));
    }

    #[test]
    fn fields_that_no_shape_has_mean_nothing(document in edited(), seed in any::<u64>(), books in any::<bool>()) {
        prop_assert_eq!(told(&document.to_string(), books), told(&written(&document, seed, true), books));
    }

    #[test]
    fn damaged_json_is_refused_or_becomes_something_valid(bytes in damaged(), books in any::<bool>()) {
        let outcome = SHOP.outcome(&bytes, books);
        prop_assert_eq!(SHOP.wrong(&outcome), [""; 0]);
        // What is accepted is JSON.
        prop_assert!(outcome.is_err() || serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_ok());
    }
}

/// Not at random: each field of each document, one at a time.
#[test]
fn a_document_without_one_of_its_fields_is_refused_or_becomes_something_valid() {
    for document in &SHOP.documents {
        for json in crate::engine_edits::each_without_one(document) {
            for books in [false, true] {
                let outcome = SHOP.outcome(json.as_bytes(), books);
                assert_eq!(SHOP.wrong(&outcome), [""; 0], "{json}");
            }
        }
    }
}
