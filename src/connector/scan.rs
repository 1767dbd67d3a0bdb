//! The elements of a request and the text inside them, within limits.

use std::io::BufRead as _;

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::events::{BytesDecl, BytesStart, Event};
use quick_xml::name::{Namespace, NamespaceResolver, ResolveResult};

use super::signature::Argument;
use super::unescape::unescape_into;
use super::{EnvelopeError, NAMESPACE, Problem, SOAP_NAMESPACE};
use crate::xml::{BYTE_ORDER_MARK, first_forbidden, is_layout, is_local_name};

/// An argument is 4 deep; a header of some security scheme might be twice that.
const MAX_DEPTH: usize = 16;
/// A request has 10. Bounds the work per element.
const MAX_ELEMENTS: usize = 1_000;
/// An envelope has 4, namespaces counted. Bounds the comparing of each with each.
const MAX_ATTRIBUTES: usize = 32;

/// Whoever gets the message next.
const NEXT_ACTOR: &str = "http://schemas.xmlsoap.org/soap/actor/next";
const SOAP_12: &str = "http://www.w3.org/2003/05/soap-envelope";

/// The namespace of an element, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    Soap,
    Soap12,
    Service,
    Other,
}

/// One step through a request.
#[derive(Debug)]
pub(super) enum Token {
    /// An element begins; whether its `mustUnderstand` tells the service to know it or to refuse the request.
    Open { name: String, space: Space, is_demanded: bool },
    /// The innermost element ends.
    Close,
    /// The request ends.
    End,
}

