//! `ferrule explain`: where each element comes from, or what a code means.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use serde::Serialize;

use crate::cli::company::setting_args::SettingArgs;
use crate::cli::documents;
use crate::cli::exit::Exit;
use crate::cli::rule_set::RuleArgs;
use crate::cli::rules::connections::ConnectionArgs;
use crate::cli::rules::explain_code;
use crate::cli::rules::notes;
use crate::cli::rules::workbench::{Workbench, exported};
use crate::cli::terminal::Terminal;
use crate::document::Origin;
use crate::engine::Provenance;
use crate::qbxml::Company;
use crate::rules::Program;
use crate::sync::{Paint, Plan, PlanInputs, Planner, Source, Step, StepView};
use crate::text::visible::visible;

/// Explains every element of a document's request, or the page of a code.
///
/// With an object and a file, it shows each element with its value, the rule's file and line, the expression
/// and what the expression read. With a code alone, it says what the code means and what to do. A code is a
/// diagnostic's (R312), a status code of QuickBooks (3100), an HRESULT (0x80040400) or a code of the Web
/// Connector (QBWC1039).
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The object, such as `invoice`, or a code
    #[arg(value_name = "OBJECT|CODE")]
    what: String,
    /// A file or folder of documents; `-` is standard input
    file: Option<PathBuf>,
    /// Only the document with this id
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Responses of QuickBooks, a file or folder of qbXML; repeatable
    #[arg(long, value_name = "PATH")]
    quickbooks: Vec<PathBuf>,
    #[command(flatten)]
    connections: ConnectionArgs,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    rules: RuleArgs,
    /// Write the explanation as JSON
    #[arg(long)]
    json: bool,
}

/// A document with where its elements come from, as `--json` writes it.
#[derive(Debug, Serialize)]
struct Explained<'p> {
    /// The document and what becomes of it.
    #[serde(flatten)]
    step: StepView<'p>,
    /// Its elements, in the order of the request.
    explanation: Vec<Line<'p>>,
}

/// Where one element comes from.
#[derive(Debug, Serialize)]
struct Line<'p> {
    element: &'p str,
    value: &'p str,
    /// `file:line`.
    rule: String,
    expression: &'p str,
    inputs: Vec<Input<'p>>,
}

/// What an expression read.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Input<'p> {
    path: &'p str,
    value: &'p str,
}

impl Line<'_> {
    /// Whether both elements stand in one aggregate and come from one value.
    fn is_from_same(&self, other: &Self) -> bool {
        let parent = |line: &Self| line.element.rsplit_once('/').map(|(parent, _)| parent.to_owned());
        parent(self).is_some()
            && parent(self) == parent(other)
            && self.rule == other.rule
            && self.inputs == other.inputs
    }
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    match &args.file {
        Some(file) => document(args, file, terminal),
        None => explain_code::run(&args.what, args.json, terminal),
    }
}

fn document(args: &Args, file: &Path, terminal: Terminal) -> Result<Exit> {
    let program = args.rules.program(terminal)?;
    let shape = exported(&program, &args.what)?.shape;
    let work = Workbench::open(program, &args.settings, &args.quickbooks, Company::unknown, terminal)?;
    let program = &work.program;
    let links = args.connections.links(program, &work.company)?;
    let mut documents = documents::read(file, program, terminal)?;
    documents.tell(terminal);
    let sources = std::mem::take(&mut documents.sources);
    let of = |shape| -> Vec<Source> {
        sources.iter().filter(|source| source.document.shape == shape).cloned().collect()
    };
    let again = |origin: &Origin| {
        sources.iter().find(|source| source.origin == *origin).map(|source| source.document.clone())
    };
    let inputs = PlanInputs { explain: true, ..work.inputs() };
    let mut planner = Planner::new(inputs, links).reading_again(&again);
    for other in program.objects.iter().filter(|other| other.shape != shape) {
        planner.refer(other, &of(other.shape));
    }
    let (steps, _) = planner.alone(shape, of(shape), |source| (Some(source), ()));
    let mut plan = Plan { steps };
    plan.steps.retain(|step| args.wants(step));
    if plan.steps.is_empty() && documents.unreadable.is_empty() {
        let id = args.id.as_ref().map(|id| format!(" with the id {id}")).unwrap_or_default();
        bail!("there is no {}{id} in `{}`", args.what, file.display());
    }
    if args.json {
        let views: Vec<_> = plan.steps.iter().map(|step| view(step, program)).collect();
        terminal.print_json(&views)?;
    } else {
        notes::tell(&plan, program, terminal);
        let paragraphs = plan.steps.iter().map(|step| text(step, program, terminal.out));
        terminal.print(&paragraphs.collect::<Vec<_>>().join("\n"))?;
    }
    let failed = plan.counts().rejected + documents.unreadable.len() > 0;
    Ok(if failed { Exit::Error } else { Exit::Well })
}

impl Args {
    fn wants(&self, step: &Step) -> bool {
        let id = step.outcome.key.as_ref().map(|key| key.id.as_ref());
        self.id.is_none() || self.id.as_deref() == id
    }
}

fn view<'p>(step: &'p Step, program: &'p Program) -> Explained<'p> {
    let line = |from: &'p Provenance| Line {
        element: &from.element,
        value: &from.value,
        rule: program.sources.line(from.span),
        expression: &from.expression,
        inputs: from.inputs.iter().map(|(path, value)| Input { path, value }).collect(),
    };
    Explained {
        step: StepView::of(step, program),
        explanation: step.outcome.provenance.iter().map(line).collect(),
    }
}

fn text(step: &Step, program: &Program, paint: Paint) -> String {
    let view = view(step, program);
    let mut text = paint.strong(&visible(&step.outcome.label));
    if let Some(place) = &view.step.place {
        _ = write!(text, "  {}", paint.aside(&format!("({}:{})", place.file, place.line)));
    }
    text.push('\n');
    if view.explanation.is_empty() {
        text.push_str("  no element is written\n");
    }
    let width = |length: fn(&Line<'_>) -> usize| view.explanation.iter().map(length).max().unwrap_or(0);
    let element = width(|line| line.element.chars().count()).min(40);
    let rule = width(|line| line.rule.chars().count());
    for (index, line) in view.explanation.iter().enumerate() {
        let value = visible(line.value)
            .replace("\r\n", "\n")
            .replace('\n', &format!("\n{}", " ".repeat(element + 4)));
        _ = writeln!(text, "\n  {:element$}  {value}", line.element);
        // One expression may give several elements, as address() does: it is told behind the last.
        let next = view.explanation.get(index + 1);
        if next.is_some_and(|next| next.is_from_same(line)) {
            text.pop();
            continue;
        }
        _ = writeln!(text, "    {:rule$}  {}", line.rule, one_line(line.expression));
        for input in &line.inputs {
            let shown = format!("{} is {}", input.path, one_line(input.value));
            _ = writeln!(text, "    {:rule$}  {}", "", paint.aside(&shown));
        }
    }
    text
}

/// Text on one line.
fn one_line(text: &str) -> String {
    visible(text.trim_end()).replace("\r\n", "\n").replace('\n', "\\n")
}
