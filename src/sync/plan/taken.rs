//! Names, records and numbers that an earlier document of the plan has taken.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use crate::document::{Code, Origin, Structure};
use crate::engine::{Counterpart, Decision, Engine, Note, Options, Outcome};
use crate::rules::file::Duplicates;
use crate::rules::program::Object;

use crate::sync::plan::planner::Planner;
use crate::sync::stored::{DocumentKey, RecordKey};

/// Whose a name is.
#[derive(Debug)]
pub(in crate::sync) struct Taken {
    /// The type of the record that has it.
    pub(in crate::sync) record: &'static str,
    /// The name.
    pub(in crate::sync) name: String,
    /// The document that becomes it.
    pub(in crate::sync) label: String,
    /// Its id.
    pub(in crate::sync) id: Arc<str>,
}

impl Taken {
    /// The name of what a document becomes.
    pub(in crate::sync) fn by(outcome: &Outcome, record: &'static str, name: &str) -> Self {
        let id = outcome.key.as_ref().map_or_else(Arc::default, |key| key.id.clone());
        Self { record, name: name.to_owned(), label: outcome.label.clone(), id }
    }
}

/// Where the step of an earlier document is.
#[derive(Debug)]
pub(in crate::sync) enum Earlier {
    /// In the plan.
    Step(usize),
    /// It was given away. Its document begins here.
    Given(Origin),
}

impl Planner<'_> {
    /// Two documents never make two records of one name.
    pub(in crate::sync) fn one_name(&mut self, outcome: &mut Outcome, duplicates: Duplicates) {
        let (Some(request), Some(name)) = (outcome.request(), &outcome.name) else {
            return;
        };
        let is_new = matches!(outcome.decision, Decision::Create(_));
        let taken = self.names.entry(name.to_lowercase()).or_default();
        let other = taken.iter().find(|other| request.namespace.contains(&other.record));
        match other {
            None => taken.push(Taken::by(outcome, request.record, name)),
            Some(other) if is_new && duplicates == Duplicates::Share => {
                outcome.decision = Decision::Share { name: name.clone(), with: other.label.clone() };
            }
            Some(other) => {
                let message = format!(
                    "{} (id {}) gets the name `{name}` in QuickBooks, and no two may have the same name there",
                    other.label, other.id
                );
                outcome.decision = Decision::Reject(vec![note(Code::NameTaken, message)]);
            }
        }
    }

    /// Two documents never have one record as their counterpart.
    pub(in crate::sync) fn one_record(
        &mut self,
        object: &Object,
        outcome: &mut Outcome,
        duplicates: Duplicates,
    ) {
        let (Decision::Connect(counterpart) | Decision::Keep(counterpart)) = &outcome.decision else {
            return;
        };
        let Some(record) = &counterpart.record else { return };
        let Some(id) = &counterpart.id else { return };
        let claim = (record.name().to_owned(), id.clone());
        let other = self.claimed.get(&claim).cloned().or_else(|| self.owner(object, outcome));
        let Some(other) = other else {
            self.claimed.insert(claim, outcome.label.clone());
            return;
        };
        if duplicates == Duplicates::Reject {
            let message = format!("its record in QuickBooks ({id}) is the counterpart of {other} already");
            outcome.decision = Decision::Reject(vec![note(Code::NoMatch, message)]);
        }
    }

    /// Whose the record is that a document would be connected to, if that is known.
    fn owner(&self, object: &Object, outcome: &Outcome) -> Option<String> {
        let Decision::Connect(Counterpart { record: Some(record), .. }) = &outcome.decision else {
            return None;
        };
        let record = RecordKey::of(record)?;
        let own = DocumentKey { object: object.name.clone(), id: outcome.key.as_ref()?.id.to_string() };
        Some(self.inputs.owners?.owner(&record, &own)?.to_string())
    }

    /// Two documents never make two records that would be found under one number, where the rules
    /// tell them from each other no better.
    pub(in crate::sync) fn one_number(
        &mut self,
        document: Option<&Structure>,
        outcome: &mut Outcome,
        place: Earlier,
    ) {
        let (Decision::Create(request), None, Some((element, value))) =
            (&outcome.decision, &outcome.name, &outcome.sought)
        else {
            return;
        };
        let key = (*element, value.to_lowercase());
        let clash = self.earlier(&key, &place).find(|earlier| {
            let is_near = earlier.request().is_some_and(|it| request.namespace.contains(&it.record));
            is_near && self.clashes(document, &place, earlier)
        });
        if let Some(other) = clash {
            let id = other.key.as_ref().map_or("", |key| key.id.as_ref());
            let message = format!(
                "{} (id {id}) gets the number `{value}` in QuickBooks, and no two may have the same number there",
                other.label
            );
            outcome.decision = Decision::Reject(vec![note(Code::NameTaken, message)]);
            return;
        }
        match place {
            Earlier::Step(step) => self.numbers.entry(key).or_default().push(step),
            Earlier::Given(origin) => {
                let (hash, mut turn) = (hash(&key), 0);
                while self.given.contains_key(&(hash, turn)) {
                    turn += 1;
                }
                self.given.insert((hash, turn), origin);
            }
        }
    }

    /// What becomes of earlier documents that are searched by the same. Of one whose step was given away
    /// nothing is kept but its place: it is read and decided on once more, so that any number of documents
    /// can go through.
    fn earlier(
        &self,
        key: &(&'static str, String),
        place: &Earlier,
    ) -> Box<dyn Iterator<Item = Cow<'_, Outcome>> + '_> {
        if let Earlier::Step(_) = place {
            let steps = self.numbers.get(key).into_iter().flatten();
            let steps = steps.filter_map(|step| self.plan.steps.get(*step));
            return Box::new(steps.map(|step| Cow::Borrowed(&step.outcome)));
        }
        let (hash, (element, value)) = (hash(key), key.clone());
        let places = (0..).map_while(move |turn| self.given.get(&(hash, turn)));
        let outcomes = places.filter_map(|origin| self.decided_again(origin));
        let is_same = move |outcome: &Outcome| {
            let sought = outcome.sought.as_ref();
            sought.is_some_and(|sought| sought.0 == element && sought.1.to_lowercase() == value)
        };
        Box::new(outcomes.filter(is_same).map(Cow::Owned))
    }

    fn clashes(&self, document: Option<&Structure>, place: &Earlier, earlier: &Outcome) -> bool {
        let again = match (document, place) {
            (None, Earlier::Given(origin)) => self.read_again.and_then(|read| read(origin)),
            _ => None,
        };
        let engine = Engine::new(self.inputs.program);
        let document = document.or(again.as_ref());
        document.is_some_and(|document| engine.clashes(document, earlier, self.context()))
    }

    fn decided_again(&self, origin: &Origin) -> Option<Outcome> {
        let document = (self.read_again?)(origin)?;
        let engine = Engine::new(self.inputs.program);
        Some(engine.export(&document, self.context(), Options::default()))
    }
}

/// What a document is searched by, in few bytes. Two may have the same.
fn hash(key: &(&'static str, String)) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

fn note(code: Code, message: String) -> Note {
    Note { code: code.to_string(), message, ..Note::default() }
}
