//! What the company file is set to: its preferences, and what follows from them for new records.

use super::books::Books;
use crate::catalogue::{Element, record};
use crate::simulator::elements::{put, text};
use crate::xml::Node;

/// Whether several currencies are used, and which one is the company's own.
const SEVERAL_CURRENCIES: &str = "MultiCurrencyPreferences/IsMultiCurrencyOn";
const HOME_CURRENCY: &str = "MultiCurrencyPreferences/HomeCurrencyRef/FullName";

impl Books {
    /// A preference: as the settings have it, else as it was founded or recorded.
    pub(crate) fn preference(&self, path: &str) -> Option<&str> {
        let set = self.settings.preferences.get(path).map(String::as_str);
        set.or_else(|| text(&self.preferences, path))
    }

    /// All of them, as a query is told.
    pub(crate) fn told_preferences(&self) -> Node {
        let mut told = self.preferences.clone();
        if let Some(element) = record("PreferencesRet") {
            for (path, value) in &self.settings.preferences {
                set_at(&mut told, element, path, value);
            }
        }
        told
    }

    /// The currency of a new record that names none, where there are several.
    pub(crate) fn home_currency(&self, element: Element, given: &Node) -> Option<Node> {
        let has_none = element.child("CurrencyRef").is_some() && given.child("CurrencyRef").is_none();
        let is_on = has_none && self.preference(SEVERAL_CURRENCIES) == Some("true");
        let name = self.preference(HOME_CURRENCY).filter(|_| is_on)?;
        let currency = self.table.named("Currency", name)?;
        let parts =
            vec![Node::leaf("ListID", currency.id().to_owned()), Node::leaf("FullName", name.to_owned())];
        Some(Node::aggregate("CurrencyRef", parts))
    }
}

/// Sets a leaf, wherever it stands.
fn set_at(node: &mut Node, element: Element, path: &str, value: &str) {
    let (name, rest) = path.split_once('/').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let Some(child) = element.child(name) else { return };
    let Some(rest) = rest else {
        return put(node, element, Node::leaf(name.to_owned(), value.to_owned()));
    };
    let mut part = node.child(name).cloned().unwrap_or_else(|| Node::aggregate(name.to_owned(), Vec::new()));
    set_at(&mut part, child, rest, value);
    put(node, element, part);
}
