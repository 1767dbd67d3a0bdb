//! `ferrule test`: do the rules still make of the cases what their snapshots say?

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use serde::Serialize;

use crate::cli::exit::Exit;
use crate::cli::progress::Progress;
use crate::cli::rule_set::{RuleArgs, fixtures};
use crate::cli::rules::report::{OfCases, of_cases};
use crate::cli::terminal::Terminal;
use crate::snapshots::{
    Checked, Coverage, Item, Mutant, Tally, Verdict, check_all, check_covered, find, mutants, orphans,
};
use crate::text::counted::counted;

/// Runs the cases in a folder and compares what the rules make of them with the snapshots beside
/// them; exit code 1 unless all are the same.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Args {
    /// Cases, or folders of them; without any the folder that `ferrule.yaml` names, or `fixtures`
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    rules: RuleArgs,
    /// Take the new output over into the snapshots, after showing the differences
    #[arg(long)]
    accept: bool,
    /// Say which conditions, branches, fields, functions and settings no case touches
    #[arg(long)]
    coverage: bool,
    /// Exit code 1 if less than so many percent of them are touched
    #[arg(long, value_name = "PERCENT", requires = "coverage", value_parser = clap::value_parser!(u8).range(0..=100))]
    threshold: Option<u8>,
    /// Count only what stands in the files of this layer, one of `--rules` or of `ferrule.yaml`
    #[arg(long, value_name = "LAYER")]
    layer: Option<String>,
    /// Change one thing of the rules at a time, and name what no snapshot notices; exit code 1 if there is any
    #[arg(long, conflicts_with_all = ["accept", "coverage"])]
    mutants: bool,
    /// Write the results as JSON
    #[arg(long)]
    json: bool,
    /// Write the results as continuous integration takes them
    #[arg(long, value_name = "FORM", conflicts_with_all = ["json", "accept", "mutants"])]
    report: Option<OfCases>,
}

/// What `--json` gives.
#[derive(Debug, Serialize)]
struct Report {
    /// How many cases came out how.
    #[serde(flatten)]
    tally: Tally,
    /// How many snapshots were written.
    accepted: usize,
    /// The cases that are not as their snapshots, by path.
    cases: Vec<CaseReport>,
    /// Snapshots without a case.
    orphans: Vec<String>,
    /// How much of the rules the cases try, if that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<CoverageReport>,
}

/// How much of the rules the cases try.
#[derive(Debug, Serialize)]
struct CoverageReport {
    /// How many things can be touched.
    all: usize,
    /// How many are.
    touched: usize,
    /// How much that is, rounded down to a tenth.
    percent: f64,
    /// What no case touches.
    untouched: Vec<Item>,
}

/// One case that is not as its snapshot.
#[derive(Debug, Serialize)]
struct CaseReport {
    /// Its file.
    case: String,
    /// `different`, `new`, `unmet` or `broken`.
    result: &'static str,
    /// From the snapshot to the output, for a different one.
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<String>,
    /// The output, for a new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    /// What the case expects, for an unmet one; why it could not run, for a broken one.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let paths = if args.paths.is_empty() { vec![fixtures()?] } else { args.paths.clone() };
    let cases = find(&paths)?;
    let folders = args.rules.folders()?;
    if args.mutants {
        return tried(&folders, &cases, args, terminal);
    }
    let orphans = orphans(&paths)?;
    let (all, coverage) = if args.coverage {
        let (all, coverage) = check_covered(&folders, &cases)?;
        (all, Some(args.layer.iter().fold(coverage, |coverage, layer| coverage.of_layer(layer))))
    } else {
        (check_all(&folders, &cases)?, None)
    };
    if let Some(form) = args.report {
        of_cases(form, &all, terminal)?;
    } else if !args.json {
        let told: String = all.iter().map(|checked| text(checked, terminal)).collect();
        terminal.print(&told)?;
    }
    let accepted = if args.accept { accept(&all)? } else { 0 };
    let tally = Tally::of(&all);
    if args.json {
        let orphans = orphans.iter().map(|path| path.display().to_string()).collect();
        let coverage = coverage.as_ref().map(coverage_report);
        terminal.print_json(&Report { orphans, coverage, ..report(&all, tally, accepted) })?;
    } else if args.report != Some(OfCases::Junit) {
        for orphan in &orphans {
            terminal.print(&format!(
                "{} {}: no case stands beside it\n",
                terminal.out.bad("orphan:"),
                orphan.display()
            ))?;
        }
        terminal.print(
            &coverage.as_ref().map(|coverage| coverage_text(coverage, terminal)).unwrap_or_default(),
        )?;
        terminal.print(&summary(tally, accepted, args.accept))?;
    }
    let least = usize::from(args.threshold.unwrap_or(0)) * 10;
    if coverage.is_some_and(|coverage| coverage.per_mille() < least) || !orphans.is_empty() {
        return Ok(Exit::Error);
    }
    let left = tally.cases() - tally.same - accepted;
    Ok(if left == 0 { Exit::Well } else { Exit::Error })
}

