//! What a new company file holds.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::books::Books;
use super::entry::enter;
use super::heads::{beneath, head_of_element};
use crate::catalogue::record;
use crate::simulator::elements::{normalize, shape, shape_named};
use crate::simulator::settings::Settings;
use crate::simulator::status::{Reason, Status};
use crate::xml::Node;

/// What `data/company.yaml` says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Founding {
    records: Vec<Founded>,
    preferences: BTreeMap<String, String>,
    company: BTreeMap<String, String>,
    versions: Vec<String>,
}

/// The first records of one list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Founded {
    list: String,
    elements: Vec<BTreeMap<String, String>>,
}

static FOUNDING: LazyLock<Founding> = LazyLock::new(|| {
    // The text is embedded and a test reads it.
    serde_yaml::from_str(include_str!("../data/company.yaml")).unwrap_or_default()
});

/// The books of a new company file.
pub(crate) fn new_books(settings: Settings, now: i64) -> Books {
    let founding = FOUNDING.clone();
    let mut books = Books::empty(settings, now);
    for list in founding.records {
        for values in list.elements {
            let parts = values.into_iter().map(|(name, value)| Node::leaf(name, value)).collect();
            // A test counts them; a record that could not be made is missing there.
            let _ = add_record(&mut books, &list.list, Node::aggregate(list.list.clone(), parts));
        }
    }
    let mut company: Vec<Node> =
        founding.company.into_iter().map(|(name, value)| Node::leaf(name, value)).collect();
    company.push(Node::leaf("CompanyName", books.settings.company_name.clone()));
    company.push(Node::leaf("LegalCompanyName", books.settings.company_name.clone()));
    books.company = shape_named("CompanyRet", company, &mut books);
    let mut preferences = founding.preferences;
    if let Some(day) = books.settings.closing_date.clone() {
        preferences.insert("AccountingPreferences/ClosingDate".to_owned(), day);
    }
    let mut groups: BTreeMap<String, Vec<Node>> = BTreeMap::new();
    for (path, value) in preferences {
        if let Some((group, name)) = path.split_once('/') {
            groups.entry(group.to_owned()).or_default().push(Node::leaf(name.to_owned(), value));
        }
    }
    let groups = groups.into_iter().map(|(name, parts)| Node::aggregate(name, parts)).collect();
    books.preferences = shape_named("PreferencesRet", groups, &mut books);
    books
}

/// Adds a record that no request may add.
fn add_record(books: &mut Books, kind: &str, mut given: Node) -> Result<String, Status> {
    let element = record(&format!("{kind}Ret")).ok_or(Reason::Unsupported)?;
    normalize(&mut given, element, false);
    let head = head_of_element(books, kind, element, &given)?;
    let node = shape(element, beneath(head, given), books);
    enter(books, node, None)
}

/// The versions of qbXML that a program up to `highest` takes.
pub(crate) fn versions_up_to(highest: &str) -> impl Iterator<Item = &'static str> {
    let mut is_over = false;
    FOUNDING.versions.iter().map(String::as_str).take_while(move |version| {
        let is_shown = !is_over;
        is_over |= *version == highest;
        is_shown
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_company_file_holds_all_that_the_file_says() {
        let founding: Founding = serde_yaml::from_str(include_str!("../data/company.yaml")).unwrap();
        let books = new_books(Settings::default(), 1_700_000_000);
        for list in &founding.records {
            assert_eq!(books.table.count(&list.list), list.elements.len(), "{}", list.list);
        }
        assert!(founding.preferences.keys().all(|path| books.preferences.descend(path).is_some()));
    }
}
