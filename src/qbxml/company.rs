//! Our copy of a company file.

mod cache;
mod near;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::catalogue::{self, Country};

use cache::Cache;
use near::{Candidates, nearest};

use super::index::{ALIKE, Index, READ_NAME, fold, last_step};
use super::{Flaw, Part, Parts, ReadError, Record, Response, ResponseHead};

/// The element that is an id within a list.
const ID: &str = "ListID";

/// What we know of a QuickBooks company file: the records that were read, found again quickly.
///
/// A company also knows what it does *not* know: [`Company::was_read`] says whether a record that
/// is not found is missing in QuickBooks or was merely never asked for.
///
/// Records are kept in the order they were first read. When the same record comes twice, the one
/// with the higher `EditSequence` stays, and of equals the later one.
///
/// ```
/// # use ferrule::qbxml::Company;
/// let mut company = Company::unknown();
/// company.add_document(br#"<QBXML><QBXMLMsgsRs><VendorQueryRs statusCode="0">
///   <VendorRet><ListID>8000-1</ListID><Name>Midwest Chemical</Name></VendorRet>
/// </VendorQueryRs></QBXMLMsgsRs></QBXML>"#)?;
/// assert_eq!(company.find(&["VendorRet"], "FullName", "midwest chemical").len(), 1);
/// assert!(company.was_read("VendorRet") && !company.was_read("CustomerRet"));
/// assert_eq!(company.near(&["VendorRet"], "Midwest Chemcal", 3), ["Midwest Chemical"]);
/// # Ok::<(), ferrule::qbxml::ReadError>(())
/// ```
#[derive(Debug, Default)]
pub struct Company {
    records: Vec<Arc<Record>>,
    by_type: BTreeMap<String, Vec<u32>>,
    /// Places of the records with an id. An id is unique only within its list.
    by_id: HashMap<Box<str>, Vec<u32>>,
    read: BTreeSet<String>,
    is_complete: bool,
    country: Option<Country>,
    indexes: Cache<Cache<Index>>,
    candidates: Cache<Candidates>,
    /// Records that could not be read as they stand.
    flaws: Vec<Flaw>,
}

impl Company {
    /// A company file without records, of which everything was read: what is not found is missing.
    pub fn empty() -> Self {
        Self { is_complete: true, ..Self::default() }
    }

    /// A company file of which nothing is known yet.
    pub fn unknown() -> Self {
        Self::default()
    }

    /// Takes over all responses of a document.
    ///
    /// # Errors
    /// If the document cannot be read; the responses before the broken place are then already taken over.
    pub fn add_document(&mut self, document: &[u8]) -> Result<(), ReadError> {
        let mut is_query = false;
        for part in Parts::new(document)? {
            match part? {
                Part::Open(head) => is_query = self.note_answer(&head),
                Part::Record(record) => self.keep(&record, is_query),
                Part::Flaw(flaw) => self.add_flaw(flaw),
                Part::Set(_) | Part::Close => {}
            }
        }
        Ok(())
    }

    /// Takes over one response: its records, and that its query was answered.
    pub fn add_response(&mut self, response: &Response) {
        let is_query = self.note_answer(&response.head);
        for record in &response.records {
            self.keep(record, is_query);
        }
        response.flaws.iter().cloned().for_each(|flaw| self.add_flaw(flaw));
    }

    /// Takes over that a record could not be read as it stands.
    pub fn add_flaw(&mut self, flaw: Flaw) {
        self.forget_flaw(&flaw.record_type, flaw.id.as_deref());
        self.flaws.push(flaw);
    }

    /// The records that could not be read as they stand.
    pub fn flaws(&self) -> &[Flaw] {
        &self.flaws
    }

    /// Replaces what is known of records that could not be read as they stand.
    pub fn set_flaws(&mut self, flaws: Vec<Flaw>) {
        self.flaws = flaws;
    }

    /// The first flawed record of these types that may be the one with this value of an element.
    pub fn flawed(&self, record_types: &[&str], element: &str, value: &str) -> Option<&Flaw> {
        let is_of = |flaw: &&Flaw| record_types.contains(&flaw.record_type.as_str());
        self.flaws().iter().filter(is_of).find(|flaw| flaw.may_have(element, value))
    }

    /// The record with this id, if it could not be read as it stands.
    pub fn flaw_of(&self, record_type: &str, id: &str) -> Option<&Flaw> {
        self.flaws.iter().find(|flaw| flaw.record_type == record_type && flaw.id.as_deref() == Some(id))
    }

    /// The record with this id, if it was set aside.
    pub fn set_aside(&self, record_types: &[&str], id: &str) -> Option<&Flaw> {
        let is_it = |flaw: &&Flaw| {
            flaw.kind.is_set_aside()
                && flaw.id.as_deref() == Some(id)
                && record_types.contains(&flaw.record_type.as_str())
        };
        self.flaws().iter().find(is_it)
    }

