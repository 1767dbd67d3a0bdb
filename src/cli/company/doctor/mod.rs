//! `ferrule doctor`: whether the database is sound, and a copy of it.

mod calls;
mod failures;
mod service;

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use calls::{Call, CallArgs};
use failures::{Failure, failures};
use service::{of_clock, of_options, options};

use crate::cli::exit::Exit;
use crate::cli::progress::Progress;
use crate::cli::rule_set::SetArgs;
use crate::cli::store_args::{StoreArgs, now};
use crate::cli::terminal::Terminal;
use crate::connector::{CompanyPath, Guid};
use crate::rules::Compiled;
use crate::secrets::is_hash;
use crate::store::Database;
use crate::sync::session::Rulebooks;
use crate::sync::stored::CompanyFile;
use crate::sync::{Muster, RuleSources, check_up};
use crate::text::counted::counted;

const AFTER_HELP: &str = "\
Exit codes: 0 all is well, 1 something is wrong.

`ferrule status` says how the sync is doing.";

/// Examines the database: the file itself, what must hold in it, the company files and whether what is
/// kept fits the rules. With `--serve`, also how the service is set up, and whether it is reached at its address.
///
/// It also tells the last visit that failed, with what to do about it.
///
/// It repairs nothing. `--backup` first writes a whole copy of the database. That works while the database is in
/// use.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    rules: SetArgs,
    #[command(flatten)]
    calls: CallArgs,
    /// Also what `ferrule serve --config FILE --check` says of the options in this file, and whether the certificate that
    /// they name will do: its name, and when it is over; whether the clock of this machine is behind the last visit; and
    /// whether the service is reached at the address that they name, as with `--url`
    #[arg(long, value_name = "FILE")]
    serve: Option<PathBuf>,
    /// Write a copy of the database into a new file
    #[arg(long, value_name = "FILE")]
    backup: Option<PathBuf>,
    /// Write what is wrong as JSON
    #[arg(long)]
    json: bool,
}

/// What was found.
#[derive(serde::Serialize)]
struct Report<'r> {
    sound: bool,
    problems: &'r [String],
    failures: &'r [Failure],
    #[serde(skip_serializing_if = "<[Call]>::is_empty")]
    calls: &'r [Call],
    #[serde(skip_serializing_if = "Option::is_none")]
    backup: Option<&'r str>,
}

/// What was found, before it is told.
struct Found {
    problems: Vec<String>,
    failures: Vec<Failure>,
    calls: Vec<Call>,
    backup: Option<String>,
    files: usize,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let store = args.store.open()?;
    let progress = Progress::start(terminal);
    let backup = back_up(args, store.as_ref(), &progress)?;
    progress.now("examining the database");
    let mut problems = store.examine()?;
    problems.extend(Muster::of(store.as_ref(), now())?.differing.map(|it| it.words()));
    let files = args.store.company_files(store.as_ref())?;
    match args.rules.of_all().compile() {
        Ok(Compiled { program: Some(program), .. }) => {
            let sources = args.rules.sources_of(program)?;
            let (books, wrong) = sources.begin()?;
            problems.extend(wrong);
            problems.extend(misspelt(&sources, store.as_ref())?);
            problems.extend(of_files(store.as_ref(), &books, &files, &progress)?);
        }
        Ok(_) => problems.push("the rules do not compile; `ferrule check` says why".to_owned()),
        Err(error) => problems.push(format!("the rules cannot be read: {error}")),
    }
    problems.extend(args.calls.wrong());
    let (mut service, mut unsaid) = (None, None);
    if let Some(file) = &args.serve {
        problems.extend(files.iter().filter_map(|file| of_clock(file, now())));
        match options(file) {
            Ok(options) => {
                problems.extend(of_options(&options, terminal));
                unsaid = args.calls.calls_nobody(file, &options);
                service = Some(options);
            }
            Err(wrong) => problems.push(wrong),
        }
    }
    progress.now("calling the service");
    let calls = args.calls.call(service.as_deref())?;
    problems.extend(calls.iter().filter_map(Call::problem));
    let failures = failures(store.as_ref(), &files)?;
    drop(progress);
    if let Some(words) = &unsaid {
        terminal.warning(words);
    }
    let is_well = problems.is_empty();
    tell(args, &Found { problems, failures, calls, backup, files: files.len() }, terminal)?;
    Ok(if is_well { Exit::Well } else { Exit::Error })
}

/// Domains that have rules of their own and no company file.
fn misspelt(sources: &RuleSources, store: &dyn Database) -> Result<Vec<String>> {
    let unknown = sources.unknown_domains(&store.company_files()?);
    let told = |domain| {
        format!("the domain `{domain}` has rules of its own, and no company file: is it spelt right?")
    };
    Ok(unknown.into_iter().map(told).collect())
}

fn back_up(args: &Args, store: &dyn Database, progress: &Progress) -> Result<Option<String>> {
    let Some(path) = &args.backup else {
        return Ok(None);
    };
    let shown = path.display().to_string();
    progress.now(format!("writing {shown}"));
    store.back_up(path).with_context(|| format!("cannot write `{shown}`"))?;
    Ok(Some(shown))
}

fn of_files(
    store: &dyn Database,
    books: &Rulebooks,
    files: &[CompanyFile],
    progress: &Progress,
) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for file in files {
        let name = &file.made.name;
        progress.now(format!("examining {name}"));
        let found = match books.of(file) {
            Ok(book) => check_up(store, &book.program, file)?,
            Err(error) => vec![format!("its optional layers do not fit the rules: {error}")],
        };
        let found = of_file(file).into_iter().chain(found);
        problems.extend(found.map(|problem| format!("{name}: {problem}")));
    }
    Ok(problems)
}

fn of_file(file: &CompanyFile) -> Vec<String> {
    let made = &file.made;
    let mut problems = Vec::new();
    for (what, guid) in [("OwnerID", &made.owner_id), ("FileID", &made.file_id)] {
        problems.extend(guid.parse::<Guid>().err().map(|error| format!("the {what}: {error}")));
    }
    if let Some(path) = &made.path {
        problems.extend(path.parse::<CompanyPath>().err().map(|error| error.to_string()));
    }
    if !is_hash(&made.password_hash) {
        problems
            .push("the password is not kept as a hash; `ferrule qwc --new-password` makes one".to_owned());
    }
    problems
}

fn tell(args: &Args, found: &Found, terminal: Terminal) -> Result<()> {
    let Found { problems, failures, calls, backup, files } = found;
    if args.json {
        let (sound, backup) = (problems.is_empty(), backup.as_deref());
        return terminal.print_json(&Report { sound, problems, failures, calls, backup });
    }
    if let Some(backup) = backup {
        terminal.print(&format!("a copy is in `{backup}`\n"))?;
    }
    for failure in failures {
        terminal.print(&failure.told())?;
    }
    for words in calls.iter().filter_map(Call::good) {
        terminal.print(&format!("{words}\n"))?;
    }
    for problem in problems {
        terminal.error(problem);
    }
    if problems.is_empty() {
        let files = counted(*files, "company file");
        let name = &args.store.database;
        terminal.print(&terminal.out.good(&format!("`{name}` is sound: {files}")))?;
        terminal.print("\n")?;
    }
    Ok(())
}
