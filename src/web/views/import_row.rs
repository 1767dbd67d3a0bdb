//! Records, as the Imports page shows them.

use std::cmp::Ordering;

use super::list_page::Row;
use crate::sync::stored::RecordKey;
use crate::sync::{FieldUpdate, ImportFate, ImportRow as Found};

/// A record that could become a document.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// The object that it would become.
    pub object: String,
    /// Which record.
    pub key: RecordKey,
    /// What people call it.
    pub name: String,
    /// Whether it can be imported.
    pub verdict: Verdict,
    /// Why not, in words; empty if it can.
    pub why: String,
    /// What its document has otherwise, if it is connected.
    pub updates: Vec<FieldUpdate>,
    search: String,
}

/// Whether a record can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It can.
    Importable,
    /// It is connected, and has newer data.
    Update,
    /// It is connected, and the same.
    Connected,
    /// It was connected, and that was archived.
    Archived,
    /// A person ignores it.
    Ignored,
    /// The rules or a filter hold it back.
    Filtered,
}

impl Verdict {
    /// Every verdict, in order.
    pub const ALL: [Self; 6] =
        [Self::Importable, Self::Update, Self::Connected, Self::Archived, Self::Ignored, Self::Filtered];

    /// How it is shown: the kind of pill, and the word.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Importable => ("busy", "Importable"),
            Self::Update => ("warn", "Update"),
            Self::Connected => ("good", "Connected"),
            Self::Archived => ("idle", "Archived"),
            Self::Ignored => ("idle", "Ignored"),
            Self::Filtered => ("idle", "Filtered"),
        }
    }
}

impl ImportRow {
    /// A record with what its document has otherwise.
    pub fn of(found: &Found, updates: Vec<FieldUpdate>) -> Self {
        let verdict = match &found.fate {
            ImportFate::Importable(_) => Verdict::Importable,
            ImportFate::Connected(_) if updates.is_empty() => Verdict::Connected,
            ImportFate::Connected(_) => Verdict::Update,
            ImportFate::Archived(_) => Verdict::Archived,
            ImportFate::Ignored => Verdict::Ignored,
            ImportFate::Refused(_) => Verdict::Filtered,
        };
        let reasons: Vec<String> = found.reasons().into_iter().map(|(_, words)| words).collect();
        let search = format!(
            "{}\n{}\n{}",
            found.name.to_lowercase(),
            found.key.record_type.to_lowercase(),
            found.key.id.to_lowercase()
        );
        Self {
            object: found.object.clone(),
            key: found.key.clone(),
            name: found.name.clone(),
            verdict,
            why: reasons.join("; "),
            updates,
            search,
        }
    }
}

impl Row for ImportRow {
    fn search(&self) -> &str {
        &self.search
    }

    fn word(&self) -> &str {
        self.verdict.words().1
    }

    /// By name, type or verdict: columns 0, 1 and 2.
    fn in_order(&self, other: &Self, column: usize) -> Ordering {
        match column {
            0 => self.name.to_lowercase().cmp(&other.name.to_lowercase()),
            1 => self.key.record_type.cmp(&other.key.record_type),
            _ => self.verdict.cmp(&other.verdict),
        }
    }
}
