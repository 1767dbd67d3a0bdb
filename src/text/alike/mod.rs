//! Names that people take for the same, though they are written otherwise.
//!
//! Two names are alike if they differ only in blanks, quotes, dashes, capitals, accents, points and commas
//! ([`spelling`]), or besides in words that mean the same, such as `Inc` and `Incorporated` ([`meaning`]), or in a legal
//! form that only one of them has ([`is_alike`]).

mod differences;
mod letters;
mod root;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use differences::differences;
pub use root::{is_alike, root};

use letters::{Letter, plain};

static SAME_WORDS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let lines = read().unwrap_or_default();
    let words = lines
        .into_iter()
        .filter_map(|line| line.split_first().map(|(first, _)| first.clone()).map(|first| (first, line)));
    words.flat_map(|(first, line)| line.into_iter().map(move |word| (word, first.clone()))).collect()
});

/// The text is embedded and a test reads it.
fn read() -> Result<Vec<Vec<String>>, serde_yaml::Error> {
    serde_yaml::from_str(include_str!("../data/same_words.yaml"))
}

/// A name without what only its writing has: names that differ in no more have the same.
///
/// ```
/// # use ferrule::text::alike::spelling;
/// assert_eq!(spelling("O’Brien\u{a0} Forge "), spelling("o'brien forge"));
/// assert_eq!(spelling("Smith – Sons, L.L.C."), spelling("Smith-Sons LLC"));
/// assert_ne!(spelling("Bracket 1.5"), spelling("Bracket 15"));
/// ```
pub fn spelling(name: &str) -> String {
    let mut spelt = Spelt { text: String::with_capacity(name.len() + 4), gap: Gap::Closed };
    if name.is_ascii() {
        let bytes = name.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            let next = bytes.get(at + 1).map(|byte| char::from(*byte));
            spelt.push(Letter::of(char::from(byte.to_ascii_lowercase())), next);
        }
        return spelt.text;
    }
    let plain = plain(name);
    let mut letters = plain.chars().peekable();
    while let Some(letter) = letters.next() {
        spelt.push(Letter::of(letter), letters.peek().copied());
    }
    spelt.text
}

/// The same, with one word for each of those that mean the same.
///
/// ```
/// # use ferrule::text::alike::meaning;
/// assert_eq!(meaning("Acme Mfg Co., Inc."), meaning("ACME Manufacturing Company Incorporated"));
/// assert_eq!(meaning("Smith & Sons"), meaning("Smith and Sons"));
/// ```
pub fn meaning(name: &str) -> String {
    let spelt = spelling(name);
    let is_same = |word: &str| SAME_WORDS.get(word).is_none_or(|first| first == word);
    if spelt.split(' ').all(is_same) {
        return spelt;
    }
    let words = spelt.split(' ').map(|word| SAME_WORDS.get(word).map_or(word, String::as_str));
    words.collect::<Vec<_>>().join(" ")
}

/// What is known of the place where the next letter goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// Nothing, or what wants no blank behind it: a blank here is dropped.
    Closed,
    /// The end of a word.
    Word,
    /// A blank that comes once another word does.
    Blank,
}

/// A name as it is written anew.
struct Spelt {
    text: String,
    gap: Gap,
}

impl Spelt {
    /// Writes a letter; `next` is what follows it.
    fn push(&mut self, letter: Letter, next: Option<char>) {
        match letter {
            Letter::Blank if self.gap == Gap::Word => self.gap = Gap::Blank,
            // Between digits they are part of a number.
            Letter::Point(point) if next.is_some_and(|next| next.is_ascii_digit()) => self.word(point),
            Letter::Blank | Letter::Unseen | Letter::Point(_) => {}
            Letter::Tight(mark) => {
                self.text.push(mark);
                self.gap = Gap::Closed;
            }
            Letter::Loose(mark) => {
                if self.gap != Gap::Closed {
                    self.text.push(' ');
                }
                self.text.push(mark);
                self.gap = Gap::Blank;
            }
            Letter::Other(other) => self.word(other),
        }
    }

    fn word(&mut self, letter: char) {
        if self.gap == Gap::Blank {
            self.text.push(' ');
        }
        self.text.push(letter);
        self.gap = Gap::Word;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_word_stands_once_and_as_it_is_spelt() {
        let all: Vec<String> = read().unwrap().concat();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert!(all.iter().all(|word| spelling(word) == *word), "{all:?}");
    }

    #[test]
    fn names_that_people_take_for_the_same_are_alike() {
        for (one, other) in [
            ("Acme Metals", "Acme  Metals"),
            ("Acme Metals", " Acme\u{a0}Metals\u{2009}"),
            ("Acme Metals", "Acme\u{200b} Metals"),
            ("O'Brien Forge", "O’Brien Forge"),
            ("O'Brien Forge", "O`Brien Forge"),
            ("6\" Flange", "6” Flange"),
            ("Smith - Sons", "Smith – Sons"),
            ("Smith-Sons", "SMITH — SONS"),
            ("Müller Präzision", "Mu\u{308}ller Pra\u{308}zision"),
            ("Müller Präzision", "Muller Prazision"),
            ("Øresund Straße", "Oresund Strasse"),
            ("Hill Tool", "Hill Tool."),
            ("Hill Tool", "Hill, Tool,"),
            ("Smith & Sons", "Smith and Sons"),
            ("A&B Plating", "A & B Plating"),
            ("Acme, Inc.", "Acme Incorporated"),
            ("Acme Co", "Acme Company"),
            ("Acme Ltd.", "ACME LIMITED"),
            ("Acme LLC", "Acme, L.L.C."),
            ("Ａｃｍｅ", "Acme"),
        ] {
            assert_eq!(meaning(one), meaning(other), "{one} and {other}");
        }
    }

    #[test]
    fn names_of_different_things_are_not() {
        for (one, other) in [
            ("Acme Metals", "AcmeMetals"),
            ("Bracket 1.5", "Bracket 15"),
            ("Bracket .5", "Bracket 5"),
            ("BRKT-01", "BRKT-1"),
            ("BRKT-01", "BRKT01"),
            ("10,5 mm", "105 mm"),
            ("Smith Sons", "Smith & Sons"),
            ("Acme Inc", "Acme"),
            ("A/B", "AB"),
            ("8 µm", "8 mm"),
        ] {
            assert_ne!(meaning(one), meaning(other), "{one} and {other}");
        }
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn what_is_spelt_is_spelt_the_same_again(name in prop_oneof![any::<String>(), "[A-Za-z&,. '’–-]{0,30}"]) {
            let spelt = spelling(&name);
            prop_assert_eq!(spelling(&spelt), spelt.clone());
            let meant = meaning(&name);
            prop_assert_eq!(meaning(&meant), meant);
        }
    }
}
