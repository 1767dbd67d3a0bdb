//! A company file, open in QuickBooks.

use std::collections::HashMap;

use super::books::Books;
use super::condition::{Condition, Lasting};
use super::iterate::Iterators;
use super::message_set::Asked;
use super::read::read;
use super::status::Status;
use super::wrong_value::status_of;
use super::{Characters, Clock, HResult, Settings, WrongValues};
use crate::catalogue::{Version, root};
use crate::qbxml::element::Node;
use crate::qbxml::validate::{Fault, validate};

/// A company file, open in QuickBooks.
pub struct CompanyFile {
    pub(super) books: Books,
    clock: Box<dyn Clock>,
    is_open: bool,
    revision: u64,
}

impl CompanyFile {
    /// A new company file, with the lists that QuickBooks founds every company with.
    pub fn new(settings: Settings, clock: impl Clock + 'static) -> CompanyFile {
        let now = clock.now();
        CompanyFile::of(Books::new(settings, now), clock)
    }

    pub(super) fn of(books: Books, clock: impl Clock + 'static) -> CompanyFile {
        CompanyFile { books, clock: Box::new(clock), is_open: false, revision: 0 }
    }

    /// What the file was told when it was made.
    pub fn settings(&self) -> &Settings {
        &self.books.settings
    }

    /// Changes the settings; the closing date, say.
    pub fn set_settings(&mut self, settings: Settings) {
        self.books.settings = settings;
    }

    /// Begins a session, without which nothing is processed.
    ///
    /// # Errors
    /// [`HResult::SESSION_OPEN`] if there is one; what [`Condition::NoSession`] says.
    pub fn begin_session(&mut self) -> Result<(), HResult> {
        let refused = self.books.conditions.meet(|condition| match condition {
            Condition::NoSession(hresult) => Some(*hresult),
            _ => None,
        });
        match refused {
            Some(hresult) => Err(hresult),
            None if self.is_open => Err(HResult::SESSION_OPEN),
            None => {
                self.is_open = true;
                Ok(())
            }
        }
    }

    /// Ends the session, and its iterators with it. Nothing happens if there is none.
    pub fn end_session(&mut self) {
        self.is_open = false;
        self.books.iterators = Iterators::default();
    }

    /// Lets another application use the file, in a session of its own; that of this one is as it was
    /// afterwards.
    pub fn meanwhile<T>(&mut self, other: impl FnOnce(&mut CompanyFile) -> T) -> T {
        let is_open = std::mem::replace(&mut self.is_open, false);
        let iterators = std::mem::take(&mut self.books.iterators);
        let done = other(self);
        self.is_open = is_open;
        self.books.iterators = iterators;
        done
    }

    /// A number that is higher after a message set that may have changed something that is saved.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Does what `ProcessRequest` does: takes a document of requests and gives that of the responses.
    ///
    /// # Errors
    /// An HRESULT if the document as a whole is refused; nothing is done then, but in the case of
    /// [`Condition::AnswerLost`].
    pub fn process(&mut self, document: &str) -> Result<String, HResult> {
        self.tell_time();
        if !self.is_open {
            return Err(HResult::NO_SESSION);
        }
        if let Some(hresult) = self.books.conditions.meet(|condition| match condition {
            Condition::Refused(hresult) => Some(*hresult),
            _ => None,
        }) {
            return Err(hresult);
        }
        let (set, version, faults) = self.read(document)?;
        let can_keep = self.books.conditions.meet(|condition| match condition {
            Condition::CannotKeep if set.attribute("newMessageSetID").is_some() => Some(()),
            _ => None,
        });
        let asked = Asked { version, faults: &faults, can_keep: can_keep.is_none() };
        self.revision += u64::from(may_change(&set));
        let answer = self.books.message_set(&set, asked);
        let lost = self.books.conditions.meet(|condition| match condition {
            Condition::AnswerLost(hresult) => Some(*hresult),
            _ => None,
        });
        lost.map_or(Ok(answer), Err)
    }

    /// Brings a condition about; one that is there already lasts anew.
    pub fn inject(&mut self, condition: Condition, lasting: Lasting) {
        self.books.conditions.add(condition, lasting);
    }

    /// Ends a condition.
    pub fn clear(&mut self, condition: &Condition) {
        self.books.conditions.clear(condition);
    }

    pub(super) fn tell_time(&mut self) {
        self.books.now = self.clock.now();
    }

    /// Reads a document as far as QuickBooks does before it begins with the first request.
    fn read(&self, document: &str) -> Result<(Node, Version, HashMap<usize, Status>), HResult> {
        if self.books.settings.characters == Characters::AsciiOnly && !document.is_ascii() {
            return Err(HResult::NOT_PARSED);
        }
        let document = read(document).map_err(|_| HResult::NOT_PARSED)?;
        let highest = self.books.settings.qbxml_version.parse().unwrap_or(Version::NEWEST);
        let version = document.version.ok_or(HResult::UNKNOWN_VERSION)?;
        if version > highest || version > Version::NEWEST {
            return Err(HResult::UNKNOWN_VERSION);
        }
        let set = document.root.child("QBXMLMsgsRq").cloned().ok_or(HResult::NOT_PARSED)?;
        if set.attribute("onError") == Some("rollbackOnError") {
            return Err(HResult::NO_ROLLBACK);
        }
        let mut faults = HashMap::new();
        for fault in validate(&document.root, root(), version) {
            let (place, status) = self.bearable(&fault, &set).ok_or(HResult::NOT_PARSED)?;
            faults.entry(place).or_insert(status);
        }
        Ok((set, version, faults))
    }

    /// The request at fault and its status, if the settings let a request fail for such a fault.
    fn bearable(&self, fault: &Fault, set: &Node) -> Option<(usize, Status)> {
        if self.books.settings.wrong_values == WrongValues::NotParsed {
            return None;
        }
        status_of(fault, set)
    }
}

/// Whether a message set may change what is saved: anything but queries without ids of message sets.
fn may_change(set: &Node) -> bool {
    let has_id = ["newMessageSetID", "oldMessageSetID"].iter().any(|name| set.attribute(name).is_some());
    has_id || set.children().iter().any(|request| !request.name.ends_with("QueryRq"))
}
