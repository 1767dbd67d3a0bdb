//! Queries: which records are meant, and how they are handed over.

use super::books::Books;
use super::edit::text;
use super::facts::facts;
use super::show::Showing;
use super::status::{Reason, Status};
use super::table::Stored;
use super::write::Answer;
use crate::catalogue::{Operation, Version};
use crate::qbxml::element::Node;

/// What a query has found.
#[derive(Default)]
pub(super) struct Selection {
    /// The ids of the records.
    pub(super) ids: Vec<String>,
    /// The first of those asked for that is not there.
    pub(super) missing: Option<String>,
}

impl Books {
    /// Answers a query for records of lists or for transactions.
    pub(super) fn query(
        &mut self,
        operation: Operation,
        request: &Node,
        version: Version,
    ) -> Result<Answer, Status> {
        let limit = text(request, "MaxReturned").and_then(|text| text.trim().parse::<usize>().ok());
        let mut attributes = Vec::new();
        let selection = if let Some(step) = request.attribute("iterator") {
            let page = self.iterate(step, operation, request, limit)?;
            attributes.push(("iteratorRemainingCount", page.remaining.to_string()));
            attributes.push(("iteratorID", page.id));
            page.selection
        } else {
            let mut selection = self.select(operation, request)?;
            selection.ids.truncate(limit.unwrap_or(usize::MAX));
            selection
        };
        let showing = Showing::new(operation, request, version);
        let nodes = selection.ids.iter().filter_map(|id| self.shown(id, &showing)).collect();
        let mut answer = answer(nodes, selection.missing.as_deref(), request);
        // After the number of records come the iterator's.
        answer.attributes.append(&mut attributes);
        if request.attribute("iterator") == Some("Stop") {
            answer.status = Reason::Done.into();
        }
        Ok(answer)
    }

    /// The records that a query means, in the order in which they are handed over.
    pub(super) fn select(&self, operation: Operation, request: &Node) -> Result<Selection, Status> {
        const NAMES: [&str; 5] = ["ListID", "TxnID", "FullName", "RefNumber", "RefNumberCaseSensitive"];
        let kinds = kinds_of(operation);
        let named: Vec<&Node> =
            request.children().iter().filter(|part| NAMES.contains(&&*part.name)).collect();
        if !named.is_empty() {
            return Ok(self.select_named(&named, &kinds));
        }
        let filters = self.filters(request)?;
        let mut ids = Vec::new();
        for kind in &kinds {
            let fits = |record: &&Stored| filters.iter().all(|filter| filter(record));
            let mut found: Vec<&Stored> = self.table.of_kind(kind).filter(fits).collect();
            // Recorded: people come by name, accounts in the order of the books.
            if *kind != "Account" && found.first().is_some_and(|record| !record.is_transaction()) {
                found.sort_by_cached_key(|record| record.name().unwrap_or_default().to_lowercase());
            }
            ids.extend(found.into_iter().map(|record| record.id().to_owned()));
        }
        Ok(Selection { ids, missing: None })
    }

    /// The records with these ids, names or numbers.
    fn select_named(&self, named: &[&Node], kinds: &[&str]) -> Selection {
        let mut selection = Selection::default();
        for part in named {
            let wanted = part.text().unwrap_or_default();
            let found = self.find(&part.name, wanted, kinds);
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
    fn find(&self, name: &str, wanted: &str, kinds: &[&str]) -> Vec<String> {
        let is_meant = |record: &&Stored| kinds.contains(&record.kind());
        let by_number = |fits: &dyn Fn(&str) -> bool| {
            let all = kinds.iter().flat_map(|kind| self.table.of_kind(kind));
            all.filter(|record| text(&record.node, "RefNumber").is_some_and(fits))
                .map(|record| record.id().to_owned())
                .collect()
        };
        match name {
            "RefNumber" => by_number(&|number| number.eq_ignore_ascii_case(wanted)),
            "RefNumberCaseSensitive" => by_number(&|number| number == wanted),
            "FullName" => {
                let found = kinds.iter().find_map(|kind| self.table.named(kind, wanted).filter(is_meant));
                found.into_iter().map(|record| record.id().to_owned()).collect()
            }
            _ => {
                let found = self.table.get(wanted).filter(is_meant);
                found.into_iter().map(|record| record.id().to_owned()).collect()
            }
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
    crate::catalogue::records()
        .filter(|record| record.child("TxnID").is_some() && record.child("EditSequence").is_some())
        .filter_map(|record| record.name().strip_suffix("Ret"))
}

/// The answer with these records, or with their number.
pub(super) fn answer(nodes: Vec<Node>, missing: Option<&str>, request: &Node) -> Answer {
    let status = match missing {
        Some(missing) => Status::new(Reason::SomeMissing, &[missing]),
        None if nodes.is_empty() => Reason::NothingFound.into(),
        None => Reason::Done.into(),
    };
    let meta = request.attribute("metaData").unwrap_or("NoMetaData");
    let mut answer = Answer::from(status);
    if meta != "NoMetaData" {
        answer.attributes.push(("retCount", nodes.len().to_string()));
    }
    if meta != "MetaDataOnly" {
        answer.content = nodes;
    }
    answer
}
