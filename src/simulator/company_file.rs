//! A company file, open in QuickBooks.

use std::collections::HashMap;
use std::path::Path;

use super::books::persist::{self, PersistError};
use super::books::recorded::{self, NotResponses};
use super::books::{Books, Iterators, new_books};
use super::clock::Clock;
use super::condition::{Condition, Lasting};
use super::elements::read;
use super::hresult::HResult;
use super::requests::edition::is_foreign;
use super::requests::message_set::MessageSet;
use super::requests::wrong_value::status_of;
use super::settings::{Characters, Settings, WrongValues};
use super::status::Status;
use crate::catalogue::{Version, root};
use crate::qbxml::validate::{Fault, validate};
use crate::xml::Node;

/// A company file, open in QuickBooks.
pub struct CompanyFile {
    pub(crate) books: Books,
    clock: Box<dyn Clock>,
    is_open: bool,
    revision: u64,
}

impl CompanyFile {
    /// A new company file, with the lists that QuickBooks founds every company with.
    pub fn new(settings: Settings, clock: impl Clock + 'static) -> CompanyFile {
        let now = clock.now();
        CompanyFile::of(new_books(settings, now), clock)
    }

    fn of(books: Books, clock: impl Clock + 'static) -> CompanyFile {
        CompanyFile { books, clock: Box::new(clock), is_open: false, revision: 0 }
    }

    /// The same company file once more, by another clock: whatever becomes of one leaves the other as it is.
    #[must_use]
    pub fn copy(&self, clock: impl Clock + 'static) -> CompanyFile {
        let (books, is_open, revision) = (self.books.clone(), self.is_open, self.revision);
        CompanyFile { books, clock: Box::new(clock), is_open, revision }
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
        let cannot_keep = self.books.conditions.meet(|condition| match condition {
            Condition::CannotKeep if set.attribute("newMessageSetID").is_some() => Some(()),
            _ => None,
        });
        self.revision += u64::from(may_change(&set));
        let set = MessageSet { node: &set, version, faults: &faults, can_keep: cannot_keep.is_none() };
        let answer = set.answer(&mut self.books);
        let answer = self.damaged(answer);
        let lost = self.books.conditions.meet(|condition| match condition {
            Condition::AnswerLost(hresult) => Some(*hresult),
            _ => None,
        });
        lost.map_or(Ok(answer), Err)
    }

    /// The answer as damaged records make it.
    fn damaged(&mut self, mut answer: String) -> String {
        let mut damages = Vec::new();
        while let Some(damage) = self.books.conditions.meet(|condition| match condition {
            Condition::Damaged { text, becomes } => {
                let damage = (text.clone(), becomes.clone());
                (answer.contains(text) && !damages.contains(&damage)).then_some(damage)
            }
            _ => None,
        }) {
            damages.push(damage);
        }
        for (text, becomes) in damages {
            answer = answer.replace(&text, &becomes);
        }
        answer
    }

    /// Takes over the records of recorded responses as they are, whatever the schema says of them;
    /// gives their number. Lists that they refer to and that are not there get an element for each
    /// reference. What the document says about the company takes the place of what was known.
    ///
    /// # Errors
    /// If the document is no document of responses.
    pub fn load_responses(&mut self, document: &str) -> Result<usize, NotResponses> {
        self.tell_time();
        recorded::take_over(&mut self.books, document)
    }

    /// Saves the company file to one file, which is replaced as a whole or not at all. Sessions,
    /// iterators and conditions are not saved.
    ///
    /// # Errors
    /// What the file system says.
    pub fn save(&self, path: &Path) -> Result<(), PersistError> {
        persist::save(&self.books, path)
    }

    /// Loads a company file that was saved.
    ///
    /// # Errors
    /// If the file cannot be read or is none.
    pub fn load(path: &Path, clock: impl Clock + 'static) -> Result<CompanyFile, PersistError> {
        Ok(CompanyFile::of(persist::load(path)?, clock))
    }

    /// Brings a condition about; one that is there already lasts anew.
    pub fn inject(&mut self, condition: Condition, lasting: Lasting) {
        self.books.conditions.add(condition, lasting);
    }

    /// Ends a condition.
    pub fn clear(&mut self, condition: &Condition) {
        self.books.conditions.clear(condition);
    }

    pub(crate) fn tell_time(&mut self) {
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
        if is_foreign(&set, &self.books.settings.country) {
            return Err(HResult::NOT_PARSED);
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