    fn forget_flaw(&mut self, record_type: &str, id: Option<&str>) {
        if id.is_some() {
            self.flaws.retain(|it| it.id.as_deref() != id || it.record_type != record_type);
        }
    }

    /// Takes over one record, whatever it was read for.
    pub fn add_record(&mut self, record: &Arc<Record>) {
        self.keep(record, false);
    }

    /// Takes over that a query, such as `CustomerQuery`, was answered to its end: what it did not give is
    /// missing.
    pub fn note_read(&mut self, query: &str) {
        let types = catalogue::records_of(query);
        self.read.extend(types.iter().map(|record| record.name().to_owned()));
    }

    /// Whether anything is known at all: something was read, or the company file is known to be empty.
    pub fn is_known(&self) -> bool {
        self.is_complete || !self.read.is_empty()
    }

    /// The country of its edition, if it is known.
    pub fn country(&self) -> Option<Country> {
        self.country
    }

    /// Notes the country of its edition.
    pub fn set_country(&mut self, country: Option<Country>) {
        self.country = country;
    }

    /// True if a record of this type that is not found is missing in QuickBooks.
    ///
    /// A type counts as read when a query that may answer with it, for it alone or for several types,
    /// was answered with status 0 or 1, or when any query did answer with it.
    pub fn was_read(&self, record_type: &str) -> bool {
        self.is_complete || self.read.contains(record_type)
    }

    /// The number of records.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// True if no list and no transaction is known; what the company file says of itself does not count.
    pub fn is_unread(&self) -> bool {
        self.record_types().all(catalogue::is_single)
    }

    /// True if there is no record.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The types of the records, sorted.
    pub fn record_types(&self) -> impl Iterator<Item = &str> {
        self.by_type.keys().map(String::as_str)
    }

    /// Whether there is any record of this type.
    pub fn has(&self, record_type: &str) -> bool {
        !self.places(record_type).is_empty()
    }

    /// All records of a type, in the order they were first read.
    pub fn records(&self, record_type: &str) -> impl Iterator<Item = &Arc<Record>> {
        self.places(record_type).iter().filter_map(|place| self.record(*place))
    }

    /// The records of these types whose element at this path has this value.
    ///
    /// Elements that end in `ID` are compared exactly, all others without regard to case, as
    /// QuickBooks does with names and numbers. A record without `FullName` is found under its
    /// `Name`. In the order of the types, then of reading.
    pub fn find(&self, record_types: &[&str], element: &str, value: &str) -> Vec<Arc<Record>> {
        let mut found = Vec::new();
        let mut there = record_types.iter().filter(|record_type| self.has(record_type)).peekable();
        if there.peek().is_none() {
            return found;
        }
        if element == ID {
            return self.with_id(record_types, value);
        }
        let key = fold(element, value);
        for record_type in there {
            let index = self.index(record_type, element);
            let records = index.places(&key).into_iter().filter_map(|place| self.record(place));
            found.extend(records.filter(|record| Index::matches(record, element, &key)).cloned());
        }
        found
    }

    /// The same by `ListID`: those are kept by their ids anyway, so that no type needs an index of its own.
    fn with_id(&self, record_types: &[&str], id: &str) -> Vec<Arc<Record>> {
        let place = |record: &Record| record_types.iter().position(|name| *name == record.name());
        let all = self.by_id.get(id).into_iter().flatten().filter_map(|place| self.record(*place));
        let is_wanted = |record: &&Arc<Record>| place(record).is_some() && record.get(ID) == Some(id);
        let mut found: Vec<Arc<Record>> = all.filter(is_wanted).cloned().collect();
        found.sort_by_key(|record| place(record));
        found
    }

    /// The records of these types whose GUID is this one but for its last byte, in the same order.
    pub fn find_alike(&self, record_types: &[&str], element: &str, guid: &str) -> Vec<Arc<Record>> {
        self.find(record_types, &format!("{element}{ALIKE}"), guid)
    }

    /// The records of these types whose name people would take for this one, whatever both stand below: they
    /// differ at most in blanks, quotes, dashes, capitals, accents, points, and words that mean the same. In the
    /// order of the types, then of reading.
    pub fn alike(&self, record_types: &[&str], name: &str) -> Vec<Arc<Record>> {
        self.find(record_types, READ_NAME, last_step(name))
    }

    /// The record with this `ListID` or `TxnID`.
    ///
    /// Ids are unique only within one list: if several lists have it, the record read first is
    /// given; [`Company::find`] with the types and `ListID` is exact.
    pub fn by_id(&self, id: &str) -> Option<Arc<Record>> {
        self.by_id.get(id)?.first().and_then(|place| self.record(*place)).cloned()
    }

