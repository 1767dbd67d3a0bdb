//! Names and amounts replaced, so that a case can be shown to others: the same name by the same name, all prices and
//! amounts times the same number.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::catalogue::{DataType, Element};
use crate::document::Value;
use crate::functions::to_text;
use crate::rules::Program;
use crate::rules::program::Node;
use crate::snapshots::things::visit;

static KNOWN: LazyLock<Known> =
    LazyLock::new(|| serde_yaml::from_str(include_str!("data/veil.yaml")).unwrap_or_default());
/// Words, and numbers.
static PART: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[A-Za-z]+|\d+").ok());
/// What begins with a day is a date, and no name.
static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\d{4}-\d\d-\d\d(T|$)").ok());

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    amounts: BTreeSet<String>,
    digits: BTreeSet<String>,
    kept: BTreeSet<String>,
    words: BTreeSet<String>,
}

/// What is shorter says too little of anybody: an initial, the short name of a state.
const SHORTEST: usize = 3;

/// What replaces names and amounts.
#[derive(Debug, Default)]
pub struct Veil {
    /// By what amounts are multiplied; nothing if nothing is replaced.
    times: Option<Decimal>,
    /// Words that stay, in lower case.
    kept: BTreeSet<String>,
    /// What became of the words so far, in lower case, and of the numbers.
    replaced: HashMap<String, String>,
    taken: BTreeSet<String>,
}

impl Veil {
    /// One that replaces all but some words.
    pub fn over(kept: &BTreeSet<String>, times: u32) -> Self {
        Self { times: Some(Decimal::from(times)), kept: kept.clone(), ..Self::default() }
    }

    /// The text of a document's field, or of a setting.
    pub fn field(&mut self, name: &str, text: &str) -> String {
        if self.times.is_none()
            || KNOWN.kept.contains(name)
            || DATE.as_ref().is_some_and(|date| date.is_match(text))
        {
            return text.to_owned();
        }
        if KNOWN.amounts.contains(name) && text.parse::<Decimal>().is_ok() {
            return self.number(name, text);
        }
        self.text(name, text)
    }

    /// A number of a document, as it is written.
    pub fn number(&mut self, name: &str, raw: &str) -> String {
        match self.times {
            Some(times) if KNOWN.amounts.contains(name) => multiplied(raw, times),
            _ => raw.to_owned(),
        }
    }

    /// The value of an element of a record.
    pub fn element(&mut self, element: Element, text: &str) -> String {
        let Some(times) = self.times else { return text.to_owned() };
        match element.data_type() {
            Some(DataType::Amount | DataType::Price) => multiplied(text, times),
            Some(DataType::Text) if element.values().is_empty() && !KNOWN.kept.contains(element.name()) => {
                self.text(element.name(), text)
            }
            _ => text.to_owned(),
        }
    }

    fn text(&mut self, name: &str, text: &str) -> String {
        let Some(part) = PART.as_ref() else { return String::new() };
        let digits = KNOWN.digits.contains(name);
        let replace = |found: &regex::Captures<'_>| {
            let part = found.get(0).map_or("", |part| part.as_str());
            if part.starts_with(|c: char| c.is_ascii_digit()) && !digits {
                part.to_owned()
            } else {
                self.part(part)
            }
        };
        part.replace_all(text, replace).into_owned()
    }

    /// A word or a number: the next free one of its length takes its place from now on.
    fn part(&mut self, part: &str) -> String {
        let lower = part.to_lowercase();
        if self.kept.contains(&lower) || part.len() < SHORTEST {
            return part.to_owned();
        }
        let known = self.replaced.get(&lower).cloned();
        let instead = known.unwrap_or_else(|| {
            let first = (self.replaced.len() as u64 + 1) * 7919;
            let mut all = (first..first + 1_000).map(|number| made_up(&lower, number));
            let free = all.find(|made| !self.taken.contains(made) && !self.kept.contains(made));
            let made = free.unwrap_or_else(|| lower.clone());
            self.taken.insert(made.clone());
            self.replaced.insert(lower, made.clone());
            made
        });
        as_written(part, &instead)
    }
}

