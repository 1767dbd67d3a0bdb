//! Why a document could not be read, and where.

use std::fmt;

use thiserror::Error;

use crate::xml::without_byte_order_mark;

/// A place in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Bytes before this place, from the beginning of the file.
    pub offset: usize,
}

impl Position {
    /// The place `offset` bytes into `document`.
    pub(super) fn new(document: &[u8], offset: usize) -> Self {
        let before = document.get(..offset).unwrap_or(document);
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let line = before.split(|byte| *byte == b'\n').count();
        let last_line = before.get(line_start..).unwrap_or_default();
        // A byte order mark is no column; continuation bytes belong to the character before them.
        let bytes = if line_start == 0 { without_byte_order_mark(last_line) } else { last_line };
        let column = 1 + bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        Self { line, column, offset: before.len() }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {} (byte {})", self.line, self.column, self.offset)
    }
}

/// Why a qbXML document could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReadError {
    /// There is no element at all.
    #[error("the document is empty")]
    Empty,
    /// More than 4 GB.
    #[error("the document is larger than 4 GB")]
    TooLarge,
    /// An encoding is declared that nobody here knows.
    #[error("the document declares the encoding `{name}`, which is not known; save it as UTF-8")]
    Encoding {
        /// Its name.
        name: String,
    },
    /// Bytes that are not UTF-8.
    #[error(
        "the document is not UTF-8, and declares no other encoding: {at}; save it as UTF-8, or let its first line name the encoding: encoding=\"windows-1252\""
    )]
    NotUtf8 {
        /// The first byte that does not fit.
        at: Position,
    },
    /// A character that XML 1.0 forbids.
    #[error("the character U+{code:04X} is not allowed in XML: {at}")]
    Forbidden {
        /// Its Unicode number.
        code: u32,
        /// Where it is.
        at: Position,
    },
    /// The document ends in the middle.
    #[error("the document is cut off inside `{inside}`: {at}")]
    CutOff {
        /// The element that is not closed.
        inside: String,
        /// Where it ends.
        at: Position,
    },
    /// A `<!DOCTYPE`. qbXML answers have none, and nothing good comes of expanding one.
    #[error("a document type declaration is not allowed: {at}")]
    Doctype {
        /// Where it begins.
        at: Position,
    },
    /// An entity other than the five of XML and numbers.
    #[error("the entity `&{name};` is not known: {at}")]
    Entity {
        /// Its name.
        name: String,
        /// Where it is.
        at: Position,
    },
    /// Not well-formed XML.
    #[error("the document is not well-formed XML: {reason}: {at}")]
    Malformed {
        /// What is wrong.
        reason: String,
        /// Where it is.
        at: Position,
    },
    /// Elements inside elements inside elements.
    #[error("elements are nested deeper than {limit}: {at}")]
    TooDeep {
        /// The limit.
        limit: usize,
        /// Where it is passed.
        at: Position,
    },
    /// More distinct element names than qbXML has.
    #[error("the document has more than {limit} different element names: {at}")]
    TooManyNames {
        /// The limit.
        limit: usize,
        /// Where it is passed.
        at: Position,
    },
    /// More elements than are kept at once.
    #[error("the document has more than {limit} elements: {at}")]
    TooManyElements {
        /// The limit.
        limit: usize,
        /// Where it is passed.
        at: Position,
    },
    /// Well-formed, but not what QuickBooks answers.
    #[error("expected `{expected}`, found `{found}`: {at}")]
    Unexpected {
        /// The element that belongs here.
        expected: &'static str,
        /// The element that is here.
        found: String,
        /// Where it is.
        at: Position,
    },
    /// Text where only elements belong.
    #[error("there is text beside the elements of `{inside}`: {at}")]
    Text {
        /// The element around the text.
        inside: String,
        /// Where it was noticed.
        at: Position,
    },
    /// Something follows the outermost element.
    #[error("there is more after the end of the outermost element: {at}")]
    AfterEnd {
        /// Where it begins.
        at: Position,
    },
}

impl ReadError {
    /// Where it is; nothing if it is about the whole document.
    pub fn at(&self) -> Option<Position> {
        match self {
            Self::Empty | Self::TooLarge | Self::Encoding { .. } => None,
            Self::NotUtf8 { at }
            | Self::Forbidden { at, .. }
            | Self::CutOff { at, .. }
            | Self::Doctype { at }
            | Self::Entity { at, .. }
            | Self::Malformed { at, .. }
            | Self::TooDeep { at, .. }
            | Self::TooManyNames { at, .. }
            | Self::TooManyElements { at, .. }
            | Self::Unexpected { at, .. }
            | Self::Text { at, .. }
            | Self::AfterEnd { at } => Some(*at),
        }
    }

    /// Its words without the place, for whoever shows that in another way.
    pub fn without_place(&self) -> String {
        let words = self.to_string();
        self.at().map_or_else(|| words.clone(), |at| words.replace(&format!(": {at}"), ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_offsets_count_bytes() {
        let text = "ab\ncä€d".as_bytes();
        assert_eq!(Position::new(text, 0), Position { line: 1, column: 1, offset: 0 });
        assert_eq!(Position::new(text, 9), Position { line: 2, column: 4, offset: 9 });
        assert_eq!(Position::new(text, 99).offset, text.len());
        assert_eq!(Position::new(b"\xEF\xBB\xBF<a>", 4).column, 2);
    }
}
