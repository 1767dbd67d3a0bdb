//! `ferrule finalize`: drafts are locked.

use anyhow::Result;

use crate::cli::company::opened::{CompanyArgs, Opened};
use crate::cli::exit::Exit;
use crate::cli::store_args::now;
use crate::cli::terminal::Terminal;
use crate::sync::stored::DocumentKey;
use crate::sync::{Finalizing, check_played, finalize};

/// Finalizes drafts: they are locked, and the next play takes them.
///
/// This sends nothing; `ferrule play` finalizes and sends. A draft that the rules would reject stays a draft,
/// and the command says what is wrong with it. A finalized document ignores later drafts of it that you load.
/// It takes over a version that Steelhead has finalized.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The object, such as `invoice`
    object: String,
    /// The documents' ids
    #[arg(required = true)]
    id: Vec<String>,
    #[command(flatten)]
    company: CompanyArgs,
    /// Write what became of each document as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let Opened { program, store, file } = args.company.open(terminal)?;
    check_played(&program, &args.object)?;
    let key = |id: &String| DocumentKey { object: args.object.clone(), id: id.clone() };
    let keys: Vec<DocumentKey> = args.id.iter().map(key).collect();
    let done = finalize(store.as_ref(), &program, &file, &keys, now())?;
    if args.json {
        terminal.print_json(&done)?;
    } else {
        tell(&done, terminal)?;
    }
    Ok(if done.refused.is_empty() && done.unknown.is_empty() { Exit::Well } else { Exit::Error })
}

fn tell(done: &Finalizing, terminal: Terminal) -> Result<()> {
    for (fate, keys) in [("finalized", &done.finalized), ("nothing to finalize", &done.already)] {
        let told: Vec<String> = keys.iter().map(|key| format!("{fate}: {key}\n")).collect();
        terminal.print(&told.concat())?;
    }
    for (key, reasons) in &done.refused {
        terminal.error(&format!("{key} stays a draft: {}", reasons.join(" ")));
    }
    for key in &done.unknown {
        terminal.error(&format!("Ferrule does not know {key}; `ferrule load` takes documents over"));
    }
    Ok(())
}
