//! `ferrule prune`: removes old exchanges.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use serde::Serialize;

use crate::cli::company::history_file::HistoryFile;
use crate::cli::exit::Exit;
use crate::cli::store_args::{StoreArgs, now};
use crate::cli::terminal::Terminal;
use crate::sync::{Pruned, prunable, prune};
use crate::text::counted::counted;

const AFTER_HELP: &str = "\
What stays, however old it is: a request without an answer, one that a job needs, the last request for each document, and \
the last that QuickBooks took of it. Documents, records, connections, visits and acts stay too.

`ferrule serve --keep-exchanges` does the same each night.";

/// Removes old requests to QuickBooks and their answers from the database.
///
/// The database keeps all of them otherwise. A file of SQLite gets no smaller by it: what is free in it is used again.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    #[command(flatten)]
    store: StoreArgs,
    /// Keep those that were sent in the last so many days
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
    keep: u16,
    /// Write what is removed to the end of this file first: JSON lines, compressed by gzip
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    /// Only say how much would go
    #[arg(long)]
    dry_run: bool,
    /// Write it as JSON
    #[arg(long)]
    json: bool,
}

/// What came of one company file.
#[derive(Serialize)]
struct Told<'t> {
    company: &'t str,
    exchanges: usize,
    bytes: usize,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let store = args.store.open()?;
    let files = args.store.company_files(store.as_ref())?;
    let before = now() - TimeDelta::days(args.keep.into());
    let mut history = match &args.history {
        Some(path) if !args.dry_run => {
            let open = HistoryFile::open(path);
            Some(open.with_context(|| format!("cannot write `{}`", path.display()))?)
        }
        _ => None,
    };
    let mut all = Vec::new();
    for file in &files {
        let Pruned { exchanges, bytes } = if args.dry_run {
            prunable(store.as_ref(), file, before)?
        } else {
            prune(store.as_ref(), file, before, &mut |old| match &mut history {
                Some(history) => history.add(file, old),
                None => Ok(()),
            })?
        };
        all.push(Told { company: &file.made.name, exchanges, bytes });
    }
    if args.json {
        terminal.print_json(&all)?;
        return Ok(Exit::Well);
    }
    let how = if args.dry_run { "would be removed" } else { "removed" };
    for Told { company, exchanges, bytes } in all {
        let (what, kilobytes) = (counted(exchanges, "request"), bytes.div_ceil(1_000));
        terminal.print(&format!("{company}: {what} {how}, {kilobytes} kB\n"))?;
    }
    Ok(Exit::Well)
}
