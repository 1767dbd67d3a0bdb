//! Where a document, or something in it, stands in its file.

use std::sync::Arc;

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The offset in bytes, from 0.
    pub offset: usize,
}

impl Position {
    /// The beginning of a text.
    pub const START: Self = Self { line: 1, column: 1, offset: 0 };

    /// The place behind `text`, when `text` begins here.
    #[must_use]
    pub fn advance(self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let newlines = bytes.iter().map(|byte| usize::from(*byte == b'\n')).sum::<usize>();
        let column = match text.rfind('\n') {
            Some(last) => text.get(last + 1..).map_or(1, |rest| rest.chars().count() + 1),
            None => self.column + text.chars().count(),
        };
        Self { line: self.line + newlines, column, offset: self.offset + bytes.len() }
    }
}

impl Default for Position {
    fn default() -> Self {
        Self::START
    }
}

/// Where a document begins: its file, if it comes from one, and the place in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The file as the user named it.
    pub file: Option<Arc<str>>,
    /// Where the document begins in the file.
    pub start: Position,
}

impl Origin {
    /// The beginning of a file.
    pub fn file(name: impl Into<Arc<str>>) -> Self {
        Self { file: Some(name.into()), start: Position::START }
    }
}
