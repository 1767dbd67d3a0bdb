//! Records, as the Imports page shows them.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::catalogue::words_of_value;
use crate::engine::ImportedValue;
use crate::language::marked;
use crate::sync::stored::{DocumentKey, RecordKey};
use crate::sync::{FieldUpdate, FoundRecord, ImportFate};
use crate::text::order::as_people_count;
use crate::text::quotes::quoted;
use crate::web::listing::Row;

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
    /// The values of the document that it would become, in a line; empty if it would become none.
    pub summary: String,
    /// The document that it is connected to, or was before that was archived.
    pub document: Option<DocumentKey>,
    /// The fields in which its connected document differs from it.
    pub updates: Vec<FieldUpdate>,
    /// A hash of everything that pages show of it.
    pub seen: u64,
    search: String,
}

/// The longest summary, in characters.
const SUMMARY: usize = 120;

/// Whether a record can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
            Self::Importable => ("busy", marked("Importable")),
            Self::Update => ("warn", marked("Update")),
            Self::Connected => ("good", marked("Connected")),
            Self::Archived => ("idle", marked("Archived")),
            Self::Ignored => ("idle", marked("Ignored")),
            Self::Filtered => ("idle", marked("Filtered")),
        }
    }
}

impl Verdict {
    /// The kind of its pill.
    pub fn pill(self) -> &'static str {
        self.words().0
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        self.words().1
    }
}

impl ImportRow {
    /// A record with the fields in which its document differs.
    pub fn of(found: &FoundRecord, updates: Vec<FieldUpdate>) -> Self {
        let verdict = match &found.fate {
            ImportFate::Importable(_) => Verdict::Importable,
            ImportFate::Connected(_) if updates.is_empty() => Verdict::Connected,
            ImportFate::Connected(_) => Verdict::Update,
            ImportFate::Archived(_) => Verdict::Archived,
            ImportFate::Ignored => Verdict::Ignored,
            ImportFate::Refused(_) => Verdict::Filtered,
        };
        let document = match &found.fate {
            ImportFate::Connected(document) | ImportFate::Archived(document) => Some(document.clone()),
            _ => None,
        };
        let summary = match &found.fate {
            ImportFate::Importable(document) => summary(document, &found.name),
            _ => String::new(),
        };
        let reasons: Vec<String> = found.reasons().into_iter().map(|(_, words)| words).collect();
        let search = format!(
            "{}\n{}\n{}",
            found.name.to_lowercase(),
            found.key.record_type.to_lowercase(),
            found.key.id.to_lowercase()
        );
        let why = reasons.join("; ");
        let mut seen = DefaultHasher::new();
        (&found.object, &found.key, &found.name, verdict, &why, &summary).hash(&mut seen);
        for update in &updates {
            (&update.field, &update.old, &update.new).hash(&mut seen);
        }
        Self {
            object: found.object.clone(),
            key: found.key.clone(),
            name: found.name.clone(),
            verdict,
            why: quoted(&why),
            summary,
            document,
            updates,
            seen: seen.finish(),
            search,
        }
    }
}

impl ImportRow {
    /// The same record with another fate; nothing is known of updates.
    #[must_use]
    pub fn with(&self, fate: ImportFate) -> Self {
        let (object, key, name) = (self.object.clone(), self.key.clone(), self.name.clone());
        Self::of(&FoundRecord { object, key, name, fate }, Vec::new())
    }
}

/// The texts of a document one after the other, without its object and its name.
fn summary(document: &ImportedValue, name: &str) -> String {
    let mut texts = Vec::new();
    if let ImportedValue::Fields(fields) = document {
        fields
            .iter()
            .filter(|(field, _)| field != "object")
            .for_each(|(_, value)| collect(value, &mut texts));
    }
    let mut all = String::new();
    let mut shown: Vec<&str> = vec![name];
    for text in texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        if shown.contains(&text) {
            continue;
        }
        shown.push(text);
        let separator = if all.is_empty() { "" } else { " · " };
        all.push_str(separator);
        let text = words_of_value(text).map_or(Cow::Borrowed(text), Cow::Owned);
        all.extend(text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }));
    }
    match all.char_indices().nth(SUMMARY) {
        Some((end, _)) => {
            all.truncate(end);
            all + "…"
        }
        None => all,
    }
}

fn collect<'v>(value: &'v ImportedValue, texts: &mut Vec<&'v str>) {
    match value {
        ImportedValue::Text(text) => texts.push(text),
        ImportedValue::Truth(_) => {}
        ImportedValue::List(members) => members.iter().for_each(|member| collect(member, texts)),
        ImportedValue::Fields(fields) => fields.iter().for_each(|(_, value)| collect(value, texts)),
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
            // The text to search through begins with the name in small letters.
            0 => as_people_count(&self.search, &other.search),
            1 => self
                .key
                .record_type
                .cmp(&other.key.record_type)
                .then_with(|| as_people_count(&self.search, &other.search)),
            _ => self.verdict.cmp(&other.verdict).then_with(|| as_people_count(&self.search, &other.search)),
        }
    }
}
