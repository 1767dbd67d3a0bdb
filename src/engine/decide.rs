//! Is there a counterpart in QuickBooks, and does it differ?

use std::sync::Arc;

use crate::catalogue::{self, Element};
use crate::document::{Code, Value};
use crate::functions::to_text;
use crate::qbxml::{Change, Compare, Record, RecordNode, Wanted, changes, text_at};
use crate::rules::program::{Match, MatchBy, Message, Variant};

use super::confirmed::compare;
use super::context::Link;
use super::emit::Emitter;
use super::export::Run;
use super::fault::Fault;
use super::outcome::{Counterpart, Request};

/// What a document's record is.
pub(super) enum CounterpartChoice {
    /// There is none yet.
    Create,
    /// This one, from now on.
    Connect(Arc<Record>),
    /// The one that it is connected to, which may not have been read.
    Keep(Option<Arc<Record>>, Option<Arc<str>>),
}

impl Run<'_> {
    pub(super) fn counterpart(&mut self, variant: &Variant, request: &Request) -> CounterpartChoice {
        // A connection outlasts every match: it was made once, and names may have changed since.
        if let Some(Link::Connected { reference, record }) = self.link {
            // A record that is missing from what was read is gone. One of a list that was never read may
            // well be there, so nothing is concluded from its absence.
            let read = request.namespace.iter().any(|record| self.evaluator.context.company.was_read(record));
            if record.is_none() && read {
                let id = reference.id.as_deref().unwrap_or_default();
                let message = format!(
                    "the record it is connected to ({id}) is no longer in QuickBooks; connect it to another one, or archive the connection"
                );
                self.reject(Fault::new(Code::NoMatch, message));
            }
            return CounterpartChoice::Keep(record.clone(), reference.id.clone());
        }
        match &variant.matching {
            Some(matching) => self.search(matching, request),
            None => CounterpartChoice::Create,
        }
    }

    fn search(&mut self, matching: &Match, request: &Request) -> CounterpartChoice {
        let company = self.evaluator.context.company;
        let Some(wanted) = self.wanted(matching, request) else {
            return CounterpartChoice::Create;
        };
        let found = company.find(&matching.records, matching.element, &wanted);
        let mut accepted = self.accepted(matching, &found);
        match accepted.len() {
            // What was looked for is kept, so that two new documents that look for the same are noticed.
            0 if found.is_empty() => {
                self.found.sought = Some((matching.element, wanted));
                CounterpartChoice::Create
            }
            0 => self.none_accepted(matching, &found, wanted),
            1 => accepted.pop().map_or(CounterpartChoice::Create, CounterpartChoice::Connect),
            many => {
                let message = format!(
                    "{many} records in QuickBooks are called `{wanted}`; connect the document to one of them"
                );
                self.reject(Fault::new(Code::NoMatch, message));
                CounterpartChoice::Create
            }
        }
    }

    /// What a counterpart is searched by; nothing if the document has no such thing.
    pub(super) fn wanted(&self, matching: &Match, request: &Request) -> Option<String> {
        let wanted = match &matching.by {
            MatchBy::Field(path) => text_at(&request.xml, path),
            MatchBy::Value(expr) => {
                self.evaluator.value(expr, &self.frame).ok().map(|value| to_text(value.as_ref()).into_owned())
            }
        };
        wanted.filter(|wanted| !wanted.is_empty())
    }

    /// Records were found, and none is the counterpart. Unless the rules object, the document becomes one more
    /// of them, and two new documents must not become the same one.
    fn none_accepted(
        &mut self,
        matching: &Match,
        found: &[Arc<Record>],
        wanted: String,
    ) -> CounterpartChoice {
        let Some((otherwise, first)) = matching.otherwise.as_ref().zip(found.first()) else {
            self.found.sought = Some((matching.element, wanted));
            return CounterpartChoice::Create;
        };
        let first = Value::Record(RecordNode::new(first.clone()));
        let message = self.evaluator.text(otherwise, &self.frame.inner(&first));
        let message = message.unwrap_or_else(Fault::into_message);
        self.reject(Fault::new(Code::NoMatch, message).at(otherwise.span));
        CounterpartChoice::Create
    }

    fn accepted(&mut self, matching: &Match, found: &[Arc<Record>]) -> Vec<Arc<Record>> {
        let Some(accept) = &matching.accept else {
            return found.to_vec();
        };
        let mut accepted = Vec::new();
        for record in found {
            let candidate = Value::Record(RecordNode::new(record.clone()));
            match self.evaluator.holds(accept, &self.frame.inner(&candidate)) {
                Ok(true) => accepted.push(record.clone()),
                Ok(false) => {}
                Err(fault) => self.reject(fault.at(accept.span)),
            }
        }
        accepted
    }

    /// The counterpart with its differences, and the request that removes them.
    pub(super) fn compared(
        &mut self,
        variant: &Variant,
        record: Option<Arc<Record>>,
        id: Option<Arc<str>>,
        request: &Request,
    ) -> Counterpart {
        let id = id.or_else(|| record.as_ref().and_then(|record| record.id()).map(Arc::from));
        let mut counterpart = Counterpart { record, id, changes: Vec::new(), request: None };
        let Some(record) = counterpart.record.clone().filter(|_| !self.options.in_part) else {
            return counterpart;
        };
        // The record found may be of another type than the one that would be created; then its elements
        // cannot be compared one by one.
        let same_type = record.name() == variant.record;
        if let Some(modify) = variant.modify.as_ref().filter(|_| same_type) {
            // Written twice: first with everything, to see what differs, then with that alone, so that
            // nobody's change to another element is undone.
            let message = modify.body.name();
            let whole = request.with(message, self.modification(modify, &record, None));
            counterpart.changes = differences(&whole, &record);
            if !counterpart.changes.is_empty() {
                let xml = self.modification(modify, &record, Some(&counterpart.changes));
                counterpart.request = Some(request.with(message, xml));
            }
        } else if same_type {
            counterpart.changes = differences(request, &record);
        }
        self.name_references(&mut counterpart.changes);
        counterpart
    }

    /// Requests refer by id to what is connected; whoever reads of a change wants the name.
    fn name_references(&self, changes: &mut [Change]) {
        if changes.is_empty() {
            return;
        }
        let links = self.evaluator.context.links;
        let dependencies = self.evaluator.dependencies.borrow();
        let connected = dependencies.iter().filter_map(|dependency| match links.get(&dependency.key)? {
            Link::Connected { reference, .. } => reference.id.as_deref().zip(reference.full_name.as_deref()),
            Link::Planned(_) | Link::Missing(_) => None,
        });
        for (id, name) in connected {
            let is_it = |change: &&mut Change| change.after.as_deref() == Some(id);
            changes.iter_mut().filter(is_it).for_each(|change| change.after = Some(name.to_owned()));
        }
    }

    /// The message that changes a record: its id and edit sequence, then what the rules want; of that
    /// only the top elements that differ, when those are known.
    fn modification(&self, modify: &Message, record: &Record, only: Option<&[Change]>) -> Vec<u8> {
        let mut emitter = Emitter::new(self.evaluator, false);
        emitter.changes = Some(record);
        let name = modify.body.name();
        emitter.writer.open(name);
        for key in ["ListID", "TxnID", "EditSequence"] {
            if let Some(value) = record.get(key).filter(|_| modify.body.child(key).is_some()) {
                emitter.writer.leaf(key, value);
            }
        }
        for op in &modify.fields {
            let differs =
                only.is_none_or(|only| only.iter().any(|change| top(&change.path) == op.element.name()));
            if differs {
                emitter.fields(std::slice::from_ref(op), &[], &self.frame);
            }
        }
        emitter.writer.close(name);
        emitter.take_xml()
    }
}