/// A word or a number of the same length: consonants and vowels by turns, as the digits of `number` say.
fn made_up(like: &str, mut number: u64) -> String {
    let mut next = |signs: &[u8]| {
        let length = signs.len() as u64;
        let sign =
            usize::try_from(number % length).ok().and_then(|at| signs.get(at)).copied().unwrap_or(b'x');
        // What is used up begins anew, so that long words are not all alike at their ends.
        number = if number < length { number + 104_729 } else { number / length };
        char::from(sign)
    };
    let is_number = like.starts_with(|c: char| c.is_ascii_digit());
    let mut sign = |place: usize| match (is_number, place % 2) {
        (true, _) => next(b"123456789"),
        (false, 0) => next(b"bdfgklmnprstv"),
        (false, _) => next(b"aeiou"),
    };
    (0..like.len()).map(&mut sign).collect()
}

/// Capitals where the original has them.
fn as_written(original: &str, instead: &str) -> String {
    let cased = |(original, instead): (char, char)| {
        if original.is_ascii_uppercase() { instead.to_ascii_uppercase() } else { instead }
    };
    original.chars().zip(instead.chars()).map(cased).collect()
}

/// A number times another, with as many places as it was written with.
fn multiplied(raw: &str, times: Decimal) -> String {
    let product = raw.parse::<Decimal>().ok().and_then(|number| number.checked_mul(times));
    product.map_or_else(|| raw.to_owned(), |product| product.to_string())
}

/// The words that mean something to the rules, in lower case: replaced, the rules would find another thing.
pub fn words_of_rules(program: &Program) -> BTreeSet<String> {
    let mut kept: BTreeSet<String> = KNOWN.words.iter().map(|word| word.to_lowercase()).collect();
    let mut keep = |text: &str| {
        let words = PART.iter().flat_map(|part| part.find_iter(text));
        kept.extend(words.map(|word| word.as_str().to_lowercase()));
    };
    for setting in program.settings.iter() {
        setting.choices.iter().for_each(|choice| keep(choice));
        keep(&to_text(&setting.default));
    }
    visit(program, &mut |_, _, expr| constants(&expr.node, &mut keep));
    kept
}

/// The texts that an expression compares or sends; what is joined to a message is none.
fn constants(node: &Node, keep: &mut dyn FnMut(&str)) {
    match node {
        Node::Const(Value::Text(text)) => keep(text),
        Node::Join(_) => {}
        other => other.parts().into_iter().for_each(|part| constants(part, keep)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn veil() -> Veil {
        Veil { times: Some(Decimal::from(3)), kept: BTreeSet::from(["net".to_owned()]), ..Veil::default() }
    }

    #[test]
    fn the_same_name_becomes_the_same_name_of_the_same_length_and_form() {
        let mut veil = veil();
        let once = veil.field("name", "Dunmore Tool & Die: Plant 2, McCoy");
        assert_eq!(once, veil.field("memo", "Dunmore Tool & Die: Plant 2, McCoy"));
        assert_eq!(once.len(), "Dunmore Tool & Die: Plant 2, McCoy".len());
        assert!(once.contains(" & ") && once.contains(" 2, ") && !once.contains("Dunmore"), "{once}");
        assert_eq!(veil.field("name", "DUNMORE"), once[..7].to_uppercase());
        assert_eq!(veil.field("terms", "Net 30"), "Net 30");
        assert_eq!(veil.field("finalizedAt", "Dunmore"), "Dunmore");
        assert_eq!(veil.field("day", "2026-01-05"), "2026-01-05");
        assert_ne!(veil.field("phone", "555-0188"), "555-0188");
    }

    #[test]
    fn no_two_words_become_one() {
        let mut veil = veil();
        let words: Vec<String> =
            (0..2_000_u64).map(|number| format!("w{}", made_up("abcdef", number * 31))).collect();
        let distinct: BTreeSet<&String> = words.iter().collect();
        let made: BTreeSet<String> = distinct.iter().map(|word| veil.part(word)).collect();
        assert_eq!(made.len(), distinct.len());
    }

    #[test]
    fn amounts_are_multiplied_exactly_and_keep_their_places() {
        let mut veil = veil();
        assert_eq!(veil.number("rate", "0.10"), "0.30");
        assert_eq!(veil.number("subtotal", "-386.00"), "-1158.00");
        assert_eq!(veil.number("quantity", "4"), "4");
        assert_eq!(veil.field("total", "1.5"), "4.5");
    }
}
