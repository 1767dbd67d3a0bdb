//! Finding records by the value of an element.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Record;

/// The places of records of one type by the value of one element.
///
/// Only hashes are kept, sorted, 16 bytes per record; [`Index::matches`] then compares the values.
#[derive(Debug)]
pub(super) struct Index {
    entries: Vec<(u64, u32)>,
}

impl Index {
    pub(super) fn new<'a>(element: &str, records: impl Iterator<Item = (u32, &'a Record)>) -> Self {
        let mut entries: Vec<_> = records
            .filter_map(|(place, record)| Some((hash(&fold(element, value(record, element)?)), place)))
            .collect();
        entries.sort_unstable();
        Self { entries }
    }

    /// The places where the folded value may be, in order.
    pub(super) fn places(&self, folded: &str) -> impl Iterator<Item = u32> {
        let wanted = hash(folded);
        let start = self.entries.partition_point(|(hash, _)| *hash < wanted);
        let entries = self.entries.get(start..).unwrap_or_default();
        entries.iter().take_while(move |(hash, _)| *hash == wanted).map(|(_, place)| *place)
    }

    /// True if the record has this folded value.
    pub(super) fn matches(record: &Record, element: &str, folded: &str) -> bool {
        value(record, element).is_some_and(|value| fold(element, value) == folded)
    }
}

fn value<'a>(record: &'a Record, element: &str) -> Option<&'a str> {
    if element == "FullName" { record.full_name() } else { record.get(element) }
}

/// The value as it is compared: ids as they are, everything else in lower case.
pub(super) fn fold<'a>(element: &str, value: &'a str) -> Cow<'a, str> {
    if element.ends_with("ID") { Cow::Borrowed(value) } else { fold_case(value) }
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
