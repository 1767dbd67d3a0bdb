//! `ferrule load`: Steelhead's documents into the store.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::cli::company::opened::{CompanyArgs, Opened};
use crate::cli::exit::Exit;
use crate::cli::progress::Progress;
use crate::cli::steelhead::{AccessArgs, sources};
use crate::cli::store_args::now;
use crate::cli::terminal::Terminal;
use crate::steelhead::graphql::{Api, Reading};
use crate::steelhead::{self, Chunks};
use crate::sync::stored::{Held, Loaded};
use crate::sync::{LoadReport, Loading, agree_on_connected};
use crate::text::counted::counted;
use crate::told::LoadView;

const AFTER_HELP: &str = "\
Exit codes: 0 all documents are kept, 1 some are not: a file cannot be read, or a document breaks the shape of its \
object. Standard error says what is wrong, and where. All other documents are kept.";

/// Takes Steelhead's documents over into the database.
///
/// A file may be of any length. If a part of it is not JSON, none of its documents are kept. From standard
/// input and pipes, documents are kept as they come. You can load the same file any number of times: a document
/// with the same content stays as it is, however it is laid out. Loading sends nothing to QuickBooks;
/// `ferrule play` does.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// A file or folder of documents (JSON, a list, or NDJSON), `-` for standard input, or the address of Steelhead's
    /// API (https://…)
    path: PathBuf,
    #[command(flatten)]
    access: AccessArgs,
    #[command(flatten)]
    company: CompanyArgs,
    /// Write the counts, and what is wrong, as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let Opened { program, store, file } = args.company.open(terminal)?;
    agree_on_connected(store.as_ref(), &program, &file)?;
    let progress = Progress::start(terminal);
    let mut report = LoadReport::default();
    let loading = Loading { program: &program, store: store.as_ref(), file: &file, now: now() };
    if let Some(api) = args.access.api(&args.path)? {
        ask(loading, &api, &progress, &mut report, terminal)?;
    } else {
        let files = steelhead::files(&args.path).map_err(|problem| anyhow::anyhow!("{problem}"))?;
        for path in &files {
            load_file(loading, path, &progress, &mut report)?;
        }
    }
    loading.merge(&mut report)?;
    drop(progress);
    refuse_none(&report, &args.path)?;
    tell(&report, args.json, terminal)?;
    Ok(if report.problems.first.is_empty() { Exit::Well } else { Exit::Error })
}

/// A file that cannot be read is told, and does not hold up the others.
fn load_file(loading: Loading<'_>, path: &Path, progress: &Progress, report: &mut LoadReport) -> Result<()> {
    let size = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|it| it.len());
    let shown = path.display();
    if let Some(size) = size {
        let percent = |done: u64| progress.now(format!("reading {shown}: {} %", done * 100 / size.max(1)));
        if let Err(problem) = Chunks::open(path).and_then(|chunks| Loading::check(chunks, percent)) {
            report.problems.extend([problem]);
            return Ok(());
        }
    }
    match Chunks::open(path) {
        Ok(chunks) => {
            let told = |done| progress.now(format!("loading {shown}: {}", counted(done, "document")));
            loading.load(chunks, report, told)?;
        }
        Err(problem) => report.problems.extend([problem]),
    }
    Ok(())
}

/// What Steelhead's API gives, page by page: what came is kept, also if the next page fails.
fn ask(
    loading: Loading<'_>,
    api: &Api,
    progress: &Progress,
    report: &mut LoadReport,
    terminal: Terminal,
) -> Result<()> {
    for source in sources(loading.program, terminal)? {
        for page in Reading::from(api, source, None) {
            loading.page(&page?, api.shown(), report)?;
            progress.now(format!("asking for {}: {}", source.list, counted(report.handled(), "document")));
        }
    }
    Ok(())
}

fn refuse_none(report: &LoadReport, of: &Path) -> Result<()> {
    if report.handled() == 0 && report.problems.first.is_empty() {
        bail!("there are no documents in `{}`", of.display());
    }
    Ok(())
}

fn tell(report: &LoadReport, as_json: bool, terminal: Terminal) -> Result<()> {
    if as_json {
        return terminal.print_json(&LoadView::of(report));
    }
    for problem in &report.problems.first {
        terminal.error(&problem.to_string());
    }
    for warning in &report.warnings.first {
        terminal.warning(&warning.to_string());
    }
    for (more, noun) in [(report.problems.more, "problem"), (report.warnings.more, "warning")] {
        if more > 0 {
            terminal.tell(&format!("and {} more\n", counted(more, noun)));
        }
    }
    if report.kept() == 0 {
        return Ok(());
    }
    let Loaded { new, changed, same, locked } = report.loaded;
    if locked > 0 {
        terminal.warning(&format!(
            "{} finalized here stay as they are: what was loaded is another draft of them; a wrong one is voided and written anew",
            counted(locked, "document")
        ));
    }
    for Held { document, reason, .. } in &report.merging.held {
        terminal.warning(&format!("{document} waits: {reason}"));
    }
    let kept = if locked > 0 { format!(", {locked} locked") } else { String::new() };
    let not_kept = match report.not_kept {
        0 => String::new(),
        count => terminal.out.bad(&format!("; {} not kept", counted(count, "document"))),
    };
    terminal.print(&format!("{new} new, {changed} changed, {same} the same as before{kept}{not_kept}\n"))?;
    let merged = report.merging.merged.iter();
    let merged: Vec<String> = merged.map(|it| format!("{} is {} now\n", it.imported, it.document)).collect();
    terminal.print(&merged.concat())
}
