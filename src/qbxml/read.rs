//! Reading what QuickBooks answers, part by part.

use std::mem;
use std::sync::Arc;

use quick_xml::events::{BytesStart, Event};

use super::content::Contents;
use super::flaw::{Flaw, FlawKind};
use super::names::Interner;
use super::scan::Scanner;
use super::{ReadError, Record};
use crate::xml::is_layout;

/// The attributes of an element, in order.
pub type Attributes = Vec<(String, String)>;

/// What QuickBooks says about one request, without the records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseHead {
    /// The response's name, for example `CustomerQueryRs`.
    pub name: String,
    /// `requestID`, as it was sent; `None` if the request had none.
    pub request_id: Option<String>,
    /// `statusCode`: 0 done, 1 nothing found, 500-999 done with a warning, from 1000 on not done. Negative codes are
    /// failures too; [`NO_STATUS`] if there is none, or none that is a whole number.
    pub status_code: i32,
    /// `statusSeverity`: `Info`, `Warn` or `Error`. The code decides, not this.
    pub severity: String,
    /// `statusMessage`, for people.
    pub message: String,
    /// All attributes, also those above; `iteratorRemainingCount` and `iteratorID` are among them.
    pub attributes: Attributes,
}

impl ResponseHead {
    /// The value of the attribute with this name.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        attribute(&self.attributes, name)
    }

    /// True if QuickBooks did what it was asked to, perhaps with a warning (codes 0-999).
    ///
    /// The severity is not asked: code 3210 was recorded with severity `Info`.
    pub fn is_success(&self) -> bool {
        (0..1000).contains(&self.status_code)
    }
}

pub(super) fn attribute<'a>(attributes: &'a Attributes, name: &str) -> Option<&'a str> {
    attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// The code of a response that gives none, or none that is a whole number: it failed, for nobody says that it did not.
pub const NO_STATUS: i32 = -1;

/// One step through a document of responses.
#[derive(Debug, Clone)]
pub enum Part {
    /// A message set begins; its attributes (`messageSetStatusCode`, `newMessageSetID`).
    Set(Attributes),
    /// A response begins.
    Open(ResponseHead),
    /// One element directly inside the response: a `*Ret`, an `ErrorRecovery`, the `ListID` of a deletion.
    Record(Arc<Record>),
    /// A record that could not be read as it stands: it was [set aside](FlawKind::is_set_aside); or it is the one before
    /// this, which was taken with other characters.
    Flaw(Flaw),
    /// The response ends.
    Close,
}

/// Reads a document of responses part by part, so that none of it need be kept.
///
/// Stops after the first error.
///
/// ```
/// # use ferrule::qbxml::{Part, Parts};
/// let xml = br#"<QBXML><QBXMLMsgsRs>
///   <ClassQueryRs statusCode="0"><ClassRet><Name>Zinc &amp; Nickel</Name></ClassRet></ClassQueryRs>
/// </QBXMLMsgsRs></QBXML>"#;
/// let mut names = Vec::new();
/// for part in Parts::new(xml)? {
///     if let Part::Record(record) = part? {
///         names.extend(record.get("Name").map(str::to_owned));
///     }
/// }
/// assert_eq!(names, ["Zinc & Nickel"]);
/// # Ok::<(), ferrule::qbxml::ReadError>(())
/// ```
pub struct Parts<'a> {
    scanner: Scanner<'a>,
    is_done: bool,
    /// The elements around the records that are open.
    around: Vec<String>,
    contents: Contents,
    /// What is to be said of the record that was given last.
    pending: Option<Flaw>,
}

/// Elements open inside a response, outside of its records: `QBXML`, `QBXMLMsgsRs`, the response.
const IN_RESPONSE: usize = 3;

impl<'a> Parts<'a> {
    /// Begins to read a document: UTF-8, at most 4 GB.
    ///
    /// # Errors
    /// If the bytes are not UTF-8, or too many.
    pub fn new(document: &'a [u8]) -> Result<Self, ReadError> {
        let (scanner, contents) = (Scanner::lenient(document)?, Contents::default());
        Ok(Self { scanner, is_done: false, around: Vec::new(), contents, pending: None })
    }

    /// The next part. A record that cannot be read is passed over, if it is known where it ends.
    fn advance_or_pass(&mut self) -> Result<Option<Part>, ReadError> {
        if let Some(flaw) = self.pending.take() {
            return Ok(Some(Part::Flaw(flaw)));
        }
        self.advance().or_else(|error| {
            let response = self.around.get(IN_RESPONSE - 1).map_or("", String::as_str);
            match self.scanner.pass_over(&error, response, IN_RESPONSE) {
                Some(flaw) => Ok(Some(Part::Flaw(flaw))),
                None => Err(error),
            }
        })
    }

    /// A record that was read to its end, if it holds what it can hold.
    fn part_of(&mut self, record: Record) -> Part {
        let (replaced, place) = (self.scanner.take_replaced(), self.scanner.take_place());
        if let Some(reason) = self.contents.fault(&record) {
            return Part::Flaw(Flaw::of(&record, FlawKind::Content, reason, self.scanner.raw(place)));
        }
        if let Some(reason) = replaced.filter(|_| record.name().ends_with("Ret")) {
            let raw = self.scanner.raw(place);
            self.pending = Some(Flaw::of(&record, FlawKind::Characters, reason, raw));
        }
        Part::Record(Arc::new(record))
    }

