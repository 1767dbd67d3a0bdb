//! Finding records by the value of an element.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Record;
use crate::text::alike::root;

/// The places of records of one type by the value of one element.
///
/// Only hashes are kept, 16 bytes per record; [`Index::matches`] then compares the values. What comes
/// one by one is kept apart until there is so much of it that sorting all anew is worth its while.
#[derive(Debug)]
pub(super) struct Index {
    sorted: Vec<Entry>,
    added: BTreeSet<Entry>,
}

/// Behind the name of an element with a GUID: whose last byte does not count.
pub(super) const ALIKE: &str = " but its last byte";

/// Stands for the last step of a record's name, as far as people tell names apart.
pub(super) const READ_NAME: &str = "the last step of FullName, as it is read";

/// The hash of a folded value, and where it is.
type Entry = (u64, u32);

/// As many are kept apart for each thousand that are sorted, and at least so many.
const APART: usize = 32;

impl Index {
    pub(super) fn new<'a>(element: &str, records: impl Iterator<Item = (u32, &'a Record)>) -> Self {
        let mut sorted: Vec<_> =
            records.filter_map(|(place, record)| entry(element, place, record)).collect();
        sorted.sort_unstable();
        Self { sorted, added: BTreeSet::new() }
    }

    /// Takes over a record that came, or came anew. Where it was found before, it stays: there
    /// [`Index::matches`] says no from now on.
    pub(super) fn add(&mut self, element: &str, place: u32, record: &Record) {
        let Some(entry) = entry(element, place, record) else { return };
        if self.sorted.binary_search(&entry).is_ok() {
            return;
        }
        self.added.insert(entry);
        if self.added.len() > APART + self.sorted.len() / 1000 * APART {
            self.sorted.extend(std::mem::take(&mut self.added));
            self.sorted.sort_unstable();
        }
    }

    /// The places where the folded value may be, in order.
    pub(super) fn places(&self, folded: &str) -> Vec<u32> {
        let wanted = hash(folded);
        let start = self.sorted.partition_point(|(hash, _)| *hash < wanted);
        let sorted = self.sorted.get(start..).unwrap_or_default();
        let sorted = sorted.iter().take_while(|(hash, _)| *hash == wanted);
        let added = self.added.range((wanted, 0)..=(wanted, u32::MAX));
        let mut places: Vec<u32> = sorted.chain(added).map(|(_, place)| *place).collect();
        places.sort_unstable();
        places
    }

    /// True if the record has this folded value.
    pub(super) fn matches(record: &Record, element: &str, folded: &str) -> bool {
        value(record, element).is_some_and(|value| fold(element, value) == folded)
    }
}

fn entry(element: &str, place: u32, record: &Record) -> Option<Entry> {
    Some((hash(&fold(element, value(record, element)?)), place))
}

fn value<'a>(record: &'a Record, element: &str) -> Option<&'a str> {
    match element {
        "FullName" => record.full_name(),
        READ_NAME => record.full_name().map(last_step),
        _ => record.get(named(element)),
    }
}

/// A name without what it stands below: `Rack` of `Parts:Rack`.
pub(super) fn last_step(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, last)| last)
}

fn named(element: &str) -> &str {
    element.strip_suffix(ALIKE).unwrap_or(element)
}

/// The value as it is compared: ids as they are, everything else in lower case, GUIDs too.
pub(super) fn fold<'a>(element: &str, value: &'a str) -> Cow<'a, str> {
    if element == READ_NAME {
        Cow::Owned(root(value))
    } else if element.ends_with(ALIKE) {
        // Two digits and the brace at its end.
        let length = value.trim_end_matches('}').len().saturating_sub(2);
        fold_case(value.get(..length).unwrap_or(value))
    } else if element.ends_with("ID") && !element.ends_with("GUID") {
        Cow::Borrowed(value)
    } else {
        fold_case(value)
    }
}

/// The text in lower case.
pub(super) fn fold_case(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_lowercase())
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
