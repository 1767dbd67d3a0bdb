//! Reads `data/constraints.yaml`.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::constraint::{Consequence, Constraint, Test};
use super::path::Path;
use crate::catalogue::{Kind, Operation, operation, operations};

/// All constraints, as the file has them, and which of them concern a message.
struct Loaded {
    all: Vec<Constraint>,
    of: HashMap<&'static str, Vec<Constraint>>,
}

static LOADED: LazyLock<Loaded> = LazyLock::new(|| {
    // The text is embedded and a test reads it, so a user never meets one that cannot be read.
    let file: File = serde_yaml::from_str(TEXT).unwrap_or_default();
    file.loaded()
});

const TEXT: &str = include_str!("../data/constraints.yaml");

/// Every constraint, in the file's order.
pub fn constraints() -> &'static [Constraint] {
    &LOADED.all
}

/// The constraints on a message, such as `InvoiceAdd`; their `at` is that message's own name for the aggregate.
pub fn constraints_of(message: &str) -> &'static [Constraint] {
    LOADED.of.get(message).map_or(&[], Vec::as_slice)
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    groups: BTreeMap<String, Vec<String>>,
    constraints: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    of: Vec<String>,
    at: Option<String>,
    #[serde(default)]
    unless: BTreeMap<String, TestFile>,
    #[serde(default)]
    when: BTreeMap<String, TestFile>,
    #[serde(default)]
    then: BTreeMap<String, TestFile>,
    consequence: Consequence,
    says: String,
    evidence: String,
}

/// A test, as it is written.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum TestFile {
    Words(Vec<String>),
    Keyed(KeyedTest),
    Word(String),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum KeyedTest {
    NoneOf(Vec<String>),
    Without(String),
    Least(String),
    Most(String),
    Between([String; 2]),
    Same(String),
    Differs(String),
    Free(String),
    Among { set: String, names: Vec<String> },
    Fits { used: String, limit: String },
}

impl From<TestFile> for Test {
    fn from(file: TestFile) -> Self {
        match file {
            TestFile::Word(word) => match word.as_str() {
                "present" => Self::Present,
                "absent" => Self::Absent,
                "filled" => Self::Filled,
                "not-zero" => Self::NotZero,
                "ascending" => Self::Ascending,
                "distinct" => Self::Distinct,
                _ => Self::OneOf(vec![word]),
            },
            TestFile::Words(words) => Self::OneOf(words),
            TestFile::Keyed(KeyedTest::NoneOf(words)) => Self::NoneOf(words),
            TestFile::Keyed(KeyedTest::Without(text)) => Self::Without(text),
            TestFile::Keyed(KeyedTest::Least(number)) => Self::Least(decimal(&number)),
            TestFile::Keyed(KeyedTest::Most(number)) => Self::Most(decimal(&number)),
            TestFile::Keyed(KeyedTest::Between([first, last])) => Self::Between(first, last),
            TestFile::Keyed(KeyedTest::Same(path)) => Self::Same(Path::parse(&path)),
            TestFile::Keyed(KeyedTest::Differs(path)) => Self::Differs(Path::parse(&path)),
            TestFile::Keyed(KeyedTest::Free(record)) => Self::Free(record),
            TestFile::Keyed(KeyedTest::Among { set, names }) => Self::Among { set: Path::parse(&set), names },
            TestFile::Keyed(KeyedTest::Fits { used, limit }) => {
                Self::Fits { used: Path::parse(&used), limit: Path::parse(&limit) }
            }
        }
    }
}

/// A bound. A test reads every one.
fn decimal(text: &str) -> Decimal {
    text.parse().unwrap_or_default()
}

impl File {
    fn loaded(self) -> Loaded {
        let mut of: HashMap<&'static str, Vec<Constraint>> = HashMap::new();
        let mut all = Vec::new();
        for entry in self.constraints {
            let messages: Vec<Operation> =
                entry.of.iter().flat_map(|word| messages(word, &self.groups)).collect();
            let constraint = entry.constraint();
            for message in messages {
                let at = constraint.at.as_deref().map(|at| aggregate(message, at));
                // Some of the group have no such lines: an order has nothing but items.
                if let Some(at) = at.map_or(Some(None), |at| at.map(Some)) {
                    of.entry(message.fields().name())
                        .or_default()
                        .push(Constraint { at, ..constraint.clone() });
                }
            }
            all.push(constraint);
        }
        Loaded { all, of }
    }
}

