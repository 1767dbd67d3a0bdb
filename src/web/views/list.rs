//! What a list of documents shows: data, not code.

use std::sync::LazyLock;

use serde::Deserialize;

/// What is shown of the documents of one object.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// The object, as documents carry it.
    pub object: String,
    /// The page's path below that of the company file.
    pub path: String,
    /// What people call one document, such as `Invoice`.
    pub one: String,
    /// What people call the page.
    pub title: String,
    /// What is shown of each document.
    pub columns: Vec<Column>,
    /// What else its own page shows.
    #[serde(default)]
    pub details: Vec<Column>,
    /// Its lines, if it has any.
    #[serde(default)]
    pub lines: Option<ListLines>,
    /// What a document is, from what it says itself.
    #[serde(default)]
    pub states: Vec<ListState>,
    /// What it is where nothing else applies.
    pub otherwise: String,
}

/// The lines of a document.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListLines {
    /// What people call them.
    pub title: String,
    /// The way to them, through lists; each member of the last list is a line.
    pub at: String,
    /// What is shown of each, by ways from the document on. What lies beside the way is that of the
    /// member on the way.
    pub columns: Vec<Column>,
}

/// A column.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its head.
    pub label: String,
    /// The way to the value, such as `customer.name`.
    #[serde(default)]
    pub field: Option<String>,
    /// The way to values that are added up.
    #[serde(default)]
    pub sum: Option<String>,
    /// How values are shown and sorted.
    #[serde(default)]
    pub kind: ColumnKind,
}

/// How values are shown and sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnKind {
    /// Text, sorted by the alphabet, ignoring case.
    #[default]
    Text,
    /// A date.
    Date,
    /// A number as it is.
    Number,
    /// An amount, with two places.
    Money,
}

/// What a document is, from what it says itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListState {
    /// The word.
    pub word: String,
    /// The kind of pill.
    pub pill: String,
    /// It is so if this field has a value.
    #[serde(default)]
    pub when: Option<String>,
    /// It is so unless this field has a value.
    #[serde(default)]
    pub unless: Option<String>,
    /// It counts more than the state of the document's job.
    #[serde(default)]
    pub first: bool,
    /// What to say about a connected document in this state.
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListFile {
    lists: Vec<List>,
}

/// The file is in the binary; a test reads it.
static LISTS: LazyLock<Vec<List>> = LazyLock::new(|| {
    let file: Result<ListFile, _> = serde_yaml::from_str(include_str!("lists.yaml"));
    file.map(|file| file.lists).unwrap_or_default()
});

/// All lists, in the order in which pages name them.
pub fn lists() -> &'static [List] {
    &LISTS
}

/// The list at that path below a company file's.
pub fn list_at(path: &str) -> Option<&'static List> {
    lists().iter().find(|list| list.path == path)
}

/// The list of that object's documents.
pub fn list_of(object: &str) -> Option<&'static List> {
    lists().iter().find(|list| list.object == object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RuleFiles, compile};

    #[test]
    fn every_field_that_a_list_names_is_in_the_shapes() {
        let files = RuleFiles::read(&[std::path::PathBuf::from("rules")]).unwrap();
        let program = compile(&files).program.unwrap();
        assert!(lists().len() >= 7);
        for list in lists() {
            assert!(program.shapes.object(&list.object).is_some(), "{}", list.object);
            let lines = list.lines.iter().flat_map(|lines| &lines.columns);
            let columns = list.columns.iter().chain(&list.details).chain(lines);
            let columns = columns.flat_map(|it| [it.field.as_deref(), it.sum.as_deref()]);
            let states = list.states.iter().flat_map(|it| [it.when.as_deref(), it.unless.as_deref()]);
            for way in columns.chain(states).flatten() {
                let json =
                    way.rsplit('.').fold("1".to_owned(), |inner, name| format!("{{\"{name}\": {inner}}}"));
                let json = json.replacen('{', &format!("{{\"object\": \"{}\", ", list.object), 1);
                let unknown = crate::document::unknown_fields(
                    &json,
                    &program.shapes,
                    &crate::document::Origin::default(),
                );
                assert!(unknown.is_empty(), "{} {way}: {unknown:?}", list.object);
            }
        }
    }
}
