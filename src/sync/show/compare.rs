//! Two rule sets over the same documents: what the one would send that the other would not.

use std::collections::BTreeMap;

use crate::document::{DocumentProblem, Origin};
use crate::engine::{Decision, Note};
use crate::qbxml::unnumbered;
use crate::sync::plan::Unreadable;
use crate::sync::plan::plan::{Action, Plan};
use crate::sync::show::elements::{ElementView, elements};

/// Which document: by its place, or by object and id if only a part of it is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// The file and the line and column where it begins.
    At(String, usize, usize),
    /// The object and its id.
    Part(String, String),
}

/// What becomes of a document under one rule set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentFate {
    /// The object; empty if the document cannot be read.
    pub object: String,
    /// What people call the document.
    pub label: String,
    /// What is done.
    pub deed: Deed,
}

/// What is done with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A request is sent.
    Send {
        /// The message, such as `CustomerAdd`.
        message: &'static str,
        /// Its elements.
        elements: Vec<ElementView>,
    },
    /// It is rejected, for these reasons: code and message.
    Reject(Vec<(String, String)>),
    /// Nothing is sent: it is connected, unchanged or not to be sent.
    Nothing(String),
}

/// What becomes of every document under one rule set.
pub type Fates = BTreeMap<Which, DocumentFate>;

/// How many documents both rule sets reject: what they would send of them cannot be compared.
pub fn rejected_by_both(before: &Fates, after: &Fates) -> usize {
    let is_rejected = |fate: &DocumentFate| matches!(fate.deed, Deed::Reject(_));
    before
        .iter()
        .filter(|(which, fate)| is_rejected(fate) && after.get(which).is_some_and(is_rejected))
        .count()
}

/// How a document's fates differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Both send a request, with other elements.
    Changed,
    /// A request is sent that was not.
    Added,
    /// A request is no longer sent.
    Removed,
    /// It is rejected, and was not.
    NewlyRejected,
    /// It was rejected, and is no longer.
    NoLongerRejected,
    /// It is rejected for other reasons.
    OtherReasons,
    /// Nothing is sent, for another reason.
    OtherwiseNothing,
}

/// One element that differs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// The element.
    pub path: String,
    /// What the other rules send.
    pub before: Option<String>,
    /// What these rules send.
    pub after: Option<String>,
}

/// Documents that differ in the same way.
#[derive(Clone, Debug)]
pub struct Group {
    /// The object.
    pub object: String,
    /// How.
    pub kind: Kind,
    /// In what: elements, without the numbers of lines, or codes of reasons.
    pub what: Vec<String>,
    /// The documents, with what becomes of them under the other rules and under these.
    pub documents: Vec<(Which, Option<DocumentFate>, Option<DocumentFate>)>,
}

/// What becomes of every document of a plan.
pub fn fates(plan: &Plan, unreadable: &[Unreadable]) -> Fates {
    let mut fates = Fates::new();
    for step in &plan.steps {
        let id = step.outcome.key.as_ref().map(|key| key.id.to_string());
        let which = match &step.origin {
            Some(origin) => at(origin),
            None => Which::Part(step.object.clone(), id.unwrap_or_default()),
        };
        let fate = DocumentFate {
            object: step.object.clone(),
            label: step.outcome.label.clone(),
            deed: deed(&step.outcome.decision, step.action()),
        };
        fates.insert(which, fate);
    }
    for document in unreadable {
        let reason = |problem: &DocumentProblem| (problem.code.to_string(), problem.message.clone());
        let fate = DocumentFate {
            object: String::new(),
            label: "a document that cannot be read".to_owned(),
            deed: Deed::Reject(document.problems.iter().map(reason).collect()),
        };
        fates.insert(at(&document.origin), fate);
    }
    fates
}

fn at(origin: &Origin) -> Which {
    let file = origin.file.as_deref().unwrap_or_default().to_owned();
    Which::At(file, origin.start.line, origin.start.column)
}

