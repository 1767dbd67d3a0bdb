//! `ferrule connect`: a connection made by hand.

use anyhow::Result;

use crate::cli::company::opened::{CompanyArgs, Opened};
use crate::cli::exit::Exit;
use crate::cli::store_args::now;
use crate::cli::terminal::Terminal;
use crate::sync::stored::{DocumentKey, RecordKey};
use crate::sync::{Connected, connect, differs_of, record_type_of};

/// Connects a document to the record that is its counterpart in QuickBooks.
///
/// Ferrule must have read the record. The connection replaces an earlier one. From then on, playing the
/// document changes this record and creates none.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The object, such as `customer`
    object: String,
    /// The document's id
    id: String,
    /// The record's type, such as `CustomerRet`; `Ret` may be left out
    record_type: String,
    /// The record's `ListID` or `TxnID`
    record_id: String,
    #[command(flatten)]
    company: CompanyArgs,
    /// Write the connection as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let Opened { program, store, file } = args.company.open(terminal)?;
    let record_type = record_type_of(&program, &args.object, &args.record_type)?;
    let document = DocumentKey { object: args.object.clone(), id: args.id.clone() };
    let record = RecordKey { record_type, id: args.record_id.clone() };
    let Connected { connection, name, instead, sharing } =
        connect(store.as_ref(), &program, &file, &document, &record, now())?;
    for other in sharing {
        terminal.warning(&format!("{other} is connected to the same record"));
    }
    if let Some(differs) = differs_of(store.as_ref(), &program, &file, &document)? {
        terminal.warning(&differs.error.happened);
    }
    if args.json {
        terminal.print_json(&connection)?;
        return Ok(Exit::Well);
    }
    let instead = instead.map(|it| format!(", instead of {} {}", it.record_type, it.id)).unwrap_or_default();
    let RecordKey { record_type, id } = record;
    terminal.print(&format!("{document} is connected to {record_type} {id} \"{name}\"{instead}\n"))?;
    Ok(Exit::Well)
}
