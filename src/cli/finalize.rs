//! `ferrule finalize`: drafts are locked.

use anyhow::Result;

use super::exit::Exit;
use super::rule_set::RuleArgs;
use super::store_args::{StoreArgs, now};
use super::terminal::Terminal;
use crate::sync::stored::DocumentKey;
use crate::sync::{Finalizing, check_played, finalize};

/// Finalizes drafts: they are locked, and go with the next play.
///
/// Nothing is sent by that; `ferrule play` finalizes and sends. A draft that the rules would reject
/// stays a draft, with what is wrong told. Once it is finalized here, another draft of it that is
/// loaded changes nothing; a version that Steelhead has finalized does.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The object, such as `invoice`
    object: String,
    /// The documents' ids
    #[arg(required = true)]
    id: Vec<String>,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    rules: RuleArgs,
    /// Write what became of each document as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let program = args.rules.program(terminal)?;
    check_played(&program, &args.object)?;
    let (store, file) = args.store.open_company()?;
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
        terminal.error(&format!("{key} is not known; `ferrule load` takes documents over"));
    }
    Ok(())
}
