//! Records looked for by what they hold, or by what refers to them.

use std::borrow::Cow;
use std::sync::Arc;

use crate::document::{Code, Reference, ShapeId, Value};
use crate::functions::{shared_text, to_text};
use crate::qbxml::RecordNode;
use crate::rules::program::Where;

use super::eval::Evaluator;
use crate::engine::terms::fault::Fault;
use crate::engine::terms::words;

/// So many names are told where there is no one record.
const TOLD: usize = 5;

impl Evaluator<'_> {
    /// The reference to the active record whose element has this value: the one of the preferred name, or else the only one.
    pub(in crate::engine) fn record_where(
        &self,
        sought: &Where,
        value: &Value,
        preferred: &Value,
    ) -> Result<Value, Fault> {
        if value.is_absent() {
            return Ok(Value::Absent);
        }
        let as_preferred = || reference(shared_text(preferred));
        let (value, preferred) = (to_text(value), to_text(preferred));
        let company = self.context.company;
        if !sought.records.iter().any(|record| company.was_read(record)) {
            self.takes_on_trust(sought.noun, &preferred);
            return Ok(as_preferred());
        }
        let found = company.find(&sought.records, sought.element, &value);
        let names: Vec<&str> =
            found.iter().filter(|it| it.is_active()).filter_map(|it| it.full_name()).collect();
        let of_that_name = names.iter().find(|name| name.eq_ignore_ascii_case(&preferred));
        match (of_that_name, names.as_slice()) {
            (Some(name), _) => Ok(reference(Arc::from(*name))),
            (None, [only]) => Ok(reference(Arc::from(*only))),
            // A read that did not ask for the element says nothing of it, so the name has to do.
            (None, _) if self.is_silent(sought, &preferred) => Ok(as_preferred()),
            (None, []) => Err(Fault::new(
                Code::NoRecord,
                format!("QuickBooks has no {} whose {} is {value}", words::noun(sought.noun), sought.element),
            )),
            (None, several) => {
                let told: Vec<String> = several.iter().take(TOLD).map(|name| format!("`{name}`")).collect();
                let message = format!(
                    "{} could each be the {} ({} is {value} in QuickBooks), and none of them is called `{preferred}`",
                    words::listed(&told, "and"),
                    words::noun(sought.noun),
                    sought.element,
                );
                Err(Fault::new(Code::NoRecord, message))
            }
        }
    }

    /// Whether there is an active record of that name that does not say what its element holds.
    fn is_silent(&self, sought: &Where, name: &str) -> bool {
        let found = self.context.company.find(&sought.records, "FullName", name);
        found.iter().any(|record| record.is_active() && record.get(sought.element).is_none())
    }

    /// The record that an element of a record refers to; absent if it was not read.
    pub(in crate::engine) fn referred(&self, element: &Value, types: &[&str]) -> Value {
        let Value::Record(node) = element else { return Value::Absent };
        let company = self.context.company;
        let found = match (node.get("ListID"), node.get("FullName")) {
            (Some(id), _) => company.find(types, "ListID", id),
            (None, Some(name)) => company.find(types, "FullName", name),
            (None, None) => return Value::Absent,
        };
        let mut found = found.into_iter();
        found.next().map_or(Value::Absent, |record| Value::Record(RecordNode::new(record)))
    }

    /// The id of the document that is connected to a record, which an element refers to or names by its id.
    pub(in crate::engine) fn document_of(&self, shape: ShapeId, record: &Value) -> Value {
        let id = match record {
            Value::Record(node) => node.get("ListID").or_else(|| node.get("TxnID")).map(Cow::Borrowed),
            Value::Absent => None,
            other => Some(to_text(other)),
        };
        let key = id.and_then(|id| self.context.links.document_of(shape, &id));
        key.map_or(Value::Absent, |key| Value::text(key.id.to_string()))
    }
}

fn reference(name: Arc<str>) -> Value {
    Value::Reference(Arc::new(Reference { id: None, full_name: Some(name) }))
}
