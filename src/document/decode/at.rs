//! Where decoding is, and what it has found wrong so far.
//!
//! Decoding keeps only the way it has come; the place in the text is looked up from that way when
//! there is something to say, so that documents without problems pay nothing for positions.

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;

use super::plan::{Node, Plan};
use crate::document::json;
use crate::document::{Code, DocumentProblem, Origin};

/// At most so many problems of one document are kept: more do not help.
const MOST_PROBLEMS: usize = 20;

/// One document being decoded.
pub(super) struct Run<'p> {
    pub(super) plan: &'p Plan,
    errors: RefCell<Vec<Found>>,
    warnings: RefCell<Vec<Found>>,
    has_unknown: Cell<bool>,
}

/// The way to a value, as a chain of frames on the stack.
#[derive(Clone, Copy)]
pub(super) struct At<'r> {
    pub(super) run: &'r Run<'r>,
    parent: Option<&'r At<'r>>,
    depth: usize,
    step: Option<Step<'r>>,
}

#[derive(Clone, Copy)]
enum Step<'r> {
    Key(&'r str),
    Index(usize),
}

/// A step that outlives the decoding.
enum OwnStep {
    Key(String),
    Index(usize),
}

/// Something to say about a value.
struct Found {
    code: Code,
    way: Vec<OwnStep>,
    /// Whether the second of two equal keys is meant.
    second: bool,
    message: String,
}

impl<'p> Run<'p> {
    pub(super) fn new(plan: &'p Plan) -> Self {
        Self { plan, errors: RefCell::default(), warnings: RefCell::default(), has_unknown: Cell::default() }
    }

    /// Whether nothing is wrong.
    pub(super) fn is_sound(&self) -> bool {
        self.errors.borrow().is_empty()
    }

    /// A structure has a key that its shape has not.
    pub(super) fn see_unknown(&self, key: &str, node: &Node) {
        if !node.is_object || key != "object" {
            self.has_unknown.set(true);
        }
    }

    /// Whether there was such a key.
    pub(super) fn has_unknown(&self) -> bool {
        self.has_unknown.get()
    }

    /// The errors in the order they stand in the text.
    pub(super) fn errors(self, json: &str, origin: &Origin) -> Vec<DocumentProblem> {
        placed(self.errors.into_inner(), json, origin)
    }

    /// The warnings in the order they stand in the text.
    pub(super) fn warnings(self, json: &str, origin: &Origin) -> Vec<DocumentProblem> {
        placed(self.warnings.into_inner(), json, origin)
    }
}

impl<'r> At<'r> {
    /// The document itself.
    pub(super) fn root(run: &'r Run<'r>) -> Self {
        Self { run, parent: None, depth: 0, step: None }
    }

    /// How many lists and structures are around it.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// A member of the structure that is here.
    pub(super) fn key<'s>(&'s self, key: &'s str) -> At<'s>
    where
        'r: 's,
    {
        At { run: self.run, parent: Some(self), depth: self.depth + 1, step: Some(Step::Key(key)) }
    }

    /// A member of the list that is here.
    pub(super) fn index<'s>(&'s self, index: usize) -> At<'s>
    where
        'r: 's,
    {
        At { run: self.run, parent: Some(self), depth: self.depth + 1, step: Some(Step::Index(index)) }
    }

    /// Something is wrong here.
    pub(super) fn error(&self, code: Code, message: impl Into<String>) {
        self.note(&self.run.errors, code, false, message.into());
    }

    /// The key that leads here has been there before.
    pub(super) fn duplicate(&self, code: Code, message: impl Into<String>) {
        self.note(&self.run.errors, code, true, message.into());
    }

    /// Something is worth knowing here.
    pub(super) fn warn(&self, code: Code, message: impl Into<String>) {
        self.note(&self.run.warnings, code, false, message.into());
    }

    fn note(&self, to: &RefCell<Vec<Found>>, code: Code, second: bool, message: String) {
        let mut found = to.borrow_mut();
        if found.len() < MOST_PROBLEMS {
            found.push(Found { code, way: self.way(), second, message });
        }
    }

    fn way(&self) -> Vec<OwnStep> {
        let mut way: Vec<_> = std::iter::successors(Some(self), |at| at.parent)
            .filter_map(|at| at.step)
            .map(|step| match step {
                Step::Key(key) => OwnStep::Key(key.to_owned()),
                Step::Index(index) => OwnStep::Index(index),
            })
            .collect();
        way.reverse();
        way
    }
}

fn placed(found: Vec<Found>, json: &str, origin: &Origin) -> Vec<DocumentProblem> {
    let mut problems: Vec<_> = found.into_iter().map(|found| found.place(json, origin)).collect();
    problems.sort_by_key(|problem| problem.at);
    problems
}

impl Found {
    fn place(self, json: &str, origin: &Origin) -> DocumentProblem {
        let value = self.locate(json);
        let before = json.get(..json::offset_in(json, value)).unwrap_or("");
        DocumentProblem {
            code: self.code,
            file: origin.file.clone(),
            at: Some(origin.start.advance(before)),
            length: value.len(),
            path: path(&self.way),
            message: self.message,
        }
    }

    /// The text of the value; as far as the way can be followed.
    fn locate<'a>(&self, json: &'a str) -> &'a str {
        let mut value = json.trim_ascii();
        for (index, step) in self.way.iter().enumerate() {
            let skip = usize::from(self.second && index + 1 == self.way.len());
            let inner = match step {
                OwnStep::Key(key) => json::entries(value).and_then(|entries| {
                    let mut same = entries.into_iter().filter(|(name, _)| name == key);
                    same.nth(skip).map(|(_, value)| value)
                }),
                OwnStep::Index(index) => json::members(value).and_then(|all| all.get(*index).copied()),
            };
            let Some(inner) = inner else { break };
            value = inner;
        }
        value
    }
}

/// `lines[2].items[0].quantity`; keys that are not plain words are quoted: `customInputs["a b"]`.
fn path(way: &[OwnStep]) -> String {
    let mut path = String::new();
    for step in way {
        match step {
            OwnStep::Index(index) => _ = write!(path, "[{index}]"),
            OwnStep::Key(key) if is_word(key) => {
                let dot = if path.is_empty() { "" } else { "." };
                _ = write!(path, "{dot}{key}");
            }
            OwnStep::Key(key) => _ = write!(path, "[{key:?}]"),
        }
    }
    path
}

fn is_word(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
