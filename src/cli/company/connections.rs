//! `ferrule connections`: what is connected, and what both sides agreed on, as a file.

use std::collections::HashMap;

use anyhow::Result;

use crate::cli::company::opened::{CompanyArgs, Opened};
use crate::cli::exit::Exit;
use crate::cli::rules::connection_file::{ConnectionEntry, Elements};
use crate::cli::terminal::Terminal;
use crate::engine::{Agreed, Wish};
use crate::sync::stored::{Connection, DocumentKey};
use crate::sync::{agree_on_connected, is_of_record};

const AFTER_HELP: &str = "\
Examples:
  ferrule connections > connections.json
  ferrule diff --steelhead documents/ --quickbooks responses/ --connections connections.json";

/// Writes what is connected, and what both sides had when they last agreed, as JSON.
///
/// `ferrule diff --connections` reads it. With the documents and records of the same time, it then shows the plan that
/// the database has. What a person decided about a document that is not connected yet is there too. What was imported
/// and is not in Steelhead yet is left out, and so are archived connections.
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
    let mut known: HashMap<DocumentKey, Agreed> =
        store.agreements(file.id)?.into_iter().map(|it| (it.document, it.agreed)).collect();
    let is_wanted = |key: &DocumentKey| {
        !is_of_record(key) && args.object.as_ref().is_none_or(|object| *object == key.object)
    };
    let mut entries = Vec::new();
    for Connection { document, record_id, is_archived, .. } in store.connections(file.id)? {
        let agreed = known.remove(&document).filter(|it| it.record.is_empty() || it.record == record_id);
        if !is_archived && is_wanted(&document) {
            entries.push(entry(document, Some(record_id), agreed.as_ref()));
        }
    }
    let decided = known.into_iter().filter(|(key, agreed)| is_wanted(key) && agreed.wish != Wish::Nothing);
    entries.extend(decided.map(|(document, agreed)| {
        let record = Some(agreed.record.clone()).filter(|id| !id.is_empty());
        ConnectionEntry { connected: false, ..entry(document, record, Some(&agreed)) }
    }));
    entries.sort_by(|a, b| (&a.object, &a.id).cmp(&(&b.object, &b.id)));
    terminal.print_json(&entries)?;
    Ok(Exit::Well)
}

fn entry(document: DocumentKey, record: Option<String>, agreed: Option<&Agreed>) -> ConnectionEntry {
    let wishes = |wish: Wish| agreed.is_some_and(|agreed| agreed.wish == wish);
    ConnectionEntry {
        agreed: agreed.and_then(Elements::of),
        adopt: wishes(Wish::Everything),
        decided: wishes(Wish::Decided),
        connected: true,
        object: document.object,
        id: document.id,
        id_in_quickbooks: record,
    }
}
