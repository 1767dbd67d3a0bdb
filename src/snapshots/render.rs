//! Plans and imports as the text of a snapshot: what is done and why, without the lines of rule
//! files, so that a snapshot changes only when what is sent or told changes.

use std::fmt::Write as _;

use crate::document::DocumentProblem;
use crate::engine::{Decision, Difference, Imported, Note};
use crate::qbxml::pretty;
use crate::sync::{Action, Plan, Step};

/// A document that could not be read, or not without remarks.
#[derive(Debug)]
pub(super) struct Remarks {
    /// Which document of the case, from 1.
    pub number: usize,
    /// What is wrong; nothing if it was read all the same.
    pub errors: Vec<DocumentProblem>,
    /// What is worth knowing.
    pub warnings: Vec<DocumentProblem>,
}

/// What the records of one object become in Steelhead.
#[derive(Debug)]
pub(super) struct Imports {
    /// What people call the object.
    pub title: String,
    /// Its records.
    pub records: Vec<Imported>,
}

/// What was wrong with documents, and worth knowing of them.
pub(super) fn remarks(all: &[Remarks]) -> String {
    let mut text = String::new();
    for remarks in all {
        if !remarks.errors.is_empty() {
            _ = writeln!(text, "! unreadable: document {}", remarks.number);
        } else if !remarks.warnings.is_empty() {
            _ = writeln!(text, "? document {}", remarks.number);
        } else {
            continue;
        }
        let errors = remarks.errors.iter().map(|problem| ("error", problem));
        let warnings = remarks.warnings.iter().map(|problem| ("warning", problem));
        for (word, problem) in errors.chain(warnings) {
            push_problem(&mut text, word, problem);
        }
        text.push('\n');
    }
    text
}

fn push_problem(text: &mut String, word: &str, problem: &DocumentProblem) {
    let path = if problem.path.is_empty() { String::new() } else { format!("`{}`: ", problem.path) };
    let code = problem.code;
    push_lines(text, &format!("{word} {code}"), &format!("{path}{}", problem.message));
}

/// Every step with what is told of it and its request, and the count.
pub(super) fn plan(plan: &Plan) -> String {
    let mut text = steps(plan.steps.iter());
    _ = writeln!(text, "{}", plan.counts());
    text
}

/// Steps with what is told of them and their requests.
pub(super) fn steps<'s>(all: impl Iterator<Item = &'s Step>) -> String {
    let mut text = String::new();
    for step in all {
        push_step(&mut text, step);
        text.push('\n');
    }
    text
}

fn push_step(text: &mut String, step: &Step) {
    let action = step.action();
    let word = match action {
        Action::Unchanged if differs(&step.outcome.decision) => "different, left as it is",
        Action::Connect if differs(&step.outcome.decision) => "connect, left as it is",
        Action::Create => "create",
        Action::Change => "change",
        Action::Connect => "connect",
        Action::Reject => "reject",
        Action::Unchanged => "unchanged",
        Action::Skip => "not sent",
        Action::Settled => "settled by hand",
    };
    _ = write!(text, "{} {word}: {}", action.sign(), step.outcome.label);
    push_counterpart(text, &step.outcome.decision);
    if step.origin.is_none() {
        text.push_str(", known only from another document");
    }
    text.push('\n');
    match &step.outcome.decision {
        Decision::Skip(Some(note)) => push_note(text, "reason", note),
        Decision::Reject(notes) => notes.iter().for_each(|note| push_note(text, "error", note)),
        _ => {}
    }
    let warnings = &step.outcome.warnings;
    for note in warnings {
        push_note(text, "warning", note);
    }
    if let Decision::Connect(counterpart) | Decision::Keep(counterpart) = &step.outcome.decision {
        let changes = &counterpart.changes;
        for change in changes {
            push_change(text, change);
        }
    }
    if let Some(xml) = step.request_xml() {
        // Not indented further: a text with line breaks would be.
        text.push_str(&pretty(&xml));
    }
    for (follow, _, xml) in step.follow_ups() {
        _ = writeln!(text, "  then {}:", follow.id);
        text.push_str(&pretty(&xml));
    }
}

/// Whether the record differs from what the rules want; they may leave it so.
fn differs(decision: &Decision) -> bool {
    matches!(decision, Decision::Connect(counterpart) | Decision::Keep(counterpart) if !counterpart.changes.is_empty())
}

fn push_counterpart(text: &mut String, decision: &Decision) {
    match decision {
        Decision::Connect(counterpart) | Decision::Keep(counterpart) => {
            let record = counterpart.record.as_ref();
            let kind = record.map_or("record", |record| record.name());
            let id = counterpart.id.as_deref().unwrap_or("without an id");
            _ = write!(text, " = {kind} {id}");
            if record.is_none() {
                text.push_str(", which was not read");
            }
        }
        Decision::Share { name, with } => {
            _ = write!(text, " = `{name}` of {with}");
        }
        Decision::Skip(_) | Decision::Reject(_) | Decision::Create(_) => {}
    }
}

fn push_note(text: &mut String, word: &str, note: &Note) {
    let element = note.element.as_ref().map(|element| format!("{element}: "));
    let message = format!("{}{}", element.unwrap_or_default(), note.message);
    push_lines(text, &format!("{word} {}", note.code), &message);
}

/// `before -> after`, quoted, because blanks and empty texts matter.
fn push_change(text: &mut String, change: &Difference) {
    let side = |side: &Option<String>, nothing: &str| {
        side.as_ref().map_or_else(|| nothing.to_owned(), |side| format!("{side:?}"))
    };
    let (before, after) = (side(&change.before, "(nothing)"), side(&change.after, "(removed)"));
    let agreed = change.agreed.as_ref().map(|agreed| format!(", both had {agreed:?}")).unwrap_or_default();
    let told = change.fate.told().map(|told| format!(" ({told})")).unwrap_or_default();
    _ = writeln!(text, "  {}: {before} -> {after}{agreed}{told}", change.path);
}

/// A line, the further ones of its text indented.
fn push_lines(text: &mut String, head: &str, body: &str) {
    let body = body.trim_end().replace('\n', "\n      ");
    _ = writeln!(text, "  {head}: {body}");
}

/// What the records of each object become, or why they are not importable.
pub(super) fn imports(all: &[Imports]) -> String {
    let mut text = String::new();
    for imports in all {
        _ = writeln!(text, "{}", imports.title);
        imports.records.iter().for_each(|imported| push_imported(&mut text, imported));
        text.push('\n');
    }
    let records = || all.iter().flat_map(|imports| &imports.records);
    let importable = records().filter(|imported| imported.document.is_some()).count();
    let other = records().count() - importable;
    _ = writeln!(text, "Imports: {importable} importable, {other} not.");
    text
}

fn push_imported(text: &mut String, imported: &Imported) {
    let record = &imported.record;
    let sign = if imported.document.is_some() { '+' } else { '-' };
    let name = record.called().unwrap_or_default();
    _ = writeln!(text, "{sign} {} {name}", record.name());
    for reason in &imported.reasons {
        push_lines(text, &format!("reason {}", reason.code), &reason.message);
    }
    let json = imported.document.as_ref().and_then(|document| serde_json::to_string_pretty(document).ok());
    for line in json.iter().flat_map(|json| json.lines()) {
        _ = writeln!(text, "  {line}");
    }
}
