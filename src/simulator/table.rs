//! The records of a company file, found by id and by name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::edit::text;
use super::facts::facts;
use super::node_xml;
use crate::qbxml::element::Node;

/// A record as it is kept: a `*Ret` with all it can hold, and the true times beside the printed ones.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stored {
    #[serde(with = "node_xml")]
    pub(super) node: Node,
    /// Seconds since 1970.
    pub(super) created: i64,
    /// Seconds since 1970.
    pub(super) modified: i64,
}

impl Stored {
    /// What the record is, such as `Customer`.
    pub(super) fn kind(&self) -> &str {
        kind_of(&self.node)
    }

    /// Its `ListID` or `TxnID`.
    pub(super) fn id(&self) -> &str {
        id_of(&self.node)
    }

    /// Whether it is a transaction, not an element of a list.
    pub(super) fn is_transaction(&self) -> bool {
        self.node.child("TxnID").is_some()
    }

    /// The name it is known by within its list.
    pub(super) fn name(&self) -> Option<&str> {
        name_of(&self.node)
    }
}

/// What a record is, such as `Customer`.
pub(super) fn kind_of(node: &Node) -> &str {
    node.name.strip_suffix("Ret").unwrap_or(&node.name)
}

/// Its `ListID` or `TxnID`.
pub(super) fn id_of(node: &Node) -> &str {
    text(node, "ListID").or_else(|| text(node, "TxnID")).unwrap_or_default()
}

/// The name a record is known by within its list; transactions have none.
pub(super) fn name_of(node: &Node) -> Option<&str> {
    node.child("ListID")?;
    facts().names.iter().find_map(|name| text(node, name))
}

/// All records, in the order in which they were created.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Stored>", into = "Vec<Stored>")]
pub(super) struct Table {
    records: BTreeMap<u64, Stored>,
    next: u64,
    by_id: HashMap<String, u64>,
    by_name: HashMap<(String, String), u64>,
    by_guid: HashMap<String, u64>,
    /// The reference numbers that are numbers, of each kind of transaction.
    numbers: BTreeMap<String, BTreeSet<(u64, u64)>>,
    by_kind: BTreeMap<String, BTreeSet<u64>>,
}

impl From<Vec<Stored>> for Table {
    fn from(records: Vec<Stored>) -> Table {
        let mut table = Table::default();
        for record in records {
            table.insert(record);
        }
        table
    }
}

impl From<Table> for Vec<Stored> {
    fn from(table: Table) -> Vec<Stored> {
        table.records.into_values().collect()
    }
}

impl Table {
    /// Adds a record, or puts it in the place of the one with its id.
    pub(super) fn insert(&mut self, record: Stored) {
        let serial = match self.by_id.get(record.id()).copied() {
            Some(serial) => {
                self.forget(serial);
                serial
            }
            None => self.next,
        };
        self.next = self.next.max(serial + 1);
        self.by_id.insert(record.id().to_owned(), serial);
        if let Some(key) = key(&record) {
            self.by_name.insert(key, serial);
        }
        if let Some(guid) = guid(&record.node) {
            self.by_guid.insert(guid, serial);
        }
        let kind = record.kind().to_owned();
        if let Some(number) = number(&record) {
            self.numbers.entry(kind.clone()).or_default().insert((number, serial));
        }
        self.by_kind.entry(kind).or_default().insert(serial);
        self.records.insert(serial, record);
    }

    /// Takes a record out.
    pub(super) fn remove(&mut self, id: &str) -> Option<Stored> {
        let serial = self.by_id.get(id).copied()?;
        self.forget(serial)
    }

    fn forget(&mut self, serial: u64) -> Option<Stored> {
        let record = self.records.remove(&serial)?;
        self.by_id.remove(record.id());
        if let Some(key) = key(&record).filter(|key| self.by_name.get(key) == Some(&serial)) {
            self.by_name.remove(&key);
        }
        if let Some(guid) = guid(&record.node).filter(|guid| self.by_guid.get(guid) == Some(&serial)) {
            self.by_guid.remove(&guid);
        }
        if let (Some(number), Some(numbers)) = (number(&record), self.numbers.get_mut(record.kind())) {
            numbers.remove(&(number, serial));
        }
        if let Some(serials) = self.by_kind.get_mut(record.kind()) {
            serials.remove(&serial);
        }
        Some(record)
    }

    /// The record with this id.
    pub(super) fn get(&self, id: &str) -> Option<&Stored> {
        self.records.get(self.by_id.get(id)?)
    }

    /// Changes a record; its id stays, its name may change.
    pub(super) fn change(&mut self, id: &str, change: impl FnOnce(&mut Stored)) {
        if let Some(mut record) = self.get(id).cloned() {
            change(&mut record);
            self.insert(record);
        }
    }

    /// The record that has this full name in the list `kind` or one that shares its names; names are
    /// compared without case.
    pub(super) fn named(&self, kind: &str, name: &str) -> Option<&Stored> {
        let key = (facts().group(kind).to_owned(), name.to_lowercase());
        self.records.get(self.by_name.get(&key)?)
    }

    /// Whether an application has marked a record with the `ExternalGUID` that `node` has.
    pub(super) fn knows_guid(&self, node: &Node) -> bool {
        guid(node).is_some_and(|guid| self.by_guid.contains_key(&guid))
    }

    /// The greatest reference number of a kind of transaction.
    pub(super) fn greatest_number(&self, kind: &str) -> Option<u64> {
        self.numbers.get(kind)?.last().map(|(number, _)| *number)
    }

    /// The records of one list or kind of transaction.
    pub(super) fn of_kind(&self, kind: &str) -> impl DoubleEndedIterator<Item = &Stored> {
        let serials = self.by_kind.get(kind).into_iter().flatten();
        serials.filter_map(|serial| self.records.get(serial))
    }

    /// How many records a list has, or how many transactions of a kind there are.
    pub(super) fn count(&self, kind: &str) -> usize {
        self.by_kind.get(kind).map_or(0, BTreeSet::len)
    }

    /// All records.
    pub(super) fn all(&self) -> impl Iterator<Item = &Stored> {
        self.records.values()
    }

    /// Calls `change` with every record for which `picked` holds.
    pub(super) fn change_all(
        &mut self,
        picked: impl Fn(&Stored) -> bool,
        mut change: impl FnMut(&mut Stored),
    ) {
        let ids: Vec<String> =
            self.all().filter(|record| picked(record)).map(|record| record.id().to_owned()).collect();
        for id in ids {
            self.change(&id, &mut change);
        }
    }
}

fn key(record: &Stored) -> Option<(String, String)> {
    let name = record.name()?.to_lowercase();
    Some((facts().group(record.kind()).to_owned(), name))
}

fn number(record: &Stored) -> Option<u64> {
    text(&record.node, "RefNumber")?.parse().ok()
}

/// The mark of an application; `0` is none.
fn guid(node: &Node) -> Option<String> {
    let guid = text(node, "ExternalGUID").filter(|guid| *guid != "0")?;
    Some(guid.to_lowercase())
}
