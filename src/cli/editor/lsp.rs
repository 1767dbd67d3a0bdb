//! `ferrule lsp`: rule files in an editor.

use anyhow::{Context as _, Result};

use crate::cli::exit::Exit;
use crate::lsp;

/// Serves an editor: what is wrong while you type, completion, what a word means, where it is defined.
///
/// The editor starts it and talks to it over standard input and output (the Language Server Protocol). docs/editors.md shows
/// how to set up VS Code, Neovim and Helix.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Standard input and output are used anyway; taken because some editors say so
    #[arg(long, hide = true)]
    stdio: bool,
}

/// Runs the command. Exit code 0 if the editor asked for the end before it left.
pub fn run(_: &Args) -> Result<Exit> {
    let well = lsp::serve(std::io::stdin(), std::io::stdout()).context("the editor cannot be reached")?;
    Ok(if well { Exit::Well } else { Exit::Error })
}
