//! What a case says must hold of its result, beside the snapshot of all of it.

use regex::Regex;
use rust_decimal::Decimal;

use crate::catalogue::{Element, operation};
use crate::document::nearest;
use crate::engine::{Decision, Imported, Note};
use crate::rules::Program;
use crate::rules::file::{SettingValueFile, Text};
use crate::sync::{Plan, Step};
use crate::xml::{Names, Node, read_tree};

use super::case::{Case, CaseError};
use super::render::Imports;

/// What stands for "there is none".
const ABSENT: &str = "absent";

/// What is told of documents, by the word under which a case expects it.
const TOLD: [&str; 3] = ["rejected", "skipped", "warned"];

/// The deepest that a request of ours is nested.
const DEPTH: usize = 32;

/// What came of a case, as far as a case can speak of it.
#[derive(Debug, Default)]
pub(super) struct Results {
    /// The values of requests and of imported documents, each with its path: names with their numbers.
    values: Vec<(Vec<(String, usize)>, String)>,
    /// What was told: a word of [`TOLD`], the code and the message.
    told: Vec<(&'static str, String, String)>,
}

impl Results {
    /// What came of documents.
    pub fn of_plan(plan: &Plan) -> Self {
        let mut results = Self::default();
        plan.steps.iter().for_each(|step| results.step(step));
        results
    }

    /// What came of records.
    pub fn of_imports(all: &[Imports]) -> Self {
        let mut results = Self::default();
        all.iter().flat_map(|imports| &imports.records).for_each(|imported| results.imported(imported));
        results
    }

    fn step(&mut self, step: &Step) {
        match &step.outcome.decision {
            Decision::Reject(notes) => notes.iter().for_each(|note| self.note("rejected", note)),
            Decision::Skip(Some(note)) => self.note("skipped", note),
            _ => {}
        }
        step.outcome.warnings.iter().for_each(|note| self.note("warned", note));
        let follow_ups = step.follow_ups().map(|(_, _, xml)| xml);
        for xml in step.request_xml().into_iter().chain(follow_ups) {
            let Ok(tree) = read_tree(&String::from_utf8_lossy(&xml), Names::AsWritten, DEPTH) else {
                continue;
            };
            let name = tree.root.name.strip_suffix("Rq").unwrap_or(&tree.root.name);
            self.node(tree.root.child(name).unwrap_or(&tree.root), name, &[]);
        }
    }

    fn note(&mut self, word: &'static str, note: &Note) {
        self.told.push((word, note.code.clone(), note.message.clone()));
    }

    fn imported(&mut self, imported: &Imported) {
        for reason in &imported.reasons {
            self.told.push(("skipped", reason.code.clone(), reason.message.clone()));
        }
        let document = imported.document.as_ref().and_then(|it| serde_json::to_value(it).ok());
        if let Some(document) = document {
            let name = document["object"].as_str().unwrap_or_default().to_owned();
            self.json(&document, &name, &[]);
        }
    }

    fn node(&mut self, node: &Node, name: &str, within: &[(String, usize)]) {
        let path = self.numbered(name, within);
        match node.text() {
            Some(text) => self.values.push((path, text.to_owned())),
            None => node.children().iter().for_each(|child| self.node(child, &child.name, &path)),
        }
    }

    fn json(&mut self, value: &serde_json::Value, name: &str, within: &[(String, usize)]) {
        use serde_json::Value::{Array, Object, String};
        match value {
            Array(members) => members.iter().for_each(|member| self.json(member, name, within)),
            Object(fields) => {
                let path = self.numbered(name, within);
                fields.iter().for_each(|(name, value)| self.json(value, name, &path));
            }
            String(text) => self.values.push((self.numbered(name, within), text.clone())),
            other => self.values.push((self.numbered(name, within), other.to_string())),
        }
    }

    /// The path of one more `name` there: its number is that of the last one, and 1.
    fn numbered(&self, name: &str, within: &[(String, usize)]) -> Vec<(String, usize)> {
        let beside = self.values.iter().filter(|(path, _)| path.starts_with(within));
        let numbers = beside.filter_map(|(path, _)| path.get(within.len()));
        let last = numbers.filter(|(known, _)| known == name).map(|(_, number)| *number).max().unwrap_or(0);
        [within, &[(name.to_owned(), last + 1)]].concat()
    }

