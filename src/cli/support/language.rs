//! `ferrule language`: the file that a translator of the pages fills in.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::language::english;
use crate::language::file::{Kept, read};

/// Prints every text of the pages as a file to fill in with another language, for `ferrule serve --language`.
///
/// With a file that is filled in already, prints that, with what has come since left empty. What has gone is left out,
/// and a warning names it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A file that is filled in already
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let kept = match &args.file {
        None => Kept::empty(""),
        Some(file) => {
            let name = file.display().to_string();
            let text = std::fs::read_to_string(file).with_context(|| format!("cannot read `{name}`"))?;
            let (kept, problems) = read(&name, &text);
            for problem in problems {
                terminal.warning(&problem.to_string());
            }
            kept
        }
    };
    terminal.print(&english::file(&kept))?;
    Ok(Exit::Well)
}
