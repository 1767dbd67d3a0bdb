//! `ferrule read`: asks for a read.

use anyhow::Result;

use crate::cli::exit::Exit;
use crate::cli::store_args::StoreArgs;
use crate::cli::terminal::Terminal;

/// Asks for a read of everything at the Web Connector's next visit, whether one is due or not.
///
/// After a read you can import what was created in QuickBooks.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    store: StoreArgs,
    /// Write what was asked for as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let (store, file) = args.store.open_company()?;
    store.ask_for_read(file.id)?;
    let name = &file.made.name;
    if args.json {
        terminal.print_json(&serde_json::json!({ "company": name, "is_read_asked": true }))?;
    } else {
        terminal.print(&format!("{name}: the next visit reads everything\n"))?;
    }
    if file.is_paused {
        terminal.warning(&format!("`{name}` is paused: nothing is read until `ferrule pause --off`"));
    }
    Ok(Exit::Well)
}
