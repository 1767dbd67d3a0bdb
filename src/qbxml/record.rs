//! One record as QuickBooks gave it, kept small.

use std::fmt;
use std::sync::Arc;

use super::names::{Names, Symbol};
use super::node::NodeRef;
use crate::xml::Writer;

/// One element of a record, in document order.
///
/// Texts lie one after another in the record's text, so a leaf's text starts where the entry
/// before it ended; `end` is the index after the element's last descendant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) name: Symbol,
    pub(super) end: u32,
    pub(super) text_end: u32,
}

/// One element of a response with all that is in it: usually a `CustomerRet`, an `InvoiceRet`, ...
///
/// A record never changes. It takes 12 bytes per element and one copy of its text, so that a
/// company file with 50,000 of them fits in memory; share it as `Arc<Record>`. Attributes inside a
/// record are not kept (the qbXML 13.0 schema has none there).
///
/// ```
/// # use ferrule::qbxml::Record;
/// let record = Record::from_xml("<TermsRet><Name>Net 30</Name><Due><Days>30</Days></Due></TermsRet>")?;
/// assert_eq!(record.name(), "TermsRet");
/// assert_eq!(record.get("Due/Days"), Some("30"));
/// assert_eq!(record.get("Due"), None);
/// # Ok::<(), ferrule::qbxml::ReadError>(())
/// ```
#[derive(Clone)]
pub struct Record {
    names: Arc<Names>,
    entries: Box<[Entry]>,
    text: Box<str>,
}

impl Record {
    pub(super) fn from_parts(names: Arc<Names>, entries: Box<[Entry]>, text: Box<str>) -> Self {
        Self { names, entries, text }
    }

    /// The record's own name, for example `CustomerRet`.
    pub fn name(&self) -> &str {
        self.root().name()
    }

    /// The record's outermost element.
    pub fn root(&self) -> NodeRef<'_> {
        NodeRef::new(self, 0)
    }

    /// The text of the first element at this path below the root, steps separated by `/`.
    ///
    /// `None` if it is not there or holds elements instead of text. Where an element repeats, the
    /// first one with each name is followed.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.root().get(path)
    }

    /// What QuickBooks knows this record by: its `ListID`, else its `TxnID`.
    pub fn id(&self) -> Option<&str> {
        self.get("ListID").or_else(|| self.get("TxnID"))
    }

    /// The record's `FullName`, or its `Name` where QuickBooks gives no full name.
    ///
    /// Lists without levels (vendors, employees, terms, ...) have only a `Name`.
    pub fn full_name(&self) -> Option<&str> {
        self.get("FullName").or_else(|| self.get("Name"))
    }

    /// What people call it: its full name, or its number. A transaction without a number goes by its day.
    pub fn called(&self) -> Option<&str> {
        self.full_name().or_else(|| self.get("RefNumber")).or_else(|| self.get("TxnDate"))
    }

    /// Whether it is active: it is, unless `IsActive` says otherwise.
    pub fn is_active(&self) -> bool {
        !matches!(self.get("IsActive"), Some("false" | "0"))
    }

    /// The number of elements in the record, itself included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// False: a record has at least its own element.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The record as compact XML in ASCII; reading it again gives an equal record.
    pub fn to_xml(&self) -> String {
        let mut writer = Writer::new();
        self.write_to(&mut writer);
        writer.into_string()
    }

    /// Appends the record to `writer`, as [`Record::to_xml`] does.
    pub fn write_to(&self, writer: &mut Writer) {
        self.root().write_to(writer);
    }

    pub(super) fn entry(&self, index: u32) -> Option<&Entry> {
        self.entries.get(index as usize)
    }

    pub(super) fn name_at(&self, index: u32) -> &str {
        self.entry(index).map_or("", |entry| self.names.get(entry.name))
    }

    /// The names of the elements that lead from the record to an element of it, with `/` between them.
    pub(super) fn path_to(&self, index: u32) -> String {
        let around = |it: &u32| *it == index || self.entry(*it).is_some_and(|entry| entry.end > index);
        let names: Vec<&str> = (1..=index).filter(around).map(|it| self.name_at(it)).collect();
        names.join("/")
    }

    pub(super) fn text_at(&self, index: u32) -> Option<&str> {
        let entry = self.entry(index)?;
        if entry.end != index + 1 {
            return None;
        }
        let start =
            index.checked_sub(1).and_then(|before| self.entry(before)).map_or(0, |before| before.text_end);
        self.text.get(start as usize..entry.text_end as usize)
    }
}

impl NodeRef<'_> {
    /// Appends the element to `writer`, with all that is in it, as compact XML.
    pub fn write_to(self, writer: &mut Writer) {
        if let Some(text) = self.text() {
            writer.leaf(self.name(), text);
        } else {
            writer.open(self.name());
            for child in self.children() {
                child.write_to(writer);
            }
            writer.close(self.name());
        }
    }
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
            && self.entries.len() == other.entries.len()
            && self.entries.iter().zip(&other.entries).all(|(a, b)| {
                a.end == b.end
                    && a.text_end == b.text_end
                    && self.names.get(a.name) == other.names.get(b.name)
            })
    }
}

impl Eq for Record {}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_xml())
    }
}
