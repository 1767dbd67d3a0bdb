//! A language, read from its file. Whatever is wrong with the file is told with its line, and what to do.

use std::collections::HashMap;
use std::fmt;

use icu_plurals::{PluralCategory, PluralRuleType, PluralRules, PluralRulesOptions};

use crate::language::english::english;
use crate::language::places::places;
use crate::language::spoken::{Forms, Language};
use crate::rules::diagnostic::Diagnostics;
use crate::rules::source::Sources;
use crate::rules::suggest::did_you_mean;
use crate::rules::yaml::{self, Entry, Node};

/// What a file holds.
#[derive(Debug)]
pub struct Kept {
    /// The language's tag.
    pub tag: String,
    /// The texts that are not empty.
    pub texts: HashMap<String, String>,
    /// The texts that count, each with its forms.
    pub counts: HashMap<String, Forms>,
    rules: Option<PluralRules>,
}

/// What is wrong with a file of a language.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct LanguageError(pub Vec<Problem>);

/// One thing that is wrong.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file's name.
    pub file: String,
    /// The line.
    pub line: u32,
    /// What is wrong, and what to do.
    pub told: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.file, self.line, self.told)
    }
}

impl Kept {
    /// Nothing, in a language.
    pub fn empty(tag: &str) -> Self {
        let rules = rules(tag);
        Self { tag: tag.to_owned(), texts: HashMap::new(), counts: HashMap::new(), rules }
    }

    /// The forms that the language has for numbers as people count.
    pub fn forms(&self) -> Vec<PluralCategory> {
        self.rules.as_ref().map_or_else(|| vec![PluralCategory::One, PluralCategory::Other], needed)
    }
}

/// Reads a language.
///
/// # Errors
/// All that is wrong with the file.
pub fn language(name: &str, text: &str) -> Result<Language, LanguageError> {
    let (kept, problems) = read(name, text);
    match kept.rules {
        Some(rules) if problems.is_empty() => {
            Ok(Language { tag: kept.tag, texts: kept.texts, counts: kept.counts, rules })
        }
        _ => Err(LanguageError(problems)),
    }
}

/// Reads what can be read of a language, and says what is wrong with the rest.
pub fn read(name: &str, text: &str) -> (Kept, Vec<Problem>) {
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    let mut diagnostics = Diagnostics::default();
    let node = yaml::parse(file, text, &mut diagnostics);
    let mut reading = Reading { name, sources, kept: Kept::empty(""), problems: Vec::new() };
    for found in diagnostics.sorted() {
        let help = found.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        reading.wrong(found.span.start, &format!("{}{help}", found.message));
    }
    if let Some(node) = node {
        reading.file(&node);
    }
    (reading.kept, reading.problems)
}

