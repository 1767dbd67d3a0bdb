//! A plan as text: `+` create, `~` change, `=` connect, `!` rejected, element by element.

use std::collections::HashMap;
use std::fmt::Write as _;

use rayon::prelude::*;

use crate::engine::{Decision, Fate, Key};
use crate::rules::Program;
use crate::sync::plan::plan::{Counts, Plan, Step};
use crate::sync::show::elements::ElementView;
use crate::sync::show::lines::Lines;
use crate::sync::show::paint::Paint;
use crate::sync::show::view::{ChangeView, NoteView, Shown, StepView};
use crate::text::visible::visible;

/// How a plan is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// In colour.
    pub paint: Paint,
    /// Also documents that are unchanged or not sent.
    pub all: bool,
}

/// What is known by its id, so that references by id can be told by name.
type Names<'p> = HashMap<&'p Key, (&'p str, &'p str)>;

/// The plan as text, one paragraph per document and the counts in the last line.
pub fn show(plan: &Plan, program: &Program, style: Style) -> String {
    let mut text = show_steps(plan, program, style);
    text.push_str(&show_counts(plan.counts()));
    text
}

/// How many documents are shown at once, on all cores. Not all of them, to save memory.
const AT_ONCE: usize = 1024;

/// The paragraphs of a plan with empty lines between them, but not between those of one line.
pub fn show_steps(plan: &Plan, program: &Program, style: Style) -> String {
    let names = names(plan);
    let shown = Shown::whole(plan, program, style.all);
    let steps: Vec<&Step> = shown.steps().collect();
    let mut text = String::new();
    let mut general = General::default();
    let mut was_long = false;
    for steps in steps.chunks(AT_ONCE) {
        let shown: Vec<_> = steps.par_iter().map(|step| show_step(step, &names, program, style)).collect();
        for (paragraph, its_general) in shown {
            let is_long = paragraph.lines().nth(1).is_some();
            if !text.is_empty() && (is_long || was_long) {
                text.push('\n');
            }
            text.push_str(&paragraph);
            was_long = is_long;
            general.add(its_general);
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    general.write(style.paint, &mut text);
    text
}

/// One paragraph, and what it says that is not about its document.
fn show_step(step: &Step, names: &Names<'_>, program: &Program, style: Style) -> (String, General) {
    let known = step.outcome.dependencies.iter();
    let known: Vec<_> = known.filter_map(|other| names.get(&other.key).copied()).collect();
    let mut view = StepView::of(step, program);
    let mut general = General::default();
    general.take_from(&mut view);
    let mut text = String::new();
    paragraph(&view, &known, style.paint, &mut text);
    (text, general)
}

/// Warnings that say nothing of one element or rule: told once, behind the steps.
#[derive(Default)]
struct General(Vec<(String, String, usize)>);

impl General {
    fn take_from(&mut self, view: &mut StepView<'_>) {
        let is_general = |note: &NoteView<'_>| note.element.is_none() && note.rule.is_none();
        for note in view.warnings.extract_if(.., |note| is_general(note)) {
            self.note(note.code.to_owned(), note.message.to_owned(), 1);
        }
    }

    fn add(&mut self, other: Self) {
        for (code, message, count) in other.0 {
            self.note(code, message, count);
        }
    }

    fn note(&mut self, code: String, message: String, times: usize) {
        match self.0.iter_mut().find(|(_, known, _)| *known == message) {
            Some((_, _, count)) => *count += times,
            None => self.0.push((code, message, times)),
        }
    }

    fn write(&self, paint: Paint, text: &mut String) {
        for (code, message, count) in &self.0 {
            let times = if *count > 1 { format!(", {count} documents") } else { String::new() };
            let code = paint.aside(&format!("[{code}{times}]"));
            _ = writeln!(text, "{} {message} {code}", paint.odd("?"));
        }
        if !self.0.is_empty() {
            text.push('\n');
        }
    }
}

/// The last line of a plan.
pub fn show_counts(counts: Counts) -> String {
    format!("{counts}\n")
}

fn names(plan: &Plan) -> Names<'_> {
    let named = plan.steps.iter().filter_map(|step| {
        let (Decision::Connect(other) | Decision::Keep(other)) = &step.outcome.decision else {
            return None;
        };
        let name = other.record.as_ref()?.full_name()?;
        Some((step.outcome.key.as_ref()?, (other.id.as_deref()?, name)))
    });
    named.collect()
}

fn paragraph(step: &StepView<'_>, known: &[(&str, &str)], paint: Paint, text: &mut String) {
    heading(step, paint, text);
    let mut lines = Lines::default();
    for element in &step.elements {
        lines.element(&element.path, &value(element, known, paint));
    }
    for change in &step.changes {
        lines.element(change.path, &difference(change, paint));
    }
    for follow in &step.then {
        for element in &follow.elements {
            lines.element(&format!("{}/{}", follow.title, element.path), &value(element, known, paint));
        }
    }
    lines.write(text);
    for reason in &step.reasons {
        note("  ", reason, paint, text);
    }
    for warning in &step.warnings {
        note(&format!("  {} ", paint.odd("?")), warning, paint, text);
    }
}

fn heading(step: &StepView<'_>, paint: Paint, text: &mut String) {
    let sign = match step.action {
        "create" => paint.good("+"),
        "change" => paint.odd("~"),
        "connect" => paint.link("="),
        "reject" => paint.bad("!"),
        "skip" | "settled" => "-".to_owned(),
        _ => " ".to_owned(),
    };
    _ = write!(text, "{sign} {}", paint.strong(&visible(step.label)));
    if let Some(what) = what(step) {
        _ = write!(text, "  {what}");
    }
    let place = match &step.place {
        Some(place) => format!("{}:{}", place.file, place.line),
        None => "known in part, from what refers to it".to_owned(),
    };
    _ = writeln!(text, "  {}", paint.aside(&format!("({place})")));
}

/// What is done, in a few words: `CustomerMod of Customer 80000001-1`.
pub fn what(step: &StepView<'_>) -> Option<String> {
    if let Some(shares) = &step.shares {
        return Some(format!("shares `{}` with {}", shares.name, shares.with));
    }
    let then: Vec<&str> = step.then.iter().map(|follow| follow.request.message).collect();
    let message = step.request.as_ref().map(|request| request.message);
    let messages: Vec<&str> = message.into_iter().chain(then).collect();
    let message = (!messages.is_empty()).then(|| messages.join(", then "));
    let Some(record) = &step.record else {
        return message;
    };
    let kind = record.kind.map_or("record", |kind| kind.trim_end_matches("Ret"));
    let name = record.name.map(|name| format!(" `{name}`")).unwrap_or_default();
    let id = record.id.map(|id| format!(" {id}")).unwrap_or_default();
    let record = format!("{kind}{name}{id}");
    Some(match (step.connects, message) {
        (true, Some(message)) => format!("is {record}; {message}"),
        (true, None) => format!("is {record}"),
        (false, Some(message)) => format!("{message} of {record}"),
        (false, None) => record,
    })
}

fn value(element: &ElementView, known: &[(&str, &str)], paint: Paint) -> String {
    let Some(value) = &element.value else {
        return paint.aside("(assigned by QuickBooks)");
    };
    let is_id = element.path.ends_with("ID");
    let name = known.iter().find(|(id, _)| is_id && *id == value);
    match name {
        Some((_, name)) => format!("{value}  {}", paint.aside(&format!("({name})"))),
        None => visible(value).into_owned(),
    }
}

fn difference(change: &ChangeView<'_>, paint: Paint) -> String {
    let shown = |value: Option<&str>, nothing: &str| match value {
        Some(value) if !value.is_empty() => visible(value).into_owned(),
        _ => paint.aside(nothing),
    };
    let nothing = if change.sent { "(removed)" } else { "(nothing)" };
    let (before, after) = (shown(change.before, "(nothing)"), shown(change.after, nothing));
    let agreed = change.agreed.map(|agreed| format!(", both had {}", shown(Some(agreed), "(nothing)")));
    match change.told {
        None if agreed.is_some() => {
            let agreed = agreed.unwrap_or_default();
            let led = paint.aside("(both changed it, Steelhead leads)");
            format!("{before} -> {after}{agreed}  {led}")
        }
        None => format!("{before} -> {after}"),
        Some(told) => {
            let agreed = agreed.filter(|_| change.fate != Fate::Theirs.word()).unwrap_or_default();
            let told = paint.aside(&format!("({told})"));
            format!("QuickBooks has {before}, Steelhead {after}{agreed}  {told}")
        }
    }
}

fn note(lead: &str, note: &NoteView<'_>, paint: Paint, text: &mut String) {
    let element = note.element.map(|element| format!("{element}: ")).unwrap_or_default();
    let place = match &note.rule {
        Some(rule) => format!("[{}, {rule}]", note.code),
        None => format!("[{}]", note.code),
    };
    let command = note.command.map(|it| format!(" {}", visible(it))).unwrap_or_default();
    _ = writeln!(text, "{lead}{element}{}{command} {}", visible(note.message), paint.aside(&place));
}