fn top(path: &str) -> &str {
    path.split(['/', '[']).next().unwrap_or_default()
}

/// Where a record is otherwise than a request wants it, as far as records of its type have such elements.
fn differences(request: &Request, record: &Record) -> Vec<Change> {
    let Some(body) = request.body() else {
        return Vec::new();
    };
    let Some(schema) = catalogue::record(record.name()) else {
        return Vec::new();
    };
    let wanted = Wanted::from_node(body.root());
    let kind =
        |path: &str| in_record(schema, path).and_then(Element::data_type).map_or(Compare::Exact, compare);
    let mut found = changes(&wanted, record.root(), &kind);
    // Some elements only tell QuickBooks what to do. A record never holds them, so they never differ.
    found.retain(|change| in_record(schema, &change.path).is_some() && !is_identity(&change.path));
    found
}

fn is_identity(path: &str) -> bool {
    matches!(path, "ListID" | "TxnID" | "EditSequence")
}

/// The element of a record that a message's element becomes: `XLineAdd[2]/Rate` is `XLineRet/Rate`.
fn in_record(record: Element, path: &str) -> Option<Element> {
    path.split('/').try_fold(record, |element, step| {
        let name = step.split('[').next().unwrap_or_default();
        let renamed =
            name.strip_suffix("Add").or_else(|| name.strip_suffix("Mod")).map(|stem| format!("{stem}Ret"));
        element.child(name).or_else(|| element.child(&renamed?))
    })
}
