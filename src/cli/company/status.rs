//! `ferrule status`: how company files are doing.

use std::fmt::Write as _;

use anyhow::Result;

use crate::cli::exit::Exit;
use crate::cli::rule_set::SetArgs;
use crate::cli::store_args::{StoreArgs, now};
use crate::cli::terminal::Terminal;
use crate::cli::when::{length, since};
use crate::sync::stored::{DocumentKey, JobState, Moment, Pull, Reconciled, Trouble};
use crate::sync::{NotSent, Overtaken, Paint, Status, WindowView};
use crate::text::counted::counted;
use crate::told::status;

/// Documents of an open write that are named.
const NAMED: usize = 5;

const AFTER_HELP: &str = "\
Exit codes: 0 all is well, 1 somebody has to do something: a document waits for a person (`ferrule errors` says for \
whom and what), a visit or a read fails again and again, a record of QuickBooks cannot be read, QuickBooks holds another amount than Steelhead, the last nightly reconciliation found a difference, or the Web Connector is overdue. A monitor can run this \
command.

A visit is overdue when the Web Connector has not called for twice the time that the setting Import Every gives. A \
company file is not overdue before its first visit.";

/// Says how each company file is doing: when the Web Connector called, what is queued, what is open,
/// what went wrong.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    rules: SetArgs,
    /// Write it as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let store = args.store.open()?;
    let now = now();
    let files = args.store.company_files(store.as_ref())?;
    // The rules say how often a visit is expected, and what records must hold: it works without them.
    let program = args.rules.of_all().compile().ok().and_then(|compiled| compiled.program);
    let sources = program.and_then(|program| args.rules.sources_of(program).ok());
    let books = sources.and_then(|sources| sources.begin().ok()).map(|(books, _)| books);
    let mut all = Vec::new();
    for file in &files {
        let book = books.as_ref().and_then(|books| books.of(file).ok());
        let program = book.as_ref().map(|book| &book.program);
        all.push(status(store.as_ref(), program, file, now)?);
    }
    if args.json {
        terminal.print_json(&all)?;
    } else if all.is_empty() {
        terminal.print("there is no company file yet; `ferrule qwc` makes one\n")?;
    } else {
        let told: Vec<String> = all.iter().map(|status| told(status, now, terminal.out)).collect();
        terminal.print(&told.join("\n"))?;
    }
    Ok(if all.iter().any(Status::needs_someone) { Exit::Error } else { Exit::Well })
}

fn told(status: &Status, now: Moment, paint: Paint) -> String {
    let mut text = format!("{}, domain {}\n", paint.strong(&status.company), status.domain);
    let mut line = |head: &str, words: String| _ = writeln!(text, "  {head:<14}{words}");
    line("last contact", contact(status, now, paint));
    line("last read", since(status.last_read, now));
    line("last sync", since(status.last_sync, now));
    for reason in status.held_up.iter().filter(|reason| **reason != NotSent::NeverVisited) {
        line("sends nothing", paint.odd(&reason.to_string()));
    }
    if let Some(window) = &status.window {
        line("sync hours", window_line(window, now, paint));
    }
    if let Some(overtaken) = &status.overtaken {
        line("two at once", paint.odd(&overtaken_line(overtaken, now)));
    }
    if status.is_read_asked {
        line("read", "asked for; the next visit does it".to_owned());
    }
    if let Some(session) = &status.open_session {
        let active = length(now - session.active_at);
        line("visit", format!("goes on, last heard {active} ago"));
    }
    if let Some(pull) = &status.pull {
        line("Steelhead", pulled(pull, now));
    }
    line("jobs", jobs(status));
    if status.settled > 0 {
        let words = format!("{} by hand: `ferrule settle --list`", counted(status.settled, "document"));
        line("settled", words);
    }
    for write in &status.open_writes {
        let about = about(&write.documents);
        let sent = length(now - write.sent_at);
        let words = format!("{about}, sent {sent} ago: the next visit finds out what became of it");
        line("open write", paint.odd(&words));
    }
    for (who, count) in &status.waiting {
        line("waiting", paint.bad(&format!("{} for: {who}", counted(*count, "document"))));
    }
    for (head, words) in of_quickbooks(status, paint) {
        line(head, words);
    }
    if status.differs > 0 {
        let words = format!("{} in QuickBooks: `ferrule errors` shows both amounts", differ(status.differs));
        line("amounts", paint.bad(&words));
    }
    if let Some(found) = &status.reconciled {
        let words = reconciled(found);
        line("reconciled", if found.differing > 0 { paint.bad(&words) } else { words });
    }
    if status.retried > 0 {
        line("trying again", counted(status.retried, "document"));
    }
    text
}

