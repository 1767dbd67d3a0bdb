//! Where a record is otherwise than a message wants it, and who of the two changed that.

use crate::catalogue::{self, Element};
use crate::qbxml::{Change, Compare, LINE_ID, Record, Wanted, changes, unnumbered};
use crate::rules::file::{Lead, WhenEmpty};
use crate::rules::program::{Content, FieldOp};

use super::terms::agreed::{Agreed, Wish, lines_of};
use super::terms::confirmed::compare;
use super::terms::outcome::{Difference, Fate};

/// Where a record is otherwise than a message wants it, as far as records of its type have such elements.
/// `kind` is the type that the record has: a message stands for one, too.
pub(super) fn differences(body: &Record, record: &Record, kind: &str) -> Vec<Change> {
    let Some(schema) = catalogue::record(kind) else {
        return Vec::new();
    };
    let wanted = Wanted::from_node(body.root());
    let mut found = changes(&wanted, record.root(), &|path| compared(schema, path));
    // Some elements only tell QuickBooks what to do. A record never holds them, so they never differ.
    found.retain(|change| in_record(schema, &change.path).is_some() && !is_identity(&change.path));
    found
}

/// How an element is compared.
fn compared(record: Element, path: &str) -> Compare {
    let (parent, name) = match path.rsplit_once('/') {
        Some((parent, name)) => (in_record(record, parent), name),
        None => (Some(record), path),
    };
    let Some(element) = in_record(record, path) else {
        return Compare::Exact;
    };
    match element.data_type() {
        Some(data_type) => compare(data_type),
        None if parent.is_some_and(|parent| parent.child(&format!("{name}Block")).is_some()) => {
            Compare::Printed
        }
        None => Compare::Exact,
    }
}

fn is_identity(path: &str) -> bool {
    matches!(path, "ListID" | "TxnID" | "EditSequence") || path.ends_with(&format!("/{LINE_ID}"))
}

/// The element of a record that a message's element becomes: `XLineAdd[2]/Rate` is `XLineRet/Rate`.
fn in_record(record: Element, path: &str) -> Option<Element> {
    path.split('/').try_fold(record, |element, step| {
        let name = unnumbered(step);
        let renamed =
            name.strip_suffix("Add").or_else(|| name.strip_suffix("Mod")).map(|stem| format!("{stem}Ret"));
        element.child(name).or_else(|| element.child(&renamed?))
    })
}

/// Each difference with what becomes of it: only what Steelhead alone has changed since the two agreed is
/// sent. `body` is the message with all that the rules give.
pub(super) fn told(
    body: &Record,
    record: &Record,
    known: Option<&Agreed>,
    fields: &[FieldOp],
) -> Vec<Difference> {
    let found = differences(body, record, record.name());
    if found.is_empty() {
        return Vec::new();
    }
    let wants_everything = known.is_some_and(|known| known.wish == Wish::Everything);
    let then =
        known.filter(|known| !known.ours.is_empty() && !known.theirs.is_empty()).and_then(Agreed::read);
    let then = then.map(|(ours, theirs)| Then {
        ours: differences(body, &ours, record.name()),
        theirs: differences(body, &theirs, record.name()),
    });
    let mut told: Vec<Difference> = found
        .into_iter()
        .map(|change| {
            let (fate, agreed) = match &then {
                _ if wants_everything => (Fate::Sent, None),
                None if is_to_fill(&change, fields) => (Fate::Sent, None),
                None => (Fate::Left, None),
                Some(then) => then.fate(&change, said(fields, &change.path, |op| op.lead), record.name()),
            };
            Difference { path: change.path, before: change.before, after: change.after, agreed, fate }
        })
        .collect();
    lines_go_together(&mut told, body);
    told
}

/// How a message differs from what both sides had when they agreed.
struct Then {
    ours: Vec<Change>,
    theirs: Vec<Change>,
}

impl Then {
    /// What becomes of a change, and what `QuickBooks` had then if it has changed.
    fn fate(&self, change: &Change, lead: Lead, record: &str) -> (Fate, Option<String>) {
        let of = |all: &[Change]| all.iter().find(|it| it.path == change.path).cloned();
        let ours_changed = of(&self.ours).is_some();
        // What `QuickBooks` had then: if it was what the document wants now, it is told of nowhere.
        let theirs = of(&self.theirs).map_or_else(|| change.after.clone(), |then| then.before);
        let is_same = |a: &Option<String>, b: &Option<String>| {
            let kind =
                catalogue::record(record).map_or(Compare::Exact, |schema| compared(schema, &change.path));
            kind.is_same(a.as_deref().unwrap_or_default(), b.as_deref().unwrap_or_default())
        };
        match (ours_changed, !is_same(&theirs, &change.before)) {
            (false, false) => (Fate::Left, None),
            (true, false) => (Fate::Sent, None),
            (false, true) => (Fate::Theirs, theirs),
            (true, true) => match lead {
                Lead::Steelhead => (Fate::Sent, theirs),
                Lead::Quickbooks => (Fate::Conflict, theirs),
                Lead::Ask => (Fate::Asked, theirs),
            },
        }
    }
}

/// Whether `QuickBooks` has nothing there, and the rules fill that at a first connection. Lines go together, and
/// are never filled.
pub(super) fn is_to_fill(change: &Change, fields: &[FieldOp]) -> bool {
    let is_empty = change.before.as_deref().unwrap_or_default().is_empty() && change.after.is_some();
    is_empty
        && lines_of(&change.path).is_none()
        && said(fields, &change.path, |op| op.when_empty) == WhenEmpty::Fill
}

/// What the rules say of an element, or of what it is in: who leads where both sides have changed it, say.
pub(super) fn said<T: Copy + Default>(
    fields: &[FieldOp],
    path: &str,
    of: impl Fn(&FieldOp) -> Option<T>,
) -> T {
    let mut said = T::default();
    let mut inside = Some(fields);
    for step in path.split('/') {
        let name = unnumbered(step);
        let Some(op) = inside.and_then(|fields| fields.iter().find(|op| op.element.name() == name)) else {
            break;
        };
        said = of(op).unwrap_or(said);
        inside = match &op.content {
            Content::Aggregate { fields, .. } => Some(fields),
            Content::Leaf(_) | Content::Whole { .. } => None,
        };
    }
    said
}

/// A message holds all parts of a kind or none: if some must not go, none do. Lines that have ids go one by one.
fn lines_go_together(told: &mut [Difference], body: &Record) {
    let goes_alone = |name: &str| body.root().children_named(name).any(|line| line.get(LINE_ID).is_some());
    let line = |path: &str| {
        path.split_once('[').map(|(lines, _)| lines.to_owned()).filter(|lines| !goes_alone(lines))
    };
    let held: Vec<String> =
        told.iter().filter(|it| it.fate != Fate::Sent).filter_map(|it| line(&it.path)).collect();
    for one in told.iter_mut().filter(|it| it.fate == Fate::Sent) {
        if line(&one.path).is_some_and(|lines| held.contains(&lines)) {
            one.fate = Fate::Conflict;
        }
    }
}
