//! What a document is mapped against: settings, QuickBooks as far as it is known, and what is
//! connected to what.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::document::{Reference, ShapeId, Structure, Value};
use crate::functions::shared_text;
use crate::qbxml::{Company, Record};
use crate::rules::Program;

use super::about_setting::AboutSetting;
use super::agreed::Agreed;
use super::by_hand::ByHand;

/// A document, as connections know it: its object and its id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The object's shape.
    pub shape: ShapeId,
    /// The document's id, as text.
    pub id: Arc<str>,
}

impl Key {
    /// The key of a document; nothing if it carries no id.
    pub fn of(program: &Program, document: &Structure) -> Option<Self> {
        let slot = program.shapes.get(document.shape).id_slot()?;
        let id = document.slots.get(slot).filter(|id| !id.is_absent())?;
        Some(Self { shape: document.shape, id: shared_text(id) })
    }
}

/// What is known of a document's counterpart.
#[derive(Clone, Debug)]
pub enum Link {
    /// It is connected to this record, which may not have been read.
    Connected {
        /// The record's id and, if it was read, its name.
        reference: Reference,
        /// The record, if it was read.
        record: Option<Arc<Record>>,
    },
    /// It comes to be in the same plan: this is how it can be referred to.
    Planned(Reference),
    /// It will have no counterpart.
    Missing {
        /// Why.
        reason: Arc<str>,
        /// The setting that this is about.
        setting: Option<AboutSetting>,
        /// What helps in a terminal.
        command: Option<Arc<str>>,
    },
    /// Nobody knows whether it has one, for a record cannot be read.
    Unreadable(Arc<str>),
}

impl Link {
    /// It will have no counterpart, for this reason, which is no setting.
    pub fn missing(reason: impl Into<Arc<str>>) -> Self {
        Self::Missing { reason: reason.into(), setting: None, command: None }
    }
}

/// Which documents have which counterparts.
#[derive(Clone, Debug, Default)]
pub struct Links {
    all: HashMap<Key, Link>,
    agreed: HashMap<Key, Arc<Agreed>>,
    by_hand: HashMap<Key, ByHand>,
    held: HashMap<Key, Arc<str>>,
    apart: HashMap<Key, Arc<str>>,
    /// What the same plan creates, by its full name in lower case: the type of the record, and what it will hold.
    planned: HashMap<String, Vec<(&'static str, Arc<Record>)>>,
    /// Which documents are connected to a record, by its id: made when it is first asked for.
    by_record: OnceLock<HashMap<Arc<str>, Vec<Key>>>,
}

impl Links {
    /// What is known of a document.
    pub fn get(&self, key: &Key) -> Option<&Link> {
        self.all.get(key)
    }

    /// Notes a document's counterpart.
    pub fn insert(&mut self, key: Key, link: Link) {
        self.by_record.take();
        self.all.insert(key, link);
    }

    /// The document of an object that is connected to the record of that id; of several that share it, the first.
    pub fn document_of(&self, shape: ShapeId, record: &str) -> Option<&Key> {
        let by_record = self.by_record.get_or_init(|| {
            let mut all: HashMap<Arc<str>, Vec<Key>> = HashMap::new();
            for (key, link) in &self.all {
                if let Link::Connected { reference: Reference { id: Some(id), .. }, .. } = link {
                    all.entry(id.clone()).or_default().push(key.clone());
                }
            }
            all
        });
        by_record.get(record)?.iter().filter(|key| key.shape == shape).min()
    }

    /// What a document and its record agreed on last, if that is known.
    pub fn agreed(&self, key: &Key) -> Option<&Agreed> {
        self.agreed.get(key).map(AsRef::as_ref)
    }

    /// Notes what a document and its record agreed on last.
    pub fn agree(&mut self, key: Key, agreed: Arc<Agreed>) {
        self.agreed.insert(key, agreed);
    }

    /// What a person has said of a document being done by hand, if anything.
    pub fn by_hand(&self, key: &Key) -> Option<&ByHand> {
        self.by_hand.get(key)
    }

    /// Notes what a person has said of a document being done by hand.
    pub fn note_by_hand(&mut self, key: Key, said: ByHand) {
        self.by_hand.insert(key, said);
    }

    /// Why a person has to say what a document's counterpart is, if one has to.
    pub fn held(&self, key: &Key) -> Option<&Arc<str>> {
        self.held.get(key)
    }

    /// Notes that a person has to say what a document's counterpart is.
    pub fn hold(&mut self, key: Key, reason: Arc<str>) {
        self.held.insert(key, reason);
    }

    /// The name of a document of which a person has said that a new record is to be made of it, though one of
    /// nearly that name is there.
    pub fn apart(&self, key: &Key) -> Option<&Arc<str>> {
        self.apart.get(key)
    }

    /// Notes that a person has said so.
    pub fn set_apart(&mut self, key: Key, name: Arc<str>) {
        self.apart.insert(key, name);
    }

    /// Notes that a record of this type and name comes to be in the same plan.
    pub fn plan(&mut self, record: &'static str, name: &str, body: Arc<Record>) {
        self.planned.entry(name.to_lowercase()).or_default().push((record, body));
    }

    /// Whether the same plan creates any record that can be referred to.
    pub fn has_planned(&self) -> bool {
        !self.planned.is_empty()
    }

    /// The record of one of these types that comes to be in the same plan under this full name: its type, and what
    /// it will hold.
    pub fn planned(&self, types: &[&str], name: &str) -> Option<(&'static str, &Arc<Record>)> {
        let all = self.planned.get(&name.to_lowercase())?;
        all.iter().find(|(record, _)| types.contains(record)).map(|(record, body)| (*record, body))
    }

    /// Notes that a document is connected to the record with that id.
    pub fn connect(&mut self, key: Key, id: &str, company: &Company) {
        let record = company.by_id(id);
        let full_name = record.as_ref().and_then(|record| record.full_name()).map(Arc::from);
        let reference = Reference { id: Some(Arc::from(id)), full_name };
        self.insert(key, Link::Connected { reference, record });
    }
}

/// What a document is mapped against.
#[derive(Clone, Copy, Debug)]
pub struct Context<'c> {
    /// The settings' values, in the order of the program's settings.
    pub settings: &'c [Value],
    /// QuickBooks, as far as it is known.
    pub company: &'c Company,
    /// Which documents have which counterparts.
    pub links: &'c Links,
}
