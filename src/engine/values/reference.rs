//! References: `connection()` to another document's record, `record()` to a record by name.

use std::sync::Arc;

use crate::catalogue;
use crate::document::{Code, Reference, Structure, Value};
use crate::functions::{shared_text, to_text};
use crate::qbxml::{Company, Record};

use super::eval::{Evaluator, Frame};
use crate::engine::terms::context::{Key, Link};
use crate::engine::terms::fault::Fault;
use crate::engine::terms::outcome::{Dependency, Note};
use crate::engine::terms::words;

/// A list of so many names is told whole where none of them is near.
const SHORT_LIST: usize = 8;

/// What `record()` looks for.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Sought<'n> {
    /// The types that it can be of.
    pub records: &'n [&'static str],
    /// Whether those are of several lists.
    pub is_several: bool,
    /// What people call such a record.
    pub noun: &'n str,
    /// It must be of one of these kinds, if any are named.
    pub kinds: &'n [&'static str],
}

impl Evaluator<'_> {
    /// The reference to a document's record: by id once it is connected, until then by the name that
    /// its own rules give it.
    pub(in crate::engine) fn connection(
        &self,
        document: &Value,
        asking: &Value,
        kinds: &[&str],
    ) -> Result<Value, Fault> {
        let Value::Structure(part) = document else {
            return Ok(Value::Absent);
        };
        if self.is_itself(asking, part) {
            if let Some(own) = self.own.borrow().as_ref() {
                return Ok(Value::Reference(Arc::new(own.clone())));
            }
            return Err(Fault::new(Code::Dependency, "the document refers to itself"));
        }
        let Some(key) = self.depend(part) else {
            return Ok(Value::Absent);
        };
        if !kinds.is_empty()
            && let Some((kind, record)) = self.counterpart(&key, part)
            && !is_of(&kind, &record, kinds)
        {
            return Err(wrong_kind(&kind, &record, kinds));
        }
        match self.context.links.get(&key) {
            Some(Link::Connected { reference, .. } | Link::Planned(reference)) => {
                Ok(Value::Reference(Arc::new(reference.clone())))
            }
            Some(Link::Missing { reason, setting, command }) => {
                let fault = Fault::new(Code::Dependency, reason.as_ref()).about(setting.clone());
                Err(fault.helped_by(command.clone()))
            }
            Some(Link::Unreadable(reason)) => Err(Fault::new(Code::SetAside, reason.as_ref())),
            None => self.provisional(part),
        }
    }

    /// The reference to the line of a document's record that has this id in Steelhead.
    pub(in crate::engine) fn line_of(
        &self,
        document: &Value,
        id: &Value,
        asking: &Value,
    ) -> Result<Value, Fault> {
        let (Value::Structure(part), false) = (document, id.is_absent()) else { return Ok(Value::Absent) };
        let own = to_text(id);
        let Value::Reference(whole) = self.connection(document, asking, &[])? else {
            return Ok(Value::Absent);
        };
        let Some(key) = Key::of(self.program, part).filter(|_| whole.id.is_some()) else {
            return Ok(Value::Reference(whole));
        };
        let record = self.counterpart(&key, part).map(|(_, record)| record);
        let line = self.context.links.agreed(&key).and_then(|agreed| agreed.line(&own, record.as_deref()));
        let Some(line) = line else {
            let message = format!("which line of its record in QuickBooks has the id {own} is not known");
            return Err(Fault::new(Code::Dependency, message));
        };
        Ok(Value::Reference(Arc::new(Reference { id: Some(Arc::from(line)), full_name: None })))
    }

    /// The type of a document's record without `Ret`, as far as it is known.
    pub(in crate::engine) fn record_type(&self, document: &Value) -> Value {
        let Value::Structure(part) = document else { return Value::Absent };
        let Some(key) = self.depend(part) else { return Value::Absent };
        let found = self.counterpart(&key, part);
        found.map_or(Value::Absent, |(kind, _)| Value::text(kind.trim_end_matches("Ret").to_owned()))
    }

    /// The record of a document, or what the same plan makes of it, with its type.
    fn counterpart(&self, key: &Key, part: &Structure) -> Option<(String, Arc<Record>)> {
        match self.context.links.get(key)? {
            Link::Connected { record, .. } => record.clone().map(|record| (record.name().to_owned(), record)),
            Link::Planned(reference) => {
                let export = self.program.object_of(part.shape)?.export.as_ref()?;
                let types: Vec<&str> = export.variants.iter().map(|variant| variant.record).collect();
                let (kind, body) = self.context.links.planned(&types, reference.full_name.as_ref()?)?;
                Some((kind.to_owned(), body.clone()))
            }
            Link::Missing { .. } | Link::Unreadable(_) => None,
        }
    }

    pub(in crate::engine) fn connected(&self, document: &Value) -> bool {
        let Value::Structure(part) = document else {
            return false;
        };
        let key = Key::of(self.program, part);
        key.is_some_and(|key| matches!(self.context.links.get(&key), Some(Link::Connected { .. })))
    }

    /// Whether a reference without an id is to a record that comes to be in the same plan.
    pub(in crate::engine) fn is_awaited(&self, reference: &Reference) -> bool {
        let is_it = |dependency: &Dependency| match self.context.links.get(&dependency.key) {
            Some(Link::Planned(planned)) => planned == reference,
            _ => false,
        };
        let is_own = self.own.borrow().as_ref() == Some(reference);
        is_own || reference.full_name.is_none() || self.dependencies.borrow().iter().any(is_it)
    }

    /// Whether a part of the document that asks is that document itself.
    fn is_itself(&self, asking: &Value, part: &Structure) -> bool {
        let Value::Structure(own) = asking else { return false };
        own.shape == part.shape
            && Key::of(self.program, part).is_some_and(|key| Key::of(self.program, own) == Some(key))
    }

    /// Notes that the document depends on another one, of which it holds this part. Gives its key; nothing if it has no
    /// id.
    ///
    /// Rules ask for the type of what a line bills, and then for its record: the very part is found without its key, which
    /// is a text made of its number.
    fn depend(&self, part: &Structure) -> Option<Key> {
        let mut all = self.dependencies.borrow_mut();
        if let Some(known) = all.iter().rev().find(|known| Arc::ptr_eq(&known.part.slots, &part.slots)) {
            return Some(known.key.clone());
        }
        let key = Key::of(self.program, part)?;
        if !all.iter().any(|known| known.key == key) {
            all.push(Dependency { key: key.clone(), part: part.clone() });
        }
        Some(key)
    }

    /// The name that a document's own rules give it, from what is known of it here.
    fn provisional(&self, part: &Structure) -> Result<Value, Fault> {
        let root = Value::Structure(part.clone());
        let name = self.full_name(part.shape, &Frame::root(&root))?;
        if name.is_none() && !self.becomes_a_transaction(part) {
            return Ok(Value::Absent);
        }
        Ok(Value::Reference(Arc::new(Reference { id: None, full_name: name })))
    }

    /// Whether a document becomes a transaction, which has an id and no name.
    fn becomes_a_transaction(&self, part: &Structure) -> bool {
        let export = self.program.object_of(part.shape).and_then(|object| object.export.as_ref());
        let has_txn_id = |record| catalogue::record(record).is_some_and(|it| it.child("TxnID").is_some());
        export.is_some_and(|export| export.variants.iter().any(|variant| has_txn_id(variant.record)))
    }

    /// The reference to a record by exact name.
    pub(in crate::engine) fn record(&self, sought: Sought<'_>, value: &Value) -> Result<Value, Fault> {
        let Sought { records, noun, kinds, .. } = sought;
        let name = to_text(value);
        if name.trim().is_empty() {
            return Ok(Value::Absent);
        }
        let company = self.context.company;
        let found = company.find(records, "FullName", &name);
        let exact = found.iter().find(|record| record.full_name() == Some(name.as_ref()));
        let by_number = exact.is_none().then(|| self.by_number(records, &name)).flatten();
        match exact.or(by_number.as_ref()) {
            Some(record) if !is_of(record.name(), record, kinds) => {
                return Err(wrong_kind(record.name(), record, kinds));
            }
            Some(record) if !record.is_active() => self.inactive.add(noun, &name),
            None if were_read(company, sought) => {
                return Err(self.no_record(records, noun, &name));
            }
            None => self.takes_on_trust(noun, &name),
            Some(_) => {}
        }
        let by_number = by_number.as_ref().and_then(|record| record.full_name());
        let full_name = by_number.map_or_else(|| shared_text(value), Arc::from);
        Ok(Value::Reference(Arc::new(Reference { id: None, full_name: Some(full_name) })))
    }

    /// The one record that people call so by its number.
    fn by_number(&self, records: &[&str], number: &str) -> Option<Arc<Record>> {
        let found = records.iter().filter_map(|kind| {
            Some(self.context.company.find(&[kind], catalogue::also_known_by(kind)?, number.trim()))
        });
        let mut found = found.flatten();
        let only = found.next()?;
        found.next().is_none().then_some(only)
    }

    /// Warns that nobody has looked whether there is a record of that name, unless nothing at all was read.
    pub(super) fn takes_on_trust(&self, noun: &str, name: &str) {
        if self.context.company.is_known() {
            let noun = words::noun(noun);
            let message = format!("the {noun} `{name}` is taken on trust, because no such records were read");
            self.warn(Code::OnTrust, message);
        }
    }

    fn no_record(&self, records: &[&str], noun: &str, name: &str) -> Fault {
        if let Some(flaw) = self.context.company.flawed(records, "FullName", name) {
            let message = format!(
                "the {} `{name}` may be {} in QuickBooks, which cannot be read: {}",
                words::noun(noun),
                flaw.label(),
                flaw.reason
            );
            return Fault::new(Code::SetAside, message);
        }
        let quoted = |names: &[String], word: &str| {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            words::listed(&names, word)
        };
        let near = self.context.company.near(records, name, 3);
        let all = || self.all_names(records);
        let hint = match (near.as_slice(), all().as_slice()) {
            ([], []) => "; it has none at all.".to_owned(),
            ([], all) if all.len() <= SHORT_LIST => format!("; it has {}.", quoted(all, "and")),
            ([], _) => ".".to_owned(),
            (near, _) => format!("; did you mean {}?", quoted(near, "or")),
        };
        Fault::new(
            Code::NoRecord,
            format!("QuickBooks has no {} named exactly `{name}`{hint}", words::noun(noun)),
        )
    }

    fn all_names(&self, records: &[&str]) -> Vec<String> {
        let company = self.context.company;
        let names = records.iter().flat_map(|record| company.names(record));
        names.take(SHORT_LIST + 1).map(|(name, _)| name.to_owned()).collect()
    }

    pub(in crate::engine) fn warn(&self, code: Code, message: String) {
        let note = Note { code: code.to_string(), message, ..Note::default() };
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.contains(&note) {
            warnings.push(note);
        }
    }
}

