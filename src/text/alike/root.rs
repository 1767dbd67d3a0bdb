//! What names have in common that people may take for the same: no legal form at the end, no blanks.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::{meaning, spelling};

static LEGAL_FORMS: LazyLock<HashSet<String>> = LazyLock::new(|| read().unwrap_or_default());

/// The text is embedded and a test reads it.
fn read() -> Result<HashSet<String>, serde_yaml::Error> {
    serde_yaml::from_str(include_str!("../data/legal_forms.yaml"))
}

/// What all names that are alike have in common. It is a key to look for them by: not all that share it are alike
/// ([`is_alike`] says that).
///
/// ```
/// # use ferrule::text::alike::root;
/// assert_eq!(root("Acme Metals, Inc."), root("AcmeMetals"));
/// assert_ne!(root("Bracket 1 25"), root("Bracket 12 5"));
/// ```
pub fn root(name: &str) -> String {
    let meant = meaning(name);
    tight(parts(&meant).0)
}

/// Whether people may take two names for the same. With `words`, those that mean the same count as one, and a legal
/// form may be missing; two different forms are two companies.
///
/// ```
/// # use ferrule::text::alike::is_alike;
/// assert!(is_alike("Acme Metals", "ACME METALS INC.", true));
/// assert!(!is_alike("Acme Metals LLC", "Acme Metals Inc.", true));
/// ```
pub fn is_alike(one: &str, other: &str, words: bool) -> bool {
    if !words {
        return tight(&spelling(one)) == tight(&spelling(other));
    }
    let (one, other) = (meaning(one), meaning(other));
    let ((own, form), (others, other_form)) = (parts(&one), parts(&other));
    let is_missing = |form: &str, of: &str| form.is_empty() || of.split(' ').any(|word| word == form);
    tight(own) == tight(others)
        && (form == other_form || is_missing(form, other_form) || is_missing(other_form, form))
}

/// A name that is spelt, and the legal forms at its end. What is nothing but forms is a name.
fn parts(spelt: &str) -> (&str, &str) {
    let mut rest = spelt;
    while let Some((before, last)) = rest.rsplit_once(' ') {
        if !LEGAL_FORMS.contains(last) {
            break;
        }
        rest = before;
    }
    (rest, spelt.get(rest.len()..).unwrap_or_default().trim_start())
}

/// Without blanks, but for those between two digits: they keep numbers apart.
pub(super) fn tight(spelt: &str) -> String {
    let mut text = String::with_capacity(spelt.len());
    let mut letters = spelt.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
        if letter != ' ' || is_digit(text.chars().next_back()) && is_digit(letters.peek().copied()) {
            text.push(letter);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_are_spelt_as_they_are_looked_for() {
        let all = read().unwrap();
        assert!(all.len() > 10 && all.iter().all(|form| meaning(form) == *form), "{all:?}");
    }

    #[test]
    fn names_that_people_may_take_for_the_same_are_alike() {
        for (one, other) in [
            ("Acme Inc", "Acme"),
            ("Acme", "Acme, L.L.C."),
            ("Acme Mfg Co., Inc.", "Acme Manufacturing"),
            ("Acme Mfg Co., Inc.", "Acme Manufacturing Company"),
            ("Acme Metals", "AcmeMetals"),
            ("Net 30", "Net30"),
            ("BRKT - 01", "BRKT-01"),
        ] {
            assert!(is_alike(one, other, true) && is_alike(other, one, true), "{one} and {other}");
            assert_eq!(root(one), root(other));
        }
        assert!(is_alike("A 1", "a1", false));
    }

    #[test]
    fn names_of_different_things_are_not() {
        for (one, other) in [
            ("Acme Inc", "Acme LLC"),
            ("Acme East", "Acme"),
            ("Co", "Inc"),
            ("Bracket 1 25", "Bracket 12 5"),
            ("BRKT-01", "BRKT-1"),
            ("BRKT-01", "BRKT01"),
        ] {
            assert!(!is_alike(one, other, true), "{one} and {other}");
        }
        assert!(!is_alike("Smith & Sons", "Smith and Sons", false));
        assert!(!is_alike("Acme Inc", "Acme", false));
    }
}
