//! A plan, ready to be searched and cut into pages.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::engine::Note;
use crate::sync::session::Planned;
use crate::sync::stored::DocumentKey;
use crate::sync::{Action, Counts, Plan, Step, Unreadable};
use crate::web::listing::Row;

/// A plan, ready to be searched and cut into pages.
#[derive(Debug, Default)]
pub struct PlanRows {
    /// The plan.
    pub plan: Plan,
    /// Its steps in the same order, and behind them the documents that cannot be read.
    pub rows: Vec<PlanRow>,
    /// How many steps do what; a document that cannot be read is a rejected one.
    pub counts: Counts,
    /// Warnings that say nothing of one element or rule, each once: code, message, how often.
    pub general: Vec<(String, String, usize)>,
    /// The documents that cannot be read.
    pub unreadable: Vec<Unreadable>,
    /// How many steps there are of each object, in the order in which they come.
    pub objects: Vec<(String, usize)>,
}

/// A step, as lists know it.
#[derive(Clone, Debug)]
pub struct PlanRow {
    /// Its place in the plan, or behind it.
    pub place: usize,
    /// The object; empty for a document that cannot be read.
    pub object: String,
    /// The document.
    pub key: Option<DocumentKey>,
    /// `create`, `change`, `connect`, `reject`, `unchanged`, `skip` or `settled`.
    pub word: &'static str,
    /// The same, as people read it.
    pub told: &'static str,
    /// A hash of what is sent, or why nothing is.
    pub seen: u64,
    /// Whether it is shown unless its word is asked for.
    pub says_something: bool,
    search: String,
}

impl PlanRows {
    /// From a plan.
    pub fn of(planned: Planned) -> Self {
        let Planned { plan, unreadable, .. } = planned;
        let mut counts = plan.counts();
        counts.rejected += unreadable.len();
        let mut rows: Vec<PlanRow> = plan.steps.iter().enumerate().map(PlanRow::of).collect();
        rows.extend(unreadable.iter().enumerate().map(|(index, it)| PlanRow {
            place: plan.steps.len() + index,
            object: String::new(),
            key: None,
            word: Action::Reject.word(),
            told: Action::Reject.told(),
            seen: 0,
            says_something: true,
            search: it.origin.file.as_deref().unwrap_or_default().to_lowercase(),
        }));
        let mut objects: Vec<(String, usize)> = Vec::new();
        for step in &plan.steps {
            match objects.iter_mut().find(|(object, _)| *object == step.object) {
                Some((_, count)) => *count += 1,
                None => objects.push((step.object.clone(), 1)),
            }
        }
        Self { general: general(&plan), rows, counts, unreadable, objects, plan }
    }

    /// The step of a document.
    pub fn step(&self, key: &DocumentKey) -> Option<&Step> {
        let row = self.rows.iter().find(|row| row.key.as_ref() == Some(key))?;
        self.plan.steps.get(row.place)
    }
}

impl PlanRow {
    fn of((place, step): (usize, &Step)) -> Self {
        let key = step.outcome.key.as_ref();
        let key = key.map(|key| DocumentKey { object: step.object.clone(), id: key.id.to_string() });
        let id = key.as_ref().map_or("", |key| key.id.as_str());
        let action = step.action();
        Self {
            place,
            object: step.object.clone(),
            word: action.word(),
            told: action.told(),
            seen: seen(step),
            says_something: !matches!(action, Action::Unchanged | Action::Skip | Action::Settled)
                || step.outcome.warnings.iter().any(|note| !is_general(note)),
            search: format!("{}\n{}\n{id}", step.object, step.outcome.label).to_lowercase(),
            key,
        }
    }
}

fn seen(step: &Step) -> u64 {
    let mut hash = DefaultHasher::new();
    step.outcome.request().map(|request| &request.xml).hash(&mut hash);
    step.outcome.follow_ups().iter().for_each(|follow| follow.request.xml.hash(&mut hash));
    step.outcome.rejections().iter().for_each(|note| note.message.hash(&mut hash));
    hash.finish()
}

/// Whether a note says nothing of one element or rule.
pub fn is_general(note: &Note) -> bool {
    note.element.is_none() && note.span.is_none()
}

fn general(plan: &Plan) -> Vec<(String, String, usize)> {
    let mut found: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for note in plan.steps.iter().flat_map(|step| &step.outcome.warnings).filter(|note| is_general(note)) {
        *found.entry((&note.code, &note.message)).or_default() += 1;
    }
    found.into_iter().map(|((code, message), count)| (code.to_owned(), message.to_owned(), count)).collect()
}

impl Row for PlanRow {
    fn search(&self) -> &str {
        &self.search
    }

    fn word(&self) -> &str {
        self.word
    }

    fn in_order(&self, other: &Self, _: usize) -> Ordering {
        self.place.cmp(&other.place)
    }
}
