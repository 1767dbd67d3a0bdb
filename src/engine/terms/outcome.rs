//! What becomes of one document.

use std::sync::{Arc, OnceLock};

use crate::document::Structure;
use crate::qbxml::{Elements, Flat, Record, WrittenMessage};
use crate::rules::source::Span;

use super::about_setting::AboutSetting;
use super::confirmed::{Confirmed, DIFFERS};
use super::context::Key;

/// What stands in a request for an id that is not known before QuickBooks has assigned it. Such a request is shown, and
/// is not sent before the id is known.
pub const ASSIGNED: &str = "(assigned by QuickBooks)";

/// What becomes of one document.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The document.
    pub key: Option<Key>,
    /// What messages call it.
    pub label: String,
    /// What is to be done.
    pub decision: Decision,
    /// What is to be told although nothing is wrong.
    pub warnings: Vec<Note>,
    /// The documents it refers to, in the order they were met, each once.
    pub dependencies: Vec<Dependency>,
    /// Its name in QuickBooks, as its rules give it, for documents that become list elements.
    pub name: Option<String>,
    /// What a counterpart was searched by and not found: an element, such as `RefNumber`, and its value.
    pub sought: Option<(&'static str, String)>,
    /// Whether it is skipped for a reason that a person has to see to in QuickBooks.
    pub waits: bool,
    /// Whether it is skipped because it counts as done by hand.
    pub is_by_hand: bool,
    /// For every element written: where it comes from. Only when asked for.
    pub provenance: Vec<Provenance>,
    /// What its record must hold once it was sent.
    pub confirmed: Vec<Confirmed>,
    /// What follows once it has its record; see [`Outcome::follow_ups`].
    pub(in crate::engine) then: Vec<FollowUp>,
}

/// A request that follows once a document has its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// Its name in the rules.
    pub id: String,
    /// What plans call it: its message and its name.
    pub title: String,
    /// The request. Its element stands for the message, also where that has none of its own.
    pub request: Request,
    /// Whether the message has its elements in the request itself.
    pub is_bare: bool,
}

/// What is to be done with a document.
#[derive(Clone, Debug)]
pub enum Decision {
    /// Nothing, for this reason; it is not an error.
    Skip(Option<Note>),
    /// Nothing, because of these errors.
    Reject(Vec<Note>),
    /// A record is created.
    Create(Request),
    /// A record that is there is taken as the counterpart, and changed where there is a request.
    Connect(Counterpart),
    /// Another document of the plan makes a record of this name; this one shares it.
    Share {
        /// The name.
        name: String,
        /// Whose record it is.
        with: String,
    },
    /// The record that it is connected to is compared, and changed where there is a request.
    Keep(Counterpart),
}

/// A record that a document has, or gets, as its counterpart.
#[derive(Clone, Debug)]
pub struct Counterpart {
    /// The record; nothing if it was never read.
    pub record: Option<Arc<Record>>,
    /// Its id.
    pub id: Option<Arc<str>>,
    /// Where the document wants it otherwise.
    pub changes: Vec<Difference>,
    /// The request that makes it so; nothing if nothing is sent.
    pub request: Option<Request>,
    /// The message with everything that the rules give; nothing if they change no such record.
    pub whole: Option<Request>,
}

/// Where a record is otherwise than its document wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The element.
    pub path: String,
    /// What `QuickBooks` has.
    pub before: Option<String>,
    /// What the document wants.
    pub after: Option<String>,
    /// What `QuickBooks` had when the two last agreed, if it has changed since.
    pub agreed: Option<String>,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Steelhead changed it, and it is sent.
    Sent,
    /// `QuickBooks` changed it: nothing of it is sent.
    Theirs,
    /// It was so from the first, or nobody knows since when: it stays as it is.
    Left,
    /// Both changed it, and `QuickBooks` leads: it stays as it is.
    Conflict,
    /// Both changed it, and a person decides.
    Asked,
    /// The rules never change such records.
    Never,
}

/// A request for QuickBooks.
#[derive(Clone, Debug)]
pub struct Request {
    /// The message, such as `CustomerAdd`.
    pub message: &'static str,
    /// The type of the record it makes or changes.
    pub record: &'static str,
    /// Record types that share its space of names.
    pub namespace: Arc<[&'static str]>,
    /// The message's element with everything in it, as compact qbXML.
    pub xml: Vec<u8>,
    /// Where its elements stand, until they were looked at.
    elements: Elements,
    /// The own ids of its lines with the names of their elements, where the rules change such records.
    pub lines: Vec<(&'static str, String)>,
    /// Whether an id in it is not known yet: that of a record which the same plan creates.
    pub awaits: bool,
    /// The same as a record. Most requests are only sent, so it is made when somebody first asks for it.
    body: OnceLock<Option<Arc<Record>>>,
}

/// Something to tell about a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// The id of the rule's condition, or a code such as `R634`.
    pub code: String,
    /// What to tell, for a clerk.
    pub message: String,
    /// The element it is about, such as `InvoiceLineAdd[2]/Desc`.
    pub element: Option<String>,
    /// The rule.
    pub span: Option<Span>,
    /// The setting that it is about.
    pub setting: Option<AboutSetting>,
    /// What helps in a terminal, in words that name the command. Pages have buttons instead.
    pub command: Option<String>,
}

/// A document that another one refers to.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// The document.
    pub key: Key,
    /// What the referring document holds of it.
    pub part: Structure,
}

/// Where an element comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The element, such as `InvoiceLineAdd[2]/Rate`.
    pub element: String,
    /// What is written.
    pub value: String,
    /// The rule.
    pub span: Span,
    /// The expression or literal.
    pub expression: Arc<str>,
    /// What it read: path and value.
    pub inputs: Vec<(String, String)>,
}

