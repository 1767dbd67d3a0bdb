//! Which records a query means, and in which order they are handed over.

use super::filters::Filters;
use crate::catalogue::{Operation, records};
use crate::simulator::books::{Books, KeptRecord, Table};
use crate::simulator::elements::text;
use crate::simulator::facts::facts;
use crate::simulator::requests::request::Request;
use crate::simulator::status::Status;
use crate::xml::Node;

/// What a query has found.
#[derive(Default)]
pub(crate) struct Selection {
    /// The ids of the records.
    pub(crate) ids: Vec<String>,
    /// The first of those asked for that is not there.
    pub(crate) missing: Option<String>,
}

/// The records that a query means, in the order in which they are handed over.
pub(crate) fn select(books: &Books, request: Request<'_>) -> Result<Selection, Status> {
    const NAMES: [&str; 5] = ["ListID", "TxnID", "FullName", "RefNumber", "RefNumberCaseSensitive"];
    let kinds = kinds_of(request.operation);
    let named: Vec<&Node> =
        request.node.children().iter().filter(|part| NAMES.contains(&&*part.name)).collect();
    if !named.is_empty() {
        return Ok(select_named(&books.table, &named, &kinds));
    }
    let filters = Filters::of(books, request.node)?;
    let mut ids = Vec::new();
    for kind in &kinds {
        let fits = |record: &&KeptRecord| filters.accept(record);
        let mut found: Vec<&KeptRecord> = books.table.of_kind(kind).filter(fits).collect();
        // Recorded: people come by name, accounts in the order of the books.
        if *kind != "Account" && found.first().is_some_and(|record| !record.is_transaction()) {
            found.sort_by_cached_key(|record| record.name().unwrap_or_default().to_lowercase());
        }
        ids.extend(found.into_iter().map(|record| record.id().to_owned()));
    }
    Ok(Selection { ids, missing: None })
}

/// The records with these ids, names or numbers.
fn select_named(table: &Table, named: &[&Node], kinds: &[&str]) -> Selection {
    let mut selection = Selection::default();
    for part in named {
        let wanted = part.text().unwrap_or_default();
        let found = find(table, &part.name, wanted, kinds);
        if found.is_empty() && selection.missing.is_none() {
            selection.missing = Some(wanted.to_owned());
        }
        for id in found {
            if !selection.ids.contains(&id) {
                selection.ids.push(id);
            }
        }
    }
    selection
}

/// The records whose element `name` has the value `wanted`.
fn find(table: &Table, name: &str, wanted: &str, kinds: &[&str]) -> Vec<String> {
    let is_meant = |record: &&KeptRecord| kinds.contains(&record.kind());
    let by_number = |fits: &dyn Fn(&str) -> bool| {
        let all = kinds.iter().flat_map(|kind| table.of_kind(kind));
        all.filter(|record| text(&record.node, "RefNumber").is_some_and(fits))
            .map(|record| record.id().to_owned())
            .collect()
    };
    match name {
        "RefNumber" => by_number(&|number| number.eq_ignore_ascii_case(wanted)),
        "RefNumberCaseSensitive" => by_number(&|number| number == wanted),
        "FullName" => {
            let found = kinds.iter().find_map(|kind| table.named(kind, wanted).filter(is_meant));
            found.into_iter().map(|record| record.id().to_owned()).collect()
        }
        _ => {
            let found = table.get(wanted).filter(is_meant);
            found.into_iter().map(|record| record.id().to_owned()).collect()
        }
    }
}

/// The lists, or kinds of transactions, that a query looks through.
fn kinds_of(operation: Operation) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    for record in operation.response.children().map(|child| child.element) {
        match facts().views.get(record.name()) {
            Some(view) if view.of.is_empty() => kinds.extend(transactions()),
            Some(view) => kinds.extend(view.of.iter().map(String::as_str)),
            None => kinds.extend(record.name().strip_suffix("Ret")),
        }
    }
    kinds
}

/// Every kind of transaction.
fn transactions() -> impl Iterator<Item = &'static str> {
    records()
        .filter(|record| record.child("TxnID").is_some() && record.child("EditSequence").is_some())
        .filter_map(|record| record.name().strip_suffix("Ret"))
}