fn deed(decision: &Decision, action: Action) -> Deed {
    let request = match decision {
        Decision::Create(request) => Some(request),
        Decision::Connect(other) | Decision::Keep(other) => other.request.as_ref(),
        _ => None,
    };
    if let Some(request) = request {
        return Deed::Send { message: request.message, elements: elements(request) };
    }
    match decision {
        Decision::Reject(notes) => {
            let reason = |note: &Note| (note.code.clone(), told(note));
            Deed::Reject(notes.iter().map(reason).collect())
        }
        Decision::Skip(Some(note)) => Deed::Nothing(format!("not sent: {}", note.message)),
        Decision::Skip(None) => Deed::Nothing("not sent".to_owned()),
        Decision::Share { name, with } => Deed::Nothing(format!("shares `{name}` with {with}")),
        Decision::Connect(other) | Decision::Keep(other) => {
            let id = other.id.as_deref().unwrap_or_default();
            let word = if action == Action::Connect { "connected to" } else { "unchanged, connected to" };
            Deed::Nothing(format!("{word} {id}"))
        }
        Decision::Create(_) => Deed::Nothing(String::new()),
    }
}

fn told(note: &Note) -> String {
    match &note.element {
        Some(element) => format!("{element}: {}", note.message),
        None => note.message.clone(),
    }
}

/// The documents whose fate under these rules is another than under the others, those that differ in
/// the same way together, the largest group first.
pub fn compare(before: &Fates, after: &Fates) -> Vec<Group> {
    let mut groups: BTreeMap<(String, Kind, Vec<String>), Group> = BTreeMap::new();
    let all: std::collections::BTreeSet<&Which> = before.keys().chain(after.keys()).collect();
    for which in all {
        let (before, after) = (before.get(which), after.get(which));
        let deeds = (before.map(|fate| &fate.deed), after.map(|fate| &fate.deed));
        let Some((kind, what)) = difference(deeds.0, deeds.1) else {
            continue;
        };
        let object = after.or(before).map(|fate| fate.object.clone()).unwrap_or_default();
        let group = groups.entry((object.clone(), kind, what.clone())).or_insert_with(|| Group {
            object,
            kind,
            what,
            documents: Vec::new(),
        });
        group.documents.push((which.clone(), before.cloned(), after.cloned()));
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.documents.len()));
    groups
}

fn difference(before: Option<&Deed>, after: Option<&Deed>) -> Option<(Kind, Vec<String>)> {
    match (before, after) {
        (before, after) if before == after => None,
        (Some(Deed::Send { message: a, .. }), Some(Deed::Send { message: b, .. })) if a != b => {
            Some((Kind::Changed, vec![format!("{a} becomes {b}")]))
        }
        (Some(Deed::Send { elements: a, .. }), Some(Deed::Send { elements: b, .. })) => {
            let mut paths: Vec<String> = differences(a, b).iter().map(|one| plain(&one.path)).collect();
            paths.sort_unstable();
            paths.dedup();
            Some((Kind::Changed, paths))
        }
        (Some(Deed::Reject(_)), Some(Deed::Reject(reasons))) => Some((Kind::OtherReasons, codes(reasons))),
        (_, Some(Deed::Reject(reasons))) => Some((Kind::NewlyRejected, codes(reasons))),
        (Some(Deed::Reject(reasons)), _) => Some((Kind::NoLongerRejected, codes(reasons))),
        (_, Some(Deed::Send { message, .. })) => Some((Kind::Added, vec![(*message).to_owned()])),
        (Some(Deed::Send { message, .. }), _) => Some((Kind::Removed, vec![(*message).to_owned()])),
        _ => Some((Kind::OtherwiseNothing, Vec::new())),
    }
}

fn codes(reasons: &[(String, String)]) -> Vec<String> {
    let mut codes: Vec<String> = reasons.iter().map(|(code, _)| code.clone()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// A path without the numbers of lines.
fn plain(path: &str) -> String {
    let steps = path.split('/').map(unnumbered);
    steps.collect::<Vec<_>>().join("/")
}

/// The elements that two requests have otherwise, in the order of the second, then what only the first has.
pub fn differences(before: &[ElementView], after: &[ElementView]) -> Vec<Difference> {
    let old: BTreeMap<&str, &ElementView> = before.iter().map(|one| (one.path.as_str(), one)).collect();
    let new: BTreeMap<&str, &ElementView> = after.iter().map(|one| (one.path.as_str(), one)).collect();
    let paths = after.iter().chain(before.iter().filter(|one| !new.contains_key(one.path.as_str())));
    let mut found = Vec::new();
    for path in paths.map(|one| one.path.as_str()) {
        let (before, after) = (old.get(path), new.get(path));
        if before.map(|one| &one.value) != after.map(|one| &one.value) {
            found.push(Difference {
                path: path.to_owned(),
                before: before.and_then(|one| one.value.clone()),
                after: after.and_then(|one| one.value.clone()),
            });
        }
    }
    found
}