    /// Full name and whether it is active, of all records of a type, in the order they were read.
    ///
    /// A record counts as active unless `IsActive` is `false` or `0`.
    pub fn names(&self, record_type: &str) -> impl Iterator<Item = (&str, bool)> {
        self.records(record_type)
            .filter_map(|record| record.full_name().map(|name| (name, record.is_active())))
    }

    /// The records of these types that already have this full name, whatever its case.
    ///
    /// QuickBooks wants some names to be unique across several lists; which those are is for the
    /// caller to say.
    pub fn holders_of_name(&self, record_types: &[&str], name: &str) -> Vec<Arc<Record>> {
        self.find(record_types, "FullName", name)
    }

    /// Full names like `name`, the best first, at most `limit`: for "did you mean".
    ///
    /// First those that differ only in case or white space, then those whose last step is the name
    /// (`Plating:Zinc Rack` for `Zinc Rack`) and those few edits away. Equal ones in the order of the alphabet.
    pub fn near(&self, record_types: &[&str], name: &str, limit: usize) -> Vec<String> {
        let lists: Vec<_> = record_types.iter().map(|record_type| self.candidates(record_type)).collect();
        nearest(&lists, name, limit)
    }

    fn record(&self, place: u32) -> Option<&Arc<Record>> {
        self.records.get(place as usize)
    }

    fn places(&self, record_type: &str) -> &[u32] {
        self.by_type.get(record_type).map_or(&[], Vec::as_slice)
    }

    /// Returns true if the response answers a query. One that was answered tells of all types that it
    /// may answer with, also of those of which it found none.
    fn note_answer(&mut self, head: &ResponseHead) -> bool {
        let Some(query) = head.name.strip_suffix("Rs").filter(|name| name.ends_with("Query")) else {
            return false;
        };
        if matches!(head.status_code, 0 | 1) {
            self.note_read(query);
        }
        true
    }

    fn keep(&mut self, record: &Arc<Record>, is_query: bool) {
        if !record.name().ends_with("Ret") {
            return;
        }
        if !self.flaws.is_empty() {
            self.forget_flaw(record.name(), record.id());
        }
        if is_query && !self.read.contains(record.name()) {
            self.read.insert(record.name().to_owned());
        }
        let place = match self.same_record(record) {
            Some(place) => {
                let Some(known) = self.records.get_mut(place as usize).filter(|it| !is_older(record, it))
                else {
                    return;
                };
                *known = record.clone();
                place
            }
            None => self.push(record.clone()),
        };
        self.note_in_indexes(place, record);
    }

    /// Keeps a record that is not known yet; gives its place.
    fn push(&mut self, record: Arc<Record>) -> u32 {
        // 4 billion records do not fit in memory.
        let place = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        if let Some(id) = record.id() {
            self.by_id.entry(id.into()).or_default().push(place);
        }
        match self.by_type.get_mut(record.name()) {
            Some(places) => places.push(place),
            None => drop(self.by_type.insert(record.name().to_owned(), vec![place])),
        }
        self.records.push(record);
        place
    }

    /// The place of the record with the same type and id, or of the one that there is only one of.
    fn same_record(&self, record: &Record) -> Option<u32> {
        let Some(id) = record.id() else {
            let there = self.places(record.name()).first().copied();
            return there.filter(|_| catalogue::is_single(record.name()));
        };
        let places = self.by_id.get(id)?;
        places
            .iter()
            .copied()
            .find(|place| self.record(*place).is_some_and(|known| known.name() == record.name()))
    }

    fn note_in_indexes(&mut self, place: u32, record: &Record) {
        if let Some(by_element) = self.indexes.get_mut(record.name()) {
            by_element.each_mut(|element, index| index.add(element, place, record));
        }
        self.candidates.remove(record.name());
    }

    fn index(&self, record_type: &str, element: &str) -> Arc<Index> {
        let by_element = self.indexes.get(record_type, Cache::default);
        by_element.get(element, || {
            let places = self.places(record_type).iter();
            let records = places.filter_map(|place| Some((*place, &**self.record(*place)?)));
            Index::new(element, records)
        })
    }

    fn candidates(&self, record_type: &str) -> Arc<Candidates> {
        let names = || Candidates::new(self.names(record_type).map(|(name, _)| name));
        self.candidates.get(record_type, names)
    }
}

/// True if `new` has the lower `EditSequence`.
///
/// Edit sequences are decimal numbers of up to 16 digits; one that is none counts as the lowest.
fn is_older(new: &Record, known: &Record) -> bool {
    let sequence =
        |record: &Record| record.get("EditSequence").and_then(|text| text.trim().parse::<u128>().ok());
    sequence(new) < sequence(known)
}
