//! `ferrule load`: Steelhead's documents into the store.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::cli::company::opened::{CompanyArgs, Opened};
use crate::cli::documents::{self, Documents, Strange};
use crate::cli::exit::Exit;
use crate::cli::progress::Progress;
use crate::cli::store_args::now;
use crate::cli::terminal::Terminal;
use crate::document::{Code, DocumentProblem, Origin};
use crate::rules::Program;
use crate::steelhead::{self, Chunks, RawDocument};
use crate::store::Database;
use crate::sync::stored::{CompanyId, Held, Loaded, Merged, NewDocument};
use crate::sync::{
    Merging, ProblemView, Source, agree_on_connected, is_of_record, merge_imports, new_document,
};
use crate::text::counted::counted;

/// Documents that are written down at once.
const BATCH: usize = 500;
/// Of more problems or warnings than these only the number is told.
const MAX_TOLD: usize = 1000;

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
    /// A file or folder of documents (JSON, a list, or NDJSON); `-` is standard input
    path: PathBuf,
    #[command(flatten)]
    company: CompanyArgs,
    /// Write the counts, and what is wrong, as JSON
    #[arg(long)]
    json: bool,
}

/// What became of documents.
#[derive(Default)]
struct Report {
    loaded: Loaded,
    not_kept: usize,
    problems: Told,
    warnings: Told,
    merging: Merging,
}

/// What is wrong, as far as it is told.
#[derive(Default)]
struct Told {
    first: Vec<DocumentProblem>,
    /// How many there are besides.
    more: usize,
}

impl Extend<DocumentProblem> for Told {
    fn extend<T: IntoIterator<Item = DocumentProblem>>(&mut self, problems: T) {
        for problem in problems {
            if self.first.len() < MAX_TOLD {
                self.first.push(problem);
            } else {
                self.more += 1;
            }
        }
    }
}

/// The same for programs.
#[derive(serde::Serialize)]
struct View<'r> {
    #[serde(flatten)]
    loaded: Loaded,
    /// How many documents are not kept.
    not_kept: usize,
    /// What is wrong with them, and with files; the first 1,000.
    problems: Vec<ProblemView<'r>>,
    /// How many problems there are besides.
    more_problems: usize,
    /// What is worth knowing about the others; the first 1,000.
    warnings: Vec<ProblemView<'r>>,
    /// How many warnings there are besides.
    more_warnings: usize,
    /// Documents that were imported before, and are Steelhead's own now.
    merged: &'r [Merged],
    /// Documents that may be ones that were imported, and wait for a person to say so.
    held: &'r [Held],
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let Opened { program, store, file } = args.company.open(terminal)?;
    agree_on_connected(store.as_ref(), &program, &file)?;
    let progress = Progress::start(terminal);
    let mut report = Report::default();
    let files = steelhead::files(&args.path).map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let loading = Loading { program: &program, store: store.as_ref(), company: file.id, progress: &progress };
    for path in &files {
        loading.file(path, &mut report)?;
    }
    report.merging = merge_imports(store.as_ref(), &program, &file, now())?;
    drop(progress);
    report.refuse_none(&args.path)?;
    report.tell(args.json, terminal)?;
    Ok(if report.problems.first.is_empty() { Exit::Well } else { Exit::Error })
}

struct Loading<'l> {
    program: &'l Program,
    store: &'l dyn Database,
    company: CompanyId,
    progress: &'l Progress,
}

