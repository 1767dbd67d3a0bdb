//! A file of documents, read piece by piece.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::files::{STANDARD_INPUT, STANDARD_INPUT_NAME, name, unreadable};
use super::split::{Cutter, Layout, Stop};
use super::{RawDocument, SourceText};
use crate::document::{Code, DocumentProblem, Origin, Position, not_utf8};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
/// So many bytes are read at once, more only if a document is longer.
const PIECE: usize = 1 << 20;
/// A longer document is none: a file of another kind would be read into memory as a whole.
const MAX_DOCUMENT: usize = 16 << 20;

/// The documents of a file in their order, some at a time: what is in memory at once is a few MB,
/// however long the file is. Stops after the first error.
pub struct Chunks {
    origin: Origin,
    reader: Option<Box<dyn Read + Send>>,
    /// What was read and not cut yet.
    rest: Vec<u8>,
    layout: Layout,
    is_over: bool,
}

/// Cuts the content of a file into its documents, in their order, without building values: the
/// members of a JSON array, or one JSON value after the other. `name` is the file's, for messages.
/// An array may be empty; a member may be anything that is JSON (decoding says what is no document).
///
/// # Errors
/// The first place where the content is not UTF-8 or not JSON, that it is cut off, or that the file
/// is empty. No document is given then.
pub fn split(name: impl Into<Arc<str>>, content: Vec<u8>) -> Result<Vec<RawDocument>, DocumentProblem> {
    Chunks::new(name.into(), None, content).next().unwrap_or_else(|| Ok(Vec::new()))
}

impl Chunks {
    /// Opens a file, or standard input (`-`).
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn open(path: &Path) -> Result<Self, DocumentProblem> {
        if path == Path::new(STANDARD_INPUT) {
            return Ok(Self::read(STANDARD_INPUT_NAME, io::stdin()));
        }
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        Ok(Self::read(name(path), file))
    }

    /// Reads from anywhere. `name` is for messages.
    pub fn read(name: impl Into<Arc<str>>, reader: impl Read + Send + 'static) -> Self {
        Self::new(name.into(), Some(Box::new(reader)), Vec::new())
    }

    fn new(name: Arc<str>, reader: Option<Box<dyn Read + Send>>, rest: Vec<u8>) -> Self {
        let origin = Origin { file: Some(name), start: Position::START };
        Self { origin, reader, rest, layout: Layout::Unknown, is_over: false }
    }

    /// The one document that begins at `origin`, of which `reader` gives the text from there on.
    pub(super) fn one(origin: Origin, reader: impl Read + Send + 'static) -> Option<RawDocument> {
        let name = origin.file.clone().unwrap_or_default();
        let mut chunks = Self { origin, ..Self::read(Arc::clone(&name), reader) };
        let mut wanted = PIECE;
        loop {
            chunks.fill(wanted).ok()?;
            let text = chunks.text().ok()?;
            // Behind a comma stands one document, and after it anything.
            let mut cutter = Cutter::new(&text, Layout::Comma, &chunks.origin, chunks.reader.is_none());
            let found = cutter.next();
            match found {
                Ok(place) => {
                    let (start, length) = place?;
                    let source = Arc::new(SourceText { name, start: chunks.origin.start.offset, text });
                    return Some(RawDocument::new(source, start, length));
                }
                Err(Stop::End) => {
                    wanted = text.len() * 2;
                    chunks.rest.splice(..0, text.into_bytes());
                }
                Err(Stop::Wrong(_)) => return None,
            }
        }
    }

    /// How many bytes of the file are behind the documents that were given.
    pub fn position(&self) -> u64 {
        self.origin.start.offset as u64
    }