struct Reading<'n> {
    name: &'n str,
    sources: Sources,
    kept: Kept,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn wrong(&mut self, at: u32, told: &str) {
        let source = self.sources.iter().next();
        let line = source.map_or(1, |(_, source)| source.position(at as usize).line);
        self.problems.push(Problem { file: self.name.to_owned(), line, told: told.to_owned() });
    }

    fn file(&mut self, node: &Node) {
        let Some(entries) = node.entries() else {
            self.wrong(
                node.span.start,
                "it is no file of a language; `ferrule language` prints one to fill in",
            );
            return;
        };
        for entry in entries {
            match entry.key.as_str() {
                "language" => self.tag(&entry.value),
                "texts" | "counts" => {}
                other => {
                    let told = format!(
                        "there is no `{other}` here: a language has `language`, `texts` and `counts`"
                    );
                    self.wrong(entry.key_span.start, &told);
                }
            }
        }
        if self.kept.tag.is_empty() {
            self.wrong(
                node.span.start,
                "`language` is missing: write the language’s tag, such as `language: de`",
            );
        }
        for entry in node.get("texts").and_then(Node::entries).unwrap_or_default() {
            self.text(entry);
        }
        for entry in node.get("counts").and_then(Node::entries).unwrap_or_default() {
            self.count(entry);
        }
    }

    fn tag(&mut self, node: &Node) {
        let tag = node.scalar().unwrap_or_default();
        self.kept.rules = rules(tag);
        if self.kept.rules.is_none() {
            let told = format!("`{tag}` is no tag of a language: write it as in `de`, `fr` or `pt-BR`");
            self.wrong(node.span.start, &told);
        }
        tag.clone_into(&mut self.kept.tag);
    }

    fn text(&mut self, entry: &Entry) {
        if !english().texts.contains_key(&entry.key) {
            self.unknown(entry, english().texts.keys());
        } else if let Some(own) = self.own(entry, &entry.value)
            && self.is_whole(&entry.value, own, &places(&entry.key), false)
        {
            self.kept.texts.insert(entry.key.clone(), own.to_owned());
        }
    }

    fn count(&mut self, entry: &Entry) {
        let Some(counted) = english().counts.get(&entry.key) else {
            self.unknown(entry, english().counts.keys());
            return;
        };
        let wanted = places(&counted.other);
        let needed = self.kept.forms();
        let told: Vec<&str> = needed.iter().map(|it| category_name(*it)).collect();
        let told = told.join(", ");
        let Some(entries) = entry.value.entries() else {
            let told = format!("it counts: give it a text for each of {told}");
            self.wrong(entry.value.span.start, &told);
            return;
        };
        let mut forms = Forms::new();
        for form in entries {
            let Some(category) = CATEGORIES.iter().find(|(_, name)| *name == form.key) else {
                self.wrong(
                    form.key_span.start,
                    &format!("there is no form `{}`: this language has {told}", form.key),
                );
                continue;
            };
            if let Some(own) = self.own(form, &form.value)
                && self.is_whole(&form.value, own, &wanted, true)
            {
                forms.push((category.0, own.to_owned()));
            }
        }
        let lacks = needed.iter().find(|it| !forms.iter().any(|(category, _)| category == *it));
        match lacks {
            None => _ = self.kept.counts.insert(entry.key.clone(), forms),
            // All empty: it stays English.
            Some(_) if forms.is_empty() => {}
            Some(lacks) => {
                let told = format!(
                    "it lacks the form `{}`: this language needs {told}; leave all empty to keep it English",
                    category_name(*lacks)
                );
                self.wrong(entry.key_span.start, &told);
            }
        }
    }

    fn unknown<'k>(&mut self, entry: &Entry, keys: impl Iterator<Item = &'k String>) {
        let near = did_you_mean(&entry.key, keys.map(String::as_str));
        let near = near.map(|near| format!(" ({near})")).unwrap_or_default();
        let told = format!(
            "no page says “{}”{near}; `ferrule language {}` prints the file with all that is said now",
            entry.key, self.name
        );
        self.wrong(entry.key_span.start, &told);
    }

    /// The text, unless it is left empty.
    fn own<'e>(&mut self, entry: &Entry, value: &'e Node) -> Option<&'e str> {
        match value.scalar() {
            _ if value.is_null() => None,
            Some(text) => Some(text).filter(|text| !text.is_empty()),
            None => {
                let told = format!("“{}” wants one text, and here is {}", entry.key, value.phrase());
                self.wrong(value.span.start, &told);
                None
            }
        }
    }

    /// Whether a text has the places that it must have. One that counts may tell its number in words.
    fn is_whole(&mut self, value: &Node, own: &str, wanted: &[String], is_count: bool) -> bool {
        let counts = |place: &String| is_count && place == "{n}";
        let has = places(own);
        let left_out = wanted.iter().find(|it| !has.contains(it) && !counts(it));
        let added = has.iter().find(|it| !wanted.contains(it));
        let twice = has.iter().find(|it| it.starts_with('<') && count(&has, it) != count(wanted, it));
        let told = if let Some(place) = added {
            format!(
                "the English text has no {place}: write the names in braces and angles as they stand there"
            )
        } else if let Some(place) = left_out {
            format!("{place} is missing, which the English text has")
        } else if let Some(place) = twice {
            format!("{place} stands here more or less often than in the English text")
        } else {
            return true;
        };
        self.wrong(value.span.start, &told);
        false
    }
}

