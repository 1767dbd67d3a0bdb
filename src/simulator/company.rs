//! What a new company file holds, and what it says about itself.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::Settings;
use super::books::Books;
use super::shape::shape;
use super::status::Status;
use crate::catalogue::{Element, Operation, record};
use crate::qbxml::element::Node;

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
    serde_yaml::from_str(include_str!("data/company.yaml")).unwrap_or_default()
});

impl Books {
    /// The books of a new company file.
    pub(super) fn new(settings: Settings, now: i64) -> Books {
        let founding = FOUNDING.clone();
        let mut books = Books::empty(settings, now);
        for list in founding.records {
            for values in list.elements {
                let parts = values.into_iter().map(|(name, value)| Node::leaf(name, value)).collect();
                // A test counts them; a record that could not be made is missing there.
                let _ = books.found(&list.list, Node::aggregate(list.list.clone(), parts));
            }
        }
        let mut company: Vec<Node> =
            founding.company.into_iter().map(|(name, value)| Node::leaf(name, value)).collect();
        company.push(Node::leaf("CompanyName", books.settings.company_name.clone()));
        company.push(Node::leaf("LegalCompanyName", books.settings.company_name.clone()));
        books.company = books.filled("CompanyRet", company);
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
        books.preferences = books.filled("PreferencesRet", groups);
        books
    }

    fn filled(&mut self, name: &'static str, sources: Vec<Node>) -> Node {
        match record(name) {
            Some(element) => shape(element, sources, self),
            None => Node::aggregate(name, sources),
        }
    }

    /// The answer to a query about the company file or the program; `None` for other queries.
    pub(super) fn about(
        &mut self,
        operation: Operation,
        request: &Node,
    ) -> Option<Result<Vec<Node>, Status>> {
        let nodes = match operation.name {
            "HostQuery" => vec![self.host(operation.response.child("HostRet")?, request)],
            "CompanyQuery" => vec![self.company.clone()],
            "PreferencesQuery" => vec![self.preferences.clone()],
            "CompanyActivityQuery" => vec![self.filled("CompanyActivityRet", Vec::new())],
            "ListDeletedQuery" | "TxnDeletedQuery" => return Some(self.deletions(operation, request)),
            "DataExtDefQuery" => self.defined(request),
            _ => return None,
        };
        Some(Ok(nodes))
    }

    fn host(&mut self, element: Element, request: &Node) -> Node {
        let settings = self.settings.clone();
        let mode = if settings.is_single_user { "SingleUser" } else { "MultiUser" };
        let mut sources = vec![
            Node::leaf("ProductName", settings.product_name),
            Node::leaf("MajorVersion", settings.major_version.to_string()),
            Node::leaf("MinorVersion", settings.minor_version.to_string()),
            Node::leaf("Country", settings.country),
            Node::leaf("IsAutomaticLogin", "false"),
            Node::leaf("QBFileMode", mode),
        ];
        let highest = settings.qbxml_version;
        for version in &FOUNDING.versions {
            let is_last = *version == highest;
            sources.push(Node::leaf("SupportedQBXMLVersion", version.as_str()));
            if is_last {
                break;
            }
        }
        if request.child("IncludeListMetaData").is_some() {
            let lists = element.child("ListMetaData");
            sources.extend(lists.map(|lists| shape(lists, Vec::new(), self)));
        }
        shape(element, sources, self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_company_file_holds_all_that_the_file_says() {
        let founding: Founding = serde_yaml::from_str(include_str!("data/company.yaml")).unwrap();
        let books = Books::new(Settings::default(), 1_700_000_000);
        for list in &founding.records {
            assert_eq!(books.table.count(&list.list), list.elements.len(), "{}", list.list);
        }
        assert!(founding.preferences.keys().all(|path| books.preferences.descend(path).is_some()));
    }
}
