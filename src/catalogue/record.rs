//! Records: what QuickBooks answers with.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use super::{DataType, Element, response, responses};

static RECORDS: LazyLock<BTreeMap<&'static str, Element>> = LazyLock::new(|| {
    let mut best: BTreeMap<&'static str, ((u8, usize), Element)> = BTreeMap::new();
    for response in responses() {
        for record in in_response(response) {
            let merit = (standing(response, record), record.children().len());
            let known = best.entry(record.name()).or_insert((merit, record));
            if merit > known.0 {
                *known = (merit, record);
            }
        }
    }
    best.into_iter().map(|(name, (_, record))| (name, record)).collect()
});

static TYPES: LazyLock<HashMap<&'static str, Vec<DataType>>> = LazyLock::new(|| {
    let mut types: HashMap<&'static str, Vec<DataType>> = HashMap::new();
    let mut open: Vec<Element> = records().collect();
    while let Some(element) = open.pop() {
        open.extend(element.children().map(|child| child.element));
        if let Some(data_type) = element.data_type() {
            let known = types.entry(element.name()).or_default();
            if !known.contains(&data_type) {
                known.push(data_type);
            }
        }
    }
    types
});

/// The types of the values that elements of this name have, wherever they stand in records.
pub fn types_in_records(name: &str) -> &'static [DataType] {
    TYPES.get(name).map_or(&[], Vec::as_slice)
}

/// How well a response speaks for a record: its own query best, then any other query.
fn standing(response: Element, record: Element) -> u8 {
    let noun = record.name().strip_suffix("Ret");
    match response.name().strip_suffix("QueryRs") {
        query if query == noun => 2,
        Some(_) => 1,
        None => 0,
    }
}

fn in_response(response: Element) -> impl Iterator<Item = Element> {
    response.children().map(|child| child.element).filter(|element| element.name().ends_with("Ret"))
}

/// The record of this name, which ends in `Ret`, as the response to its query holds it; that is
/// its fullest form. A record without a query of its own is taken from another query that answers
/// with it, or else from whatever response does.
pub fn record(name: &str) -> Option<Element> {
    RECORDS.get(name).copied()
}

/// The record that the message creates which adds such a thing: of some, such as special accounts, it is called otherwise.
pub fn made_by(noun: &str) -> Option<Element> {
    let answer = || in_response(response(&format!("{noun}AddRs"))?).next();
    record(&format!("{noun}Ret")).or_else(answer)
}

/// Whether a company file has only one record of this type, which has no id, such as its preferences.
pub fn is_single(name: &str) -> bool {
    let query = name.strip_suffix("Ret").and_then(|noun| response(&format!("{noun}QueryRs")));
    let element = query.and_then(|query| query.child(name));
    element.is_some_and(|it| !it.repeats() && ["ListID", "TxnID"].iter().all(|id| it.child(id).is_none()))
}

/// Every record, by name.
pub fn records() -> impl Iterator<Item = Element> {
    RECORDS.values().copied()
}

/// The records that the query of this name (without `Rq`) may answer with, in the schema's order;
/// none if there is no such query.
pub fn records_of(query: &str) -> Vec<Element> {
    response(&format!("{query}Rs")).map(in_response).into_iter().flatten().collect()
}
