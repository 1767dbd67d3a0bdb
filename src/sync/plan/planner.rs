//! From documents to a plan: objects in their order, what a document refers to before it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::document::{Code, Origin, Reference, Structure, Value};
use crate::engine::{
    Context, Decision, Dependency, Engine, Key, Link, Links, Note, Options, Outcome, SWITCHED_OFF,
};
use crate::qbxml::Company;
use crate::rules::Program;
use crate::rules::file::Trigger;
use crate::rules::program::{Export, Object};

use crate::sync::company_file::Connections;
use crate::sync::plan::alone::ReadAgain;
use crate::sync::plan::closed_books::reject_closed;
use crate::sync::plan::draft::{as_played, finalizes, is_draft};
use crate::sync::plan::plan::{Plan, Step};
use crate::sync::plan::taken::{Earlier, Taken};
use crate::sync::stored::Moment;

/// A document and where it comes from.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where it comes from.
    pub origin: Origin,
    /// The document.
    pub document: Structure,
}

/// By what documents are planned.
#[derive(Clone, Copy, Debug)]
pub struct PlanInputs<'p> {
    /// The rules.
    pub program: &'p Program,
    /// The settings' values, in the order of the program's settings.
    pub settings: &'p [Value],
    /// What is known of QuickBooks.
    pub company: &'p Company,
    /// Whose counterparts records are: no document gets one that is another's, whether that document is
    /// in the plan or not.
    pub owners: Option<&'p Connections>,
    /// The books are closed up to this day, and nothing is sent for it.
    pub closed_until: Option<&'p str>,
    /// When the wanted documents are played, if they are: drafts are finalized by it.
    pub played_at: Option<Moment>,
    /// Say of every element where it comes from.
    pub explain: bool,
}

impl<'p> PlanInputs<'p> {
    /// For documents as they are, of which nothing is kept.
    pub fn new(program: &'p Program, settings: &'p [Value], company: &'p Company) -> Self {
        let (owners, closed_until, played_at) = (None, None, None);
        Self { program, settings, company, owners, closed_until, played_at, explain: false }
    }
}

/// So deep documents of one kind may stand below each other.
const MOST_LEVELS: usize = 16;

/// Makes plans.
pub struct Planner<'p> {
    pub(in crate::sync) inputs: PlanInputs<'p>,
    pub(in crate::sync) links: Links,
    /// Reads a document once more whose step was given away.
    pub(in crate::sync) read_again: Option<ReadAgain<'p>>,
    /// Documents whose records carry their mark, though nobody has noted the connection.
    pub(in crate::sync) recognized: HashSet<Key>,
    /// Documents in full, by key.
    full: HashMap<Key, Source>,
    /// What other documents hold of documents, by key.
    parts: HashMap<Key, Structure>,
    decided: HashSet<Key>,
    /// How many documents of one object are planned for each other's sake: a job for that of a job below it.
    levels: HashMap<u32, usize>,
    /// Names that this plan gives, folded: the record type and whose it is.
    pub(in crate::sync) names: HashMap<String, Vec<Taken>>,
    /// The same by the names as people read them.
    pub(in crate::sync) read_names: HashMap<String, Vec<Taken>>,
    /// Records that documents have as their counterparts, by type and id.
    pub(in crate::sync) claimed: HashMap<(String, Arc<str>), String>,
    /// Steps that create a record under what it was searched by: element and value, folded.
    pub(in crate::sync) numbers: HashMap<(&'static str, String), Vec<usize>>,
    /// The same of documents whose steps were given away: where they begin, by the hash of what they were
    /// searched by and how many had it before.
    pub(in crate::sync) given: HashMap<(u64, u32), Origin>,
    pub(in crate::sync) plan: Plan,
}

/// A document to decide on.
#[derive(Clone)]
struct Task {
    origin: Option<Origin>,
    document: Structure,
    /// It was a draft.
    is_finalized: bool,
}

