//! Rejections and warnings of a plan, one line each, for standard error.

use crate::cli::terminal::Terminal;
use crate::engine::{Note, Outcome};
use crate::rules::{Program, Severity};
use crate::sync::{Plan, Step};

/// Tells why documents are rejected, and what is to be told of the others.
pub fn tell(plan: &Plan, program: &Program, terminal: Terminal) {
    for step in &plan.steps {
        terminal.tell(&lines(step, program, terminal));
    }
}

/// The same of one document.
pub fn lines(step: &Step, program: &Program, terminal: Terminal) -> String {
    let Outcome { label, warnings, .. } = &step.outcome;
    let rejections = step.outcome.rejections().iter().map(|note| (Severity::Error, note));
    let all = rejections.chain(warnings.iter().map(|note| (Severity::Warning, note)));
    all.map(|(severity, note)| terminal.line(severity, &line(label, note, program))).collect()
}

fn line(label: &str, note: &Note, program: &Program) -> String {
    let element = note.element.as_ref().map(|element| format!("{element}: ")).unwrap_or_default();
    let place = note.span.map(|span| format!(", {}", program.sources.line(span))).unwrap_or_default();
    format!("{label}: {element}{} [{}{place}]", note.message, note.code)
}