    /// What a case expects and did not come, each with its place.
    pub fn unmet(&self, case: &Case, program: &Program) -> Result<Vec<String>, CaseError> {
        let mut unmet = Vec::new();
        for (key, expected) in &case.expect {
            let expected = expected.as_ref().map(|it| &it.value);
            let (is_met, actual) = if TOLD.contains(&key.value.as_str()) {
                self.is_told(&key.value, expected)
            } else {
                let steps = steps(case, key, program)?;
                let fits = |path: &[(String, usize)]| {
                    path.len() == steps.len() && path.iter().zip(&steps).all(|(is, step)| step.fits(is))
                };
                let found: Vec<&str> =
                    self.values.iter().filter(|(path, _)| fits(path)).map(|(_, it)| &**it).collect();
                (holds(expected, &found), found.join(", "))
            };
            if !is_met {
                let shown = if actual.is_empty() { ABSENT } else { &actual };
                let place = case.place(key.span);
                unmet.push(format!("{place}: {}: expected {}, is {shown}", key.value, words(expected)));
            }
        }
        Ok(unmet)
    }

    /// Whether the codes or messages are told that a case expects, and which are.
    fn is_told(&self, word: &str, expected: Option<&SettingValueFile>) -> (bool, String) {
        let told: Vec<_> = self.told.iter().filter(|(known, ..)| *known == word).collect();
        let has =
            |wanted: &str| told.iter().any(|(_, code, message)| code == wanted || message.contains(wanted));
        let is_met = match wanted(expected).as_slice() {
            [] => told.is_empty(),
            [none] if none == ABSENT => told.is_empty(),
            all => all.iter().all(|wanted| has(wanted)),
        };
        let told = told.iter().map(|(_, code, message)| format!("{code} ({message})"));
        (is_met, told.collect::<Vec<_>>().join(", "))
    }
}

/// A step of a path that a case names: `InvoiceLineAdd`, or `InvoiceLineAdd[2]`.
struct PathStep<'k> {
    name: &'k str,
    number: Option<usize>,
}

impl PathStep<'_> {
    fn fits(&self, (name, number): &(String, usize)) -> bool {
        self.name == name && self.number.is_none_or(|wanted| wanted == *number)
    }
}

/// The steps of a path. One that leads nowhere is told: what is never there would always be absent.
fn steps<'k>(case: &Case, key: &'k Text, program: &Program) -> Result<Vec<PathStep<'k>>, CaseError> {
    let step = |text: &'k str| {
        let (name, number) = text.strip_suffix(']').and_then(|text| text.split_once('[')).unzip();
        PathStep { name: name.unwrap_or(text), number: number.and_then(|number| number.parse().ok()) }
    };
    let steps: Vec<PathStep<'_>> = key.value.split('/').map(step).collect();
    let (first, rest) = match steps.split_first() {
        Some((first, rest)) => (first.name, rest),
        None => ("", steps.as_slice()),
    };
    if program.object(first).is_some() {
        return Ok(steps);
    }
    let Some(message) = operation(first) else {
        let help = format!(
            "begin with a message such as `InvoiceAdd`, with an object, or write one of {}",
            TOLD.join(", ")
        );
        return Err(case.wrong(key.span, format!("`{first}` is no message; {help}")));
    };
    let mut within = message.fields();
    for step in rest {
        let Some(child) = within.child(step.name) else {
            let names = within.children().map(|child| Element::name(child.element));
            let near =
                nearest(step.name, names).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(
                case.wrong(key.span, format!("`{}` is not an element of {}{near}", step.name, within.name()))
            );
        };
        within = child;
    }
    Ok(steps)
}

/// Whether the values at a path are as expected: all of several, or one of those that are there.
fn holds(expected: Option<&SettingValueFile>, found: &[&str]) -> bool {
    match (expected, wanted(expected).as_slice()) {
        (None, _) => found.is_empty(),
        (Some(SettingValueFile::Several(_)), all) => {
            all.len() == found.len() && all.iter().zip(found).all(|(wanted, found)| is(wanted, found))
        }
        (_, all) => all.iter().all(|wanted| match wanted.as_str() {
            ABSENT => found.is_empty(),
            wanted => found.iter().any(|found| is(wanted, found)),
        }),
    }
}

/// What a case expects, as texts.
fn wanted(expected: Option<&SettingValueFile>) -> Vec<String> {
    match expected {
        None => Vec::new(),
        Some(SettingValueFile::One(text)) => vec![text.clone()],
        Some(SettingValueFile::Several(all)) => {
            all.iter().map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned)).collect()
        }
    }
}

fn words(expected: Option<&SettingValueFile>) -> String {
    let wanted = wanted(expected).join(", ");
    if wanted.is_empty() { ABSENT.to_owned() } else { wanted }
}

/// Whether a value is as expected: the same text, the same number, or what a pattern between slashes finds.
fn is(wanted: &str, found: &str) -> bool {
    let pattern = wanted.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    if let Some(pattern) = pattern.and_then(|pattern| Regex::new(pattern).ok()) {
        return pattern.is_match(found);
    }
    let number = |text: &str| text.parse::<Decimal>().ok();
    wanted == found || number(wanted).is_some_and(|wanted| number(found) == Some(wanted))
}