impl<'p> Planner<'p> {
    /// A planner that knows these counterparts of documents.
    pub fn new(inputs: PlanInputs<'p>, links: Links) -> Self {
        Self {
            inputs,
            links,
            read_again: None,
            recognized: HashSet::new(),
            full: HashMap::new(),
            parts: HashMap::new(),
            decided: HashSet::new(),
            levels: HashMap::new(),
            names: HashMap::new(),
            read_names: HashMap::new(),
            claimed: HashMap::new(),
            numbers: HashMap::new(),
            given: HashMap::new(),
            plan: Plan::default(),
        }
    }

    /// The plan for these documents. `only`, if given, says which of them are wanted; the others are
    /// there to be referred to.
    pub fn plan(mut self, sources: Vec<Source>, only: &dyn Fn(&str, &Key) -> bool) -> Plan {
        let mut by_object: HashMap<u32, Vec<Source>> = HashMap::new();
        for source in sources {
            if let Some(key) = Key::of(self.inputs.program, &source.document) {
                self.full.insert(key, source.clone());
            }
            by_object.entry(source.document.shape.0).or_default().push(source);
        }
        for object in &self.inputs.program.objects {
            let on_its_own = object.export.as_ref().is_some_and(|export| export.trigger == Trigger::Play);
            let sources = by_object.remove(&object.shape.0).unwrap_or_default();
            let wanted = sources.into_iter().filter(|source| {
                Key::of(self.inputs.program, &source.document)
                    .is_none_or(|key| !self.decided.contains(&key) && only(&object.name, &key))
            });
            let tasks = wanted
                .map(|source| {
                    let Source { origin, document } = source;
                    let at = self.inputs.played_at.filter(|_| is_draft(self.inputs.program, &document));
                    let document =
                        at.into_iter().fold(document, |it, at| as_played(self.inputs.program, it, at));
                    Task { origin: Some(origin), document, is_finalized: at.is_some() }
                })
                .collect();
            if on_its_own {
                self.object(object, tasks);
            }
        }
        let mut plan = self.plan;
        plan.drop_unused(self.inputs.program, only);
        plan
    }

    /// Decides on documents of one object: first what they refer to, then they themselves.
    fn object(&mut self, object: &'p Object, tasks: Vec<Task>) {
        self.recognize(object, tasks.iter().map(|task| &task.document));
        let first = self.decide(&tasks);
        let mut open: Vec<Dependency> = Vec::new();
        let mut seen = HashSet::new();
        let mut again = vec![false; tasks.len()];
        for (outcome, again) in first.iter().zip(&mut again) {
            for dependency in &outcome.dependencies {
                if !self.decided.contains(&dependency.key) && !self.is_settled(&dependency.key) {
                    *again = true;
                    if seen.insert(dependency.key.clone()) {
                        open.push(dependency.clone());
                    }
                }
            }
        }
        let level = self.levels.entry(object.shape.0).or_default();
        *level += 1;
        if *level > MOST_LEVELS {
            self.give_up(&open);
        } else {
            self.dependencies(&open);
        }
        if let Some(level) = self.levels.get_mut(&object.shape.0) {
            *level -= 1;
        }
        let mut repeat: Vec<Task> = Vec::new();
        let mut done: Vec<Option<Outcome>> = Vec::new();
        let mut all = Vec::new();
        // One that another of these refers to was planned for its sake.
        let is_done: HashSet<Key> =
            open.iter().map(|it| it.key.clone()).filter(|it| self.decided.contains(it)).collect();
        let of = |outcome: &Outcome| outcome.key.as_ref().is_some_and(|key| is_done.contains(key));
        let left = tasks.into_iter().zip(first).zip(again).filter(|((_, outcome), _)| !of(outcome));
        for ((task, outcome), again) in left {
            all.push(task.clone());
            if again {
                repeat.push(task);
                done.push(None);
            } else {
                done.push(Some(outcome));
            }
        }
        let mut repeated = self.decide(&repeat).into_iter();
        for (task, outcome) in all.into_iter().zip(done) {
            if let Some(outcome) = outcome.or_else(|| repeated.next()) {
                self.settle(object, task, outcome);
            }
        }
    }