/// Reads a request token by token. Strict: UTF-8, the characters of XML 1.0 but in QuickBooks' answers, no document
/// type, no entities but the five, no text beside elements, bounded depth and number of elements.
///
/// Tags are quick-xml's; the text inside arguments is taken past it, in one piece, because it would
/// make an event of each of the millions of references in a large answer.
pub(super) struct Scanner<'a> {
    document: &'a str,
    reader: Reader<&'a [u8]>,
    names: NamespaceResolver,
    /// Bytes that `reader` does not see: the byte order mark.
    skipped: usize,
    event_start: usize,
    depth: usize,
    elements: usize,
    /// The element opened last is empty, so that its end comes without an event.
    is_empty: bool,
    /// Whether there is a character that XML forbids.
    has_forbidden: bool,
    /// Whether an answer of QuickBooks is read: such characters are its own, and its reader sees to them.
    is_in_answer: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(body: &'a [u8]) -> Result<Self, EnvelopeError> {
        let text = std::str::from_utf8(body)
            .map_err(|error| EnvelopeError::new(Problem::NotUtf8, error.valid_up_to()))?;
        let document = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        // quick-xml would pass over it without counting it.
        if document.starts_with(BYTE_ORDER_MARK) {
            return Err(EnvelopeError::new(Problem::StrayText, text.len() - document.len()));
        }
        Ok(Self {
            document,
            reader: Reader::from_reader(document.as_bytes()),
            names: NamespaceResolver::default(),
            skipped: text.len() - document.len(),
            event_start: 0,
            depth: 0,
            elements: 0,
            is_empty: false,
            has_forbidden: first_forbidden(text).is_some(),
            is_in_answer: false,
        })
    }

    /// The next element that begins or ends; any text between them must be white space.
    pub(super) fn next(&mut self) -> Result<Token, EnvelopeError> {
        if std::mem::take(&mut self.is_empty) {
            self.leave();
            return Ok(Token::Close);
        }
        loop {
            match self.event()? {
                Event::Start(tag) => return self.enter(&tag),
                Event::Empty(tag) => {
                    self.is_empty = true;
                    return self.enter(&tag);
                }
                Event::End(_) => {
                    self.leave();
                    return Ok(Token::Close);
                }
                Event::Text(text) if is_layout(&text) => {}
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                    return Err(self.error(Problem::StrayText));
                }
                Event::Decl(declaration) => self.check_declaration(&declaration)?,
                Event::Eof if self.depth > 0 => return Err(self.cut_off()),
                Event::Eof if self.elements == 0 => return Err(self.error(Problem::Empty)),
                Event::Eof => return Ok(Token::End),
                Event::Comment(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }

    /// The text of the argument just opened, to its end.
    pub(super) fn argument(&mut self, argument: &Argument) -> Result<String, EnvelopeError> {
        self.is_in_answer = argument.is_answer;
        let text = self.text_of(argument.name);
        self.is_in_answer = false;
        text
    }

    fn text_of(&mut self, argument: &'static str) -> Result<String, EnvelopeError> {
        let mut text = String::new();
        if std::mem::take(&mut self.is_empty) {
            self.leave();
            return Ok(text);
        }
        loop {
            self.take_text(&mut text)?;
            match self.event()? {
                Event::CData(data) => text.push_str(&data.xml10_content()),
                Event::Comment(_) | Event::PI(_) => {}
                Event::End(_) => {
                    self.leave();
                    return Ok(text);
                }
                Event::Start(_) | Event::Empty(_) => {
                    return Err(self.error(Problem::ElementInArgument { argument }));
                }
                Event::Eof => return Err(self.cut_off()),
                _ => return Err(self.malformed("this does not belong inside an element")),
            }
        }
    }

    /// Passes over what is left of the element just opened, text and all.
    pub(super) fn skip(&mut self) -> Result<(), EnvelopeError> {
        let outside = self.depth - 1;
        let mut ignored = String::new();
        while self.depth > outside {
            if std::mem::take(&mut self.is_empty) {
                self.leave();
                continue;
            }
            ignored.clear();
            self.take_text(&mut ignored)?;
            match self.event()? {
                Event::Start(tag) => drop(self.enter(&tag)?),
                Event::Empty(tag) => {
                    self.is_empty = true;
                    self.enter(&tag)?;
                }
                Event::End(_) => self.leave(),
                Event::Eof => return Err(self.cut_off()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Takes the text before the next tag, comment or CDATA.
    fn take_text(&mut self, out: &mut String) -> Result<(), EnvelopeError> {
        let from = position(self.reader.buffer_position());
        let rest = self.document.get(from..).unwrap_or_default();
        let raw = rest.split('<').next().unwrap_or_default();
        self.refuse_forbidden(raw, from)?;
        unescape_into(out, raw, self.is_in_answer)
            .map_err(|(problem, at)| EnvelopeError::new(problem, self.skipped + from + at))?;
        self.reader.stream().consume(raw.len());
        Ok(())
    }

    /// Refuses a part of the document with a character that XML forbids, unless it is of an answer.
    fn refuse_forbidden(&self, part: &str, from: usize) -> Result<(), EnvelopeError> {
        if !self.has_forbidden || self.is_in_answer {
            return Ok(());
        }
        first_forbidden(part).map_or(Ok(()), |(at, character)| {
            let code = character.into();
            Err(EnvelopeError::new(Problem::Forbidden { code }, self.skipped + from + at))
        })
    }

    fn event(&mut self) -> Result<Event<'a>, EnvelopeError> {
        let from = position(self.reader.buffer_position());
        self.event_start = self.skipped + from;
        let event = self.reader.read_event();
        let until = position(self.reader.buffer_position());
        self.refuse_forbidden(self.document.get(from..until).unwrap_or_default(), from)?;
        match event {
            Ok(Event::DocType(_)) => Err(self.error(Problem::Doctype)),
            Ok(event) => Ok(event),
            Err(error) => Err(self.syntax(&error)),
        }
    }

    fn enter(&mut self, tag: &BytesStart<'_>) -> Result<Token, EnvelopeError> {
        if self.depth == 0 && self.elements > 0 {
            return Err(self.error(Problem::AfterEnd));
        }
        if self.depth >= MAX_DEPTH {
            return Err(self.error(Problem::TooDeep { limit: MAX_DEPTH }));
        }
        self.depth += 1;
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err(self.error(Problem::TooManyElements { limit: MAX_ELEMENTS }));
        }
        if !tag.name().as_ref().splitn(2, ':').all(is_local_name) {
            return Err(self.malformed("this is not the name of an element"));
        }
        self.check_attributes(tag)?;
        self.names
            .push(tag)
            .map_err(|_| self.malformed("a namespace is declared in a way that XML does not allow"))?;
        let (space, local) = self.names.resolve_element(tag.name());
        let space = match space {
            ResolveResult::Bound(Namespace(SOAP_NAMESPACE)) => Space::Soap,
            ResolveResult::Bound(Namespace(SOAP_12)) => Space::Soap12,
            ResolveResult::Bound(Namespace(NAMESPACE)) => Space::Service,
            ResolveResult::Bound(_) | ResolveResult::Unbound => Space::Other,
            ResolveResult::Unknown(_) => {
                let name = Problem::shown(tag.name().as_ref());
                return Err(self.error(Problem::UndeclaredPrefix { name }));
            }
        };
        let name = local.as_ref().to_owned();
        Ok(Token::Open { name, space, is_demanded: self.is_demanded(tag) })
    }

    /// Whether a header is for the service, which is whom the call is for, and must not be passed over.
    fn is_demanded(&self, tag: &BytesStart<'_>) -> bool {
        let of_soap = |wanted: &str| {
            tag.attributes().flatten().find_map(|attribute| {
                let (space, local) = self.names.resolve_attribute(attribute.key);
                let is_it =
                    space == ResolveResult::Bound(Namespace(SOAP_NAMESPACE)) && local.as_ref() == wanted;
                is_it.then(|| attribute.value.trim().to_owned())
            })
        };
        of_soap("mustUnderstand").is_some_and(|value| value == "1")
            && of_soap("actor").is_none_or(|actor| actor.is_empty() || actor == NEXT_ACTOR)
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.names.pop();
    }

    fn check_attributes(&self, tag: &BytesStart<'_>) -> Result<(), EnvelopeError> {
        if tag.attributes_raw().contains('<') {
            return Err(self.malformed("a tag inside a tag"));
        }
        for (count, attribute) in tag.attributes().enumerate() {
            if count == MAX_ATTRIBUTES {
                let limit = MAX_ATTRIBUTES;
                return Err(self.error(Problem::TooManyAttributes { limit }));
            }
            attribute.map_err(|_| self.malformed("an attribute is wrong, or given twice"))?;
        }
        Ok(())
    }

    fn check_declaration(&self, declaration: &BytesDecl<'_>) -> Result<(), EnvelopeError> {
        if self.elements > 0 {
            return Err(self.malformed("an XML declaration belongs at the beginning"));
        }
        match declaration.encoding() {
            None => Ok(()),
            Some(Ok(name)) if ["utf-8", "us-ascii"].iter().any(|known| name.eq_ignore_ascii_case(known)) => {
                Ok(())
            }
            Some(Ok(name)) => Err(self.error(Problem::Encoding { name: Problem::shown(&name) })),
            Some(Err(_)) => Err(self.malformed("the XML declaration is wrong")),
        }
    }

    /// The place of the token returned last: its bytes from the beginning of the body.
    pub(super) fn here(&self) -> usize {
        self.event_start
    }

    pub(super) fn error(&self, problem: Problem) -> EnvelopeError {
        EnvelopeError::new(problem, self.event_start)
    }

    fn malformed(&self, reason: &'static str) -> EnvelopeError {
        self.error(Problem::Malformed { reason })
    }

    fn cut_off(&self) -> EnvelopeError {
        EnvelopeError::new(Problem::CutOff, self.skipped + self.document.len())
    }

    /// quick-xml's own words would repeat what stands there, and that may be a secret.
    fn syntax(&self, error: &Error) -> EnvelopeError {
        match error {
            Error::Syntax(_) => self.cut_off(),
            Error::IllFormed(
                IllFormedError::MismatchedEndTag { .. } | IllFormedError::UnmatchedEndTag(_),
            ) => self.malformed("an end tag does not match its start tag"),
            Error::IllFormed(IllFormedError::UnclosedReference) => self.error(Problem::Reference),
            _ => self.malformed("this is not XML"),
        }
    }
}

fn position(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}
