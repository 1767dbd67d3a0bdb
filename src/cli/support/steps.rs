//! `ferrule explain --step`: how a document's values came about, step by step.

use std::fmt::Write as _;

use serde::Serialize;

use crate::rules::Program;
use crate::rules::program::{SeenStep, Step};
use crate::rules::source::Span;
use crate::rules::uses::Kind;
use crate::sync::Paint;
use crate::text::visible::visible;

/// An expression that was evaluated, as `--json` writes it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Evaluated {
    /// `file:line`.
    rule: String,
    expression: String,
    value: String,
    /// The paths that it reads, with their values.
    read: Vec<(String, String)>,
    /// The functions of scripts that it calls, with what they gave.
    called: Vec<(String, String)>,
    /// What happened inside, one after the other.
    inside: Vec<Inside>,
}

/// Something that happened while an expression was evaluated.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Inside {
    /// `file:line`; nothing for a look into QuickBooks.
    place: Option<String>,
    /// The function of a script in which it happened.
    within: Option<String>,
    /// A call, or a statement as it is written.
    does: String,
    value: String,
}

/// The steps, each expression with what happened inside it.
pub fn evaluated(steps: Vec<SeenStep>, program: &Program) -> Vec<Evaluated> {
    let (mut all, mut inside) = (Vec::<Evaluated>::new(), Vec::new());
    for SeenStep { span, step, value } in steps {
        let does = match step {
            Step::Expression { expression, read, called } => {
                let rule = span.map(|span| program.sources.line(span)).unwrap_or_default();
                all.push(Evaluated {
                    rule,
                    expression,
                    value,
                    read,
                    called,
                    inside: std::mem::take(&mut inside),
                });
                continue;
            }
            Step::Call { function, arguments } => format!("{function}({})", arguments.join(", ")),
            Step::Statement { .. } => span.and_then(|span| line(span, program)).unwrap_or_default(),
        };
        let within = span.and_then(|span| function_at(span, program));
        inside.push(Inside { place: span.map(|span| program.sources.line(span)), within, does, value });
    }
    // What a request writes may be asked for more than once, by a match say.
    all.dedup();
    all
}

fn line(span: Span, program: &Program) -> Option<String> {
    let source = program.sources.get(span.file)?;
    Some(source.line(span.start as usize).2.trim().to_owned())
}

/// The function of a script that a place is in: the last one that is declared before it.
fn function_at(span: Span, program: &Program) -> Option<String> {
    let functions = program.uses.things.iter().filter(|thing| thing.kind == Kind::Function);
    let declared = functions.filter_map(|thing| Some((thing.defined?, &thing.name)));
    let before = declared.filter(|(at, _)| at.file == span.file && at.start <= span.start);
    before.max_by_key(|(at, _)| at.start).map(|(_, name)| name.clone())
}

/// The same as text.
pub fn text(all: &[Evaluated], paint: Paint) -> String {
    let mut text = String::new();
    for Evaluated { rule, expression, value, read, called, inside } in all {
        let expression = one_line(expression);
        // A literal says what it is.
        if expression == value.trim_matches('"') {
            continue;
        }
        _ = writeln!(text, "\n{}  {expression}", paint.strong(rule));
        for (path, value) in read {
            _ = writeln!(text, "    {}", paint.aside(&format!("{path} is {}", one_line(value))));
        }
        for Inside { place, within, does, value } in inside {
            let within = within.as_ref().map(|name| format!("in {name}, ")).unwrap_or_default();
            let place = place.as_ref().filter(|place| *place != rule);
            let place = place.map(|place| format!("{within}{place}: ")).unwrap_or_default();
            _ = writeln!(text, "    {place}{} gives {}", one_line(does), one_line(value));
        }
        for (call, value) in called {
            _ = writeln!(text, "    {call} gave {}", one_line(value));
        }
        _ = writeln!(text, "  = {}", one_line(value));
    }
    text
}

fn one_line(text: &str) -> String {
    visible(text.trim_end()).replace("\r\n", "\n").replace('\n', "\\n")
}