impl Entry {
    fn constraint(self) -> Constraint {
        let tests = |tests: BTreeMap<String, TestFile>| {
            tests.into_iter().map(|(path, test)| (Path::parse(&path), Test::from(test))).collect()
        };
        let Self { id, at, unless, when, then, consequence, says, evidence, .. } = self;
        Constraint {
            id,
            at,
            unless: tests(unless),
            when: tests(when),
            then: tests(then),
            consequence,
            says,
            evidence,
        }
    }
}

/// The messages that a word stands for: its own, or those of a group. A word without `Add` or `Mod` at its end
/// stands for both.
fn messages(word: &str, groups: &BTreeMap<String, Vec<String>>) -> Vec<Operation> {
    match word {
        "@all" => writing().collect(),
        "@mod" => writing().filter(|message| message.kind == Kind::Mod).collect(),
        _ => {
            if let Some(members) = groups.get(word) {
                return members.iter().flat_map(|member| messages(member, groups)).collect();
            }
            let both = || ["Add", "Mod"].iter().filter_map(|kind| operation(&format!("{word}{kind}")));
            operation(word).map_or_else(|| both().collect(), |it| vec![it])
        }
    }
}

fn writing() -> impl Iterator<Item = Operation> {
    operations().filter(|message| matches!(message.kind, Kind::Add | Kind::Mod))
}

/// What a message calls an aggregate: the `Line` of an `InvoiceAdd` is its `InvoiceLineAdd`.
fn aggregate(message: Operation, at: &str) -> Option<String> {
    let fields = message.fields();
    let kind = if message.kind == Kind::Mod { "Mod" } else { "Add" };
    let spellings = [format!("{}{at}{kind}", message.noun), format!("{at}{kind}"), at.to_owned()];
    spellings.into_iter().find(|name| fields.child(name).is_some())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalogue::Element;

    fn file() -> File {
        serde_yaml::from_str(TEXT).unwrap()
    }

    #[test]
    fn every_constraint_is_about_messages_that_there_are() {
        let mut ids = BTreeSet::new();
        for entry in file().constraints {
            assert!(ids.insert(entry.id.clone()), "{} stands twice", entry.id);
            for word in &entry.of {
                assert!(!messages(word, &file().groups).is_empty(), "{}: {word}", entry.id);
            }
            assert!(!entry.then.is_empty(), "{} asks nothing", entry.id);
            assert!(entry.evidence.starts_with(['X', 'O', 'T', 'B']), "{}: no evidence", entry.id);
        }
    }

    #[test]
    fn every_path_leads_to_an_element() {
        let mut seen = BTreeSet::new();
        for (message, constraints) in &LOADED.of {
            let fields = operation(message).unwrap().fields();
            for constraint in constraints {
                let here = constraint.at.as_deref().map_or(fields, |at| fields.child(at).unwrap());
                for (path, _) in constraint.when.iter().chain(&constraint.then).chain(&constraint.unless) {
                    if leads(path, here, fields) {
                        seen.insert((constraint.id.clone(), path.to_string()));
                    }
                }
            }
        }
        for constraint in constraints() {
            for (path, _) in constraint.when.iter().chain(&constraint.then).chain(&constraint.unless) {
                let found = seen.contains(&(constraint.id.clone(), path.to_string()));
                assert!(found, "{}: {path} leads nowhere", constraint.id);
            }
        }
    }

    fn leads(path: &Path, here: Element, fields: Element) -> bool {
        match path.start {
            super::super::Start::Here => here.descend(&path.steps).is_some(),
            super::super::Start::Request | super::super::Start::Sum => fields.descend(&path.steps).is_some(),
            super::super::Start::All => fields.child(&path.steps).is_some_and(Element::repeats),
            super::super::Start::Only(record) => {
                crate::catalogue::is_single(record)
                    && crate::catalogue::record(record).unwrap().descend(&path.steps).is_some()
            }
            _ => true,
        }
    }
}
