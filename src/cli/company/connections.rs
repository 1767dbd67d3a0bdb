//! `ferrule connections`: what is connected, and what both sides agreed on, as a file.

use std::collections::HashMap;

use anyhow::Result;

use crate::cli::company::opened::{CompanyArgs, Opened};
use crate::cli::exit::Exit;
use crate::cli::rules::connection_file::{ConnectionEntry, Elements};
use crate::cli::terminal::Terminal;
use crate::engine::Wish;
use crate::sync::{agree_on_connected, is_of_record};

const AFTER_HELP: &str = "\
Examples:
  ferrule connections > connections.json
  ferrule diff --steelhead documents/ --quickbooks responses/ --connections connections.json";

/// Writes what is connected, and what both sides had when they last agreed, as JSON.
///
/// `ferrule diff --connections` reads it. With the documents and records of the same time, it then shows the plan that
/// the database has. What was imported and is not in Steelhead yet is left out, and so are archived connections.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// Only connections of documents of this object
    #[arg(value_name = "OBJECT")]
    object: Option<String>,
    #[command(flatten)]
    company: CompanyArgs,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let Opened { program, store, file } = args.company.open(terminal)?;
    agree_on_connected(store.as_ref(), &program, &file)?;
    let known = store.agreements(file.id)?;
    let known: HashMap<_, _> = known.into_iter().map(|it| (it.document, it.agreed)).collect();
    let mut entries = Vec::new();
    for connection in store.connections(file.id)? {
        let document = connection.document;
        let is_wanted = args.object.as_ref().is_none_or(|object| *object == document.object);
        if connection.is_archived || is_of_record(&document) || !is_wanted {
            continue;
        }
        let agreed =
            known.get(&document).filter(|it| it.record.is_empty() || it.record == connection.record_id);
        entries.push(ConnectionEntry {
            agreed: agreed.and_then(Elements::of),
            adopt: agreed.is_some_and(|agreed| agreed.wish == Wish::Everything),
            object: document.object,
            id: document.id,
            id_in_quickbooks: connection.record_id,
        });
    }
    entries.sort_by(|a, b| (&a.object, &a.id).cmp(&(&b.object, &b.id)));
    terminal.print_json(&entries)?;
    Ok(Exit::Well)
}
