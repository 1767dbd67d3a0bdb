//! `ferrule completions`: what a shell completes.

use anyhow::Result;
use clap_complete::Shell;

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;

/// Writes the completions for a shell.
///
/// bash: `ferrule completions bash > ~/.local/share/bash-completion/completions/ferrule`
/// zsh: `ferrule completions zsh > ~/.zfunc/_ferrule`
/// fish: `ferrule completions fish > ~/.config/fish/completions/ferrule.fish`
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The shell
    pub shell: Shell,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "ferrule", &mut script);
    terminal.print_bytes(&script)?;
    Ok(Exit::Well)
}
