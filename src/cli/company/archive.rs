//! `ferrule archive`: puts a connection aside.

use anyhow::Result;

use crate::cli::company::opened::entry;
use crate::cli::exit::Exit;
use crate::cli::store_args::StoreArgs;
use crate::cli::terminal::Terminal;
use crate::people::{AuditAction, AuditSubject, NewAuditEntry};
use crate::sync::archive;
use crate::sync::stored::{Connection, DocumentKey};

/// Archives a document's connection: Ferrule then sends nothing for the document, and the record cannot be imported.
///
/// Nothing changes in QuickBooks. `--restore` takes it back. If the record is gone from QuickBooks,
/// playing the document then creates a new one.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The object, such as `customer`
    object: String,
    /// The document's id
    id: String,
    /// Take an archived connection back
    #[arg(long)]
    restore: bool,
    /// Who does so
    #[arg(long, value_name = "NAME", default_value = "Somebody at the command line")]
    by: String,
    #[command(flatten)]
    store: StoreArgs,
    /// Write the connection as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let (store, file) = args.store.open_company()?;
    let document = DocumentKey { object: args.object.clone(), id: args.id.clone() };
    let known = archive(store.as_ref(), &file, &document, !args.restore)?;
    let connection = Connection { is_archived: !args.restore, ..known.clone() };
    if connection.is_archived != known.is_archived {
        let action =
            if args.restore { AuditAction::RestoreConnection } else { AuditAction::ArchiveConnection };
        let details = format!("{document}: {} {}", connection.record_type, connection.record_id);
        let about = Some(AuditSubject::Document(document.clone()));
        store.note(&NewAuditEntry { about, ..entry(&file, &args.by, action, details) })?;
    }
    if args.json {
        terminal.print_json(&connection)?;
        return Ok(Exit::Well);
    }
    let how = match (known.is_archived, args.restore) {
        (true, false) => "is archived already",
        (false, false) => "is archived",
        (true, true) => "is restored",
        (false, true) => "is not archived",
    };
    let Connection { record_type, record_id, .. } = connection;
    terminal.print(&format!("the connection of {document} to {record_type} {record_id} {how}\n"))?;
    Ok(Exit::Well)
}
