//! References: `connection()` to another document's record, `record()` to a record by name.

use std::sync::Arc;

use crate::document::{Code, Reference, Structure, Value};
use crate::functions::to_text;

use super::eval::{Evaluator, Frame};
use crate::engine::terms::context::{Key, Link};
use crate::engine::terms::fault::Fault;
use crate::engine::terms::outcome::{Dependency, Note};
use crate::engine::terms::words;

/// A list of so many names is told whole where none of them is near.
const SHORT_LIST: usize = 8;

impl Evaluator<'_> {
    /// The reference to a document's record: by id once it is connected, until then by the name that
    /// its own rules give it.
    pub(in crate::engine) fn connection(&self, document: &Value, asking: &Value) -> Result<Value, Fault> {
        let Value::Structure(part) = document else {
            return Ok(Value::Absent);
        };
        let Some(key) = Key::of(self.program, part) else {
            return Ok(Value::Absent);
        };
        if let Value::Structure(own) = asking
            && own.shape == part.shape
            && Key::of(self.program, own).as_ref() == Some(&key)
        {
            return Err(Fault::new(Code::Dependency, "the document refers to itself"));
        }
        self.depend(&key, part);
        match self.context.links.get(&key) {
            Some(Link::Connected { reference, .. } | Link::Planned(reference)) => {
                Ok(Value::Reference(Arc::new(reference.clone())))
            }
            Some(Link::Missing(reason)) => Err(Fault::new(Code::Dependency, reason.as_ref())),
            Some(Link::Unreadable(reason)) => Err(Fault::new(Code::SetAside, reason.as_ref())),
            None => self.provisional(part),
        }
    }

    pub(in crate::engine) fn connected(&self, document: &Value) -> bool {
        let Value::Structure(part) = document else {
            return false;
        };
        let key = Key::of(self.program, part);
        key.is_some_and(|key| matches!(self.context.links.get(&key), Some(Link::Connected { .. })))
    }

    fn depend(&self, key: &Key, part: &Structure) {
        let mut all = self.dependencies.borrow_mut();
        if !all.iter().any(|known| known.key == *key) {
            all.push(Dependency { key: key.clone(), part: part.clone() });
        }
    }

    /// The name that a document's own rules give it, from what is known of it here.
    fn provisional(&self, part: &Structure) -> Result<Value, Fault> {
        let root = Value::Structure(part.clone());
        let name = self.full_name(part.shape, &Frame::root(&root))?;
        Ok(name.map_or(Value::Absent, |name| {
            Value::Reference(Arc::new(Reference { id: None, full_name: Some(name) }))
        }))
    }

    /// The reference to a record by exact name.
    pub(in crate::engine) fn record(
        &self,
        records: &[&'static str],
        noun: &str,
        value: &Value,
    ) -> Result<Value, Fault> {
        let name = to_text(value);
        if name.trim().is_empty() {
            return Ok(Value::Absent);
        }
        let company = self.context.company;
        let found = company.find(records, "FullName", &name);
        let exact = found.iter().find(|record| record.full_name() == Some(name.as_ref()));
        match exact {
            Some(record) if record.get("IsActive") == Some("false") => self.inactive.add(noun, &name),
            None if records.iter().any(|record| company.was_read(record)) => {
                return Err(self.no_record(records, noun, &name));
            }
            None if company.is_known() => self.warn(
                Code::OnTrust,
                format!(
                    "the {} `{name}` is taken on trust, because no such records were read",
                    words::noun(noun)
                ),
            ),
            _ => {}
        }
        let full_name = match value {
            Value::Text(text) => text.clone(),
            _ => Arc::from(name.as_ref()),
        };
        Ok(Value::Reference(Arc::new(Reference { id: None, full_name: Some(full_name) })))
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
            ([], []) => "; it has none at all".to_owned(),
            ([], all) if all.len() <= SHORT_LIST => format!("; it has {}", quoted(all, "and")),
            ([], _) => String::new(),
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
        let note = Note { code: code.to_string(), message, element: None, span: None };
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.contains(&note) {
            warnings.push(note);
        }
    }
}
