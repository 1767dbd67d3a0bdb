//! `ferrule upgrade`: what a newer base changes beneath a shop's layers.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use crate::cli::exit::Exit;
use crate::cli::rules::init::write_new;
use crate::cli::terminal::Terminal;
use crate::rules::RuleFiles;
use crate::rules::files::BASE;
use crate::rules::files::project::{PROJECT, Project};
use crate::rules::scaffold::{BASE_COPY, Changed, Draft, base_copy, changed};
use crate::text::counted::counted;
use crate::text::visible::visible;

const AFTER_HELP: &str = "\
Examples:
  ferrule upgrade
  ferrule upgrade --accept && git add .ferrule";

/// Says what the base of this program changes beneath the layers of a shop's repository, since it was made or last upgraded.
///
/// The places on which a layer of the shop's own sits come first: look whether they still say what you mean. `ferrule test` says what
/// becomes of the cases.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// Keep the base of this program as the one that was looked at
    #[arg(long)]
    accept: bool,
    /// Write the changes as JSON
    #[arg(long)]
    json: bool,
}

/// What `--json` gives.
#[derive(Debug, Serialize)]
struct Report {
    /// How many places have changed on which a layer sits.
    beneath_own_layers: usize,
    /// The places, those first.
    changes: Vec<Changed>,
    /// Whether the base of this program was kept.
    accepted: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let project = Project::here()?
        .with_context(|| format!("there is no {PROJECT} here; `ferrule init` makes a shop's repository"))?;
    if !Path::new(BASE_COPY).is_dir() {
        bail!(
            "`{BASE_COPY}` is missing: it holds the base with which the repository was made, to compare with"
        );
    }
    let mut changes = changes(&project)?;
    changes.sort_by_key(|change| change.own.is_empty());
    let beneath_own_layers = changes.iter().filter(|change| !change.own.is_empty()).count();
    if args.accept {
        std::fs::remove_dir_all(BASE_COPY).with_context(|| format!("cannot replace `{BASE_COPY}`"))?;
        write_new(&base_copy().collect::<Vec<Draft>>())?;
    }
    let report = Report { beneath_own_layers, changes, accepted: args.accept };
    if args.json {
        terminal.print_json(&report)?;
    } else {
        terminal.print(&text(&report, terminal))?;
    }
    Ok(Exit::Well)
}

/// The changes in the layers of the base that the repository uses.
fn changes(project: &Project) -> Result<Vec<Changed>> {
    let (base, own): (Vec<&PathBuf>, Vec<&PathBuf>) =
        project.layers.iter().partition(|layer| layer.starts_with(BASE) && !layer.is_dir());
    let own = RuleFiles::read(&own)?.layers;
    let mut all = Vec::new();
    for layer in base {
        let within = layer.strip_prefix(BASE).unwrap_or(layer);
        let old = Path::new(BASE_COPY).join(within);
        // A layer that the older base did not have is new as a whole.
        let old = if old.is_dir() { RuleFiles::read(&[old])?.layers } else { Vec::new() };
        let new = RuleFiles::read(&[layer])?.layers;
        all.extend(changed(&old.concat(), &new.concat(), &own));
    }
    Ok(all)
}

fn text(report: &Report, terminal: Terminal) -> String {
    let paint = terminal.out;
    let mut text = String::new();
    for change in &report.changes {
        let place = if change.place.is_empty() { String::new() } else { format!(": {}", change.place) };
        _ = writeln!(text, "{}", paint.strong(&format!("{}{place}", change.file)));
        for (sign, side) in [("-", &change.was), ("+", &change.is)] {
            for line in side.iter().flat_map(|side| side.lines()) {
                let line = format!("  {sign} {}", visible(line));
                _ = writeln!(text, "{}", if sign == "-" { paint.bad(&line) } else { paint.good(&line) });
            }
        }
        if !change.own.is_empty() {
            _ = writeln!(
                text,
                "  {} {}",
                paint.odd("your layer says something here:"),
                change.own.join(", ")
            );
        }
    }
    let kept = if report.accepted {
        " The base of this program is kept as the one that you have looked at."
    } else {
        ""
    };
    let summary = match report.changes.len() {
        0 => "The base has not changed since the repository was made or last upgraded.".to_owned(),
        count => format!(
            "{} of the base changed, {} of them beneath your layers.",
            counted(count, "place"),
            report.beneath_own_layers
        ),
    };
    _ = writeln!(text, "{}{summary}{kept}", if report.changes.is_empty() { "" } else { "\n" });
    text
}
