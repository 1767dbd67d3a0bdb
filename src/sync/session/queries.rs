//! The queries of a read: which there are, and how they are written.

use std::collections::BTreeSet;

use crate::catalogue::{self, Element};
use crate::qbxml::Writer;
use crate::rules::Mentioned;
use crate::sync::stored::{Moment, RecordKey};

/// How long before the last read changes are asked for again: `QuickBooks` prints times that are off by
/// an hour around daylight saving.
pub(super) const OVERLAP: chrono::TimeDelta = chrono::TimeDelta::hours(2);

/// The same when a read has to show what became of a write: a computer whose clock or time zone is wrong
/// must not hide its record.
pub(super) const WIDE_OVERLAP: chrono::TimeDelta = chrono::TimeDelta::hours(26);

/// The element that asks for fields that were added to records, by whom.
const OWNER: &str = "OwnerID";
/// Fields that people have added, and see.
const PEOPLE: &str = "0";

/// From when to when what is asked for changed, as it is written.
type Span<'s> = (Option<&'s str>, Option<&'s str>);

/// A query of the read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Query {
    /// Its request, such as `CustomerQueryRq`.
    pub request: Element,
    /// Whether it asks for what was deleted.
    pub is_deleted: bool,
    /// Whether it asks for fields that people have added to records.
    pub added_fields: bool,
}

/// What a query is to give.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'w> {
    /// The id that its response repeats.
    pub id: &'w str,
    /// Only what changed since then; the overlap is in it.
    pub since: Option<Moment>,
    /// Only what changed up to then.
    pub until: Option<Moment>,
    /// How many records at once, where the query can be continued.
    pub page: u32,
    /// The iterator to continue.
    pub iterator: Option<&'w str>,
    /// The types of records that may have been deleted.
    pub deleted: &'w BTreeSet<&'static str>,
}

/// The queries that read all that is mentioned: those that matches name, and for what these do not
/// answer with, each record's own.
pub(super) fn of(mentioned: &Mentioned) -> Vec<Query> {
    let mut names: BTreeSet<&'static str> = mentioned.queries.clone();
    let covered = |names: &BTreeSet<&'static str>, record: &str| {
        let queries = names.iter().filter_map(|name| name.strip_suffix("Rq"));
        queries.flat_map(catalogue::records_of).any(|element| element.name() == record)
    };
    for record in &mentioned.records {
        if !covered(&names, record)
            && let Some(query) = own_query(record)
        {
            names.insert(query.name());
        }
    }
    let reads = names.into_iter().filter_map(catalogue::request);
    let deleted = ["ListDeletedQueryRq", "TxnDeletedQueryRq"].into_iter().filter_map(catalogue::request);
    let added_fields = mentioned.added_fields;
    let reads = reads.map(|request| Query { request, is_deleted: false, added_fields });
    reads.chain(deleted.map(|request| Query { request, is_deleted: true, added_fields: false })).collect()
}

/// The query of a record's own list, such as `CustomerQueryRq` of `CustomerRet`.
fn own_query(record: &str) -> Option<Element> {
    catalogue::request(&format!("{}QueryRq", record.strip_suffix("Ret")?))
}

impl Query {
    /// Its request, as qbXML.
    pub fn write(self, wanted: &Wanted<'_>) -> Vec<u8> {
        let name = self.request.name();
        let mut writer = Writer::new();
        let mut attributes = vec![("requestID", wanted.id)];
        if self.request.supports_iterator() {
            attributes.push(("iterator", if wanted.iterator.is_some() { "Continue" } else { "Start" }));
            attributes.extend(wanted.iterator.map(|id| ("iteratorID", id)));
        }
        writer.open_with(name, attributes);
        let text = |at: Moment| at.format("%Y-%m-%dT%H:%M:%S+00:00").to_string();
        let (since, until) = (wanted.since.map(text), wanted.until.map(text));
        for child in self.request.children() {
            self.child(&mut writer, child.element, wanted, (since.as_deref(), until.as_deref()));
        }
        writer.close(name);
        writer.into_bytes()
    }

    /// Whether it can be asked for what changed in a span of time, a page after the other.
    pub fn can_be_pieced(self) -> bool {
        let has = |name: &str| self.request.child(name).is_some();
        self.request.supports_iterator() && (has("ToModifiedDate") || has("ModifiedDateRangeFilter"))
    }

    /// The request that ends an iterator of it before its end, so that QuickBooks need not keep it.
    pub fn stop(self, id: &str, iterator: &str) -> Vec<u8> {
        let mut writer = Writer::new();
        let attributes = [("requestID", id), ("iterator", "Stop"), ("iteratorID", iterator)];
        writer.open_with(self.request.name(), attributes);
        writer.close(self.request.name());
        writer.into_bytes()
    }

    fn child(self, writer: &mut Writer, child: Element, wanted: &Wanted<'_>, span: Span<'_>) {
        let (since, until) = span;
        match child.name() {
            "MaxReturned" if self.request.supports_iterator() => {
                writer.leaf("MaxReturned", &wanted.page.to_string());
            }
            "ActiveStatus" => writer.leaf("ActiveStatus", "All"),
            "IncludeLineItems" => writer.leaf("IncludeLineItems", "true"),
            OWNER if self.added_fields => writer.leaf(OWNER, PEOPLE),
            "ListDelType" | "TxnDelType" => {
                for value in child.values().iter().filter(|value| wanted.has_deleted(value)) {
                    writer.leaf(child.name(), value);
                }
            }
            "FromModifiedDate" => {
                if let Some(since) = since {
                    writer.leaf("FromModifiedDate", since);
                }
            }
            "ToModifiedDate" => {
                if let Some(until) = until {
                    writer.leaf("ToModifiedDate", until);
                }
            }
            range @ ("ModifiedDateRangeFilter" | "DeletedDateRangeFilter") => {
                if since.or(until).is_none() {
                    return;
                }
                writer.open(range);
                for end in child.children().map(|it| it.element) {
                    let value = if end.name().starts_with("From") { since } else { until };
                    if let Some(value) = value {
                        writer.leaf(end.name(), value);
                    }
                }
                writer.close(range);
            }
            _ => {}
        }
    }

    /// Whether there is anything that it could tell of: a query for deletions names what it is about.
    pub fn is_useful(self, wanted: &Wanted<'_>) -> bool {
        !self.is_deleted
            || self.request.children().any(|child| {
                child
                    .element
                    .values()
                    .iter()
                    .any(|value| child.element.name().ends_with("DelType") && wanted.has_deleted(value))
            })
    }
}

impl Wanted<'_> {
    fn has_deleted(&self, kind: &str) -> bool {
        self.deleted.contains(format!("{kind}Ret").as_str())
    }
}

/// A query for one record, if its type has a query of its own.
pub(super) fn of_record(key: &RecordKey, id: &str, added_fields: bool) -> Option<Vec<u8>> {
    let request = own_query(&key.record_type)?;
    let selector = ["ListID", "TxnID"].into_iter().find(|name| request.child(name).is_some())?;
    let mut writer = Writer::new();
    writer.open_with(request.name(), [("requestID", id)]);
    writer.leaf(selector, &key.id);
    if request.child("IncludeLineItems").is_some() {
        writer.leaf("IncludeLineItems", "true");
    }
    if added_fields && request.child(OWNER).is_some() {
        writer.leaf(OWNER, PEOPLE);
    }
    writer.close(request.name());
    Some(writer.into_bytes())
}
