//! What QuickBooks asks of addresses beyond the schema: how many lines they are printed as.
//!
//! The numbers and the elements are in `data/addresses.yaml`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::element::elements;
use super::parts::Element;

static ADDRESSES: LazyLock<Addresses> = LazyLock::new(|| read().unwrap_or_default());

/// The text is embedded and a test reads it, so a user never meets one that cannot be read.
fn read() -> Result<Addresses, serde_yaml::Error> {
    serde_yaml::from_str(include_str!("data/addresses.yaml"))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Addresses {
    printed_lines: usize,
    lines: Vec<String>,
    town: Vec<String>,
    country: String,
    only_without_town: Vec<String>,
    perhaps_printed: String,
}

/// What QuickBooks would not take of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressFault {
    /// It is printed as more lines than there is room for.
    TooManyLines {
        /// So many.
        printed: usize,
        /// As many as there is room for.
        most: usize,
    },
    /// A line stands beside a town or a country that may stand only without them.
    LineBesideTown(&'static str),
    /// It has too many lines if an element counts of which nobody knows whether it does.
    PerhapsTooManyLines(&'static str),
}

/// Of every element of the vocabulary, by its number, whether it is an address.
static ARE_ADDRESSES: LazyLock<Vec<bool>> = LazyLock::new(|| {
    let rules = &*ADDRESSES;
    let names = || rules.lines.iter().chain(&rules.town).chain([&rules.country]);
    let is_one = |element: Element| names().all(|name| element.child(name).is_some());
    elements().map(|element| !rules.lines.is_empty() && is_one(element)).collect()
});

/// Whether an element is an address that is taken apart into lines, town and country.
pub fn is_address(element: Element) -> bool {
    ARE_ADDRESSES.get(element.0 as usize).copied().unwrap_or_default()
}

/// What QuickBooks would not take of an address in which the elements have a value that `has` names; nothing
/// if it takes it.
pub fn address_fault(has: impl Fn(&str) -> bool) -> Option<AddressFault> {
    let rules = &*ADDRESSES;
    let (most, has_country) = (rules.printed_lines, has(&rules.country));
    let has_town = rules.town.iter().any(|part| has(part));
    let lines = rules.lines.iter().filter(|line| has(line)).count();
    let printed = lines + usize::from(has_town) + usize::from(has_country);
    if printed > most {
        return Some(AddressFault::TooManyLines { printed, most });
    }
    let beside = rules.only_without_town.iter().find(|line| has(line));
    if let Some(line) = beside.filter(|_| has_town || has_country) {
        return Some(AddressFault::LineBesideTown(line));
    }
    let is_perhaps = printed == most && has(&rules.perhaps_printed);
    is_perhaps.then_some(AddressFault::PerhapsTooManyLines(&rules.perhaps_printed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::operation;

    #[test]
    fn the_elements_are_those_of_the_vocabulary() {
        let rules = read().unwrap();
        assert!(rules.only_without_town.iter().all(|line| rules.lines.contains(line)));
        let fields = |name: &str| operation(name).unwrap().fields();
        for (message, element) in
            [("CustomerAdd", "BillAddress"), ("VendorMod", "VendorAddress"), ("InvoiceAdd", "ShipAddress")]
        {
            let address = fields(message).child(element).unwrap();
            assert!(is_address(address) && address.child(&rules.perhaps_printed).is_some(), "{message}");
        }
        assert!(!is_address(fields("InvoiceAdd").child("CustomerRef").unwrap()));
    }

    #[test]
    fn five_lines_are_printed_and_the_town_is_one_of_them() {
        for (has, expected) in [
            ("Addr1 Addr2 Addr3 City State PostalCode Country", None),
            ("Addr1 Addr2 Addr3 Addr4 Addr5", None),
            ("Addr1 Addr2 Addr3 City Note", None),
            ("Addr1 Addr2 Addr3 Addr4 City", Some(AddressFault::LineBesideTown("Addr4"))),
            ("Addr4 Country", Some(AddressFault::LineBesideTown("Addr4"))),
            (
                "Addr1 Addr2 Addr3 Addr4 City Country",
                Some(AddressFault::TooManyLines { printed: 6, most: 5 }),
            ),
            ("Addr1 Addr2 Addr3 City Country Note", Some(AddressFault::PerhapsTooManyLines("Note"))),
        ] {
            assert_eq!(address_fault(|name| has.split(' ').any(|it| it == name)), expected, "{has}");
        }
    }
}
