//! `ferrule pause`: sends the Web Connector away for a while.

use anyhow::Result;

use crate::cli::exit::Exit;
use crate::cli::store_args::StoreArgs;
use crate::cli::terminal::Terminal;

/// Pauses a company file: Ferrule sends the Web Connector away until `--off`, and sends and reads nothing.
///
/// A visit that has begun goes on to its end.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// End the pause
    #[arg(long)]
    off: bool,
    #[command(flatten)]
    store: StoreArgs,
    /// Write how it is now as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let (store, file) = args.store.open_company()?;
    store.pause(file.id, !args.off)?;
    let name = &file.made.name;
    if args.json {
        terminal.print_json(&serde_json::json!({ "company": name, "is_paused": !args.off }))?;
        return Ok(Exit::Well);
    }
    let how = match (args.off, file.is_paused) {
        (true, true) => "goes on",
        (true, false) => "was not paused",
        (false, true) => "is paused already",
        (false, false) => "is paused",
    };
    terminal.print(&format!("{name} {how}\n"))?;
    Ok(Exit::Well)
}
