//! One document as text, and the file it is a part of.

use std::ops::Range;
use std::sync::Arc;

use crate::document::{Origin, Position};

/// The text of a file, or a piece of it, shared by the documents in it.
#[derive(Debug)]
pub struct SourceText {
    /// The file as the user named it.
    pub name: Arc<str>,
    /// Where the text begins in the file, in bytes.
    pub start: usize,
    /// The text.
    pub text: String,
}

/// One document as JSON text: a piece of its file. Cheap to clone.
#[derive(Clone, Debug)]
pub struct RawDocument {
    source: Arc<SourceText>,
    range: Range<usize>,
    start: Position,
}

impl RawDocument {
    /// A piece of a file that begins at `start` and has so many bytes.
    pub(super) fn new(source: Arc<SourceText>, start: Position, length: usize) -> Self {
        let begin = start.offset.saturating_sub(source.start);
        Self { source, range: begin..begin + length, start }
    }

    /// The document's JSON.
    pub fn json(&self) -> &str {
        self.source.text.get(self.range.clone()).unwrap_or("")
    }

    /// Where it begins.
    pub fn origin(&self) -> Origin {
        Origin { file: Some(Arc::clone(&self.source.name)), start: self.start }
    }

    /// The text it is a part of, for messages that show a line of it.
    pub fn source(&self) -> &Arc<SourceText> {
        &self.source
    }
}
