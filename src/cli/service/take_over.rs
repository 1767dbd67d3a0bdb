//! `ferrule move`: what is kept in one database, taken over into another one.

use anyhow::{Context as _, Result, bail};

use crate::cli::exit::Exit;
use crate::cli::progress::Progress;
use crate::cli::terminal::Terminal;
use crate::store::{AnyStore, Place};
use crate::text::counted::counted;

const AFTER_HELP: &str = "\
Nothing may write meanwhile: stop `ferrule serve` first.";

/// Takes over all that is kept into another database: from a file to PostgreSQL, or back.
///
/// The other database must be empty; it is made, if it is a file. Every row is compared before anything counts. The
/// database that it comes from stays as it is.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// Where everything is kept now
    #[arg(long, value_name = "FILE|URL")]
    from: Place,
    /// Where it is to be kept
    #[arg(long, value_name = "FILE|URL")]
    to: Place,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let Args { from, to } = args;
    if !from.exists() {
        bail!("there is no database `{from}`");
    }
    let open = |place: &Place| AnyStore::open(place).with_context(|| format!("cannot open `{place}`"));
    let (source, target) = (open(from)?, open(to)?);
    let progress = Progress::start(terminal);
    progress.now("taking over");
    let rows = source.move_to(&target).with_context(|| format!("cannot move `{from}` to `{to}`"))?;
    drop(progress);
    let rows = counted(rows, "row");
    terminal
        .print(&terminal.out.good(&format!("`{to}` has all that `{from}` has: {rows}, each compared")))?;
    terminal.print("\n")?;
    Ok(Exit::Well)
}
