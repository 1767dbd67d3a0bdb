//! `ferrule import`: records of QuickBooks into Steelhead's documents.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::cli::company::import_out::Out;
use crate::cli::company::import_updates;
use crate::cli::exit::Exit;
use crate::cli::rule_set::SetArgs;
use crate::cli::store_args::{StoreArgs, now};
use crate::cli::terminal::Terminal;
use crate::rules::Program;
use crate::store::Database;
use crate::sync::stored::CompanyFile;
use crate::sync::{FoundRecord, ImportFate, Imports, Paint, chosen, import_rows, importable};
use crate::text::counted::counted;
use crate::text::visible::visible;
use crate::told::ImportView;

const AFTER_HELP: &str = "\
Examples:
  ferrule import --list                       what can be imported
  ferrule import --list --why                 and why other records cannot
  ferrule import customer 80000012-1767225618 --out imported
  ferrule import --all --out imported
  ferrule import --updates                    where QuickBooks has newer data for what is connected
  ferrule import --update 80000012-1767225618

If a record can become two objects, write the object before its id. Steelhead has no public interface, so the command \
writes the documents as JSON, for Steelhead to take over. In the database, the id of an imported document is `qb-` and the \
record's id. The document is connected to its record.

Exit codes: 0 all is well, 1 an error; then nothing is imported.";

/// Imports what was created in QuickBooks, or lists what can be imported.
///
/// A record can be imported if Ferrule has read it, an object's import names its type, it is neither connected
/// nor ignored (`ferrule ignore`), and the rules and their filters do not refuse it.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command")]
pub struct Args {
    /// The object that records become, such as `customer`, and the ids of records to be imported or
    /// updated: their `ListID`s or `TxnID`s
    #[arg(value_name = "OBJECT|RECORD_ID")]
    what: Vec<String>,
    /// List what can be imported (the default)
    #[arg(long, conflicts_with_all = ["all", "updates", "update", "out"])]
    list: bool,
    /// Also list why other records cannot be imported
    #[arg(long, conflicts_with_all = ["all", "updates", "update", "out"])]
    why: bool,
    /// Import all that can be imported; with --update, take all updates over
    #[arg(long)]
    all: bool,
    /// List where connected records differ from their documents
    #[arg(long, conflicts_with_all = ["all", "update", "out"])]
    updates: bool,
    /// Take the connected records' data over into their documents
    #[arg(long)]
    update: bool,
    /// Write each document into a file of this folder, instead of all of them to standard output
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    rules: SetArgs,
    /// Write lists, or what was imported into which file, as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let (store, file) = args.store.open_company()?;
    let program = args.rules.program_for(&file, terminal)?;
    let is_object = |name: &String| program.object(name).is_some();
    let (object, ids) = match args.what.split_first() {
        // What is no id of a record is meant to be an object, and told of as such.
        Some((first, ids)) if is_object(first) || !first.contains('-') => (Some(first.as_str()), ids),
        _ => (None, args.what.as_slice()),
    };
    if args.all && !ids.is_empty() {
        bail!("--all means all of them; leave the ids out");
    }
    let imports = Imports::of(store.as_ref(), &program, &file)?;
    if file.last_read.is_none() {
        terminal.warning(
            "Ferrule has read nothing from QuickBooks yet; the first visit of the Web Connector does that",
        );
    }
    if args.updates || args.update {
        let rows = imports.updates(store.as_ref(), &file, object)?;
        let out = Out::new(args.out.clone(), args.json);
        let wanted = args.update.then_some(import_updates::Wanted { ids, all: args.all });
        return import_updates::run(&rows, wanted, args.json, &out, store.as_ref(), &file, terminal);
    }
    let rows = imports.rows(object)?;
    if args.all || !ids.is_empty() {
        import(args, &rows, ids, store.as_ref(), (&program, &file), terminal)
    } else {
        list(args, &rows, terminal)
    }
}

fn list(args: &Args, rows: &[FoundRecord], terminal: Terminal) -> Result<Exit> {
    let importable = rows.iter().filter(|row| row.is_importable()).count();
    let shown = rows.iter().filter(|row| args.why || row.is_importable());
    if args.json {
        terminal.print_json(&shown.map(ImportView::of).collect::<Vec<_>>())?;
        return Ok(Exit::Well);
    }
    let mut text = String::new();
    let mut object = "";
    for row in shown {
        if row.object != object {
            object = &row.object;
            _ = writeln!(text, "{}", terminal.out.strong(object));
        }
        line(&mut text, row, terminal.out);
    }
    let others = rows.len() - importable;
    let hint = if others > 0 && !args.why { " (--why says why)" } else { "" };
    _ = writeln!(text, "{importable} importable, {others} not{hint}");
    terminal.print(&text)?;
    Ok(Exit::Well)
}

fn line(text: &mut String, row: &FoundRecord, paint: Paint) {
    let sign = match row.fate {
        ImportFate::Importable(_) => paint.good("+"),
        _ => paint.aside("-"),
    };
    let (kind, id, name) = (&row.key.record_type, &row.key.id, visible(&row.name));
    _ = writeln!(text, "{sign} {kind} {id} {name}");
    for (code, words) in row.reasons() {
        _ = writeln!(text, "    {} [{code}]", visible(&words));
    }
}

/// Written first: what could not be written is importable still.
fn import(
    args: &Args,
    rows: &[FoundRecord],
    ids: &[String],
    store: &dyn Database,
    (program, file): (&Program, &CompanyFile),
    terminal: Terminal,
) -> Result<Exit> {
    let wanted = if args.all { all(rows, terminal) } else { chosen(rows, ids)? };
    let out = Out::new(args.out.clone(), args.json);
    let done = import_rows(store, program, file, &wanted, now(), |documents| out.write(documents, terminal))?;
    if done.len() < wanted.len() {
        let late = counted(wanted.len() - done.len(), "record");
        terminal.warning(&format!("{late} left out: somebody imported, connected or ignored them meanwhile"));
    }
    terminal.tell(&format!("{} imported\n", counted(done.len(), "record")));
    Ok(Exit::Well)
}

/// A record that two objects could become is left to a person.
fn all(rows: &[FoundRecord], terminal: Terminal) -> Vec<&FoundRecord> {
    let (wanted, unclear) = importable(rows);
    for row in unclear {
        let (kind, id, object) = (&row.key.record_type, &row.key.id, &row.object);
        terminal.warning(&format!(
            "{kind} {id} \"{}\" can become more than one object and is left out: `ferrule import {object} {id}`",
            row.name
        ));
    }
    wanted
}
