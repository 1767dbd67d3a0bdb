//! `ferrule connect`: a connection made by hand.

use anyhow::Result;

use super::exit::Exit;
use super::rule_set::RuleArgs;
use super::store_args::{StoreArgs, now};
use super::terminal::Terminal;
use crate::sync::stored::{CompanyFile, Connection, DocumentKey, RecordKey, Store};
use crate::sync::{NotConnected, connection_of, read_record, record_type_of, sharing};

/// Connects a document to the record that is its counterpart in QuickBooks.
///
/// The record must have been read. A connection that the document had is replaced. From then on the
/// document's export changes this record, and creates none.
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
    store: StoreArgs,
    #[command(flatten)]
    rules: RuleArgs,
    /// Write the connection as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let program = args.rules.program(terminal)?;
    let record_type = record_type_of(&program, &args.object, &args.record_type)?;
    let (store, file) = args.store.open_company()?;
    let connection = Connection {
        document: DocumentKey { object: args.object.clone(), id: args.id.clone() },
        record_type,
        record_id: args.record_id.clone(),
        connected_at: now(),
        is_archived: false,
    };
    connect(args, &store, &file, &connection, terminal)
}

fn connect(
    args: &Args,
    store: &dyn Store,
    file: &CompanyFile,
    connection: &Connection,
    terminal: Terminal,
) -> Result<Exit> {
    let Connection { document, record_type, record_id, .. } = connection;
    if store.documents(file.id, std::slice::from_ref(document))?.is_empty() {
        return Err(NotConnected::NoDocument(document.clone()).into());
    }
    let key = RecordKey { record_type: record_type.clone(), id: record_id.clone() };
    let record = read_record(store, file, &key)?;
    let before = connection_of(store, file, document)?;
    store.connect(file.id, connection)?;
    for other in sharing(store, file, connection)? {
        terminal.warning(&format!("{other} is connected to the same record"));
    }
    if args.json {
        terminal.print_json(connection)?;
        return Ok(Exit::Well);
    }
    let name = record.full_name().or_else(|| record.get("RefNumber")).unwrap_or_default();
    let before = before.filter(|it| it.record_id != *record_id || it.record_type != *record_type);
    let instead = before.map(|it| format!(", instead of {} {}", it.record_type, it.record_id));
    terminal.print(&format!(
        "{document} is connected to {record_type} {record_id} \"{name}\"{}\n",
        instead.unwrap_or_default()
    ))?;
    Ok(Exit::Well)
}
