//! Between Steelhead's texts and what QuickBooks has fields for.

use std::iter;
use std::sync::{Arc, LazyLock};

use super::argument;
use super::function::{Function, ParamKind, Returns, param};
use crate::document::{Map, Value};
use crate::text::{address, markdown};

/// The key of what `address()` found no room for. It is no element: whoever writes the address
/// refuses it, or leaves this out and warns of it.
pub const ADDRESS_OVERFLOW: &str = "Overflow";

/// The keys of what `address()` gives. All of them are there, those without a value too, so that
/// whoever changes an address knows what it no longer has.
const ADDRESS_KEYS: &[&str] = &[
    "Addr1",
    "Addr2",
    "Addr3",
    "Addr4",
    "Addr5",
    "City",
    "State",
    "PostalCode",
    "Country",
    // Not an element, and there only with a value.
    ADDRESS_OVERFLOW,
];

static KEYS: LazyLock<Vec<Arc<str>>> =
    LazyLock::new(|| ADDRESS_KEYS.iter().map(|key| Arc::from(*key)).collect());

pub(super) const PLAIN: Function = Function {
    name: "plain",
    group: "QuickBooks",
    params: &[param("markdown", ParamKind::Text)],
    returns: Returns::Text,
    about: "The plain text that a reader of this Markdown sees, without its marks and blank lines; absent gives absent.",
    examples: &[("plain(\"Rack, **zinc**\")", "Rack, zinc")],
    run: |args| Ok(argument::text(args, 0)?.map_or(Value::Absent, |text| Value::text(markdown::plain(&text)))),
};

pub(super) const MARKDOWN: Function = Function {
    name: "markdown",
    group: "QuickBooks",
    params: &[param("text", ParamKind::Text)],
    returns: Returns::Text,
    about: "Markdown that shows this plain text: what Markdown would take for its own gets a backslash. \
            Absent gives absent.",
    examples: &[("markdown(\"5 *max*\")", "5 \\*max\\*"), ("plain(markdown(\"5 *max*\"))", "5 *max*")],
    run: |args| {
        Ok(argument::text(args, 0)?.map_or(Value::Absent, |text| Value::text(markdown::markdown(&text))))
    },
};

pub(super) const ADDRESS: Function = Function {
    name: "address",
    group: "QuickBooks",
    params: &[param("text", ParamKind::Text)],
    returns: Returns::Map(ADDRESS_KEYS),
    about: "An address taken apart for QuickBooks: a map of Addr1 to Addr5, City, State, PostalCode and Country, each \
            short enough for its element and absent if there is none. QuickBooks prints five lines, so a longer one is \
            joined with commas. What finds no room even so rejects the document, or is warned of with \
            `overflow: truncate`. Absent or blank gives absent.",
    examples: &[
        ("address(\"410 Mill Rd\\nDayton, OH 45402\").City", "Dayton"),
        ("address(\"410 Mill Rd\\nDayton, OH 45402\").Addr1", "410 Mill Rd"),
    ],
    run: |args| Ok(argument::text(args, 0)?.map_or(Value::Absent, |text| parts(address::parse(&text)))),
};

fn parts(address: address::Address) -> Value {
    if address.lines.is_empty() && address.city.is_none() {
        return Value::Absent;
    }
    let lines = address.lines.into_iter().map(Some).chain(iter::repeat(None)).take(address::MAX_LINES);
    let town = [address.city, address.state, address.postal_code, address.country];
    let overflow = (!address.overflow.is_empty()).then(|| address.overflow.join(", "));
    let texts = lines.chain(town).chain(overflow.map(Some));
    let map: Map = KEYS
        .iter()
        .zip(texts)
        .map(|(key, text)| (key.clone(), text.map_or(Value::Absent, Value::text)))
        .collect();
    Value::Map(map.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::functions::testing::{leaf, run, shown, text};

    fn entries(address: &str) -> Vec<(String, String)> {
        let Ok(Value::Map(map)) = run("address", &[text(address)]) else {
            return Vec::new();
        };
        map.iter().filter_map(|(key, value)| Some((key.to_string(), value.as_text()?.to_owned()))).collect()
    }

    #[test]
    fn an_address_comes_apart_in_the_order_of_the_elements() {
        let parts = entries("PO Box 118\nDayton, OH 45401\nUSA");
        let parts: Vec<_> = parts.iter().map(|(key, text)| (key.as_str(), text.as_str())).collect();
        let wanted = [
            ("Addr1", "PO Box 118"),
            ("City", "Dayton"),
            ("State", "OH"),
            ("PostalCode", "45401"),
            ("Country", "USA"),
        ];
        assert_eq!(parts, wanted);
        assert_eq!(run("address", &[Value::Absent]), Ok(Value::Absent));
        assert_eq!(run("address", &[text(" \n ")]), Ok(Value::Absent));
    }

    #[test]
    fn lines_without_room_are_kept_under_a_key_of_their_own() {
        // Two of these are longer than a line, so none are joined.
        let line = |letter: &str| letter.repeat(30);
        let parts = entries(&["a", "b", "c", "d", "e", "f", "g"].map(line).join("\n"));
        assert_eq!(parts.len(), 6);
        let left = format!("{}, {}", line("f"), line("g"));
        assert_eq!(parts.last(), Some(&(ADDRESS_OVERFLOW.to_owned(), left)));
    }

    #[test]
    fn markdown_goes_both_ways() {
        assert_eq!(shown("plain", &[leaf("*zinc*")]), "zinc");
        assert_eq!(shown("plain", &[Value::Absent]), "");
        assert_eq!(run("markdown", &[Value::Absent]), Ok(Value::Absent));
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn an_address_has_only_the_keys_it_declares(from in "([A-Za-z0-9 ,.#-]{0,50}\n){0,8}") {
            let Returns::Map(declared) = ADDRESS.returns else { return Err(TestCaseError::fail("no map")) };
            let keys: Vec<_> = entries(&from).into_iter().map(|(key, _)| key).collect();
            let ordered: Vec<_> = declared.iter().filter(|key| keys.iter().any(|found| found == *key)).collect();
            prop_assert!(keys.iter().eq(ordered));
        }
    }
}
