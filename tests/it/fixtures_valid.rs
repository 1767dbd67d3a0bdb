//! Every request of every case is valid to Intuit's schema and to the catalogue.

use ferrule::catalogue::{self, Version};
use ferrule::qbxml::validate::validate;
use ferrule::qbxml::{NodeRef, Record};
use ferrule::snapshots::run;
use ferrule::xml::Node;

use crate::fixtures::{cases, name, rules};

/// The requests in a snapshot's text: from a line that begins with a start tag to its end tag. Text
/// in between cannot look like a tag, because it is escaped.
fn requests(text: &str) -> Vec<String> {
    let mut requests = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match &mut open {
            None => {
                let tag = line.strip_prefix('<').and_then(|line| line.strip_suffix('>'));
                open = tag.map(|tag| {
                    let name = tag.split(' ').next().unwrap();
                    (format!("</{name}>"), line.to_owned())
                });
            }
            Some((end, request)) => {
                request.push('\n');
                request.push_str(line);
                if line == end.as_str() {
                    requests.push(std::mem::take(request));
                    open = None;
                }
            }
        }
    }
    assert!(open.is_none(), "a request without an end: {open:?}");
    requests
}

/// On one line, its layout left out and the line breaks of its texts as entities.
fn compact(request: &str) -> String {
    let (start, _) = request.split_once('\n').unwrap();
    let all = Record::from_xml(request).unwrap().to_xml().replace('\n', "&#10;");
    let (_, rest) = all.split_once('>').unwrap();
    format!("{start}{rest}")
}

/// A record's element, as the catalogue judges it.
pub fn node(from: NodeRef<'_>) -> Node {
    match from.text() {
        Some(text) => Node::leaf(from.name().to_owned(), text),
        None => Node::aggregate(from.name().to_owned(), from.children().map(node).collect()),
    }
}

fn all() -> Vec<(String, String)> {
    let cases = cases();
    let rules = rules(&cases);
    let each = cases.iter().flat_map(|case| {
        let text = run(case, &rules).unwrap();
        requests(&text).into_iter().map(|request| (name(case), request)).collect::<Vec<_>>()
    });
    each.collect()
}

#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn every_request_is_valid_to_the_schema() {
    let all = all();
    assert!(all.len() > 150, "{}", all.len());
    let lines: Vec<String> = all.iter().map(|(_, request)| compact(request)).collect();
    let schema = crate::oracle::path("oracle/xsd130/qbxmlops130.xsd");
    let around = ("<QBXML><QBXMLMsgsRq onError=\"continueOnError\">", "</QBXMLMsgsRq></QBXML>");
    let complaints = crate::oracle::judge(&schema, around, &lines);
    let complaints = complaints.iter().zip(&all);
    let refused: Vec<String> = complaints
        .filter_map(|(complaint, (case, _))| Some(format!("{case}: {}", complaint.as_ref()?)))
        .collect();
    assert_eq!(refused, [""; 0]);
}

#[test]
fn every_request_is_valid_to_the_catalogue() {
    for (case, request) in all() {
        let record = Record::from_xml(&request).unwrap();
        let element = catalogue::request(record.name()).unwrap();
        let faults = validate(&node(record.root()), element, Version::NEWEST);
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(faults, [""; 0], "{case}");
    }
}

#[test]
fn every_request_is_plain_ascii() {
    for (case, request) in all() {
        assert!(request.is_ascii(), "{case}: {request}");
    }
}