    fn advance(&mut self) -> Result<Vec<RawDocument>, DocumentProblem> {
        let mut wanted = PIECE;
        loop {
            self.fill(wanted)?;
            let text = self.text()?;
            let documents = self.cut(text)?;
            if !documents.is_empty() || self.is_over {
                return Ok(documents);
            }
            if self.rest.len() >= MAX_DOCUMENT {
                return Err(self.too_large());
            }
            wanted = self.rest.len() * 2;
        }
    }

    /// Reads until there are so many bytes, or no more.
    fn fill(&mut self, wanted: usize) -> Result<(), DocumentProblem> {
        let Some(reader) = &mut self.reader else { return Ok(()) };
        let missing = wanted.max(PIECE).saturating_sub(self.rest.len()) as u64;
        let read = reader.take(missing).read_to_end(&mut self.rest);
        let file = self.origin.file.clone().unwrap_or_default();
        let read = read.map_err(|error| unreadable(Path::new(&*file), &error))?;
        if (read as u64) < missing {
            self.reader = None;
        }
        Ok(())
    }

    /// What was read, up to the last whole character.
    fn text(&mut self) -> Result<String, DocumentProblem> {
        let bytes = std::mem::take(&mut self.rest);
        let bytes = if self.origin.start.offset == 0 { self.without_mark(bytes) } else { bytes };
        match String::from_utf8(bytes) {
            Ok(text) => Ok(text),
            Err(error) => {
                let (at, is_cut) =
                    (error.utf8_error().valid_up_to(), error.utf8_error().error_len().is_none());
                let mut bytes = error.into_bytes();
                if !is_cut || self.reader.is_none() {
                    return Err(not_utf8(&bytes, at, &self.origin));
                }
                self.rest = bytes.split_off(at);
                Ok(String::from_utf8(bytes).unwrap_or_default())
            }
        }
    }

    fn without_mark(&mut self, mut bytes: Vec<u8>) -> Vec<u8> {
        if bytes.starts_with(BYTE_ORDER_MARK) {
            bytes.drain(..BYTE_ORDER_MARK.len());
            self.origin.start.offset = BYTE_ORDER_MARK.len();
        }
        bytes
    }

    /// Cuts the documents out of a text that begins where all before is cut; what is left of it goes
    /// before the rest.
    fn cut(&mut self, text: String) -> Result<Vec<RawDocument>, DocumentProblem> {
        let mut cutter = Cutter::new(&text, self.layout, &self.origin, self.reader.is_none());
        let mut places = cutter.lines();
        let is_over = loop {
            match cutter.next() {
                Ok(Some(place)) => places.push(place),
                Ok(None) => break true,
                Err(Stop::End) => break false,
                Err(Stop::Wrong(problem)) => return Err(problem),
            }
        };
        let (at, layout) = (cutter.at, cutter.layout);
        if is_over && layout == Layout::Unknown {
            let file = self.origin.file.clone().unwrap_or_default();
            return Err(DocumentProblem::file(Code::EmptyFile, file, "the file is empty"));
        }
        let left = text.get(at.offset - self.origin.start.offset..).unwrap_or("");
        self.rest.splice(..0, left.bytes());
        let start = std::mem::replace(&mut self.origin.start, at).offset;
        (self.layout, self.is_over) = (layout, is_over);
        let name = self.origin.file.clone().unwrap_or_default();
        let source = Arc::new(SourceText { name, start, text });
        let document = |(start, length)| RawDocument::new(Arc::clone(&source), start, length);
        Ok(places.into_iter().map(document).collect())
    }

    fn too_large(&self) -> DocumentProblem {
        DocumentProblem {
            code: Code::DocumentTooLarge,
            file: self.origin.file.clone(),
            at: Some(self.origin.start),
            length: 0,
            path: String::new(),
            message: format!("a document of more than {} MB begins here", MAX_DOCUMENT >> 20),
        }
    }
}

impl Iterator for Chunks {
    type Item = Result<Vec<RawDocument>, DocumentProblem>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let chunk = self.advance();
        self.is_over |= chunk.is_err();
        Some(chunk)
    }
}
