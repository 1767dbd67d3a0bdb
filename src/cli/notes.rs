//! Rejections and warnings of a plan, one line each, for standard error.

use super::terminal::Terminal;
use crate::engine::Note;
use crate::rules::{Program, Severity};
use crate::sync::Plan;

/// Tells why documents are rejected, and what is to be told of the others.
pub fn tell(plan: &Plan, program: &Program, terminal: Terminal) {
    for step in &plan.steps {
        for note in step.outcome.rejections() {
            terminal.tell_of(Severity::Error, &line(&step.outcome.label, note, program));
        }
        for note in &step.outcome.warnings {
            terminal.tell_of(Severity::Warning, &line(&step.outcome.label, note, program));
        }
    }
}

fn line(label: &str, note: &Note, program: &Program) -> String {
    let element = note.element.as_ref().map(|element| format!("{element}: ")).unwrap_or_default();
    let place = note.span.map(|span| format!(", {}", program.sources.line(span))).unwrap_or_default();
    format!("{label}: {element}{} [{}{place}]", note.message, note.code)
}
