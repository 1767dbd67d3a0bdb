//! `ferrule map`: documents to qbXML.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::cli::company::setting_args::SettingArgs;
use crate::cli::documents;
use crate::cli::exit::Exit;
use crate::cli::rule_set::RuleArgs;
use crate::cli::rules::mapping::Mapping;
use crate::cli::rules::workbench::{Workbench, exported};
use crate::cli::steelhead::AccessArgs;
use crate::cli::terminal::Terminal;
use crate::document::Origin;
use crate::engine::Links;
use crate::qbxml::Company;
use crate::sync::{Planner, Strange, decode_raw};

/// Turns the documents of one object into requests, as one qbXML document on standard output.
///
/// It writes requests for these documents only. It does not create what they refer to (`ferrule diff` plans
/// that too), but uses the name that the rules give it. Standard error says why a document is rejected. The
/// others still come out, and the exit code is 1. A document that needs no request gives none.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The object, such as `invoice`
    object: String,
    /// A file or folder of documents (JSON, a list, or NDJSON) of any length, `-` for standard input, or the address
    /// of Steelhead's API (https://…). It may also hold documents of other objects that these refer to
    file: PathBuf,
    #[command(flatten)]
    access: AccessArgs,
    /// Responses of QuickBooks, a file or folder of qbXML; repeatable. Without them Ferrule knows nothing of
    /// QuickBooks and takes names on trust
    #[arg(long, value_name = "PATH")]
    quickbooks: Vec<PathBuf>,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    rules: RuleArgs,
    /// Write what becomes of each document as JSON, with its request
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let program = args.rules.program(terminal)?;
    let shape = exported(&program, &args.object)?.shape;
    let work = Workbench::open(program, &args.settings, &args.quickbooks, Company::unknown, terminal)?;
    let (files, shapes) = documents::check(&args.file, &args.access, &work.program, terminal)?;
    let decoder = &work.program.decoder;
    let again = |origin: &Origin| {
        let document = decoder.decode(files.document(origin)?.json(), origin);
        document.ok().map(|document| document.root)
    };
    let mut planner = Planner::new(work.inputs(), Links::default()).reading_again(&again);
    for other in work.program.objects.iter().filter(|it| it.shape != shape && shapes.contains(&it.shape)) {
        for raw in files.batches() {
            let mut raw = raw.map_err(|problem| anyhow::anyhow!("{problem}"))?;
            raw.retain(|document| decoder.shape(document.json()) == Some(other.shape));
            let found = decode_raw(&raw, &work.program, &mut Strange::default());
            planner.refer(other, &found.sources);
        }
    }
    let mapping = Mapping { program: &work.program, shape, as_json: args.json, terminal };
    let Some(report) = mapping.run(&files, &mut planner)? else {
        bail!("there is no {} in `{}`", args.object, args.file.display());
    };
    report.finish(&mapping)
}