fn count(all: &[String], one: &String) -> usize {
    all.iter().filter(|it| *it == one).count()
}

fn rules(tag: &str) -> Option<PluralRules> {
    let locale: icu_locale_core::Locale = tag.parse().ok()?;
    if locale.id.language.is_unknown() {
        return None;
    }
    let options = PluralRulesOptions::default().with_type(PluralRuleType::Cardinal);
    PluralRules::try_new(locale.into(), options).ok()
}

/// Every category has its place among these.
const CATEGORIES: [(PluralCategory, &str); 6] = [
    (PluralCategory::Zero, "zero"),
    (PluralCategory::One, "one"),
    (PluralCategory::Two, "two"),
    (PluralCategory::Few, "few"),
    (PluralCategory::Many, "many"),
    (PluralCategory::Other, "other"),
];

/// The forms that numbers ask for as people count things.
fn needed(rules: &PluralRules) -> Vec<PluralCategory> {
    let is_asked = |category| {
        category == PluralCategory::Other || (0..=200_usize).any(|it| rules.category_for(it) == category)
    };
    CATEGORIES.iter().map(|(category, _)| *category).filter(|it| is_asked(*it)).collect()
}

/// What a file calls a form.
pub fn category_name(category: PluralCategory) -> &'static str {
    CATEGORIES.iter().find(|(it, _)| *it == category).map_or("other", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        language("xx.yaml", text).unwrap_err().to_string()
    }

    #[test]
    fn a_language_is_read_and_speaks() {
        let text = "language: pl\ntexts:\n  \"Company files\": \"Pliki\"\n  \"Sign in\": \"\"\ncounts:\n  \"{n} document\":\n    one: \"{n} dokument\"\n    few: \"{n} dokumenty\"\n    many: \"{n} dokumentów\"\n    other: \"{n} dokumentu\"\n  \"{n} record\": {one: \"\", other: \"\"}\n";
        let polish = language("pl.yaml", text).unwrap();
        assert_eq!((polish.tag.as_str(), polish.texts["Company files"].as_str()), ("pl", "Pliki"));
        assert!(!polish.texts.contains_key("Sign in") && !polish.counts.contains_key("{n} record"));
        let told = [1, 2, 5].map(|count| polish.noun("document", count).unwrap());
        assert_eq!(told, ["{n} dokument", "{n} dokumenty", "{n} dokumentów"]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let told = wrong("language: de\ntexts:\n  \"Compny files\": \"Dateien\"\n");
        let said = "xx.yaml:3: no page says “Compny files” (did you mean `Company files`?); `ferrule language xx.yaml` prints";
        assert!(told.starts_with(said), "{told}");
        let told = wrong("language: de\ntexts:\n  \"Search {title}\": \"Suchen\"\n");
        assert_eq!(told, "xx.yaml:3: {title} is missing, which the English text has");
        let told = wrong("language: de\ntexts:\n  \"Company files\": \"Die {n}\"\n");
        assert!(told.starts_with("xx.yaml:3: the English text has no {n}"), "{told}");
        let told = wrong("language: de\ncounts:\n  \"{n} document\": {one: \"ein Dokument\"}\n");
        assert!(
            told.starts_with("xx.yaml:3: it lacks the form `other`: this language needs one, other"),
            "{told}"
        );
        let told = wrong("language: de\ncounts:\n  \"{n} document\": {one: a, other: b, lots: c}\n");
        assert!(told.contains("there is no form `lots`"), "{told}");
        let told = wrong("texts: {}\nverbs: {}\n");
        assert!(
            told.contains("xx.yaml:2: there is no `verbs` here") && told.contains("`language` is missing"),
            "{told}"
        );
        assert!(wrong("language: 12\n").contains("`12` is no tag of a language"));
        assert!(wrong("language: de\n\ttexts: {}\n").starts_with("xx.yaml:"));
        assert!(wrong("- a\n").contains("it is no file of a language"));
    }
}