    /// Documents of one kind refer to each other and come to no end: a circle, since QuickBooks takes five levels. Those
    /// that QuickBooks has are referred to by their ids.
    fn give_up(&mut self, open: &[Dependency]) {
        for Dependency { key, .. } in open {
            if !matches!(self.links.get(key), Some(Link::Connected { .. })) {
                let reason =
                    "its parents refer to each other in a circle: take one of them from below another";
                self.links.insert(key.clone(), Link::missing(reason));
            }
        }
    }

    /// Whether a reference to it needs no decision: its object has no rules; or the document is not
    /// here in full and either connected to a record that is there or taken on trust, because nobody has
    /// looked for its record.
    fn is_settled(&self, key: &Key) -> bool {
        let object = self.inputs.program.object_of(key.shape);
        let Some(export) = object.and_then(|object| object.export.as_ref()) else {
            return true;
        };
        let is_there = match self.links.get(key) {
            Some(Link::Connected { record: None, .. }) | None => !self.was_read(export),
            Some(_) => true,
        };
        is_there && !self.full.contains_key(key)
    }

    /// Whether records that documents of this kind become were read.
    fn was_read(&self, export: &Export) -> bool {
        export.variants.iter().any(|variant| {
            let searched = variant.matching.iter().flat_map(|matching| &matching.records);
            searched.chain([&variant.record]).any(|record| self.inputs.company.was_read(record))
        })
    }

    fn dependencies(&mut self, open: &[Dependency]) {
        let parts = open.iter().map(|dependency| (dependency.key.clone(), dependency.part.clone()));
        self.parts.extend(parts);
        for object in &self.inputs.program.objects {
            let tasks: Vec<Task> = open
                .iter()
                .filter(|dependency| {
                    dependency.key.shape == object.shape && !self.decided.contains(&dependency.key)
                })
                .map(|dependency| match self.full.get(&dependency.key) {
                    Some(source) => {
                        let document = source.document.clone();
                        Task { origin: Some(source.origin.clone()), document, is_finalized: false }
                    }
                    None => Task { origin: None, document: dependency.part.clone(), is_finalized: false },
                })
                .collect();
            if !tasks.is_empty() {
                self.object(object, tasks);
            }
        }
    }

