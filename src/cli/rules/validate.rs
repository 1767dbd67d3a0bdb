//! `ferrule validate`: is this qbXML right, whoever wrote it?

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::document::Code;
use crate::rules::diagnostic::{Located, Severity};
use crate::rules::source::{FileId, Sources, Span};
use crate::rules::{Diagnostic, render};
use crate::text::counted::counted;
use crate::validate::{Judged, judge};

const AFTER_HELP: &str = "\
Examples:
  ferrule validate requests.xml
  ferrule validate saved/*.xml --json
  my-program | ferrule validate -";

/// Says what is wrong with qbXML of any program's, requests or responses; exit code 1 if there is an error.
///
/// It goes by the vocabulary of QuickBooks Desktop up to qbXML 13.0 and by what QuickBooks is known to ask beyond that, and talks
/// to no QuickBooks.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// Files of qbXML; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Count warnings as errors: exit code 1 if there is any finding
    #[arg(long)]
    strict: bool,
    /// Write the findings as JSON
    #[arg(long)]
    json: bool,
}

/// What `--json` gives.
#[derive(Debug, Serialize)]
struct Report<'s> {
    /// Whether QuickBooks would take all of it, as far as is known here.
    valid: bool,
    /// How many files were named.
    files: usize,
    /// How many requests and responses they hold.
    messages: usize,
    /// How many errors.
    errors: usize,
    /// How many warnings.
    warnings: usize,
    /// The files that have more findings than are told.
    cut: Vec<&'s str>,
    /// The findings, by file and place.
    diagnostics: Vec<Located<'s>>,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let mut sources = Sources::default();
    let all: Vec<Judged> = args.files.iter().map(|path| judged(path, &mut sources)).collect();
    let diagnostics: Vec<Diagnostic> = all.iter().flat_map(|judged| judged.diagnostics.clone()).collect();
    let report = report(&all, &diagnostics, &sources);
    if args.json {
        terminal.print_json(&report)?;
    } else {
        terminal.print(&render::render(&diagnostics, &sources, terminal.out.is_on()))?;
        for path in &report.cut {
            terminal.print(&format!("`{path}` has more findings than are told here\n"))?;
        }
        terminal.print(&summary(&report))?;
    }
    let is_well = report.valid && !(args.strict && report.warnings > 0);
    Ok(if is_well { Exit::Well } else { Exit::Error })
}

fn judged(path: &Path, sources: &mut Sources) -> Judged {
    let is_standard_input = path == Path::new("-");
    let name = if is_standard_input { "standard input".to_owned() } else { path.display().to_string() };
    let mut document = Vec::new();
    let read = if is_standard_input {
        std::io::stdin().lock().read_to_end(&mut document).map(|_| document)
    } else {
        std::fs::read(path)
    };
    match read {
        Ok(document) => judge(&name, &document, sources),
        Err(error) => {
            let span = Span { file: sources.add(name, ""), start: 0, end: 0 };
            let diagnostic =
                Diagnostic::error(Code::Unreadable, span, format!("the file cannot be read: {error}"));
            Judged { diagnostics: vec![diagnostic], ..Judged::default() }
        }
    }
}

fn report<'s>(all: &[Judged], diagnostics: &'s [Diagnostic], sources: &'s Sources) -> Report<'s> {
    let errors = Severity::Error.count(diagnostics);
    let cut = (0..).map(FileId).zip(all).filter(|(_, judged)| judged.has_more);
    Report {
        valid: errors == 0,
        files: all.len(),
        messages: all.iter().map(|judged| judged.messages).sum(),
        errors,
        warnings: Severity::Warning.count(diagnostics),
        cut: cut.map(|(file, _)| sources.path(file)).collect(),
        diagnostics: diagnostics.iter().map(|diagnostic| diagnostic.located(sources)).collect(),
    }
}

fn summary(report: &Report<'_>) -> String {
    let found = render::counts(report.errors, report.warnings);
    let (files, messages) = (counted(report.files, "file"), counted(report.messages, "message"));
    format!("qbXML: {files}, {messages}, {found}\n")
}