/// How far documents are taken over from Steelhead's API.
fn pulled(pull: &Pull, now: Moment) -> String {
    let count = counted(pull.documents, "document");
    let what = format!("{count} read, {} new or changed", pull.changed);
    match &pull.unfinished {
        Some(place) => format!(
            "reading everything since {}, now {}: {what}",
            since(Some(place.began_at), now),
            place.object
        ),
        None => format!("{}: {what}", since(pull.done_at, now)),
    }
}

/// What the last night found, and how to see it.
pub(in crate::cli) fn reconciled(found: &Reconciled) -> String {
    let Reconciled { from, to, words, differing, .. } = found;
    let see = if *differing > 0 {
        format!(" `ferrule reconcile --from {from} --to {to}` shows them.")
    } else {
        String::new()
    };
    format!("{from} to {to}: {words}{see}")
}

/// What fails again and again, and records of QuickBooks that cannot be read as they stand.
fn of_quickbooks(status: &Status, paint: Paint) -> Vec<(&'static str, String)> {
    let told = |trouble: &Trouble| {
        let words = trouble.to_string();
        if trouble.repeats() { ("fails", paint.bad(&words)) } else { ("failed", paint.odd(&words)) }
    };
    let mut lines: Vec<_> = status.troubles.iter().map(told).collect();
    let records = |count: usize| counted(count, "record");
    if status.set_aside > 0 {
        let records = records(status.set_aside);
        let words = format!("{records} of QuickBooks set aside: `ferrule errors` shows what and why");
        lines.push(("unreadable", paint.bad(&words)));
    }
    if status.unknown_characters > 0 {
        let records = records(status.unknown_characters);
        let words = format!("{records} read with unknown characters: `ferrule errors` shows which");
        lines.push(("characters", words));
    }
    lines
}

fn window_line(window: &WindowView, now: Moment, paint: Paint) -> String {
    match (&window.problem, window.opens_at) {
        (Some(problem), _) => paint.bad(&format!("{problem}, so it may come at any time")),
        (None, None) => "now".to_owned(),
        (None, Some(opens)) => paint.odd(&format!("not now; they begin in {}", length(opens - now))),
    }
}

fn overtaken_line(overtaken: &Overtaken, now: Moment) -> String {
    format!(
        "a visit began {} ago while one was under way for {}: unless the Web Connector or Ferrule was started anew then, a second computer has the .qwc file; remove it there",
        length(now - overtaken.at),
        length(overtaken.at - overtaken.other_began_at)
    )
}

fn contact(status: &Status, now: Moment, paint: Paint) -> String {
    let expected = format!("expected every {}", counted_minutes(status.expected_every_minutes));
    let words = format!("{}, {expected}", since(status.last_contact, now));
    if status.is_overdue { paint.bad(&format!("{words}: overdue")) } else { words }
}

fn counted_minutes(minutes: i64) -> String {
    if minutes == 1 { "minute".to_owned() } else { format!("{minutes} minutes") }
}

fn jobs(status: &Status) -> String {
    let all = JobState::ALL.iter().map(|state| state.name());
    let told: Vec<String> = all
        .filter_map(|name| Some(format!("{} {}", status.jobs.get(name)?, name.replace('_', " "))))
        .collect();
    if told.is_empty() { "none".to_owned() } else { told.join(", ") }
}

fn differ(count: usize) -> String {
    if count == 1 { "1 document differs".to_owned() } else { format!("{count} documents differ") }
}

fn about(documents: &[DocumentKey]) -> String {
    let named: Vec<String> = documents.iter().take(NAMED).map(ToString::to_string).collect();
    match documents.len().checked_sub(NAMED) {
        Some(more @ 1..) => format!("{} and {more} more", named.join(", ")),
        _ => named.join(", "),
    }
}