    /// Lets the engine decide, on all cores when there is much to do.
    fn decide(&self, tasks: &[Task]) -> Vec<Outcome> {
        let one = |engine: &Engine<'_>, task: &Task| {
            engine.export(&task.document, self.context(), self.options(task.origin.is_none()))
        };
        if tasks.len() < 64 {
            let engine = Engine::new(self.inputs.program);
            return tasks.iter().map(|task| one(&engine, task)).collect();
        }
        tasks
            .par_iter()
            .map_init(|| Engine::new(self.inputs.program), |engine, task| one(engine, task))
            .collect()
    }

    /// Takes a decision over into the plan, unless it contradicts an earlier one.
    fn settle(&mut self, object: &'p Object, task: Task, mut outcome: Outcome) {
        self.check(object, Some(&task.document), &mut outcome, Earlier::Step(self.plan.steps.len()));
        if task.is_finalized && matches!(outcome.decision, Decision::Create(_) | Decision::Connect(_)) {
            outcome.warnings.push(finalizes());
        }
        if let Some(key) = outcome.key.clone() {
            if let Some(link) = self.link(object, &key, &outcome) {
                self.links.insert(key.clone(), link);
            }
            self.decided.insert(key);
        }
        self.note_planned(&outcome);
        let mark = self.mark(object, &outcome);
        self.plan.steps.push(Step { object: object.name.clone(), origin: task.origin, outcome, mark });
    }

    /// Notes the record that a document makes, for what is asked of those that refer to it.
    fn note_planned(&mut self, outcome: &Outcome) {
        if let (Decision::Create(request), Some(name)) = (&outcome.decision, &outcome.name)
            && let Some(body) = request.body()
        {
            self.links.plan(request.record, name, body.clone());
        }
    }

    /// Changes a decision that contradicts an earlier one, or that QuickBooks would refuse. Without the document
    /// it is read again where it is needed.
    pub(in crate::sync) fn check(
        &mut self,
        object: &Object,
        document: Option<&Structure>,
        outcome: &mut Outcome,
        place: Earlier,
    ) {
        self.is_connected_anew(outcome);
        let duplicates = object.export.as_ref().map(|export| export.duplicates).unwrap_or_default();
        self.one_name(outcome, duplicates);
        self.near_names(object, outcome);
        self.one_record(object, outcome, duplicates);
        self.one_number(document, outcome, place);
        self.may_be_unreadable(object, outcome);
        reject_closed(outcome, self.inputs.closed_until);
    }

    pub(in crate::sync) fn options(&self, in_part: bool) -> Options {
        Options { explain: self.inputs.explain, in_part }
    }

    pub(in crate::sync) fn context(&self) -> Context<'_> {
        Context { settings: self.inputs.settings, company: self.inputs.company, links: &self.links }
    }

    /// How a document can be referred to after this decision.
    pub(in crate::sync) fn link(&self, object: &Object, key: &Key, outcome: &Outcome) -> Option<Link> {
        match &outcome.decision {
            Decision::Create(_) => {
                Some(Link::Planned(Reference { id: None, full_name: outcome.name.as_deref().map(Arc::from) }))
            }
            Decision::Share { name, .. } => Some(Link::Planned(named(name))),
            Decision::Connect(counterpart) | Decision::Keep(counterpart) => {
                let full_name =
                    counterpart.record.as_ref().and_then(|record| record.full_name()).map(Arc::from);
                let reference = Reference { id: counterpart.id.clone(), full_name };
                Some(Link::Connected { reference, record: counterpart.record.clone() })
            }
            Decision::Reject(notes) => {
                let first = notes.first();
                let reason = first.map_or("", |note| note.message.as_str());
                let reason = Arc::from(format!("{} is not sent: {reason}", outcome.label));
                let waits = !notes.is_empty() && notes.iter().all(|note| note.code == Code::SetAside);
                if waits {
                    return Some(Link::Unreadable(reason));
                }
                let setting = first.and_then(|note| note.setting.clone());
                let command = first.and_then(|note| note.command.as_deref()).map(Arc::from);
                Some(Link::Missing { reason, setting, command })
            }
            Decision::Skip(reason) => self.skipped(object, key, outcome, reason.as_ref()),
        }
    }

    /// A document that is not sent can be referred to only if QuickBooks has it.
    fn skipped(&self, object: &Object, key: &Key, outcome: &Outcome, reason: Option<&Note>) -> Option<Link> {
        let read = object.export.as_ref().is_some_and(|export| self.was_read(export));
        match self.links.get(key) {
            Some(Link::Connected { record: None, .. }) if read => {
                let message =
                    format!("{} is not sent, and its record is no longer in QuickBooks", outcome.label);
                return Some(Link::missing(message));
            }
            Some(_) => return None,
            None => {}
        }
        let document = self
            .full
            .get(key)
            .map(|source| source.document.clone())
            .or_else(|| self.parts.get(key).cloned())?;
        let context = self.context();
        if let Some(record) = Engine::new(self.inputs.program).find(&document, context) {
            let reference =
                Reference { id: record.id().map(Arc::from), full_name: record.full_name().map(Arc::from) };
            return Some(Link::Connected { reference, record: Some(record) });
        }
        let reason = reason.map_or(SWITCHED_OFF, |note| &note.message);
        read.then(|| {
            Link::missing(format!("{} is not in QuickBooks, and it is not sent: {reason}", outcome.label))
        })
    }
}

fn named(name: &str) -> Reference {
    Reference { id: None, full_name: Some(Arc::from(name)) }
}
