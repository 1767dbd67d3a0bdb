//! XML events with the checks that quick-xml leaves to its caller.

use std::ops::Range;

use quick_xml::errors::{Error, IllFormedError};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::builder::{Assembly, MixedContent};
use super::flaw::{Flaw, UNKNOWN};
use super::mend;
use super::names::{Interner, MAX_NAMES, Symbol};
use super::{Position, ReadError, Record};
use crate::catalogue::{Element, records_of};
use crate::xml::{
    BYTE_ORDER_MARK, UnresolvedReference, first_forbidden, is_forbidden, is_layout, is_name, is_number,
    resolve, without_byte_order_mark,
};

/// How deep elements may be nested. A bill's lines are 7 deep.
pub(super) const MAX_DEPTH: usize = 64;

/// Reads a document event by event and assembles records.
///
/// Strict where quick-xml is lenient: valid UTF-8, no document type, no entities but the five and numbers, one
/// outermost element, bounded depth. Characters that XML 1.0 forbids are refused, or in answers read as U+FFFD: QuickBooks
/// writes them, and one of them must not keep all that was read beside it.
pub(super) struct Scanner<'a> {
    document: &'a [u8],
    reader: Reader<&'a [u8]>,
    /// Bytes that `reader` does not see: the byte order mark, and what was passed over.
    skipped: usize,
    event_start: usize,
    depth: usize,
    ended: bool,
    interner: Interner,
    assembly: Assembly,
    /// Whether characters that XML forbids are read as U+FFFD.
    is_lenient: bool,
    /// Whether there is any such character, apart from numbers of them.
    has_forbidden: bool,
    /// Those of the record that is being read: the element, and the character as it is told.
    replaced: Vec<(String, String)>,
    /// Where the record begins that is being read.
    record_at: Option<usize>,
    /// The processing instructions before the outermost element, and where each begins.
    instructions: Vec<(usize, String)>,
}

/// So many replaced characters of a record are told.
const MOST_REPLACED: usize = 5;

impl<'a> Scanner<'a> {
    /// Reads what was written here: characters that XML forbids are refused.
    pub(super) fn strict(document: &'a [u8]) -> Result<Self, ReadError> {
        Self::new(document, false)
    }

    /// Reads an answer of QuickBooks: characters that XML forbids are read as U+FFFD.
    pub(super) fn lenient(document: &'a [u8]) -> Result<Self, ReadError> {
        Self::new(document, true)
    }

    /// The same with names that were read before.
    pub(super) fn with_names(self, interner: Interner) -> Self {
        Self { interner, ..self }
    }

    /// All names that were read.
    pub(super) fn into_names(self) -> Interner {
        self.interner
    }

