//! XML events with the checks that quick-xml leaves to its caller.

use quick_xml::errors::{Error, IllFormedError};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::builder::{Assembly, MixedContent};
use super::names::{Interner, MAX_NAMES};
use super::{Position, ReadError, Record};
use crate::xml::{
    BYTE_ORDER_MARK, UnresolvedReference, first_forbidden, is_forbidden, is_layout, is_name, resolve,
    without_byte_order_mark,
};

/// How deep elements may be nested. A bill's lines are 7 deep.
pub(super) const MAX_DEPTH: usize = 64;

/// Reads a document event by event and assembles records.
///
/// Strict where quick-xml is lenient: valid UTF-8, only the characters of XML 1.0, no document
/// type, no entities but the five and numbers, one outermost element, bounded depth.
pub(super) struct Scanner<'a> {
    document: &'a [u8],
    reader: Reader<&'a [u8]>,
    /// Bytes that `reader` does not see: the byte order mark.
    skipped: usize,
    event_start: usize,
    depth: usize,
    ended: bool,
    interner: Interner,
    assembly: Assembly,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(document: &'a [u8]) -> Result<Self, ReadError> {
        if u32::try_from(document.len()).is_err() {
            return Err(ReadError::TooLarge);
        }
        let body = without_byte_order_mark(document);
        let text = std::str::from_utf8(document)
            .map_err(|error| ReadError::NotUtf8 { at: Position::new(document, error.valid_up_to()) })?;
        if let Some((offset, character)) = first_forbidden(text) {
            return Err(ReadError::Forbidden { code: character.into(), at: Position::new(document, offset) });
        }
        // quick-xml would pass over it without counting it.
        if body.starts_with(BYTE_ORDER_MARK.as_bytes()) {
            let at = Position::new(document, document.len() - body.len());
            return Err(ReadError::Malformed { reason: "there are two byte order marks".to_owned(), at });
        }
        let mut reader = Reader::from_reader(body);
        reader.config_mut().expand_empty_elements = true;
        Ok(Self {
            document,
            reader,
            skipped: document.len() - body.len(),
            event_start: 0,
            depth: 0,
            ended: false,
            interner: Interner::default(),
            assembly: Assembly::default(),
        })
    }

    /// The number of elements open before the event returned last took effect.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// The next event that matters: start, end, text, CDATA, a reference, or the document's end.
    pub(super) fn next(&mut self) -> Result<Event<'a>, ReadError> {
        loop {
            self.event_start = self.offset(self.reader.buffer_position());
            let event = self.reader.read_event().map_err(|error| self.syntax_error(&error))?;
            match &event {
                Event::Start(_) if self.ended => {
                    return Err(ReadError::AfterEnd { at: self.here() });
                }
                Event::Start(_) if self.depth >= MAX_DEPTH => {
                    return Err(ReadError::TooDeep { limit: MAX_DEPTH, at: self.here() });
                }
                Event::DocType(_) => return Err(ReadError::Doctype { at: self.here() }),
                Event::Decl(_) if self.depth > 0 || self.ended => {
                    return Err(self.malformed("an XML declaration belongs at the beginning"));
                }
                Event::Decl(_) | Event::Comment(_) | Event::PI(_) => continue,
                Event::Text(text) if self.depth == 0 && is_layout(text) => continue,
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) if self.depth == 0 => {
                    return Err(self.text_outside());
                }
                Event::Eof if self.depth > 0 => return Err(self.cut_off()),
                Event::Eof if !self.ended => return Err(ReadError::Empty),
                _ => {}
            }
            return Ok(event);
        }
    }

    /// Counts an element that was started outside of records.
    pub(super) fn enter(&mut self) {
        self.depth += 1;
    }

    /// Counts an element that was ended outside of records.
    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.ended = self.depth == 0;
    }

    /// Takes an event that belongs to a record; gives the record with its last one.
    pub(super) fn record(&mut self, event: &Event<'a>) -> Result<Option<Record>, ReadError> {
        match event {
            Event::Start(tag) => self.start(tag)?,
            Event::Text(text) if text.contains('\r') => {
                self.assembly.push_text(&text.xml10_content());
            }
            Event::Text(text) => self.assembly.push_text(text),
            Event::CData(text) => self.assembly.push_text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let character = self.resolve(reference)?;
                self.assembly.push_char(character);
            }
            Event::End(tag) => {
                self.assembly.end().map_err(|MixedContent| self.mixed(tag.name().as_ref()))?;
                self.leave();
                return Ok((!self.assembly.is_open()).then(|| self.assembly.finish(&self.interner)));
            }
            _ => {}
        }
        Ok(None)
    }

    fn start(&mut self, tag: &BytesStart<'a>) -> Result<(), ReadError> {
        let name = tag.name();
        let name: &str = name.as_ref();
        if !tag.attributes_raw().is_empty() {
            self.check_attributes(tag)?;
        }
        let Some(symbol) = self.interner.intern(name) else {
            return Err(ReadError::TooManyNames { limit: MAX_NAMES, at: self.here() });
        };
        if !is_name(name) {
            return Err(self.malformed(&format!("`{name}` is not an element name")));
        }
        self.assembly.start(symbol).map_err(|MixedContent| self.mixed(name))?;
        self.enter();
        Ok(())
    }

    fn check_attributes(&self, tag: &BytesStart<'_>) -> Result<(), ReadError> {
        self.attributes(tag).map(drop)
    }

    /// A tag's attributes, entities resolved.
    pub(super) fn attributes(&self, tag: &BytesStart<'_>) -> Result<Vec<(String, String)>, ReadError> {
        if tag.attributes_raw().contains('<') {
            return Err(self.malformed("a tag inside a tag"));
        }
        tag.attributes()
            .map(|attribute| {
                let attribute = attribute.map_err(|error| self.malformed(&error.to_string()))?;
                let value = attribute
                    .normalized_value(XmlVersion::Implicit1_0)
                    .map_err(|error| self.malformed(&error.to_string()))?;
                if let Some((_, character)) = first_forbidden(&value) {
                    return Err(self.forbidden(character));
                }
                Ok((attribute.key.as_ref().to_owned(), value.into_owned()))
            })
            .collect()
    }

    fn resolve(&self, reference: &BytesRef<'_>) -> Result<char, ReadError> {
        match resolve(reference) {
            Ok(character) if is_forbidden(character) => Err(self.forbidden(character)),
            Ok(character) => Ok(character),
            Err(UnresolvedReference::Number(reason)) => Err(self.malformed(&reason)),
            Err(UnresolvedReference::Unknown) => {
                Err(ReadError::Entity { name: reference.to_string(), at: self.here() })
            }
        }
    }

    /// The place of the event returned last.
    pub(super) fn here(&self) -> Position {
        Position::new(self.document, self.event_start)
    }

    pub(super) fn malformed(&self, reason: &str) -> ReadError {
        ReadError::Malformed { reason: reason.to_owned(), at: self.here() }
    }

    /// Text beside the elements of the element called `name`, noticed at the latest event.
    pub(super) fn mixed(&self, name: &str) -> ReadError {
        ReadError::Text { inside: name.to_owned(), at: self.here() }
    }

    fn forbidden(&self, character: char) -> ReadError {
        ReadError::Forbidden { code: character.into(), at: self.here() }
    }

    fn text_outside(&self) -> ReadError {
        if self.ended {
            ReadError::AfterEnd { at: self.here() }
        } else {
            self.malformed("text before the first element")
        }
    }

    fn cut_off(&self) -> ReadError {
        let inside = self.open_element().unwrap_or_default();
        ReadError::CutOff { inside, at: Position::new(self.document, self.document.len()) }
    }

    fn syntax_error(&self, error: &Error) -> ReadError {
        match error {
            // quick-xml reports these when the document ends inside of a tag, a comment, ...
            Error::Syntax(_) | Error::IllFormed(IllFormedError::MissingEndTag(_)) => self.cut_off(),
            other => {
                let at = Position::new(self.document, self.offset(self.reader.error_position()));
                ReadError::Malformed { reason: other.to_string(), at }
            }
        }
    }

    /// The name of the element that is still open when the document ends, found by reading it again.
    fn open_element(&self) -> Option<String> {
        let mut reader = Reader::from_reader(self.document.get(self.skipped..)?);
        let mut open = Vec::new();
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Start(tag) => open.push(tag.name().as_ref().to_owned()),
                Event::End(_) => drop(open.pop()),
                Event::Eof => break,
                _ => {}
            }
        }
        open.pop()
    }

    fn offset(&self, position: u64) -> usize {
        self.skipped + usize::try_from(position).unwrap_or(usize::MAX - self.skipped)
    }
}