/// Whether a record is of one of these kinds; of any, if none are named.
fn is_of(kind: &str, record: &Record, kinds: &[&str]) -> bool {
    let is_one = |word: &str| kinds.contains(&word);
    kinds.is_empty() || is_one(kind.trim_end_matches("Ret")) || is_one(kind_of(kind, record))
}

fn wrong_kind(kind: &str, record: &Record, kinds: &[&str]) -> Fault {
    let name = record.full_name().unwrap_or_default();
    let wanted: Vec<String> = kinds.iter().map(|kind| words::one(kind)).collect();
    let (found, wanted) = (words::one(kind_of(kind, record)), words::listed(&wanted, "or"));
    Fault::new(Code::NoRecord, format!("`{name}` is {found} in QuickBooks, and this must be {wanted}"))
}

/// What a record is: what its own element says, or its type.
fn kind_of<'r>(kind: &'r str, record: &'r Record) -> &'r str {
    let own = catalogue::kind_element(kind).and_then(|element| record.get(element.name()));
    own.unwrap_or(kind)
}

/// Whether a record that is not found is missing. The types of one list are read together; of several lists each must be.
fn were_read(company: &Company, sought: Sought<'_>) -> bool {
    let mut records = sought.records.iter();
    if sought.is_several {
        records.all(|it| company.was_read(it))
    } else {
        records.any(|it| company.was_read(it))
    }
}
