//! `ferrule fmt`: rule files in one form.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::cli::exit::Exit;
use crate::cli::rule_set::RuleArgs;
use crate::cli::terminal::Terminal;
use crate::rules::format::{Unformatted, format};
use crate::text::counted::counted;

/// Puts rule files into one form: indentation, blanks, empty lines. What they say and their comments stay.
///
/// A file that cannot be read is left as it is, and told. `--check` changes nothing; exit code 1 if a file is not in form.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files, or folders with all their `.yaml` and `.rhai` files; without them all layers that are folders
    #[arg(value_name = "FILES")]
    files: Vec<PathBuf>,
    /// Only say which files are not in form
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    rules: RuleArgs,
    /// Write what was found as JSON
    #[arg(long)]
    json: bool,
}

/// What `--json` gives.
#[derive(Debug, Default, Serialize)]
struct Report {
    /// How many files were looked at.
    files: usize,
    /// Those that were not in form.
    changed: Vec<PathBuf>,
    /// Those that are left as they are.
    refused: Vec<Refused>,
}

#[derive(Debug, Serialize)]
struct Refused {
    file: PathBuf,
    reason: String,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let mut report = Report::default();
    for file in args.all()? {
        report.files += 1;
        let text =
            std::fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
        match format(&file, &text) {
            Ok(formed) if formed == text => {}
            Ok(formed) => {
                if !args.check {
                    std::fs::write(&file, formed)
                        .with_context(|| format!("cannot write `{}`", file.display()))?;
                }
                report.changed.push(file);
            }
            Err(reason) => report.refused.push(Refused { reason: reason.to_string(), file }),
        }
    }
    if args.json {
        terminal.print_json(&report)?;
    } else {
        terminal.print(&report.text(args.check))?;
        report.refused.iter().for_each(|it| terminal.error(&format!("{}: {}", it.file.display(), it.reason)));
    }
    let is_well = report.refused.is_empty() && (report.changed.is_empty() || !args.check);
    Ok(if is_well { Exit::Well } else { Exit::Error })
}

impl Report {
    fn text(&self, check: bool) -> String {
        let word = if check { "not in form" } else { "formatted" };
        let mut text = String::new();
        for file in &self.changed {
            _ = writeln!(text, "{word}: {}", file.display());
        }
        let count = self.changed.len();
        text + &format!("{} looked at, {count} {word}\n", counted(self.files, "file"))
    }
}

impl Args {
    /// The files that are meant, sorted.
    fn all(&self) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for given in &self.files {
            if given.is_dir() {
                below(given, &mut found)?;
            } else {
                found.push(given.clone());
            }
        }
        if self.files.is_empty() {
            for layer in self.rules.folders()?.iter().filter(|layer| layer.is_dir()) {
                below(layer, &mut found)?;
            }
        }
        found.sort();
        found.dedup();
        Ok(found)
    }
}

/// The rule files of a folder and of those in it; what begins with a dot is none of them.
fn below(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let unreadable = || format!("cannot read `{}`", folder.display());
    for entry in std::fs::read_dir(folder).with_context(unreadable)? {
        let path = entry.with_context(unreadable)?.path();
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_dir() && !is_hidden {
            below(&path, found)?;
        } else if path.is_file() && !matches!(format(&path, ""), Err(Unformatted::OtherKind)) {
            found.push(path);
        }
    }
    Ok(())
}
