//! What a company file knows beyond the vocabulary, from `data/facts.yaml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    // The text is embedded and a test reads it.
    serde_yaml::from_str(include_str!("data/facts.yaml")).unwrap_or_default()
});

/// The facts; the file explains each.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Facts {
    groups: BTreeMap<String, Vec<String>>,
    pub(crate) names: Vec<String>,
    pub(crate) composed: Vec<String>,
    references: BTreeMap<String, Target>,
    aliases: BTreeMap<String, String>,
    pub(crate) clears: BTreeMap<String, Vec<String>>,
    pub(crate) special_accounts: BTreeMap<String, String>,
    pub(crate) special_items: BTreeMap<String, String>,
    pub(crate) amounts: Amounts,
    pub(crate) postings: BTreeMap<String, Posting>,
    pub(crate) default_accounts: BTreeMap<String, String>,
    pub(crate) from_party: BTreeMap<String, String>,
    pub(crate) numbered: Vec<String>,
    pub(crate) item_prices: BTreeMap<String, Vec<String>>,
    pub(crate) item_texts: BTreeMap<String, Vec<String>>,
    pub(crate) views: BTreeMap<String, View>,
    pub(crate) orders: BTreeMap<String, Order>,
}

/// Where an order keeps how much of it is done.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    /// The element of a line that says how much of it.
    pub(crate) done: String,
    /// The element that says whether all of it is.
    pub(crate) whole: String,
}

/// What a reference refers to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Target {
    /// What messages call the list.
    pub(crate) list: String,
    /// Whose records.
    pub(crate) kinds: Vec<String>,
}

/// The elements that hold amounts of whole transactions.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Amounts {
    pub(crate) subtotals: Vec<String>,
    pub(crate) totals: Vec<String>,
    pub(crate) open: Vec<String>,
}

/// Which balances a transaction changes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Posting {
    pub(crate) party: String,
    pub(crate) account: String,
    pub(crate) sign: i32,
}

/// A record that is a view of others.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct View {
    /// Whose records; of all transactions if empty.
    pub(crate) of: Vec<String>,
    pub(crate) aliases: BTreeMap<String, String>,
}

/// The facts.
pub(crate) fn facts() -> &'static Facts {
    &FACTS
}

impl Facts {
    /// The space of names that the list `kind` is in.
    pub(crate) fn group<'a>(&'a self, kind: &'a str) -> &'a str {
        let group = self.groups.iter().find(|(_, kinds)| kinds.iter().any(|known| known == kind));
        group.map_or(kind, |(name, _)| name)
    }

    /// What the reference called `name` refers to.
    pub(crate) fn target(&self, name: &str) -> Option<&Target> {
        let fitting = self.references.iter().filter(|(ending, _)| name.ends_with(*ending));
        fitting.max_by_key(|(ending, _)| ending.len()).map(|(_, target)| target)
    }

    /// What an element of a request is called in the record.
    pub(crate) fn alias<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.aliases.get(name).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_can_be_read() {
        serde_yaml::from_str::<Facts>(include_str!("data/facts.yaml")).unwrap();
    }

    #[test]
    fn the_longest_ending_wins() {
        let list = |name| facts().target(name).map(|target| target.list.as_str());
        assert_eq!(list("ARAccountRef"), Some("Account"));
        assert_eq!(list("CustomerSalesTaxCodeRef"), Some("SalesTaxCode"));
        assert_eq!(facts().target("ItemGroupRef").unwrap().kinds, ["ItemGroup"]);
        assert_eq!(list("AdditionalContactRef"), None);
        assert_eq!(facts().group("Vendor"), facts().group("Customer"));
    }
}
