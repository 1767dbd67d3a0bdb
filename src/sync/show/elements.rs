//! The elements of a request, one after the other, as people read them.

use serde::Serialize;

use crate::catalogue::{self, Element};
use crate::engine::Request;
use crate::qbxml::NodeRef;

/// One element with a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ElementView {
    /// The way to it below the message; elements that may repeat are numbered: `InvoiceLineAdd[2]/Rate`.
    pub path: String,
    /// What is written; nothing where QuickBooks assigns the value.
    pub value: Option<String>,
}

/// All elements of a request that have a value, in its order. Of a request that makes a record, the
/// id that QuickBooks will assign comes first.
pub fn elements(request: &Request) -> Vec<ElementView> {
    let mut found = Vec::new();
    if makes_a_record(request) {
        found.extend(assigned(request.record));
    }
    found.extend(elements_of(request));
    found
}

/// All elements of a request that have a value, in its order.
pub fn elements_of(request: &Request) -> Vec<ElementView> {
    let Some(message) = request.body() else {
        return Vec::new();
    };
    let schema = catalogue::operation(request.message).map(catalogue::Operation::fields);
    let mut found = Vec::with_capacity(message.len());
    walk(message.root(), schema, "", &mut found);
    found
}

fn makes_a_record(request: &Request) -> bool {
    catalogue::operation(request.message).is_some_and(|operation| operation.kind == catalogue::Kind::Add)
}

fn assigned(record: &str) -> Option<ElementView> {
    let schema = catalogue::record(record)?;
    let id = ["ListID", "TxnID"].into_iter().find(|id| schema.child(id).is_some())?;
    Some(ElementView { path: id.to_owned(), value: None })
}

fn walk(node: NodeRef<'_>, schema: Option<Element>, path: &str, found: &mut Vec<ElementView>) {
    let mut previous = "";
    let mut number = 0;
    for child in node.children() {
        number = if child.name() == previous { number + 1 } else { 1 };
        previous = child.name();
        let element = schema.and_then(|schema| schema.child(child.name()));
        let mut path = match path {
            "" => child.name().to_owned(),
            path => format!("{path}/{}", child.name()),
        };
        if element.is_some_and(Element::repeats) {
            path = format!("{path}[{number}]");
        }
        match child.text() {
            Some(text) => found.push(ElementView { path, value: Some(text.to_owned()) }),
            None => walk(child, element, &path, found),
        }
    }
}
