//! `ferrule map`: documents to qbXML.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, bail};

use super::documents::{self, Strange};
use super::exit::Exit;
use super::mapping::Mapping;
use super::rule_set::RuleArgs;
use super::setting_args::SettingArgs;
use super::terminal::Terminal;
use super::company;
use crate::document::{Reference, ShapeId, Value, nearest};
use crate::engine::{Context, Decision, Engine, Link, Links, Options};
use crate::qbxml::Company;
use crate::rules::Program;
use crate::sync::Source;

/// Turns documents of one object into one qbXML document on standard output.
///
/// Only these documents: what they refer to is not created first (`ferrule diff` does that), but
/// called by the name that its own rules give it. Why a document is rejected goes to standard error;
/// the others still come out, and the exit code is 1. A document that needs no request gives none.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The object, such as `invoice`
    object: String,
    /// A file or folder of documents (JSON, a list, or NDJSON); `-` is standard input. Documents of
    /// other objects in it are there to be referred to
    file: PathBuf,
    /// Responses of QuickBooks, a file or folder of qbXML; repeatable. Without it nothing is known of
    /// QuickBooks, and names are taken on trust
    #[arg(long, value_name = "PATH")]
    quickbooks: Vec<PathBuf>,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    rules: RuleArgs,
    /// Write what becomes of each document as JSON instead, the requests in it
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let program = args.rules.program(terminal)?;
    let shape = shape(&program, &args.object)?;
    let settings = args.settings.values(&program, terminal)?;
    let company = company::load(&args.quickbooks)?.unwrap_or_else(Company::unknown);
    let (files, shapes) = documents::check(&args.file, &program, terminal)?;
    let mut links = Links::default();
    for object in program.objects.iter().filter(|it| it.shape != shape && shapes.contains(&it.shape)) {
        for raw in files.batches() {
            let mut raw = raw.map_err(|problem| anyhow::anyhow!("{problem}"))?;
            raw.retain(|document| program.decoder.shape(document.json()) == Some(object.shape));
            let others = documents::decode_raw(&raw, &program, &mut Strange::default());
            refer(&others.sources, &program, &settings, &company, &mut links);
        }
    }
    let context = Context { settings: &settings, company: &company, links: &links };
    let mapping = Mapping { program: &program, object: &args.object, shape, context, as_json: args.json, terminal };
    let Some(report) = mapping.run(&files)? else {
        bail!("there is no {} in `{}`", args.object, args.file.display());
    };
    report.finish(terminal)
}

/// The shape of an object that has export rules.
pub fn shape(program: &Program, object: &str) -> Result<ShapeId> {
    let exported = program.objects.iter().filter(|object| object.export.is_some());
    let names: Vec<&str> = exported.map(|object| object.name.as_str()).collect();
    match program.object(object) {
        Some(found) if found.export.is_some() => return Ok(found.shape),
        Some(_) => bail!("the rules only import `{object}`; exported are {}", names.join(", ")),
        None => {}
    }
    match nearest(object, names.iter().copied()) {
        Some(near) => {
            bail!("no object is called `{object}`; did you mean `{near}`? There are {}", names.join(", "))
        }
        None => bail!("no object is called `{object}`; there are {}", names.join(", ")),
    }
}

/// Notes how the documents of other objects can be referred to: as what they are in QuickBooks, or
/// by the name that their rules give them.
pub fn refer(others: &[Source], program: &Program, settings: &[Value], company: &Company, links: &mut Links) {
    let engine = Engine::new(program);
    for object in &program.objects {
        for source in others.iter().filter(|source| source.document.shape == object.shape) {
            let context = Context { settings, company, links };
            let outcome = engine.export(&source.document, context, Options::default());
            let Some(key) = outcome.key else { continue };
            if links.get(&key).is_some() {
                continue;
            }
            let link = match outcome.decision {
                Decision::Create(_) => outcome
                    .name
                    .map(|name| Link::Planned(Reference { id: None, full_name: Some(Arc::from(name)) })),
                Decision::Connect(other) => other.record.map(|record| Link::Connected {
                    reference: Reference { id: other.id, full_name: record.full_name().map(Arc::from) },
                    record: Some(record),
                }),
                _ => None,
            };
            if let Some(link) = link {
                links.insert(key, link);
            }
        }
    }
}