impl Fate {
    /// What it is called in JSON and in snapshots.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Theirs => "quickbooks-changed",
            Self::Left => "left",
            Self::Conflict => "conflict",
            Self::Asked => "asked",
            Self::Never => "never-sent",
        }
    }

    /// Why it is not sent, for people; nothing if it is.
    pub fn told(self) -> Option<&'static str> {
        match self {
            Self::Sent => None,
            Self::Theirs => Some("QuickBooks changed it, not sent"),
            Self::Left => Some("differs, left as it is"),
            Self::Conflict => Some("both changed it, QuickBooks leads, not sent"),
            Self::Asked => Some("both changed it, a person decides, not sent"),
            Self::Never => Some("not sent"),
        }
    }

    /// Whether somebody has changed it in `QuickBooks`, so that it is worth a look.
    pub fn is_news(self) -> bool {
        matches!(self, Self::Theirs | Self::Conflict | Self::Asked)
    }
}

impl Request {
    /// A request that was written.
    pub fn new(
        message: &'static str,
        record: &'static str,
        namespace: Arc<[&'static str]>,
        xml: Vec<u8>,
    ) -> Request {
        let written = WrittenMessage { xml, elements: Elements::default() };
        Request::written(message, record, namespace, written)
    }

    /// A request that the engine wrote.
    pub(in crate::engine) fn written(
        message: &'static str,
        record: &'static str,
        namespace: Arc<[&'static str]>,
        written: WrittenMessage,
    ) -> Request {
        let WrittenMessage { xml, elements } = written;
        let (lines, body) = (Vec::new(), OnceLock::new());
        Request { message, record, namespace, xml, elements, lines, awaits: false, body }
    }

    /// Another message about the same record, written anew.
    pub(in crate::engine) fn anew(&self, message: &'static str, xml: Vec<u8>) -> Request {
        Request::new(message, self.record, self.namespace.clone(), xml)
    }

    /// Another message about the same record.
    pub(in crate::engine) fn with(&self, message: &'static str, written: WrittenMessage) -> Request {
        Request::written(message, self.record, self.namespace.clone(), written)
    }

    /// Its elements, once: a plan keeps thousands of requests, and has no more use for them.
    pub(in crate::engine) fn take_flat(&mut self) -> Option<Flat<'_>> {
        let elements = std::mem::take(&mut self.elements);
        std::str::from_utf8(&self.xml).ok().and_then(|xml| elements.of(xml))
    }

    /// The same with the own ids of its lines; `awaits` if an id in it is not known yet.
    #[must_use]
    pub(in crate::engine) fn with_lines(self, lines: Vec<(&'static str, String)>, awaits: bool) -> Request {
        Request { lines, awaits, ..self }
    }

    /// The message's element as a record; nothing if the request is no qbXML.
    pub fn body(&self) -> Option<&Arc<Record>> {
        let read = || Record::from_xml(std::str::from_utf8(&self.xml).ok()?).ok().map(Arc::new);
        self.body.get_or_init(read).as_ref()
    }
}

impl PartialEq for Request {
    /// Whether the same is sent; whether somebody has looked into it makes no difference.
    fn eq(&self, other: &Request) -> bool {
        self.message == other.message
            && self.record == other.record
            && self.namespace == other.namespace
            && self.xml == other.xml
    }
}

impl Eq for Request {}

impl Decision {
    /// The record that the document has, or gets; nothing if it has none.
    pub fn counterpart(&self) -> Option<&Counterpart> {
        match self {
            Self::Connect(counterpart) | Self::Keep(counterpart) => Some(counterpart),
            Self::Skip(_) | Self::Reject(_) | Self::Create(_) | Self::Share { .. } => None,
        }
    }

    /// Whether there is a counterpart and nothing to send: then what would have been rounded, cut or
    /// replaced does not matter.
    pub(in crate::engine) fn is_settled(&self) -> bool {
        self.counterpart().is_some_and(|counterpart| counterpart.request.is_none())
    }

    /// Notes on all that a record holds otherwise than it must, where nothing is sent that might mend it.
    pub(in crate::engine) fn differences(&self, confirmed: &[Confirmed]) -> Vec<Note> {
        let Some(counterpart) = self.counterpart() else { return Vec::new() };
        let Some(record) = counterpart.record.as_ref().filter(|_| counterpart.request.is_none()) else {
            return Vec::new();
        };
        let note = |confirmed: &Confirmed| {
            let message = confirmed.difference(record)?.to_string();
            Some(Note { code: DIFFERS.to_owned(), message, span: Some(confirmed.span), ..Note::default() })
        };
        confirmed.iter().filter_map(note).collect()
    }
}

impl Outcome {
    /// The request, if one is to be sent.
    pub fn request(&self) -> Option<&Request> {
        match &self.decision {
            Decision::Create(request) => Some(request),
            other => other.counterpart()?.request.as_ref(),
        }
    }

    /// What follows once it has its record; nothing where it gets none.
    pub fn follow_ups(&self) -> &[FollowUp] {
        match &self.decision {
            Decision::Create(_) | Decision::Connect(_) | Decision::Keep(_) => &self.then,
            Decision::Skip(_) | Decision::Reject(_) | Decision::Share { .. } => &[],
        }
    }

    /// Whether its record holds something else than it must, and nothing is sent that might mend that.
    pub fn differs(&self) -> bool {
        self.warnings.iter().any(|note| note.code == DIFFERS)
    }

    /// The errors, if it is rejected.
    pub fn rejections(&self) -> &[Note] {
        match &self.decision {
            Decision::Reject(notes) => notes,
            _ => &[],
        }
    }
}
