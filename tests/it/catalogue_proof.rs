//! What the catalogue allows, Intuit's schema allows, and the other way round.

use std::collections::HashSet;

use ferrule::catalogue::{self, Element, Version};
use ferrule::qbxml::validate::validate;
use ferrule::xml::Node;

use crate::catalogue_instances::{Maker, variants};

/// Intuit's schema on requests, each on a line of its own.
pub fn schema_on<'a>(requests: impl IntoIterator<Item = &'a Node>) -> Vec<Option<String>> {
    let lines: Vec<_> = requests.into_iter().map(Node::to_xml).collect();
    let schema = crate::oracle::path("oracle/xsd130/qbxmlops130.xsd");
    let before = "<QBXML><QBXMLMsgsRq onError=\"stopOnError\">";
    crate::oracle::judge(&schema, (before, "</QBXMLMsgsRq></QBXML>"), &lines)
}

/// Our own opinion: the first fault.
pub fn ours_on(request: &Node, element: Element) -> Option<String> {
    let faults = validate(request, element, Version::NEWEST);
    // Three requests are there only to be told apart from ours.
    let faults = faults.iter().find(|fault| !(element.is_abroad() && fault.path == element.name()));
    faults.map(ToString::to_string)
}

/// The one place where Intuit's schema and Intuit's own reference disagree: the reference has an
/// optional choice of two values here, the schema the same choice with `maxOccurs="0"`, which
/// forbids what the aggregate is there for. It is a slip of the schema: in the same schema the
/// aggregate is a branch of its own, and nothing else in it could carry a value. The catalogue
/// follows the reference.
pub fn in_dispute(request: &Node) -> bool {
    request.name == "ValueAdjustment" || request.children().iter().any(in_dispute)
}

#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn maximal_requests_are_valid_to_both() {
    let mut instances = Vec::new();
    for request in catalogue::requests() {
        // The limits of the United States say nothing of requests from abroad.
        let mut maker = Maker::new(request.is_abroad());
        for variant in 0..variants(request) {
            let instance = maker.node(request, variant);
            assert_eq!(ours_on(&instance, request), None);
            instances.push(instance);
        }
    }
    assert_eq!(instances.len(), 2423);
    let complaints = schema_on(&instances).into_iter().zip(&instances);
    let refused = complaints.filter_map(|(complaint, instance)| Some((instance, complaint?)));
    let (disputed, wrong): (Vec<_>, Vec<_>) = refused.partition(|(it, _)| in_dispute(it));
    let wrong: Vec<_> = wrong.iter().map(|(it, complaint)| format!("{}: {complaint}", it.name)).collect();
    assert_eq!(wrong, [""; 0]);
    let slip = |complaint: &str| complaint.contains("NewValue") || complaint.contains("ValueDifference");
    assert!(disputed.iter().all(|(_, complaint)| slip(complaint)));
    assert_eq!(disputed.len(), 3);
}

/// Every element and every enumerated value of a request is in some maximal instance.
#[test]
fn maximal_requests_have_everything() {
    for request in catalogue::requests() {
        let mut maker = Maker::new(true);
        let mut seen = HashSet::new();
        for variant in 0..variants(request) {
            remember(&maker.node(request, variant), request.name(), &mut seen);
        }
        let mut wanted = HashSet::new();
        want(request, request.name(), &mut wanted);
        let lacking: Vec<_> = wanted.difference(&seen).collect();
        assert_eq!(lacking, [&""; 0]);
    }
}

fn remember(node: &Node, path: &str, seen: &mut HashSet<String>) {
    seen.insert(path.to_owned());
    seen.insert(format!("{path}={}", node.text().unwrap_or_default()));
    node.children().iter().for_each(|child| remember(child, &format!("{path}/{}", child.name), seen));
}

fn want(element: Element, path: &str, wanted: &mut HashSet<String>) {
    wanted.insert(path.to_owned());
    wanted.extend(element.values().iter().map(|value| format!("{path}={value}")));
    for child in element.children() {
        want(child.element, &format!("{path}/{}", child.element.name()), wanted);
    }
}
