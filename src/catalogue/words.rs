//! What people call elements and requests: `TermsRef/FullName` is the terms, `InvoiceLineAdd[2]/Rate` the rate of line 2.
//!
//! A name says it itself once it is taken apart. Where it does not, `data/words.yaml` does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::record::records;
use super::{DataType, Element};

static WORDS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| read().unwrap_or_default());

/// The text is embedded and a test reads it, so a user never meets one that cannot be read.
fn read() -> Result<BTreeMap<String, String>, serde_yaml::Error> {
    serde_yaml::from_str(include_str!("data/words.yaml"))
}

static INNER: LazyLock<Inner> = LazyLock::new(|| read_inner().unwrap_or_default());

/// Values that records may have from a fixed list, and that are names put together: `OtherCurrentAsset`.
static VALUES: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let all = records().flat_map(Element::children).flat_map(|child| child.element.values());
    all.copied().filter(|value| value.chars().skip(1).any(char::is_uppercase)).collect()
});

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Inner {
    hidden: Vec<String>,
    only_if_so: Vec<String>,
}

fn read_inner() -> Result<Inner, serde_yaml::Error> {
    serde_yaml::from_str(include_str!("data/inner.yaml"))
}

/// Whether an element with that text tells a bookkeeper nothing: an id, a mark, a number that QuickBooks keeps for itself.
pub fn is_inner(element: Element, text: &str) -> bool {
    let is_named = |names: &[String]| names.iter().any(|name| name == element.name());
    let is_of_machines = element
        .data_type()
        .is_some_and(|it| matches!(it, DataType::Id | DataType::Guid | DataType::Uuid | DataType::Macro));
    is_of_machines || is_named(&INNER.hidden) || (text == "false" && is_named(&INNER.only_if_so))
}

/// What people call an element, or what a request is about, in small letters: `PO number`, `bill address`.
pub fn words(name: &str) -> String {
    if let Some(known) = WORDS.get(name) {
        return known.clone();
    }
    let stem = name.strip_suffix("Ref").or_else(|| name.strip_suffix("Ret")).unwrap_or(name);
    let stem = stem.strip_prefix("Is").filter(|rest| rest.starts_with(char::is_uppercase)).unwrap_or(stem);
    let mut words = String::with_capacity(stem.len() + 4);
    let letters: Vec<char> = stem.chars().collect();
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(index + 1);
        let begins = letter.is_uppercase()
            && before.is_some_and(|it| !it.is_uppercase() || after.is_some_and(|it| it.is_lowercase()));
        if begins {
            words.push(' ');
        }
        let is_short =
            after.is_some_and(|it| it.is_uppercase()) || before.is_some_and(|it| it.is_uppercase());
        if letter.is_uppercase() && is_short && !(begins && after.is_some_and(|it| it.is_lowercase())) {
            words.push(*letter);
        } else {
            words.extend(letter.to_lowercase());
        }
    }
    words
}

/// What people call a value from a fixed list, such as `Other current asset`; nothing for any other text.
pub fn words_of_value(value: &str) -> Option<String> {
    VALUES.contains(value).then(|| {
        let words = words(value);
        let mut letters = words.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    })
}

/// The same of a way below a message: `line 2, item`. An id or name stands for what it refers to.
pub fn words_of_path(path: &str) -> String {
    let mut told: Vec<String> = Vec::new();
    let mut is_reference = false;
    for step in path.split('/') {
        let (name, number) = step.split_once('[').map_or((step, None), |(name, rest)| {
            (name, rest.strip_suffix(']').filter(|number| !number.is_empty()))
        });
        if is_reference && matches!(name, "FullName" | "ListID" | "TxnID") {
            continue;
        }
        is_reference = name.ends_with("Ref");
        told.push(match number {
            Some(number) if name.contains("Line") => format!("line {number}"),
            Some(number) => format!("{} {number}", words(name)),
            None => words(name),
        });
    }
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words() {
        let told =
            ["BillAddress", "PONumber", "SalesRepRef", "IsPending", "TxnDate", "UPC", "Addr1", "SalesOrder"];
        let words: Vec<String> = told.into_iter().map(words).collect();
        assert_eq!(
            words,
            ["bill address", "PO number", "sales rep", "pending", "date", "UPC", "addr1", "sales order"]
        );
        let paths = ["TermsRef/FullName", "InvoiceLineAdd[2]/Rate", "CustomerRef/ListID", "BillAddress/City"];
        let words: Vec<String> = paths.into_iter().map(words_of_path).collect();
        assert_eq!(words, ["terms", "line 2, rate", "customer", "bill address, city"]);
    }

    #[test]
    fn values_from_a_list_become_words_and_no_others() {
        assert_eq!(words_of_value("OtherCurrentAsset").as_deref(), Some("Other current asset"));
        assert_eq!(words_of_value("CostOfGoodsSold").as_deref(), Some("Cost of goods sold"));
        assert_eq!((words_of_value("Income"), words_of_value("KestrelMotion")), (None, None));
    }

    #[test]
    fn what_is_inner_is_of_names_that_there_are() {
        let inner = read_inner().unwrap();
        assert!(inner.hidden.len() > 4 && inner.only_if_so.len() > 2);
        let vocabulary = include_str!("data/qbxml130.txt");
        for name in inner.hidden.iter().chain(&inner.only_if_so) {
            assert!(vocabulary.contains(name), "{name}");
        }
    }

    #[test]
    fn the_words_are_of_names_that_there_are() {
        assert!(read().unwrap().len() > 40);
        let vocabulary = include_str!("data/qbxml130.txt");
        for (name, words) in read().unwrap() {
            assert!(vocabulary.contains(&name) && !words.is_empty(), "{name}");
        }
    }
}
