//! `ferrule ignore`: records that are never to be imported.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use crate::catalogue::{self, Element};
use crate::cli::exit::Exit;
use crate::cli::store_args::StoreArgs;
use crate::cli::terminal::Terminal;
use crate::document::nearest;
use crate::store::Database;
use crate::sync::stored::{CompanyFile, RecordKey};
use crate::text::counted::counted;

/// Ignores records of QuickBooks: they are not importable until `--undo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The records' type, such as `CustomerRet`; `Ret` may be left out
    record_type: String,
    /// Their `ListID`s or `TxnID`s
    #[arg(required = true)]
    record_id: Vec<String>,
    /// Ignore them no longer
    #[arg(long)]
    undo: bool,
    #[command(flatten)]
    store: StoreArgs,
    /// Write what is ignored now as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let record_type = record_type(&args.record_type)?;
    let (store, file) = args.store.open_company()?;
    let known = known(store.as_ref(), &file, record_type)?;
    let (found, missing): (Vec<&String>, Vec<&String>) =
        args.record_id.iter().partition(|id| known.contains(*id));
    for id in &missing {
        terminal.error(&format!("Ferrule has read no {record_type} with the id `{id}`"));
    }
    let keys: Vec<RecordKey> = found
        .into_iter()
        .map(|id| RecordKey { record_type: record_type.to_owned(), id: id.clone() })
        .collect();
    store.ignore(file.id, &keys, !args.undo)?;
    if args.json {
        terminal.print_json(&store.ignored(file.id)?)?;
    } else if !keys.is_empty() {
        let how = if args.undo { "importable again, if the rules say so" } else { "ignored" };
        terminal.print(&format!("{}: {how}\n", counted(keys.len(), "record")))?;
    }
    Ok(if missing.is_empty() { Exit::Well } else { Exit::Error })
}

/// What was read, and what is ignored although it is not there any more.
fn known(store: &dyn Database, file: &CompanyFile, record_type: &str) -> Result<BTreeSet<String>> {
    let mut ids = BTreeSet::new();
    let mut add = |key: RecordKey| {
        if key.record_type == record_type {
            ids.insert(key.id);
        }
    };
    store.records(file.id, &mut |record| add(record.key))?;
    store.ignored(file.id)?.into_iter().for_each(add);
    Ok(ids)
}

/// Small letters do as well, and `Ret` may be left out.
fn record_type(named: &str) -> Result<&'static str> {
    let full = format!("{named}Ret");
    let all = || catalogue::records().map(Element::name);
    let is_it = |name: &&str| name.eq_ignore_ascii_case(named) || name.eq_ignore_ascii_case(&full);
    if let Some(name) = all().find(is_it) {
        return Ok(name);
    }
    let near = nearest(named, all()).or_else(|| nearest(&full, all()));
    bail!(
        "no record is of the type `{named}`{}",
        near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
    )
}
