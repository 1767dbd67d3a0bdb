//! Cutting a file into documents: one document, a JSON array, or NDJSON, told apart by content.

use std::fmt;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{RawDocument, SourceText};
use crate::document::{DocumentProblem, Origin, Position, codes, not_utf8, syntax_problem};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Cuts the content of a file into its documents, in their order, without building values: the
/// members of a JSON array, or one JSON value after the other. `name` is the file's, for messages.
/// An array may be empty; a member may be anything that is JSON (decoding says what is no document).
///
/// # Errors
/// The first place where the content is not UTF-8 or not JSON, that it is cut off, or that the file
/// is empty. No document is given then.
pub fn split(name: impl Into<Arc<str>>, content: Vec<u8>) -> Result<Vec<RawDocument>, DocumentProblem> {
    let name = name.into();
    let text = String::from_utf8(content).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        not_utf8(error.as_bytes(), valid, &Origin::file(Arc::clone(&name)))
    })?;
    let mark = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let start = Position { offset: mark, ..Position::START };
    let body = text.get(mark..).unwrap_or("");
    let pieces = pieces(body, &Origin { file: Some(Arc::clone(&name)), start })?;
    if pieces.is_empty() && body.trim_ascii().is_empty() {
        return Err(DocumentProblem::file(codes::EMPTY_FILE, name, "the file is empty"));
    }
    let source = Arc::new(SourceText { name, text });
    let document = |(start, length)| RawDocument::new(Arc::clone(&source), start, length);
    Ok(pieces.into_iter().map(document).collect())
}

/// Where each document begins and how long it is.
fn pieces(body: &str, origin: &Origin) -> Result<Vec<(Position, usize)>, DocumentProblem> {
    let mut found = Vec::new();
    let result = if body.trim_ascii_start().starts_with('[') {
        array(body, &mut found)
    } else {
        sequence(body, &mut found)
    };
    match result {
        Ok(()) => Ok(places(body, &found, origin.start)),
        Err(error) if error.is_eof() => Err(cut_off(&error, body, &found, origin)),
        Err(error) => Err(syntax_problem(&error, body, origin)),
    }
}

fn sequence<'a>(body: &'a str, found: &mut Vec<&'a str>) -> serde_json::Result<()> {
    let stream = serde_json::Deserializer::from_str(body).into_iter::<&RawValue>();
    for value in stream {
        found.push(value?.get());
    }
    Ok(())
}

fn array<'a>(body: &'a str, found: &mut Vec<&'a str>) -> serde_json::Result<()> {
    let mut deserializer = serde_json::Deserializer::from_str(body);
    Members(found).deserialize(&mut deserializer)?;
    deserializer.end()
}

/// Collects the members of a JSON array as far as they can be read.
struct Members<'v, 'de>(&'v mut Vec<&'de str>);

impl<'de> DeserializeSeed<'de> for Members<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Members<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of documents")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(member) = seq.next_element::<&RawValue>()? {
            self.0.push(member.get());
        }
        Ok(())
    }
}

/// The places of pieces of `body` that stand in it one behind the other.
fn places(body: &str, found: &[&str], start: Position) -> Vec<(Position, usize)> {
    let mut at = start;
    let mut places = Vec::with_capacity(found.len());
    for piece in found {
        let offset = piece.as_ptr().addr() - body.as_ptr().addr();
        at = at.advance(body.get(at.offset - start.offset..offset).unwrap_or(""));
        places.push((at, piece.len()));
    }
    places
}

/// The text ends too early: says where the document that is cut off begins.
fn cut_off(error: &serde_json::Error, body: &str, found: &[&str], origin: &Origin) -> DocumentProblem {
    let end = found.last().map_or(0, |piece| piece.as_ptr().addr() - body.as_ptr().addr() + piece.len());
    let rest = body.get(end..).unwrap_or("");
    let opening = if found.is_empty() && body.trim_ascii_start().starts_with('[') { "[" } else { "" };
    let last = rest.trim_ascii_start();
    let last = last.strip_prefix(opening).unwrap_or(last);
    let last = last.trim_start_matches(|c: char| c == ',' || c.is_ascii_whitespace());
    let mut problem = syntax_problem(error, body, origin);
    problem.message = if last.is_empty() {
        "the file is cut off: the list has no end".to_owned()
    } else {
        let before = body.len() - last.len();
        let start = origin.start.advance(body.get(..before).unwrap_or(""));
        format!("the file is cut off in the middle of the document that begins on line {}", start.line)
    };
    problem
}