impl Loading<'_> {
    /// A file that cannot be read is told, and does not hold up the others.
    fn file(&self, path: &Path, report: &mut Report) -> Result<()> {
        let size = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|it| it.len());
        if let Some(size) = size
            && let Err(problem) = self.check(path, size)
        {
            report.problems.extend([problem]);
            return Ok(());
        }
        let before = report.handled();
        let mut strange = Strange::default();
        let chunks = match Chunks::open(path) {
            Ok(chunks) => chunks,
            Err(problem) => {
                report.problems.extend([problem]);
                return Ok(());
            }
        };
        for chunk in chunks {
            match chunk {
                Ok(raw) => self.some(&raw, &mut strange, report)?,
                Err(problem) => {
                    report.problems.extend([Self::broken_off(problem, report.handled() - before)]);
                }
            }
            let done = counted(report.handled() - before, "document");
            self.progress.now(format!("loading {}: {done}", path.display()));
        }
        report.warnings.extend(strange.summed());
        Ok(())
    }

    /// Reads a file to its end, and keeps nothing.
    fn check(&self, path: &Path, size: u64) -> Result<(), DocumentProblem> {
        let mut chunks = Chunks::open(path)?;
        while let Some(chunk) = chunks.next() {
            chunk?;
            let percent = chunks.position() * 100 / size.max(1);
            self.progress.now(format!("reading {}: {percent} %", path.display()));
        }
        Ok(())
    }

    fn some(&self, raw: &[RawDocument], strange: &mut Strange, report: &mut Report) -> Result<()> {
        let Documents { sources, unreadable, warnings } = documents::decode_raw(raw, self.program, strange);
        report.not_kept += unreadable.len();
        report.problems.extend(unreadable.into_iter().flat_map(|it| it.problems));
        report.warnings.extend(warnings);
        for batch in self.to_keep(&sources, raw, report).chunks(BATCH) {
            report.add(self.store.load(self.company, batch, now())?);
        }
        Ok(())
    }

    /// What comes through a pipe breaks off behind documents that are kept already.
    fn broken_off(mut problem: DocumentProblem, before: usize) -> DocumentProblem {
        if before > 0 {
            problem.message =
                format!("{}; the {} before it were loaded", problem.message, counted(before, "document"));
        }
        problem
    }

    fn to_keep(&self, sources: &[Source], raw: &[RawDocument], report: &mut Report) -> Vec<NewDocument> {
        let mut texts = raw.iter();
        let mut new = Vec::with_capacity(sources.len());
        for source in sources {
            // Both are in the order of the file.
            let text = texts.find(|text| text.origin().start == source.origin.start);
            let json = text.map_or("", RawDocument::json);
            match new_document(self.program, &source.document, json) {
                Some(document) if is_of_record(&document.key) => {
                    report.not_kept += 1;
                    report.problems.extend([of_record(&source.origin)]);
                }
                Some(document) => new.push(document),
                None => {
                    report.not_kept += 1;
                    report.problems.extend([without_id(&source.origin)]);
                }
            }
        }
        new
    }
}

fn without_id(origin: &Origin) -> DocumentProblem {
    wrong_id(origin, Code::MissingField, "a document that is to be kept needs an id")
}

fn of_record(origin: &Origin) -> DocumentProblem {
    let message = "the document was imported from QuickBooks and has no id of Steelhead: load it into Steelhead, and what \
                   Steelhead makes of it here";
    wrong_id(origin, Code::WrongFieldType, message)
}

fn wrong_id(origin: &Origin, code: Code, message: &str) -> DocumentProblem {
    DocumentProblem {
        code,
        file: origin.file.clone(),
        at: Some(origin.start),
        length: 0,
        path: "id".to_owned(),
        message: message.to_owned(),
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

    fn handled(&self) -> usize {
        self.kept() + self.not_kept
    }

    fn refuse_none(&self, of: &Path) -> Result<()> {
        if self.handled() == 0 && self.problems.first.is_empty() {
            bail!("there are no documents in `{}`", of.display());
        }
        Ok(())
    }

    fn tell(&self, as_json: bool, terminal: Terminal) -> Result<()> {
        if as_json {
            return terminal.print_json(&View {
                loaded: self.loaded,
                not_kept: self.not_kept,
                problems: self.problems.first.iter().map(ProblemView::of).collect(),
                more_problems: self.problems.more,
                warnings: self.warnings.first.iter().map(ProblemView::of).collect(),
                more_warnings: self.warnings.more,
                merged: &self.merging.merged,
                held: &self.merging.held,
            });
        }
        for problem in &self.problems.first {
            terminal.error(&problem.to_string());
        }
        for warning in &self.warnings.first {
            terminal.warning(&warning.to_string());
        }
        for (more, noun) in [(self.problems.more, "problem"), (self.warnings.more, "warning")] {
            if more > 0 {
                terminal.tell(&format!("and {} more\n", counted(more, noun)));
            }
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
        for Held { document, reason, .. } in &self.merging.held {
            terminal.warning(&format!("{document} waits: {reason}"));
        }
        let kept = if locked > 0 { format!(", {locked} locked") } else { String::new() };
        let not_kept = match self.not_kept {
            0 => String::new(),
            count => terminal.out.bad(&format!("; {} not kept", counted(count, "document"))),
        };
        terminal
            .print(&format!("{new} new, {changed} changed, {same} the same as before{kept}{not_kept}\n"))?;
        let merged = self.merging.merged.iter();
        let merged: Vec<String> =
            merged.map(|it| format!("{} is {} now\n", it.imported, it.document)).collect();
        terminal.print(&merged.concat())
    }
}
