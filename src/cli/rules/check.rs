//! `ferrule check`: do the rules compile?

use anyhow::Result;
use serde::Serialize;

use crate::cli::exit::Exit;
use crate::cli::rule_set::RuleArgs;
use crate::cli::rules::report::{OfRules, of_rules};
use crate::cli::terminal::Terminal;
use crate::rules::diagnostic::{Located, Severity};
use crate::rules::{Compiled, render};
use crate::text::counted::counted;

/// Compiles all rules and says what is wrong with them; exit code 1 if there is an error.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    rules: RuleArgs,
    /// Count warnings as errors: exit code 1 if there is any finding
    #[arg(long)]
    strict: bool,
    /// Write the findings as JSON
    #[arg(long)]
    json: bool,
    /// Write the findings as continuous integration takes them
    #[arg(long, value_name = "FORM", conflicts_with = "json")]
    report: Option<OfRules>,
}

/// What `--json` gives.
#[derive(Debug, Serialize)]
struct Report<'c> {
    /// Whether the rules can be used.
    usable: bool,
    /// How many errors.
    errors: usize,
    /// How many warnings.
    warnings: usize,
    /// How many objects have rules; nothing if there is an error.
    objects: Option<usize>,
    /// How many expressions they hold; nothing if there is an error.
    expressions: Option<usize>,
    /// The findings, by file and place.
    diagnostics: Vec<Located<'c>>,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let compiled = args.rules.compile()?;
    let report = report(&compiled);
    if let Some(form) = args.report {
        of_rules(form, &compiled, terminal)?;
        if form == OfRules::Github {
            terminal.print(&summary(&report))?;
        }
    } else if args.json {
        terminal.print_json(&report)?;
    } else {
        terminal.print(&render::render(&compiled.diagnostics, &compiled.sources, terminal.out.is_on()))?;
        terminal.print(&summary(&report))?;
    }
    let is_well = report.usable && !(args.strict && report.warnings > 0);
    Ok(if is_well { Exit::Well } else { Exit::Error })
}

fn report(compiled: &Compiled) -> Report<'_> {
    let program = compiled.program.as_ref();
    Report {
        usable: program.is_some(),
        errors: Severity::Error.count(&compiled.diagnostics),
        warnings: Severity::Warning.count(&compiled.diagnostics),
        objects: program.map(|program| program.objects.len()),
        expressions: program.map(crate::rules::Program::expressions),
        diagnostics: compiled
            .diagnostics
            .iter()
            .map(|diagnostic| diagnostic.located(&compiled.sources))
            .collect(),
    }
}

fn summary(report: &Report<'_>) -> String {
    let found = render::counts(report.errors, report.warnings);
    match (report.objects, report.expressions) {
        (Some(objects), Some(expressions)) => {
            let (objects, expressions) = (counted(objects, "object"), counted(expressions, "expression"));
            format!("rules: {objects}, {expressions}, {found}\n")
        }
        _ => format!("rules: {found}\n"),
    }
}
