//! How records are referred to: which types an element may refer to, and what people call a record by.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Element, record};

static REFERENCES: LazyLock<References> = LazyLock::new(|| {
    // The text is embedded and a test reads it.
    let file: File = serde_yaml::from_str(include_str!("data/references.yaml")).unwrap_or_default();
    let known =
        |names: Vec<String>| names.iter().filter_map(|name| record(name)).map(Element::name).collect();
    let types = file.references.into_iter().map(|(ending, names)| (ending, known(names))).collect();
    References { types, kinds: file.kinds, also: file.also, accounts: file.accounts }
});

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    references: BTreeMap<String, Vec<String>>,
    kinds: BTreeMap<String, String>,
    also: BTreeMap<String, String>,
    accounts: BTreeMap<String, Vec<String>>,
}

struct References {
    types: BTreeMap<String, Vec<&'static str>>,
    kinds: BTreeMap<String, String>,
    also: BTreeMap<String, String>,
    accounts: BTreeMap<String, Vec<String>>,
}

/// The types of the records that an element such as `OverrideClassRef` may refer to; none if they are not known.
pub fn referred(element: &str) -> &'static [&'static str] {
    let fitting = REFERENCES.types.iter().filter(|(ending, _)| element.ends_with(ending.as_str()));
    fitting.max_by_key(|(ending, _)| ending.len()).map_or(&[], |(_, types)| types.as_slice())
}

/// The element that says of what kind a record of this type is, such as `AccountType` of an `AccountRet`.
pub fn kind_element(record_type: &str) -> Option<Element> {
    record(record_type)?.child(REFERENCES.kinds.get(record_type)?)
}

/// The element that people know a record of this type by besides its name, such as `AccountNumber`.
pub fn also_known_by(record_type: &str) -> Option<&'static str> {
    REFERENCES.also.get(record_type).map(String::as_str)
}

/// Where the record that a line of this kind refers to may have the account that is booked; nothing if it has none.
pub fn accounts_of(line: &str) -> &'static [String] {
    REFERENCES.accounts.get(line).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_and_element_is_quickbooks_own() {
        let file: File = serde_yaml::from_str(include_str!("data/references.yaml")).unwrap();
        for (ending, names) in &file.references {
            assert_eq!(referred(ending), names.as_slice(), "{ending}");
        }
        for (name, element) in file.kinds.iter().chain(&file.also) {
            assert!(record(name).unwrap().child(element).is_some(), "{name}/{element}");
        }
    }

    #[test]
    fn every_way_to_an_account_is_quickbooks_own() {
        let file: File = serde_yaml::from_str(include_str!("data/references.yaml")).unwrap();
        assert!(file.accounts.len() > 5);
        let lines: Vec<Element> =
            super::super::records().flat_map(|it| it.children().map(|it| it.element)).collect();
        for (line, ways) in &file.accounts {
            assert!(lines.iter().any(|it| it.name() == line), "{line}");
            for way in ways {
                assert!(
                    referred("ItemRef").iter().any(|it| record(it).unwrap().descend(way).is_some()),
                    "{way}"
                );
            }
        }
    }

    #[test]
    fn the_longest_ending_decides() {
        assert_eq!(referred("ItemSalesTaxRef"), ["ItemSalesTaxRet", "ItemSalesTaxGroupRet"]);
        assert_eq!(referred("CustomerSalesTaxCodeRef"), ["SalesTaxCodeRet"]);
        assert!(referred("ParentRef").is_empty());
    }
}
