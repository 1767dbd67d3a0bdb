//! `ferrule handbook`: the handbook as a book.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::handbook::book;

/// Writes the handbook as a book: HTML pages of the rule language with the cook book, of all words and codes, and of how
/// Ferrule is built.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder to write it to; `index.html` in it is the first page
    #[arg(long, value_name = "FOLDER", default_value = "handbook")]
    out: PathBuf,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let folder = &args.out;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    for (name, page) in book() {
        let path = folder.join(name);
        std::fs::write(&path, page).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    terminal.print(&format!("{}\n", folder.join("index.html").display()))?;
    Ok(Exit::Well)
}