    fn new(document: &'a [u8], is_lenient: bool) -> Result<Self, ReadError> {
        if u32::try_from(document.len()).is_err() {
            return Err(ReadError::TooLarge);
        }
        let body = without_byte_order_mark(document);
        let text = std::str::from_utf8(document)
            .map_err(|error| ReadError::NotUtf8 { at: Position::new(document, error.valid_up_to()) })?;
        let forbidden = first_forbidden(text);
        if let Some((offset, character)) = forbidden.filter(|_| !is_lenient) {
            return Err(ReadError::Forbidden { code: character.into(), at: Position::new(document, offset) });
        }
        // quick-xml would pass over it without counting it.
        if body.starts_with(BYTE_ORDER_MARK.as_bytes()) {
            let at = Position::new(document, document.len() - body.len());
            return Err(ReadError::Malformed { reason: "there are two byte order marks".to_owned(), at });
        }
        Ok(Self {
            document,
            reader: reader_of(body),
            skipped: document.len() - body.len(),
            event_start: 0,
            depth: 0,
            ended: false,
            interner: Interner::default(),
            assembly: Assembly::default(),
            is_lenient,
            has_forbidden: forbidden.is_some(),
            replaced: Vec::new(),
            record_at: None,
            instructions: Vec::new(),
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
                Event::PI(instruction) if self.depth == 0 && !self.ended => {
                    self.instructions.push((self.event_start, instruction.to_string()));
                    continue;
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

    /// The processing instructions before the outermost element, and where each begins.
    pub(super) fn into_instructions(self) -> Vec<(usize, String)> {
        self.instructions
    }

    /// The bytes that the event returned last takes.
    pub(super) fn span(&self) -> Range<usize> {
        self.event_start..self.offset(self.reader.buffer_position())
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
            Event::Text(text) if text.contains('\r') => self.push_text(&text.xml10_content()),
            Event::Text(text) => self.push_text(text),
            Event::CData(text) => self.push_text(&text.xml10_content()),
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

    fn push_text(&mut self, text: &str) {
        let forbidden = if self.has_forbidden { first_forbidden(text) } else { None };
        let Some((_, character)) = forbidden else {
            return self.assembly.push_text(text);
        };
        self.note_replaced(format!("U+{:04X}", u32::from(character)));
        self.assembly.push_text(&mend::without_forbidden(text));
    }

    fn note_replaced(&mut self, character: String) {
        let element = self.assembly.innermost(&self.interner).to_owned();
        if self.replaced.len() < MOST_REPLACED
            && !self.replaced.contains(&(element.clone(), character.clone()))
        {
            self.replaced.push((element, character));
        }
    }

    /// What was replaced in the record that was read last, for people; nothing if it was read as it stands.
    pub(super) fn take_replaced(&mut self) -> Option<String> {
        let replaced = std::mem::take(&mut self.replaced);
        if replaced.is_empty() {
            return None;
        }
        let told: Vec<String> =
            replaced.iter().map(|(element, character)| format!("{element} holds {character}")).collect();
        Some(format!(
            "{}, which XML forbids; it was read as U+FFFD, the sign for an unknown character",
            told.join(", ")
        ))
    }

    /// Where the record that was read last stands.
    pub(super) fn take_place(&mut self) -> Range<usize> {
        let end = self.offset(self.reader.buffer_position());
        self.record_at.take().unwrap_or(end)..end
    }

    /// The text that stands there.
    pub(super) fn raw(&self, place: Range<usize>) -> &'a str {
        std::str::from_utf8(self.document.get(place).unwrap_or_default()).unwrap_or_default()
    }

    /// Passes over a record that cannot be read, if it is known where it ends; `response` is the element around it.
    /// Then what follows can be read.
    pub(super) fn pass_over(&mut self, why: &ReadError, response: &str, depth: usize) -> Option<Flaw> {
        let start = self.record_at.take()?;
        let rest = std::str::from_utf8(self.document.get(start..)?).ok()?;
        let name = rest.get(1..)?.split(|c: char| c.is_ascii_whitespace() || "/><".contains(c)).next()?;
        if !name.ends_with("Ret") || !is_name(name) {
            return None;
        }
        let end = end_of(rest, name, response)?;
        let (raw, behind) = rest.split_at_checked(end)?;
        self.reader = reader_of(behind.as_bytes());
        // The elements around the record were begun before this reader.
        self.reader.config_mut().allow_unmatched_ends = true;
        self.skipped = start + end;
        self.depth = depth;
        self.assembly.give_up();
        self.replaced.clear();
        Some(Flaw::broken(name, why.to_string(), raw))
    }

    fn start(&mut self, tag: &BytesStart<'a>) -> Result<(), ReadError> {
        if !self.assembly.is_open() {
            self.record_at = Some(self.event_start);
            self.replaced.clear();
        }
        let name = tag.name();
        let name: &str = name.as_ref();
        if !tag.attributes_raw().is_empty() {
            self.check_attributes(tag)?;
        }
        let symbol = match self.interner.known(name) {
            Some(symbol) => symbol,
            None => self.intern(name)?,
        };
        self.assembly.start(symbol).map_err(|MixedContent| self.mixed(name))?;
        self.enter();
        Ok(())
    }

    /// The symbol of a name that stands here for the first time.
    fn intern(&mut self, name: &str) -> Result<Symbol, ReadError> {
        if !is_name(name) {
            return Err(self.malformed(&format!("`{name}` is not an element name")));
        }
        let symbol = self.interner.intern(name);
        symbol.ok_or_else(|| ReadError::TooManyNames { limit: MAX_NAMES, at: self.here() })
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
                let value = match attribute.normalized_value(XmlVersion::Implicit1_0) {
                    Ok(value) => value.into_owned(),
                    Err(error) => {
                        let mended = mend::unescaped(&attribute.value).filter(|_| self.is_lenient);
                        mended.ok_or_else(|| self.malformed(&error.to_string()))?
                    }
                };
                let value = match first_forbidden(&value) {
                    None => value,
                    Some(_) if self.is_lenient => mend::without_forbidden(&value),
                    Some((_, character)) => return Err(self.forbidden(character)),
                };
                Ok((attribute.key.as_ref().to_owned(), value))
            })
            .collect()
    }

    pub(super) fn resolve(&mut self, reference: &BytesRef<'_>) -> Result<char, ReadError> {
        match resolve(reference) {
            Ok(character) if is_forbidden(character) && self.is_lenient => {
                self.note_replaced(format!("U+{:04X}", u32::from(character)));
                Ok(UNKNOWN)
            }
            Err(UnresolvedReference::Number(_)) if self.is_lenient && is_number(reference) => {
                let shown: String = reference.chars().take(12).collect();
                self.note_replaced(format!("&{shown};"));
                Ok(UNKNOWN)
            }
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

fn reader_of(document: &[u8]) -> Reader<&[u8]> {
    let mut reader = Reader::from_reader(document);
    reader.config_mut().expand_empty_elements = true;
    reader
}

/// How many bytes an element of this name takes at the beginning of a text: to its end tag, or to where it must
/// have ended, since the next one begins there or the element around it ends. An answer about items has records of
/// several types: the next one may be of another, and is not lost with this one.
fn end_of(text: &str, name: &str, around: &str) -> Option<usize> {
    let is_tag = |tag: &str, begins: &str, name: &str| {
        let behind = tag.strip_prefix(begins).and_then(|tag| tag.strip_prefix(name));
        behind.is_some_and(|it| it.starts_with(|c: char| c.is_ascii_whitespace() || "/>".contains(c)))
    };
    let others = records_of(around.strip_suffix("Rs").unwrap_or(around)).into_iter().map(Element::name);
    let others: Vec<&str> = others.filter(|other| *other != name).collect();
    text.match_indices('<').skip(1).find_map(|(at, _)| {
        let tag = text.get(at..)?;
        if is_tag(tag, "</", name) {
            return Some(at + tag.find('>')? + 1);
        }
        let is_next = is_tag(tag, "<", name) || others.iter().any(|other| is_tag(tag, "<", other));
        (is_next || is_tag(tag, "</", around)).then_some(at)
    })
}
