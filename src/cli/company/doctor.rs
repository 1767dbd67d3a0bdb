//! `ferrule doctor`: whether the database is sound, and a copy of it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use clap::{CommandFactory as _, Parser};

use crate::cli::exit::Exit;
use crate::cli::options_file::with_file;
use crate::cli::progress::Progress;
use crate::cli::rule_set::SetArgs;
use crate::cli::service::serve;
use crate::cli::store_args::{StoreArgs, now};
use crate::cli::terminal::{Terminal, chain};
use crate::cli::when::length;
use crate::connector::{CompanyPath, Guid, ServiceUrl};
use crate::rules::Compiled;
use crate::secrets::is_hash;
use crate::store::Database;
use crate::sync::session::Rulebooks;
use crate::sync::stored::{CompanyFile, Moment};
use crate::sync::{LastFailure, RuleSources, check_up};
use crate::text::counted::counted;

const AFTER_HELP: &str = "\
Exit codes: 0 all is well, 1 something is wrong.

`ferrule status` says how the sync is doing.";

/// Examines the database: the file itself, what must hold in it, the company files and whether what is
/// kept fits the rules. With `--serve`, also how the service is set up.
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
    /// Also whether the Web Connector would take this address of the service
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Also what `ferrule serve --config FILE --check` says of the options in this file, and whether the certificate that
    /// they name will do: its name, and when it is over; and whether the clock of this machine is behind the last visit
    #[arg(long, value_name = "FILE")]
    serve: Option<PathBuf>,
    /// Write a copy of the database into a new file
    #[arg(long, value_name = "FILE")]
    backup: Option<PathBuf>,
    /// Write what is wrong as JSON
    #[arg(long)]
    json: bool,
}

/// A visit may be so much later than now: servers have clocks of their own.
const AHEAD: TimeDelta = TimeDelta::minutes(2);

/// The command line of a service.
#[derive(Debug, Parser)]
#[command(name = "ferrule")]
enum OnlyServe {
    Serve(Box<serve::Args>),
}

/// The last visit of a company file that failed, and what to do about it.
#[derive(serde::Serialize)]
struct Failure {
    company: String,
    at: Moment,
    /// Whether a later visit went well.
    is_over: bool,
    happened: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    who: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    how: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'static str>,
}

/// What was found.
#[derive(serde::Serialize)]
struct Report<'r> {
    sound: bool,
    problems: &'r [String],
    failures: &'r [Failure],
    #[serde(skip_serializing_if = "Option::is_none")]
    backup: Option<String>,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let store = args.store.open()?;
    let progress = Progress::start(terminal);
    let backup = back_up(args, store.as_ref(), &progress)?;
    progress.now("examining the database");
    let mut problems = store.examine()?;
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
    problems.extend(args.url.as_deref().and_then(of_url));
    if let Some(service) = &args.serve {
        problems.extend(files.iter().filter_map(|file| of_clock(file, now())));
        problems.extend(of_service(service, terminal));
    }
    let failures = failures(store.as_ref(), &files)?;
    drop(progress);
    tell(args, &problems, &failures, backup, files.len(), terminal)?;
    Ok(if problems.is_empty() { Exit::Well } else { Exit::Error })
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

fn of_url(url: &str) -> Option<String> {
    ServiceUrl::of_service(url).err().map(|problem| format!("the address `{url}` {problem}"))
}

/// A moment of the past that is to come: the clock was set back since, or another server's is ahead.
fn of_clock(file: &CompanyFile, now: Moment) -> Option<String> {
    let last = [file.last_contact, file.last_read, file.last_sync].into_iter().flatten().max()?;
    let ahead = last - now;
    (ahead > AHEAD).then(|| {
        let name = &file.made.name;
        format!("{name}: the last visit was {} from now: is the clock of this machine right?", length(ahead))
    })
}

/// What would keep a service with the options in that file from starting, or a Web Connector from visiting it.
fn of_service(file: &Path, terminal: Terminal) -> Vec<String> {
    let line = ["ferrule", "serve", "--config"].map(OsString::from);
    let line = line.into_iter().chain([file.into()]).collect();
    let service = match with_file(&OnlyServe::command(), line) {
        Ok(line) => OnlyServe::try_parse_from(line).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match service {
        Ok(OnlyServe::Serve(service)) => {
            let wrong = service.found(terminal).into_iter().filter_map(Result::err);
            wrong.map(|error| chain(&error)).chain(service.of_certificate()).collect()
        }
        Err(error) => vec![error.trim().to_owned()],
    }
}

/// What failed last. A visit that failed is no fault of what is kept.
fn failures(store: &dyn Database, files: &[CompanyFile]) -> Result<Vec<Failure>> {
    let mut all = Vec::new();
    for file in files {
        let Some(last) = LastFailure::of(store, file)? else { continue };
        let known = last.known;
        all.push(Failure {
            company: file.made.name.clone(),
            at: last.at,
            is_over: last.is_over,
            happened: last.happened().to_owned(),
            code: known.map(|known| known.code.as_str()),
            cause: known.map(|known| known.cause.as_str()),
            who: known.map(|known| known.who.phrase()),
            how: known.map(|known| known.how.as_str()),
            command: known.and_then(|known| known.command.as_deref()),
        });
    }
    Ok(all)
}

fn told(failure: &Failure) -> String {
    let Failure { company, at, is_over, happened, .. } = failure;
    let over = if *is_over { ", and later ones went well" } else { "" };
    let mut text = format!("{company}: a visit failed {} ago{over}: {happened}", length(now() - *at));
    if let (Some(code), Some(how), Some(who)) = (failure.code, failure.how, failure.who) {
        let command = failure.command.map(|it| format!("\n  command: {it}")).unwrap_or_default();
        text = format!(
            "{text}\n  what to do: {how}{command}\n  who can: {who}; `ferrule explain {code}` says more"
        );
    }
    text + "\n"
}

fn tell(
    args: &Args,
    problems: &[String],
    failures: &[Failure],
    backup: Option<String>,
    files: usize,
    terminal: Terminal,
) -> Result<()> {
    if args.json {
        return terminal.print_json(&Report { sound: problems.is_empty(), problems, failures, backup });
    }
    if let Some(backup) = backup {
        terminal.print(&format!("a copy is in `{backup}`\n"))?;
    }
    for failure in failures {
        terminal.print(&told(failure))?;
    }
    for problem in problems {
        terminal.error(problem);
    }
    if problems.is_empty() {
        let files = counted(files, "company file");
        let name = &args.store.database;
        terminal.print(&terminal.out.good(&format!("`{name}` is sound: {files}")))?;
        terminal.print("\n")?;
    }
    Ok(())
}
