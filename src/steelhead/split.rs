//! Cutting text into documents: one document, a JSON array, or NDJSON, told apart by content.

use serde::Deserialize as _;
use serde_json::Deserializer;
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::document::{Code, DocumentProblem, Origin, Position, syntax_problem, value_length};

/// How far a file of documents is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Nothing but white space was seen.
    Unknown,
    /// Documents stand one behind the other.
    Sequence,
    /// A list has begun.
    Begun,
    /// A member of a list was read, not what is behind it.
    Member,
    /// A comma behind a member was read.
    Comma,
    /// The list has ended.
    Ended,
}

/// Why there is no further document.
pub(super) enum Stop {
    /// The text is at its end, and may go on.
    End,
    /// The text is not what it should be.
    Wrong(DocumentProblem),
}

/// Goes through a text, or a piece of one that `is_last` or not, from document to document.
pub(super) struct Cutter<'t> {
    text: &'t str,
    is_last: bool,
    /// Where `text` lies in the file.
    origin: &'t Origin,
    /// Up to here all is read.
    pub(super) at: Position,
    pub(super) layout: Layout,
}

impl<'t> Cutter<'t> {
    pub(super) fn new(text: &'t str, layout: Layout, origin: &'t Origin, is_last: bool) -> Self {
        Self { text, is_last, origin, at: origin.start, layout }
    }

    /// The documents up to the last end of a line, if each of them is a line of its own.
    /// None otherwise. What is left is for [`next`](Self::next).
    pub(super) fn lines(&mut self) -> Vec<(Position, usize)> {
        let rest = self.rest();
        let is_sequence = matches!(self.layout, Layout::Unknown | Layout::Sequence);
        let lines: Vec<&str> = match rest.rsplit_once('\n') {
            Some((whole, _)) if is_sequence => whole.split('\n').collect(),
            _ => return Vec::new(),
        };
        // JSON holds no end of a line within a text: a line that is a whole value is no part of another.
        let is_whole =
            |line: &&str| line.starts_with('{') && value_length(line) == Some(line.trim_end().len());
        if !lines.iter().all(is_whole) {
            return Vec::new();
        }
        self.layout = Layout::Sequence;
        let mut places = Vec::with_capacity(lines.len());
        for line in lines {
            places.push((self.at, line.trim_end().len()));
            let offset = self.at.offset + line.len() + 1;
            self.at = Position { line: self.at.line + 1, column: 1, offset };
        }
        places
    }

    /// Where the next document begins, and how long it is. Nothing at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<(Position, usize)>, Stop> {
        loop {
            let rest = self.rest();
            let Some(first) = rest.bytes().next() else {
                return if self.is_last { self.end().map_err(Stop::Wrong) } else { Err(Stop::End) };
            };
            match (self.layout, first) {
                (Layout::Unknown, b'[') => self.step(Layout::Begun),
                (Layout::Begun | Layout::Member, b']') => self.step(Layout::Ended),
                (Layout::Member, b',') => self.step(Layout::Comma),
                (Layout::Member, _) => return Err(self.wrong("expected `,` or `]`")),
                (Layout::Comma, b']') => return Err(self.wrong("trailing comma")),
                (Layout::Ended, _) => return Err(self.wrong("trailing characters")),
                (Layout::Unknown | Layout::Sequence | Layout::Begun | Layout::Comma, _) => {
                    return self.document(rest).map(Some);
                }
            }
        }
    }

    /// What is left, white space passed over.
    fn rest(&mut self) -> &'t str {
        let rest = self.text.get(self.at.offset - self.origin.start.offset..).unwrap_or("");
        let trimmed = rest.trim_start_matches([' ', '\n', '\r', '\t']);
        let space = rest.len() - trimmed.len();
        self.at = self.at.advance(rest.get(..space).unwrap_or(""));
        trimmed
    }

    /// Goes behind one character of a list.
    fn step(&mut self, layout: Layout) {
        self.at.offset += 1;
        self.at.column += 1;
        self.layout = layout;
    }

    fn document(&mut self, rest: &str) -> Result<(Position, usize), Stop> {
        let is_member = matches!(self.layout, Layout::Begun | Layout::Comma);
        // Where a structure ends is plain, whatever stands behind it; the rest is for the slower reader, which
        // says what is wrong.
        let read = match rest.starts_with('{').then(|| value_length(rest)).flatten() {
            Some(length) => Ok(length),
            None if is_member => member(rest),
            None => alone(rest),
        };
        let length = match read {
            Ok(length) => length,
            Err(error) if error.classify() == Category::Eof && !self.is_last => return Err(Stop::End),
            Err(error) => return Err(Stop::Wrong(self.broken(&error, rest))),
        };
        // A number may go on.
        if length == rest.len() && !self.is_last && !rest.ends_with(['}', ']', '"']) {
            return Err(Stop::End);
        }
        let place = (self.at, length);
        self.at = self.at.advance(rest.get(..length).unwrap_or(rest));
        self.layout = if is_member { Layout::Member } else { Layout::Sequence };
        Ok(place)
    }

    /// The end of the file.
    fn end(&self) -> Result<Option<(Position, usize)>, DocumentProblem> {
        match self.layout {
            Layout::Unknown | Layout::Sequence | Layout::Ended => Ok(None),
            Layout::Begun | Layout::Member | Layout::Comma => {
                Err(self.problem(Code::CutOff, "the file is cut off: the list has no end".to_owned()))
            }
        }
    }

    fn broken(&self, error: &serde_json::Error, rest: &str) -> DocumentProblem {
        let origin = Origin { start: self.at, ..self.origin.clone() };
        let mut problem = syntax_problem(error, rest, &origin);
        if error.is_eof() {
            let line = self.at.line;
            problem.message =
                format!("the file is cut off in the middle of the document that begins on line {line}");
        }
        problem
    }

    fn wrong(&self, what: &str) -> Stop {
        Stop::Wrong(self.problem(Code::NotJson, format!("not JSON: {what}")))
    }

    /// What is wrong here.
    pub(super) fn problem(&self, code: Code, message: String) -> DocumentProblem {
        let file = self.origin.file.clone();
        DocumentProblem { code, file, at: Some(self.at), length: 0, path: String::new(), message }
    }
}

/// The length of the value that a text begins with, whatever follows.
fn member(text: &str) -> serde_json::Result<usize> {
    <&RawValue>::deserialize(&mut Deserializer::from_str(text)).map(|value| value.get().len())
}

/// The same; another value may follow, but not anything.
fn alone(text: &str) -> serde_json::Result<usize> {
    let first = Deserializer::from_str(text).into_iter::<&RawValue>().next();
    first.map_or(Ok(0), |value| value.map(|value| value.get().len()))
}
