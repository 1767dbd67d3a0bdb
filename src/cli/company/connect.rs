//! `ferrule connect`: a connection made by hand.

use anyhow::Result;

use crate::cli::company::opened::{CompanyArgs, Opened};
use crate::cli::exit::Exit;
use crate::cli::store_args::now;
use crate::cli::terminal::Terminal;
use crate::people::AuditAction;
use crate::sync::stored::{DocumentKey, RecordKey};
use crate::sync::{Connected, connect, differs_of, record_type_of, set_apart};

/// Connects a document to the record that is its counterpart in QuickBooks.
///
/// Ferrule must have read the record. The connection replaces an earlier one. From then on, playing the
/// document changes this record and creates none. The document may be one that others only refer to, such as the
/// part number of an invoice.
///
/// With `--new` you say that no record of nearly that name is this document. Then Ferrule makes a new record.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The object, such as `customer`
    object: String,
    /// The document's id
    id: String,
    /// The record's type, such as `CustomerRet`; `Ret` may be left out
    #[arg(required_unless_present = "new", conflicts_with = "new")]
    record_type: Option<String>,
    /// The record's `ListID` or `TxnID`
    #[arg(required_unless_present = "new", conflicts_with = "new")]
    record_id: Option<String>,
    /// Have a new record made, though QuickBooks has one of nearly that name
    #[arg(long)]
    new: bool,
    /// Who says so, with `--new`
    #[arg(long, value_name = "NAME", default_value = "Somebody at the command line", requires = "new")]
    by: String,
    #[command(flatten)]
    company: CompanyArgs,
    /// Write the connection as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let opened = args.company.open(terminal)?;
    let document = DocumentKey { object: args.object.clone(), id: args.id.clone() };
    let (Some(record_type), Some(id)) = (&args.record_type, &args.record_id) else {
        return create_new(args, terminal, &opened, &document);
    };
    let Opened { program, store, file } = opened;
    let record_type = record_type_of(&program, &args.object, record_type)?;
    let record = RecordKey { record_type, id: id.clone() };
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

/// Has a new record made of the document.
fn create_new(args: &Args, terminal: Terminal, opened: &Opened, document: &DocumentKey) -> Result<Exit> {
    let Opened { program, store, file } = opened;
    let said = set_apart(store.as_ref(), program, file, document, &args.by, now())?;
    let details = format!("{document}: {}", said.name);
    opened.note(&said.by, AuditAction::CreateAllTheSame, Some(document), details)?;
    if args.json {
        terminal.print_json(&said)?;
    } else {
        terminal.print(&format!(
            "{document} becomes a new record, \"{}\". Play it again, or what refers to it.\n",
            said.name
        ))?;
    }
    Ok(Exit::Well)
}
