//! What the pages show of an object's documents, as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::decode::Spanned;

/// The list of an object's documents, and what a document's own page shows.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListFile {
    /// Where the list stands among the others: smaller numbers first.
    #[serde(default = "at_last")]
    pub place: u32,
    /// The page's path below that of the company file, such as `invoicing`.
    pub path: Spanned<String>,
    /// What people call one document, such as `Invoice`.
    pub one: String,
    /// What people call the page.
    pub title: String,
    /// What is shown of each document; the first column is its name.
    pub columns: Vec<ListColumnFile>,
    /// What else its own page shows.
    #[serde(default)]
    pub details: Vec<ListColumnFile>,
    /// Its lines, if it has any.
    #[serde(default)]
    pub lines: Option<ListLinesFile>,
    /// What a document is, from what it says itself; the first that fits counts.
    #[serde(default)]
    pub states: Vec<ListStateFile>,
    /// What it is where nothing else applies.
    pub otherwise: String,
}

fn at_last() -> u32 {
    u32::MAX
}

/// The lines of a document.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListLinesFile {
    /// What people call them.
    pub title: String,
    /// The way to them, through lists, such as `lines.items`: each member of the last list is a line.
    pub at: Spanned<String>,
    /// What is shown of each, by ways from the document on. What lies beside the way is that of the
    /// member on the way.
    pub columns: Vec<ListColumnFile>,
}

/// A column: a `field` or a `sum`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListColumnFile {
    /// Its head.
    pub label: String,
    /// The way to the value, such as `customer.name`.
    #[serde(default)]
    pub field: Option<Spanned<String>>,
    /// The way to a text that is shown where there is no such value.
    #[serde(default, rename = "or")]
    pub otherwise: Option<Spanned<String>>,
    /// The way to values that are added up.
    #[serde(default)]
    pub sum: Option<Spanned<String>>,
    /// How values are shown and sorted.
    #[serde(default)]
    pub kind: ColumnKind,
}

/// How values are shown and sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnKind {
    /// Text, sorted by the alphabet, ignoring case.
    #[default]
    Text,
    /// A date.
    Date,
    /// A number as it is.
    Number,
    /// A price for one, with two places or more.
    Rate,
    /// An amount, with two places.
    Money,
}

/// What a document is, from what it says itself.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListStateFile {
    /// The word.
    pub word: String,
    /// It is so if this field has a value.
    #[serde(default)]
    pub when: Option<Spanned<String>>,
    /// It is so unless this field has a value.
    #[serde(default)]
    pub unless: Option<Spanned<String>>,
    /// It counts more than what became of the document.
    #[serde(default)]
    pub first: bool,
    /// What to say about a connected document in this state.
    #[serde(default)]
    pub note: Option<String>,
}
