//! The records of a company file, found by id and by name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::kept_record::KeptRecord;
use crate::simulator::elements::{refers, text};
use crate::simulator::facts::facts;
use crate::simulator::status::{Reason, Status};
use crate::xml::Node;

/// All records, in the order in which they were created.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<KeptRecord>", into = "Vec<KeptRecord>")]
pub(crate) struct Table {
    records: BTreeMap<u64, KeptRecord>,
    next: u64,
    by_id: HashMap<String, u64>,
    by_name: HashMap<(String, String), u64>,
    /// Marks of applications; several records may have one.
    guids: BTreeSet<(String, u64)>,
    /// Those that any record has had since the file was opened.
    had_guids: BTreeSet<String>,
    /// The reference numbers that are numbers, of each kind of transaction.
    numbers: BTreeMap<String, BTreeSet<(u64, u64)>>,
    by_kind: BTreeMap<String, BTreeSet<u64>>,
}

impl From<Vec<KeptRecord>> for Table {
    fn from(records: Vec<KeptRecord>) -> Table {
        let mut table = Table::default();
        for record in records {
            table.insert(record);
        }
        table
    }
}

impl From<Table> for Vec<KeptRecord> {
    fn from(table: Table) -> Vec<KeptRecord> {
        table.records.into_values().collect()
    }
}

impl Table {
    /// Adds a record, or puts it in the place of the one with its id.
    pub(crate) fn insert(&mut self, record: KeptRecord) {
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
            self.had_guids.insert(guid.clone());
            self.guids.insert((guid, serial));
        }
        let kind = record.kind().to_owned();
        if let Some(number) = number(&record) {
            self.numbers.entry(kind.clone()).or_default().insert((number, serial));
        }
        self.by_kind.entry(kind).or_default().insert(serial);
        self.records.insert(serial, record);
    }

    /// Takes a record out.
    pub(crate) fn remove(&mut self, id: &str) -> Option<KeptRecord> {
        let serial = self.by_id.get(id).copied()?;
        self.forget(serial)
    }

    fn forget(&mut self, serial: u64) -> Option<KeptRecord> {
        let record = self.records.remove(&serial)?;
        self.by_id.remove(record.id());
        if let Some(key) = key(&record).filter(|key| self.by_name.get(key) == Some(&serial)) {
            self.by_name.remove(&key);
        }
        if let Some(guid) = guid(&record.node) {
            self.guids.remove(&(guid, serial));
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
    pub(crate) fn get(&self, id: &str) -> Option<&KeptRecord> {
        self.records.get(self.by_id.get(id)?)
    }

    /// The record with this id, which stands in the field called `field`.
    ///
    /// # Errors
    /// 3120 if it is not there, 3000 for what cannot be an id.
    pub(crate) fn existing(&self, id: &str, field: &str) -> Result<&KeptRecord, Status> {
        match self.get(id) {
            Some(record) => Ok(record),
            None if looks_like_id(id) => Err(not_found(id)),
            None => Err(Status::new(Reason::InvalidId, &[id, field])),
        }
    }

    /// The transaction with this id; fails as [`Table::existing`].
    pub(crate) fn transaction(&self, id: &str) -> Result<&KeptRecord, Status> {
        let record = self.existing(id, "txn id")?;
        if record.is_transaction() { Ok(record) } else { Err(not_found(id)) }
    }

    /// The record that a reference means, by its id, or else by its full name.
    pub(crate) fn referred(&self, reference: &Node, kinds: &[&str]) -> Option<&KeptRecord> {
        let fits = |record: &&KeptRecord| kinds.contains(&record.kind());
        if let Some(id) = text(reference, "ListID") {
            return self.get(id).filter(fits);
        }
        let name = text(reference, "FullName")?;
        kinds.iter().find_map(|kind| self.named(kind, name).filter(fits))
    }

    /// The record that the element `name` of `node` refers to by its id.
    pub(crate) fn at(&self, node: &Node, name: &str) -> Option<&KeptRecord> {
        self.get(text(node.child(name)?, "ListID")?)
    }

    /// Whether any record refers to the element of a list.
    pub(crate) fn is_used(&self, id: &str) -> bool {
        self.all().any(|record| record.id() != id && refers(&record.node, id))
    }

    /// Changes a record; its id stays, its name may change.
    pub(crate) fn change(&mut self, id: &str, change: impl FnOnce(&mut KeptRecord)) {
        if let Some(mut record) = self.get(id).cloned() {
            change(&mut record);
            self.insert(record);
        }
    }

    /// The record that has this full name in the list `kind` or one that shares its names; names are
    /// compared without case.
    pub(crate) fn named(&self, kind: &str, name: &str) -> Option<&KeptRecord> {
        let key = (facts().group(kind).to_owned(), name.to_lowercase());
        self.records.get(self.by_name.get(&key)?)
    }

    /// Whether an application has marked a record with the `ExternalGUID` that `node` has.
    pub(crate) fn has_guid(&self, node: &Node) -> bool {
        let of = |guid: String| self.guids.range((guid.clone(), 0)..=(guid, u64::MAX)).next().is_some();
        guid(node).is_some_and(of)
    }

    /// The same of records that are no longer there too.
    pub(crate) fn has_had_guid(&self, node: &Node) -> bool {
        guid(node).is_some_and(|guid| self.had_guids.contains(&guid))
    }

    /// The greatest reference number of a kind of transaction.
    pub(crate) fn greatest_number(&self, kind: &str) -> Option<u64> {
        self.numbers.get(kind)?.last().map(|(number, _)| *number)
    }

    /// The records of one list or kind of transaction.
    pub(crate) fn of_kind(&self, kind: &str) -> impl DoubleEndedIterator<Item = &KeptRecord> {
        let serials = self.by_kind.get(kind).into_iter().flatten();
        serials.filter_map(|serial| self.records.get(serial))
    }

    /// How many records a list has, or how many transactions of a kind there are.
    pub(crate) fn count(&self, kind: &str) -> usize {
        self.by_kind.get(kind).map_or(0, BTreeSet::len)
    }

    /// All records.
    pub(crate) fn all(&self) -> impl Iterator<Item = &KeptRecord> {
        self.records.values()
    }

    /// Calls `change` with every record for which `picked` holds.
    pub(crate) fn change_all(
        &mut self,
        picked: impl Fn(&KeptRecord) -> bool,
        mut change: impl FnMut(&mut KeptRecord),
    ) {
        let ids: Vec<String> =
            self.all().filter(|record| picked(record)).map(|record| record.id().to_owned()).collect();
        for id in ids {
            self.change(&id, &mut change);
        }
    }
}

fn key(record: &KeptRecord) -> Option<(String, String)> {
    let name = record.name()?.to_lowercase();
    Some((facts().group(record.kind()).to_owned(), name))
}

fn number(record: &KeptRecord) -> Option<u64> {
    text(&record.node, "RefNumber")?.parse().ok()
}

/// The mark of an application; `0` is none.
fn guid(node: &Node) -> Option<String> {
    let guid = text(node, "ExternalGUID").filter(|guid| *guid != "0")?;
    Some(guid.to_lowercase())
}

fn not_found(id: &str) -> Status {
    Status::new(Reason::NotFound, &[id])
}

/// Whether a text could be an id at all: `8000001B-1405768916`, or the kind that parts of records have.
pub(crate) fn looks_like_id(id: &str) -> bool {
    let hex = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    id.split_once('-').is_some_and(|(number, time)| hex(number) && digits(time))
        || id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
