//! `ferrule uses`: which rules name a setting, a field, a function or an element.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use serde::Serialize;

use crate::cli::exit::Exit;
use crate::cli::rule_set::RuleArgs;
use crate::cli::terminal::Terminal;
use crate::document::{FieldType, ShapeId, nearest};
use crate::rules::Program;
use crate::rules::source::Span;
use crate::rules::uses::{Kind, Thing};
use crate::text::counted::counted;

/// Says who uses a setting, a field of documents, a function or an element of qbXML.
///
/// NAME is a setting (`settings.start_date`), a field (`invoice.lines.items`, `invoice.customer.name`), a function
/// (`price`) or an element of a record or a request (`InvoiceAdd/Memo`). Its last steps are enough: `start_date`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The name, in full or its last steps
    name: String,
    #[command(flatten)]
    rules: RuleArgs,
    /// Write the places as JSON
    #[arg(long)]
    json: bool,
}

/// A thing and its places, as `--json` writes it.
#[derive(Debug, Serialize)]
struct Shown<'p> {
    kind: Kind,
    name: &'p str,
    /// `file:line`; nothing for what comes with Ferrule or QuickBooks.
    defined: Option<String>,
    used: Vec<Place<'p>>,
}

#[derive(Debug, Serialize)]
struct Place<'p> {
    /// `file:line`.
    place: String,
    /// The line's text.
    text: &'p str,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let program = args.rules.program(terminal)?;
    let mut found: Vec<&Thing> = program.uses.named(&args.name).collect();
    if let (true, Some(name)) = (found.is_empty(), through(&program, &args.name)) {
        found = program.uses.named(&name).collect();
    }
    if found.is_empty() {
        let full = program.uses.things.iter().map(|thing| thing.name.as_str());
        let last = full.clone().filter_map(|name| name.rsplit('.').next());
        let meant = nearest(&args.name, full.chain(last)).map(|name| format!("; did you mean `{name}`?"));
        bail!("the rules have nothing of the name `{}`{}", args.name, meant.unwrap_or_default());
    }
    let shown: Vec<Shown<'_>> = found.into_iter().map(|thing| show(thing, &program)).collect();
    if args.json {
        terminal.print_json(&shown)?;
    } else {
        let paragraphs: Vec<String> = shown.iter().map(|shown| text(shown, terminal)).collect();
        terminal.print(&paragraphs.join("\n"))?;
    }
    Ok(Exit::Well)
}

/// A way through documents that hold others, as the field that it leads to: `invoice.customer.name` is `customer.name`.
fn through(program: &Program, way: &str) -> Option<String> {
    let mut steps = way.split('.');
    let mut shape = program.shapes.object(steps.next()?)?;
    let mut steps = steps.peekable();
    while let Some(step) = steps.next() {
        let here = program.shapes.get(shape);
        if steps.peek().is_none() {
            return Some(format!("{}.{step}", here.name));
        }
        shape = inside(&here.field(step)?.1.ty)?;
    }
    None
}

fn inside(ty: &FieldType) -> Option<ShapeId> {
    match ty {
        FieldType::Struct(shape) => Some(*shape),
        FieldType::List(member) => inside(member),
        _ => None,
    }
}

fn show<'p>(thing: &'p Thing, program: &'p Program) -> Shown<'p> {
    let place = |span: &Span| {
        let source = program.sources.get(span.file);
        let text = source.map_or("", |source| source.line(span.start as usize).2.trim());
        Place { place: program.sources.line(*span), text }
    };
    let mut used: Vec<Place<'_>> = thing.used.iter().map(place).collect();
    used.dedup_by(|a, b| a.place == b.place);
    let defined = thing.defined.map(|span| program.sources.line(span));
    Shown { kind: thing.kind, name: &thing.name, defined, used }
}

fn text(shown: &Shown<'_>, terminal: Terminal) -> String {
    let kind = match shown.kind {
        Kind::Setting => "a setting",
        Kind::Function => "a function",
        Kind::Field => "a field",
        Kind::Element => "an element",
    };
    let from = shown.defined.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
    let used = match shown.used.len() {
        0 => "no rule uses it".to_owned(),
        n => counted(n, "line"),
    };
    let mut text = format!(
        "{}  {}\n",
        terminal.out.strong(shown.name),
        terminal.out.aside(&format!("({kind}{from}; {used})"))
    );
    let width = shown.used.iter().map(|line| line.place.chars().count()).max().unwrap_or(0);
    for line in &shown.used {
        _ = writeln!(text, "  {:width$}  {}", line.place, line.text);
    }
    text
}