/// Tries the rules with one thing changed at a time.
fn tried(folders: &[PathBuf], cases: &[PathBuf], args: &Args, terminal: Terminal) -> Result<Exit> {
    let progress = Progress::start(terminal);
    let all = mutants(folders, cases, args.layer.as_deref(), &|number, of| {
        progress.now(format!("trying {number} of {of}"));
    })?;
    drop(progress);
    if args.json {
        terminal.print_json(&all)?;
    } else {
        for Mutant { place, what, .. } in &all.unnoticed {
            terminal.print(&format!("{} {place}: {what}\n", terminal.out.odd("unnoticed:")))?;
        }
        let noticed = all.tried - all.unnoticed.len();
        terminal.print(&format!("{noticed} of {} noticed\n", counted(all.tried, "mutant")))?;
    }
    Ok(if all.unnoticed.is_empty() { Exit::Well } else { Exit::Error })
}

/// Writes what is not in the snapshots, and counts it; heads that are out of date too.
fn accept(all: &[Checked]) -> Result<usize> {
    let mut accepted = 0;
    for checked in all {
        if let Verdict::Same { renewed: Some(renewed) } = &checked.verdict {
            renewed.accept()?;
        }
    }
    for fresh in all.iter().filter_map(|checked| checked.verdict.fresh()) {
        fresh.accept()?;
        accepted += 1;
    }
    Ok(accepted)
}

fn text(checked: &Checked, terminal: Terminal) -> String {
    let (paint, case) = (terminal.out, checked.path.display());
    let word = format!("{}:", checked.verdict.word());
    match &checked.verdict {
        Verdict::Same { .. } => String::new(),
        Verdict::Different { diff, .. } => {
            let lines: String = diff.lines().map(|line| painted(line, terminal)).collect();
            format!("{} {case}\n{lines}\n", paint.odd(&word))
        }
        Verdict::New { fresh } => {
            let lines = fresh.snapshot.text.lines();
            let lines: String = lines.map(|line| painted(&format!("+{line}"), terminal)).collect();
            format!("{} {case}\n{lines}\n", paint.odd(&word))
        }
        Verdict::Unmet(unmet) => format!("{} {case}\n{}\n\n", paint.bad(&word), unmet.join("\n")),
        Verdict::Broken(error) => format!("{} {case}\n{error}\n\n", paint.bad(&word)),
    }
}

fn painted(line: &str, terminal: Terminal) -> String {
    let paint = terminal.out;
    let line = match line.get(..1) {
        Some("+") => paint.good(line),
        Some("-") => paint.bad(line),
        _ => line.to_owned(),
    };
    format!("{line}\n")
}

fn summary(tally: Tally, accepted: usize, accepting: bool) -> String {
    if accepting && accepted > 0 {
        return format!("{tally}; {accepted} accepted\n");
    }
    let hint = match tally.different + tally.new {
        0 => "",
        _ => "; `ferrule test --accept` takes the new output over",
    };
    format!("{tally}{hint}\n")
}

fn report(all: &[Checked], tally: Tally, accepted: usize) -> Report {
    let cases = all.iter().filter_map(case_report);
    Report { tally, accepted, cases: cases.collect(), orphans: Vec::new(), coverage: None }
}

fn coverage_report(coverage: &Coverage) -> CoverageReport {
    let (all, touched) = coverage.count();
    let tenths = u32::try_from(coverage.per_mille()).unwrap_or_default();
    let untouched = coverage.untouched().into_iter().cloned().collect();
    CoverageReport { all, touched, percent: f64::from(tenths) / 10.0, untouched }
}

fn coverage_text(coverage: &Coverage, terminal: Terminal) -> String {
    let mut text = String::new();
    for item in coverage.untouched() {
        _ = writeln!(text, "{} {}: {}", terminal.out.odd("untouched:"), item.place, item.what);
    }
    let (all, touched) = coverage.count();
    let tenths = coverage.per_mille();
    _ = writeln!(text, "coverage: {touched} of {all}, {}.{} %", tenths / 10, tenths % 10);
    text
}

fn case_report(checked: &Checked) -> Option<CaseReport> {
    let mut report = CaseReport {
        case: checked.path.display().to_string(),
        result: checked.verdict.word(),
        diff: None,
        output: None,
        error: None,
    };
    match &checked.verdict {
        Verdict::Same { .. } => return None,
        Verdict::Different { diff, .. } => report.diff = Some(diff.clone()),
        Verdict::New { fresh } => report.output = Some(fresh.snapshot.text.clone()),
        Verdict::Unmet(unmet) => report.error = Some(unmet.join("\n")),
        Verdict::Broken(error) => report.error = Some(error.to_string()),
    }
    Some(report)
}
