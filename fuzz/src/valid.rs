//! Our own judge of requests.

use ferrule::catalogue::{self, Version};
use ferrule::engine::{Decision, Outcome};
use ferrule::qbxml::validate::validate;
use ferrule::qbxml::{NodeRef, Record};
use ferrule::xml::Node;

/// What the rules make of a document is valid, or refused with a reason.
///
/// # Panics
/// If it is neither.
pub fn judge(outcome: &Outcome, version: Version) {
    if let Decision::Reject(notes) = &outcome.decision {
        assert!(!notes.is_empty() && notes.iter().all(|note| !note.message.trim().is_empty()), "{notes:?}");
    }
    let Some(request) = outcome.request() else { return };
    let xml = std::str::from_utf8(&request.xml).expect("a request is text");
    assert!(xml.is_ascii(), "{xml}");
    let body = Record::from_xml(xml).expect("a request is XML");
    let element = catalogue::request(&format!("{}Rq", request.message)).expect("a request is known");
    let faults = validate(&Node::aggregate(element.name(), vec![node(body.root())]), element, version);
    assert!(faults.is_empty(), "{faults:?}: {xml}");
}

fn node(from: NodeRef<'_>) -> Node {
    match from.text() {
        Some(text) => Node::leaf(from.name().to_owned(), text),
        None => Node::aggregate(from.name().to_owned(), from.children().map(node).collect()),
    }
}
