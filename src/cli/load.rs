//! `ferrule load`: Steelhead's documents into the store.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::documents::{self, Documents};
use super::exit::Exit;
use super::progress::Progress;
use super::rule_set::{RuleArgs, counted};
use super::store_args::{StoreArgs, now};
use super::terminal::Terminal;
use crate::document::{DocumentProblem, Origin, codes};
use crate::rules::Program;
use crate::steelhead::{self, RawDocument};
use crate::store::SqliteStore;
use crate::sync::stored::{CompanyId, Loaded, NewDocument, Store as _};
use crate::sync::{ProblemView, Source, new_document};

/// Documents that are written down at once.
const BATCH: usize = 500;

const AFTER_HELP: &str = "\
Exit codes: 0 all documents are kept, 1 some are not: a file cannot be read, or a document breaks the shape of its \
object. What is wrong is told with its place on standard error; all others are kept.";

/// Takes Steelhead's documents over into the database.
///
/// Documents are kept file by file. One that is known with the same content stays as it is, however
/// it is laid out, so the same file can be loaded any number of times. Nothing is sent to QuickBooks
/// by that: `ferrule play` does it.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// A file or folder of documents (JSON, a list, or NDJSON); `-` is standard input
    path: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    rules: RuleArgs,
    /// Write the counts, and what is wrong, as JSON
    #[arg(long)]
    json: bool,
}

/// What became of documents.
#[derive(Default)]
struct Report {
    loaded: Loaded,
    not_kept: usize,
    problems: Vec<DocumentProblem>,
    warnings: Vec<DocumentProblem>,
}

/// The same for programs.
#[derive(serde::Serialize)]
struct View<'r> {
    #[serde(flatten)]
    loaded: Loaded,
    /// How many documents are not kept.
    not_kept: usize,
    /// What is wrong with them, and with files.
    problems: Vec<ProblemView<'r>>,
    /// What is worth knowing about the others.
    warnings: Vec<ProblemView<'r>>,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let program = args.rules.program(terminal)?;
    let (store, file) = args.store.open_company()?;
    let progress = Progress::start(terminal);
    let mut report = Report::default();
    let files = steelhead::files(&args.path).map_err(|problem| anyhow::anyhow!("{problem}"))?;
    for path in &files {
        progress.now(format!("reading {}", path.display()));
        let loading = Loading { program: &program, store: &store, company: file.id, progress: &progress };
        loading.file(path, &mut report)?;
    }
    drop(progress);
    report.refuse_none(&args.path)?;
    report.tell(args.json, terminal)?;
    Ok(if report.problems.is_empty() { Exit::Well } else { Exit::Error })
}

struct Loading<'l> {
    program: &'l Program,
    store: &'l SqliteStore,
    company: CompanyId,
    progress: &'l Progress,
}

impl Loading<'_> {
    /// A file that cannot be read is told, and does not hold up the others.
    fn file(&self, path: &Path, report: &mut Report) -> Result<()> {
        let raw = match steelhead::read_file(path) {
            Ok(raw) => raw,
            Err(problem) => {
                report.problems.push(problem);
                return Ok(());
            }
        };
        let all: Vec<_> = raw.iter().map(|document| (document.json(), document.origin())).collect();
        let Documents { sources, unreadable, warnings } = documents::decode(&all, self.program);
        report.not_kept += unreadable.len();
        report.problems.extend(unreadable.into_iter().flat_map(|it| it.problems));
        report.warnings.extend(warnings);
        let new = self.to_keep(&sources, &raw, report);
        for (done, batch) in new.chunks(BATCH).enumerate() {
            let loaded = self.store.load(self.company, batch, now())?;
            report.add(loaded);
            let (done, all) = ((done * BATCH + batch.len()), new.len());
            self.progress.now(format!("{}: {done} of {}", path.display(), counted(all, "document")));
        }
        Ok(())
    }

    fn to_keep(&self, sources: &[Source], raw: &[RawDocument], report: &mut Report) -> Vec<NewDocument> {
        let texts: HashMap<usize, &str> =
            raw.iter().map(|document| (document.origin().start.offset, document.json())).collect();
        let mut new = Vec::with_capacity(sources.len());
        for source in sources {
            let json = texts.get(&source.origin.start.offset).copied().unwrap_or_default();
            if let Some(document) = new_document(self.program, &source.document, json) {
                new.push(document);
            } else {
                report.not_kept += 1;
                report.problems.push(without_id(&source.origin));
            }
        }
        new
    }
}

fn without_id(origin: &Origin) -> DocumentProblem {
    DocumentProblem {
        code: codes::MISSING_FIELD,
        file: origin.file.clone(),
        at: Some(origin.start),
        length: 0,
        path: "id".to_owned(),
        message: "a document that is to be kept needs an id".to_owned(),
    }
}

impl Report {
    fn add(&mut self, loaded: Loaded) {
        self.loaded.new += loaded.new;
        self.loaded.changed += loaded.changed;
        self.loaded.same += loaded.same;
        self.loaded.locked += loaded.locked;
    }

    fn kept(&self) -> usize {
        self.loaded.new + self.loaded.changed + self.loaded.same + self.loaded.locked
    }

    fn refuse_none(&self, of: &Path) -> Result<()> {
        if self.kept() == 0 && self.not_kept == 0 && self.problems.is_empty() {
            bail!("there are no documents in `{}`", of.display());
        }
        Ok(())
    }

    fn tell(&self, as_json: bool, terminal: Terminal) -> Result<()> {
        if as_json {
            return terminal.print_json(&View {
                loaded: self.loaded,
                not_kept: self.not_kept,
                problems: self.problems.iter().map(ProblemView::of).collect(),
                warnings: self.warnings.iter().map(ProblemView::of).collect(),
            });
        }
        for problem in &self.problems {
            terminal.error(&problem.to_string());
        }
        for warning in &self.warnings {
            terminal.warning(&warning.to_string());
        }
        if self.kept() == 0 {
            return Ok(());
        }
        let Loaded { new, changed, same, locked } = self.loaded;
        if locked > 0 {
            terminal.warning(&format!(
                "{} finalized here stay as they are: what was loaded is another draft of them; a wrong one is voided and written anew",
                counted(locked, "document")
            ));
        }
        let kept = if locked > 0 { format!(", {locked} locked") } else { String::new() };
        let not_kept = match self.not_kept {
            0 => String::new(),
            count => terminal.out.bad(&format!("; {} not kept", counted(count, "document"))),
        };
        terminal.print(&format!("{new} new, {changed} changed, {same} the same as before{kept}{not_kept}\n"))
    }
}
