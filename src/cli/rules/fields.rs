//! `ferrule fields`: the catalogue of qbXML, for reading.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use serde::Serialize;

use crate::catalogue::{self, Element, Kind, Particle};
use crate::cli::exit::Exit;
use crate::cli::rules::fields_table::Table;
use crate::cli::terminal::Terminal;
use crate::document::nearest;

/// Browses the catalogue: what a message holds, in its order, with types, limits and versions.
///
/// MESSAGE is a request's content (`InvoiceAdd`), a query (`InvoiceQuery`), a record (`InvoiceRet`) or a whole
/// request or response (`InvoiceAddRq`, `InvoiceAddRs`). Without it all messages are listed.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A message, and after it a path: `InvoiceAdd/InvoiceLineAdd/Rate`
    #[arg(value_name = "MESSAGE[/PATH]")]
    path: Option<String>,
    /// List all messages
    #[arg(long, conflicts_with = "path")]
    list: bool,
    /// How many levels of elements are shown
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..))]
    depth: u8,
    /// Write the elements as JSON
    #[arg(long)]
    json: bool,
}

/// An element or a choice, as `--json` writes it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Entry {
    /// An element.
    Element(Field),
    /// Elements of which one branch is used.
    Choice {
        /// Whether a branch must be used.
        required: bool,
        /// Whether branches may be used several times.
        repeats: bool,
        /// The branches, each in its order.
        branches: Vec<Vec<Entry>>,
    },
}

/// An element.
#[derive(Debug, Serialize)]
struct Field {
    name: &'static str,
    /// qbXML's name of its type; nothing for an aggregate.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    /// The greatest length in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length: Option<u32>,
    required: bool,
    repeats: bool,
    /// The version that introduced it.
    since: String,
    /// The values of its enumeration.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    values: &'static [&'static str],
    /// What it holds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    content: Vec<Entry>,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let Some(path) = args.path.as_deref() else {
        list(args.json, terminal)?;
        return Ok(Exit::Well);
    };
    let element = find(path)?;
    if args.json {
        terminal.print_json(&field(element, args.depth))?;
    } else {
        let mut table = Table::new(terminal.out);
        table.about(element, path);
        table.content(element.content(), 0, args.depth);
        terminal.print(&table.text())?;
    }
    Ok(Exit::Well)
}

fn list(json: bool, terminal: Terminal) -> Result<()> {
    let requests: Vec<&str> = catalogue::operations()
        .map(|operation| operation.body.map_or(operation.name, Element::name))
        .collect();
    let records: Vec<&str> = catalogue::records().map(Element::name).collect();
    if json {
        return terminal.print_json(&serde_json::json!({ "requests": requests, "records": records }));
    }
    let mut text = String::new();
    for (title, kind) in [
        ("Add", Some(Kind::Add)),
        ("Mod", Some(Kind::Mod)),
        ("Query", Some(Kind::Query)),
        ("Other requests", Some(Kind::Other)),
        ("Records", None),
    ] {
        text.push_str(&terminal.out.strong(title));
        text.push('\n');
        let of_kind = catalogue::operations().filter(|operation| Some(operation.kind) == kind);
        let mut names: Vec<&str> =
            of_kind.map(|operation| operation.body.map_or(operation.name, Element::name)).collect();
        if kind.is_none() {
            names.clone_from(&records);
        }
        for name in names {
            _ = writeln!(text, "  {name}");
        }
    }
    terminal.print(&text)
}

fn find(path: &str) -> Result<Element> {
    let mut steps = path.split('/').filter(|step| !step.is_empty());
    let message = steps.next().unwrap_or_default();
    let mut element = message_named(message)?;
    let mut walked = element.name().to_owned();
    for step in steps {
        let Some(child) = element.child(step) else {
            let known = element.children().map(|child| child.element.name());
            let hint = match nearest(step, known) {
                Some(near) => format!("; did you mean `{near}`?"),
                None if element.data_type().is_some() => "; it holds a value and no elements".to_owned(),
                None => format!("; `ferrule fields {walked}` lists what it holds"),
            };
            bail!("`{walked}` holds no element `{step}`{hint}");
        };
        element = child;
        walked = format!("{walked}/{step}");
    }
    Ok(element)
}

fn message_named(name: &str) -> Result<Element> {
    let operation = catalogue::operation(name).map(catalogue::Operation::fields);
    let found = operation
        .or_else(|| catalogue::record(name))
        .or_else(|| catalogue::request(name))
        .or_else(|| catalogue::response(name));
    if let Some(found) = found {
        return Ok(found);
    }
    let holders = holders(name);
    if !holders.is_empty() {
        bail!("`{name}` is not a message; it is in {}", holders.join(", "));
    }
    let names = catalogue::operations().map(|operation| operation.name);
    let names = names.chain(catalogue::records().map(Element::name));
    match nearest(name, names) {
        Some(near) => bail!("no message or record is called `{name}`; did you mean `{near}`?"),
        None => bail!("no message or record is called `{name}`; `ferrule fields --list` lists them"),
    }
}

/// Messages and records that hold an element of this name, at most three.
fn holders(name: &str) -> Vec<String> {
    let messages = catalogue::operations().map(catalogue::Operation::fields);
    let holds = |message: &Element| message.child(name).is_some();
    let all = messages.chain(catalogue::records()).filter(holds);
    all.take(3).map(|message| format!("{}/{name}", message.name())).collect()
}

fn field(element: Element, depth: u8) -> Field {
    Field {
        name: element.name(),
        kind: element.data_type().map(catalogue::DataType::as_str),
        max_length: element.max_length(),
        required: element.min() > 0,
        repeats: element.max() != Some(1),
        since: element.since().to_string(),
        values: element.values(),
        content: match depth {
            0 => Vec::new(),
            depth => entries(element.content(), depth - 1),
        },
    }
}

fn entries(particles: &[Particle], depth: u8) -> Vec<Entry> {
    let entry = |particle: &Particle| match particle {
        Particle::Element(element) => Entry::Element(field(*element, depth)),
        Particle::Choice(choice) => Entry::Choice {
            required: choice.min() > 0,
            repeats: choice.max() != Some(1),
            branches: choice.branches().map(|branch| entries(branch, depth)).collect(),
        },
    };
    particles.iter().map(entry).collect()
}
