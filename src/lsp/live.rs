//! The values that elements have for a case: the rules as they are typed, run on it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::engine::Provenance;
use crate::qbxml::unnumbered;
use crate::rules::Program;
use crate::rules::source::FileId;
use crate::snapshots::{Case, explained, find};

use super::files::buffers::Buffers;

/// So many values are told of an element that comes several times.
const MOST: usize = 3;
/// So many cases are looked into for a value.
const MOST_CASES: usize = 6;
/// So much of a value is told, in characters.
const LONGEST: usize = 80;

/// Where the cursor is, as values are found by it.
#[derive(Debug)]
pub enum Wanted<'w> {
    /// The element at this way, as `InvoiceLineAdd/Rate`.
    Element(&'w str),
    /// What the expression around this byte reads under this name, and what it gives.
    Read(FileId, usize, &'w str),
}

/// The first cases of a folder with documents of each object.
#[derive(Debug, Default)]
pub struct Cases {
    /// All cases of the folder, to see whether it has changed.
    all: Vec<PathBuf>,
    by_object: BTreeMap<String, Vec<PathBuf>>,
}

impl Cases {
    /// Looks for cases with documents of an object, which need no further layer, unless they are known.
    pub fn look_for(&mut self, object: &str, folder: &Path, buffers: &Buffers) {
        let all = find(&[folder]).unwrap_or_default();
        if all != self.all {
            *self = Self { all, by_object: BTreeMap::new() };
        }
        if !self.by_object.contains_key(object) {
            let fits = |path: &&PathBuf| read(path, buffers).is_some_and(|case| has(&case, object));
            let found = self.all.iter().filter(fits).take(MOST_CASES).cloned().collect();
            self.by_object.insert(object.to_owned(), found);
        }
    }

    /// Those with documents of an object.
    pub fn of(&self, object: &str) -> &[PathBuf] {
        self.by_object.get(object).map_or(&[], Vec::as_slice)
    }
}

fn read(path: &Path, buffers: &Buffers) -> Option<Case> {
    match buffers.get(path) {
        Some(buffer) => Case::parse(path, &buffer.text).ok(),
        None => Case::read(path).ok(),
    }
}

fn has(case: &Case, object: &str) -> bool {
    let is = |json: &str| {
        let document: Option<serde_json::Value> = serde_json::from_str(json).ok();
        document.is_some_and(|document| document.get("object").is_some_and(|it| it == object))
    };
    case.layers.is_empty() && case.documents.iter().flatten().any(|(json, _)| is(json))
}

/// What a case gives there, as Markdown.
pub fn values(
    program: &Program,
    case: &Path,
    buffers: &Buffers,
    object: &str,
    wanted: &Wanted<'_>,
) -> Option<String> {
    let plan = explained(&read(case, buffers)?, program).ok()?;
    let shape = program.shapes.object(object)?;
    let of_object =
        plan.steps.iter().filter(|step| step.outcome.key.as_ref().is_some_and(|key| key.shape == shape));
    let mut lines: Vec<String> = Vec::new();
    for from in of_object.flat_map(|step| &step.outcome.provenance) {
        for line in told(from, wanted) {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    if lines.is_empty() {
        return None;
    }
    let more = lines.len().saturating_sub(MOST);
    lines.truncate(MOST);
    let more = if more == 0 { String::new() } else { format!("\n- and {more} more") };
    let name = case.file_name().unwrap_or_default().to_string_lossy();
    Some(format!("In the case `{name}`:\n{}{more}", lines.join("\n")))
}

fn told(from: &Provenance, wanted: &Wanted<'_>) -> Vec<String> {
    let element = format!("- `{}` is `{}`", from.element, short(&from.value));
    match wanted {
        Wanted::Element(way) => {
            let is_it = without_numbers(&from.element) == **way;
            is_it.then_some(element).into_iter().collect()
        }
        Wanted::Read(file, at, name) => {
            let is_here =
                from.span.file == *file && (from.span.start as usize..=from.span.end as usize).contains(at);
            if !is_here {
                return Vec::new();
            }
            let read = from.inputs.iter().filter(|(path, _)| path == name);
            let read = read.map(|(path, value)| format!("- `{path}` is `{}`", short(value)));
            read.chain([element]).collect()
        }
    }
}

/// `InvoiceLineAdd[2]/Rate` without its number.
fn without_numbers(element: &str) -> String {
    element.split('/').map(unnumbered).collect::<Vec<_>>().join("/")
}

/// A value on one line.
fn short(value: &str) -> String {
    let line = value.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'");
    if line.chars().count() <= LONGEST {
        line
    } else {
        line.chars().take(LONGEST).collect::<String>() + "..."
    }
}
