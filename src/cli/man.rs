//! `ferrule man`: what `man` shows.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;

/// Writes manual pages for `man`: `ferrule(1)`, and one for each command.
///
/// `ferrule man --into /usr/local/share/man/man1`, then `man ferrule-serve`
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The folder to write them into
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let folder = &args.into;
    let wrong = || format!("cannot write manual pages into `{}`", folder.display());
    std::fs::create_dir_all(folder).with_context(wrong)?;
    clap_mangen::generate_to(super::command(), folder).with_context(wrong)?;
    let count = std::fs::read_dir(folder).with_context(wrong)?.count();
    terminal.print(&format!("{count} files are in {}\n", folder.display()))?;
    Ok(Exit::Well)
}
