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
use crate::cli::support::log;
use crate::cli::support::steps::{self, Evaluated};
use crate::cli::terminal::Terminal;
use crate::document::Origin;
use crate::engine::{Key, Provenance};
use crate::qbxml::Company;
use crate::rules::Program;
use crate::rules::program::Seen;
use crate::sync::{Paint, Plan, PlanInputs, Planner, Source, Step, StepView};
use crate::text::visible::visible;

/// Explains every element of a document's request, or the page of a code.
///
/// With an object and a file, it shows each element with its value, the rule's file and line, the expression
/// and what the expression read. With a code alone, it says what the code means and what to do. A code is a
/// diagnostic's (R312), a status code of QuickBooks (3100), an HRESULT (0x80040400) or a code of the Web
/// Connector (QBWC1039). With `--log` it reads the log of the Web Connector.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The object, such as `invoice`, or a code
    #[arg(value_name = "OBJECT|CODE", required_unless_present = "log")]
    what: Option<String>,
    /// A file or folder of documents; `-` is standard input
    file: Option<PathBuf>,
    /// The Web Connector's log, QWCLog.txt: what happened visit by visit, whose turn it is and what to click. Repeat it
    /// for the older files of the same log
    #[arg(long, value_name = "QWCLOG", conflicts_with_all = ["what", "file", "id", "quickbooks"])]
    log: Vec<PathBuf>,
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
    /// Also how each value came about: what every expression and function read and returned, step by step
    #[arg(long, requires = "file")]
    step: bool,
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
    /// How its values came about, if that was asked for.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    steps: &'p [Evaluated],
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
    match (&args.what, &args.file) {
        (Some(object), Some(file)) => document(args, object, file, terminal),
        (Some(code), None) => explain_code::run(code, args.json, terminal),
        (None, _) => log::run(&args.log, args.json, terminal),
    }
}

fn document(args: &Args, object: &str, file: &Path, terminal: Terminal) -> Result<Exit> {
    let mut program = args.rules.program(terminal)?;
    program.seen = args.step.then(Seen::stepping);
    let shape = exported(&program, object)?.shape;
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
    // Steps of several documents would be in one another's.
    let wanted =
        of(shape).into_iter().filter(|source| args.wants(Key::of(program, &source.document).as_ref()));
    let wanted: Vec<Source> = wanted.collect();
    if args.step && wanted.len() > 1 {
        bail!("--step shows one document, and `{}` has several; name one with --id", file.display());
    }
    let (steps, _) = planner.alone(shape, wanted, |source| (Some(source), ()));
    let mut plan = Plan { steps };
    plan.steps.retain(|step| args.wants(step.outcome.key.as_ref()));
    let seen = program.seen.as_ref().map(Seen::take_steps).unwrap_or_default();
    let evaluated = steps::evaluated(seen, program);
    if plan.steps.is_empty() && documents.unreadable.is_empty() {
        let id = args.id.as_ref().map(|id| format!(" with the id {id}")).unwrap_or_default();
        bail!("there is no {object}{id} in `{}`", file.display());
    }
    if args.json {
        let views: Vec<_> = plan.steps.iter().map(|step| view(step, program, &evaluated)).collect();
        terminal.print_json(&views)?;
    } else {
        notes::tell(&plan, program, terminal);
        let paragraphs = plan.steps.iter().map(|step| text(step, program, terminal.out));
        terminal.print(&paragraphs.collect::<Vec<_>>().join("\n"))?;
        terminal.print(&steps::text(&evaluated, terminal.out))?;
    }
    let failed = plan.counts().rejected + documents.unreadable.len() > 0;
    Ok(if failed { Exit::Error } else { Exit::Well })
}

impl Args {
    fn wants(&self, key: Option<&Key>) -> bool {
        let id = key.map(|key| key.id.as_ref());
        self.id.is_none() || self.id.as_deref() == id
    }
}

fn view<'p>(step: &'p Step, program: &'p Program, evaluated: &'p [Evaluated]) -> Explained<'p> {
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
        steps: evaluated,
    }
}

fn text(step: &Step, program: &Program, paint: Paint) -> String {
    let view = view(step, program, &[]);
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