    fn advance(&mut self) -> Result<Option<Part>, ReadError> {
        loop {
            let event = self.scanner.next()?;
            let depth = self.scanner.depth();
            match event {
                Event::Eof => return Ok(None),
                Event::Start(tag) if depth < IN_RESPONSE => {
                    let part = self.envelope(&tag, depth)?;
                    self.around.push(tag.name().as_ref().to_owned());
                    self.scanner.enter();
                    if part.is_some() {
                        return Ok(part);
                    }
                }
                Event::End(tag) if depth <= IN_RESPONSE => {
                    if self.around.pop().as_deref() != Some(tag.name().as_ref()) {
                        return Err(self.scanner.malformed("an end tag does not match its start tag"));
                    }
                    self.scanner.leave();
                    if depth == IN_RESPONSE {
                        return Ok(Some(Part::Close));
                    }
                }
                Event::Text(text) if depth <= IN_RESPONSE && is_layout(&text) => {}
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) if depth <= IN_RESPONSE => {
                    return Err(self.scanner.mixed(LEVELS.get(depth).unwrap_or(&"QBXML")));
                }
                event => {
                    if let Some(record) = self.scanner.record(&event)? {
                        return Ok(Some(self.part_of(record)));
                    }
                }
            }
        }
    }

    /// An element around the records has begun.
    fn envelope(&self, tag: &BytesStart<'a>, depth: usize) -> Result<Option<Part>, ReadError> {
        let name = tag.name();
        let name: &str = name.as_ref();
        let attributes = self.scanner.attributes(tag)?;
        match depth {
            0 => self.expect("QBXML", name).map(|()| None),
            1 => self.expect("QBXMLMsgsRs", name).map(|()| Some(Part::Set(attributes))),
            _ => Ok(Some(Part::Open(head(name, attributes)))),
        }
    }

    fn expect(&self, expected: &'static str, found: &str) -> Result<(), ReadError> {
        if found == expected {
            return Ok(());
        }
        Err(ReadError::Unexpected { expected, found: found.to_owned(), at: self.scanner.here() })
    }
}

fn head(name: &str, attributes: Attributes) -> ResponseHead {
    let value = |key: &str| attribute(&attributes, key).map(str::to_owned);
    let said = value("statusMessage").unwrap_or_default();
    let code = value("statusCode");
    let number = code.as_deref().and_then(|code| code.trim().parse().ok());
    let message = match (number, code) {
        (Some(_), _) => said,
        (None, Some(code)) => format!("QuickBooks gave the status code `{code}`, which is no number. {said}")
            .trim_end()
            .to_owned(),
        (None, None) => format!("QuickBooks gave no status code. {said}").trim_end().to_owned(),
    };
    ResponseHead {
        name: name.to_owned(),
        request_id: value("requestID"),
        status_code: number.unwrap_or(NO_STATUS),
        severity: value("statusSeverity").unwrap_or_default(),
        message,
        attributes,
    }
}

const LEVELS: [&str; 4] = ["", "QBXML", "QBXMLMsgsRs", "the response"];

impl Iterator for Parts<'_> {
    type Item = Result<Part, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let part = self.advance_or_pass().transpose();
        self.is_done = !matches!(part, Some(Ok(_)));
        part
    }
}

impl Record {
    /// Reads one element, such as [`Record::to_xml`] gives, with nothing around it.
    ///
    /// # Errors
    /// A [`ReadError`] with the place, if this is not one well-formed element.
    pub fn from_xml(xml: &str) -> Result<Self, ReadError> {
        read_one(&mut Scanner::strict(xml.as_bytes())?)
    }
}

/// Reads one element after another, each as [`Record::from_xml`] does. They share their names, so that the thousands of
/// records of a company file take less time and memory than each by itself.
///
/// ```
/// # use ferrule::qbxml::RecordReader;
/// let mut reader = RecordReader::default();
/// let all = ["<TermsRet><Name>Net 30</Name></TermsRet>", "<ClassRet><Name>Zinc</Name></ClassRet>"];
/// let records = all.map(|xml| reader.read(xml));
/// assert_eq!(records.map(|record| record.map(|it| it.to_xml())), all.map(|xml| Ok(xml.to_owned())));
/// ```
#[derive(Debug, Default)]
pub struct RecordReader {
    names: Interner,
}

impl RecordReader {
    /// Reads one element with nothing around it.
    ///
    /// # Errors
    /// A [`ReadError`] with the place, if this is not one well-formed element.
    pub fn read(&mut self, xml: &str) -> Result<Record, ReadError> {
        // After an error the names are gathered anew: they may be what is wrong.
        let mut scanner = Scanner::strict(xml.as_bytes())?.with_names(mem::take(&mut self.names));
        let record = read_one(&mut scanner)?;
        self.names = scanner.into_names();
        Ok(record)
    }
}

/// Reads one element with nothing around it. Characters that XML forbids become U+FFFD.
pub(super) fn read_leniently(xml: &[u8]) -> Result<Record, ReadError> {
    read_one(&mut Scanner::lenient(xml)?)
}

fn read_one(scanner: &mut Scanner<'_>) -> Result<Record, ReadError> {
    let mut found = None;
    loop {
        match scanner.next()? {
            Event::Eof => return found.ok_or(ReadError::Empty),
            event => found = scanner.record(&event)?.or(found),
        }
    }
}
