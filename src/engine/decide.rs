//! Is there a counterpart in QuickBooks, and does it differ?

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::document::{Code, Value};
use crate::functions::to_text;
use crate::qbxml::{Change, Record, RecordNode, text_at};
use crate::rules::program::{FieldOp, Match, MatchBy, Message, Variant};

use super::differences::{self, differences};
use super::export::Run;
use super::lines::{Arranged, arranged, clears, tables};
use super::request::Emitter;
use super::terms::about_setting::AboutSetting;
use super::terms::agreed::{Agreed, Wish, named};
use super::terms::context::Link;
use super::terms::fault::Fault;
use super::terms::line_ids::with_own_ids;
use super::terms::outcome::{Counterpart, Difference, Fate, Request};
use super::terms::words;

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
            if let Some(flaw) = reference.id.as_deref().and_then(|id| self.set_aside(request, id)) {
                self.reject(flaw);
                return CounterpartChoice::Keep(record.clone(), reference.id.clone());
            }
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
        if let Some(reason) = self.held {
            self.reject(Fault::new(Code::NoMatch, reason.to_string()));
            return CounterpartChoice::Create;
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
        let mut found = company.find(&matching.records, matching.element, &wanted);
        for parent in self.parents(matching) {
            found.extend(company.find(&matching.records, matching.element, &format!("{parent}:{wanted}")));
        }
        let mut accepted = self.accepted(matching, &found);
        if accepted.is_empty()
            && let Some(flaw) = company.flawed(&matching.records, matching.element, &wanted)
        {
            // To create another one might be to have it twice.
            self.reject(words::perhaps(flaw, "be its record"));
            return CounterpartChoice::Create;
        }
        match accepted.len() {
            // What was looked for is kept, so that two new documents that look for the same are noticed.
            0 if found.is_empty() => {
                self.found.sought = Some((matching.element, wanted));
                CounterpartChoice::Create
            }
            0 => self.none_accepted(matching, &found, wanted),
            1 => accepted.pop().map_or(CounterpartChoice::Create, CounterpartChoice::Connect),
            many => {
                let names: BTreeSet<&str> = accepted.iter().filter_map(|record| record.full_name()).collect();
                let called = if names.len() > 1 {
                    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                    words::listed(&names, "and")
                } else {
                    format!("`{wanted}`")
                };
                let message = format!(
                    "{many} records in QuickBooks are called {called}; connect the document to one of them"
                );
                self.reject(Fault::new(Code::NoMatch, message));
                CounterpartChoice::Create
            }
        }
    }

    /// The full names of records below which the counterpart may also stand.
    fn parents(&self, matching: &Match) -> Vec<String> {
        let Some(Ok(names)) = matching.under.as_ref().map(|under| self.evaluator.value(under, &self.frame))
        else {
            return Vec::new();
        };
        let names = to_text(names.as_ref()).into_owned();
        names.split(';').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    /// The record that the document is connected to, if it was set aside: what it holds is not known.
    fn set_aside(&self, request: &Request, id: &str) -> Option<Fault> {
        let flaw = self.evaluator.context.company.set_aside(&request.namespace, id)?;
        let message =
            format!("the record it is connected to, {}, cannot be read: {}", flaw.label(), flaw.reason);
        Some(Fault::new(Code::SetAside, message))
    }

    /// What a counterpart is searched by; nothing if the document has no such thing.
    pub(super) fn wanted(&self, matching: &Match, request: &Request) -> Option<String> {
        let wanted = match &matching.by {
            MatchBy::Field(path) => {
                let own = text_at(&request.xml, path);
                let is_name = matching.element == "FullName" && path.as_slice() == ["Name"];
                // What stands below another record is found by its whole name.
                let parent = is_name.then(|| self.parent(request)).flatten();
                own.map(|own| parent.map_or(own.clone(), |parent| format!("{parent}:{own}")))
            }
            MatchBy::Value(expr) => {
                self.evaluator.value(expr, &self.frame).ok().map(|value| to_text(value.as_ref()).into_owned())
            }
        };
        wanted.filter(|wanted| !wanted.is_empty())
    }

    /// The full name of the record below which the request puts its own.
    fn parent(&self, request: &Request) -> Option<String> {
        let named = text_at(&request.xml, &["ParentRef", "FullName"]);
        let by_id = || {
            let id = text_at(&request.xml, &["ParentRef", "ListID"])?;
            let parent = self.evaluator.context.company.by_id(&id)?;
            parent.full_name().map(str::to_owned)
        };
        named.or_else(by_id)
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
        let about = matching.setting.clone().map(AboutSetting::Named);
        self.reject(Fault::new(Code::NoMatch, message).at(otherwise.span).about(about));
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

    /// The counterpart with its differences, and the request that removes those that Steelhead made.
    pub(super) fn compared(
        &mut self,
        variant: &Variant,
        record: Option<Arc<Record>>,
        id: Option<Arc<str>>,
        request: &Request,
    ) -> Counterpart {
        let id = id.or_else(|| record.as_ref().and_then(|record| record.id()).map(Arc::from));
        let mut counterpart = Counterpart { record, id, changes: Vec::new(), request: None, whole: None };
        let Some(record) = counterpart.record.clone().filter(|_| !self.options.in_part) else {
            return counterpart;
        };
        // The record found may be of another type than the one that would be created; then its elements
        // cannot be compared one by one.
        let same_type = record.name() == variant.record;
        if let Some(modify) = variant.modify.as_ref().filter(|_| same_type) {
            // Written twice: first with everything, to see what differs, then with what Steelhead has
            // changed alone, so that nobody's change to another element is undone.
            let Some((whole, lines)) = self.whole(modify, &record, request) else { return counterpart };
            counterpart.changes = self.told(&whole, &record, &modify.fields);
            counterpart.changes.extend(lines.missing());
            if counterpart.changes.iter().any(|change| change.fate == Fate::Sent) {
                counterpart.request =
                    Some(self.modification(modify, &record, Some((&counterpart.changes, &lines)), request));
            }
            counterpart.whole = Some(whole);
        } else if same_type && let Some(body) = request.body() {
            let never = |Change { path, before, after }| Difference {
                path,
                before,
                after,
                agreed: None,
                fate: Fate::Never,
            };
            counterpart.changes = differences(body, &record, record.name()).into_iter().map(never).collect();
        }
        self.name_references(&mut counterpart.changes);
        counterpart
    }

    fn told(&self, whole: &Request, record: &Record, fields: &[FieldOp]) -> Vec<Difference> {
        let Some(body) = whole.body() else { return Vec::new() };
        let id = record.id().unwrap_or_default();
        // What was agreed with another record says nothing of this one.
        let is_known =
            |known: &&Agreed| known.wish == Wish::Everything || known.record.is_empty() || known.record == id;
        let known = self.agreed.filter(is_known);
        let told = differences::told(body, record, known, fields);
        if told.is_empty() || known.is_none() {
            return told;
        }
        let body = named(body, self.evaluator.context.company);
        differences::told(&body, record, known, fields)
    }

    /// Requests refer by id to what is connected; whoever reads of a change wants the name.
    fn name_references(&self, changes: &mut [Difference]) {
        if changes.is_empty() {
            return;
        }
        let links = self.evaluator.context.links;
        let dependencies = self.evaluator.dependencies.borrow();
        let connected = dependencies.iter().filter_map(|dependency| match links.get(&dependency.key)? {
            Link::Connected { reference, .. } => reference.id.as_deref().zip(reference.full_name.as_deref()),
            Link::Planned(_) | Link::Missing { .. } | Link::Unreadable(_) => None,
        });
        for (id, name) in connected {
            let is_it = |change: &&mut Difference| change.after.as_deref() == Some(id);
            changes.iter_mut().filter(is_it).for_each(|change| change.after = Some(name.to_owned()));
        }
    }

    /// The message with everything that the rules give, its lines arranged as the record has them; nothing if it is
    /// no qbXML.
    pub(super) fn whole(
        &self,
        modify: &Message,
        record: &Record,
        request: &Request,
    ) -> Option<(Request, Arranged)> {
        let written = self.modification(modify, record, None, request);
        let body = with_own_ids(written.body()?, &written.lines);
        let arranged = arranged(modify, &body, record, self.agreed);
        Some((request.anew(written.message, arranged.body.to_xml().into_bytes()), arranged))
    }

    /// The message that changes a record: its id and edit sequence, then what the rules want; of that
    /// only the elements that are to be sent, when it is known what becomes of them.
    pub(super) fn modification(
        &self,
        modify: &Message,
        record: &Record,
        told: Option<(&[Difference], &Arranged)>,
        request: &Request,
    ) -> Request {
        let mut emitter = Emitter::new(self.evaluator, false);
        emitter.changes = Some(record);
        emitter.notes_lines = told.is_none();
        let name = modify.body.name();
        emitter.writer.open(name);
        for key in ["ListID", "TxnID", "EditSequence"] {
            if let Some(value) = record.get(key).filter(|_| modify.body.child(key).is_some()) {
                emitter.writer.leaf(key, value);
            }
        }
        let told_of = |fate: &dyn Fn(Fate) -> bool| {
            let all = told.map(|(told, _)| told).unwrap_or_default().iter();
            all.filter(|one| fate(one.fate)).map(|one| one.path.as_str()).collect::<Vec<_>>()
        };
        emitter.held = told_of(&|fate| fate != Fate::Sent).into_iter().map(str::to_owned).collect();
        let sent = told_of(&|fate| fate == Fate::Sent);
        let mut tables = if told.is_some() { tables(modify) } else { Vec::new() };
        let mut is_line = Vec::new();
        for op in &modify.fields {
            let place = tables.iter().position(|table| table.contains(&op.element));
            if let Some((table, (told, lines))) = place.map(|place| tables.remove(place)).zip(told) {
                is_line.extend(table.iter().copied());
                let lines = lines.sent(&table, told);
                for line in lines.iter().flat_map(|lines| lines.root().children()) {
                    emitter.writer.copy(line);
                }
                let is_none_left = lines.is_some_and(|lines| lines.root().children().next().is_none());
                if let Some(clears) = clears(modify, op.element).filter(|_| is_none_left) {
                    emitter.writer.leaf(clears.name(), "true");
                }
            }
            let is_wanted = told.is_none() || sent.iter().any(|path| top(path) == op.element.name());
            if is_wanted && !is_line.contains(&op.element) {
                emitter.fields(std::slice::from_ref(op), &[], &self.frame);
            }
        }
        emitter.writer.close(name);
        let (lines, awaits) = (std::mem::take(&mut emitter.lines), emitter.awaits);
        request.with(name, emitter.take()).with_lines(lines, awaits)
    }
}

fn top(path: &str) -> &str {
    path.split(['/', '[']).next().unwrap_or_default()
}
