//! `ferrule reconcile`: whether QuickBooks holds what Steelhead billed.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::Result;

use crate::cli::company::opened::{CompanyArgs, Opened};
use crate::cli::company::setting_args::SettingArgs;
use crate::cli::documents;
use crate::cli::exit::Exit;
use crate::cli::rules::connections::ConnectionArgs;
use crate::cli::rules::workbench::Workbench;
use crate::cli::store_args::now;
use crate::cli::terminal::Terminal;
use crate::cli::when::since;
use crate::qbxml::Company;
use crate::sync::{Ledger, LedgerInputs, Period, Planner, Reconciliation, TransactionState, reconcile};

const AFTER_HELP: &str = "\
Exit codes: 0 Steelhead and QuickBooks agree, 2 something differs, 1 an error.

A transaction differs if the amounts differ, if one side has it in another period, or if only one side has it. A draft, \
and what was voided before it was sent, is not billed; a document that is settled by hand is compared with the only \
record of its number. Both are listed, and count nowhere, if QuickBooks has nothing. Amounts of different \
currencies are never added up.";

/// Compares the money of a period: for each invoice and bill what Steelhead billed and what QuickBooks holds.
///
/// It says what differs, what only one side has, and why. It adds up each kind and each customer or vendor. Tax stands
/// apart. `open` is what QuickBooks says is not paid yet. What the rules call `reconcile` says which elements these are.
///
/// It compares what the last read showed: `ferrule read` asks for a new one. With --steelhead it compares files
/// instead, as `ferrule diff` does.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// The first day, such as 2026-06-01; without it everything before counts too
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    from: String,
    /// The last day, such as 2026-06-30; without it everything after counts too
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    to: String,
    /// How to write it. CSV has one row for each transaction
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Steelhead's documents from a file or folder, instead of a database
    #[arg(long, value_name = "PATH", requires = "quickbooks")]
    steelhead: Option<PathBuf>,
    /// Responses of QuickBooks, a file or folder of qbXML; repeatable
    #[arg(long, value_name = "PATH", requires = "steelhead")]
    quickbooks: Vec<PathBuf>,
    #[command(flatten)]
    connections: ConnectionArgs,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    company: CompanyArgs,
}

/// How to write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For spreadsheets.
    Csv,
    /// For programs.
    Json,
}

/// What `--format json` writes.
#[derive(serde::Serialize)]
struct View<'r> {
    company: Option<&'r str>,
    last_read: Option<crate::sync::stored::Moment>,
    #[serde(flatten)]
    reconciliation: &'r Reconciliation,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let period = Period::read(&args.from, &args.to)?;
    let (found, file) = if args.steelhead.is_some() {
        (args.of_files(period, terminal)?, None)
    } else {
        let Opened { program, store, file } = args.company.open(terminal)?;
        (reconcile(store.as_ref(), &program, &file, period, now())?, Some(file))
    };
    match if args.json { Format::Json } else { args.format } {
        Format::Csv => terminal.print(&found.csv(TransactionState::word))?,
        Format::Json => {
            let company = file.as_ref().map(|file| file.made.name.as_str());
            let last_read = file.as_ref().and_then(|file| file.last_read);
            terminal.print_json(&View { company, last_read, reconciliation: &found })?;
        }
        Format::Text => {
            let head = match &file {
                Some(file) => {
                    let read = since(file.last_read, now());
                    format!("{}, {period}; last read: {read}\n\n", terminal.out.strong(&file.made.name))
                }
                None => format!("{period}\n\n"),
            };
            terminal.print(&(head + &found.text(terminal.out)))?;
        }
    }
    Ok(if found.agrees { Exit::Well } else { Exit::Changes })
}

impl Args {
    /// A period of files.
    fn of_files(&self, period: Period, terminal: Terminal) -> Result<Reconciliation> {
        let program = self.company.program(terminal)?;
        let work = Workbench::open(program, &self.settings, &self.quickbooks, Company::empty, terminal)?;
        let program = &work.program;
        let links = self.connections.links(program, &work.company)?;
        let path = self.steelhead.as_deref().unwrap_or_else(|| "-".as_ref());
        let documents = documents::read(path, program, terminal)?;
        documents.refuse_none(path)?;
        documents.tell(terminal);
        let all: Vec<_> = documents.sources.iter().map(|source| source.document.clone()).collect();
        let plan = Planner::new(work.inputs(), links.clone()).plan(documents.sources, &|_, _| true);
        let ledger = Ledger::of(&LedgerInputs {
            program,
            settings: &work.settings,
            company: &work.company,
            links: &links,
            plan: &plan,
            documents: &all,
            unreadable: documents.unreadable.len(),
            archived: HashMap::new(),
        });
        Ok(ledger.period(period, &|_| None))
    }
}
