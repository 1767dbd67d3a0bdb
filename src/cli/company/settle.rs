//! `ferrule settle`: documents that were done by hand.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use chrono::NaiveDate;
use serde::Serialize;

use crate::cli::company::opened::{CompanyArgs, Opened};
use crate::cli::exit::Exit;
use crate::cli::store_args::now;
use crate::cli::terminal::Terminal;
use crate::people::AuditAction;
use crate::sync::stored::{DocumentKey, Moment, Settled, Settlement};
use crate::sync::{Earlier, SaidBy, SettledBy, TakenBack, earlier, settle, settled, take_back};
use crate::text::counted::counted;
use crate::text::visible::visible;

const AFTER_HELP: &str = "\
Examples:
  ferrule settle --before 2026-07-01
  ferrule settle --before 2026-07-01 invoice --why \"booked by the old integration\"
  ferrule settle invoice 900401 900402
  ferrule settle --undo invoice 900401
  ferrule settle --list

Exit codes: 0 all of them are settled, or taken back, 1 one of them could not be.";

/// Lets documents count as done by hand: nothing is sent for them.
///
/// For the day on which you go live, and for what somebody has typed into QuickBooks. With `--before` it takes all
/// documents dated before that day that are not in QuickBooks yet. They leave the queue. What refers to a settled
/// customer finds its record in QuickBooks all the same. `--undo` takes it back: the documents are planned again,
/// and go when they are played. The setting Start Date and Steelhead itself settle documents too; `--undo` takes
/// that back as well.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// The object, such as `invoice`, and the documents' ids; with `--before` or `--list` objects only
    #[arg(value_name = "OBJECT or ID", required_unless_present_any = ["before", "list"])]
    what: Vec<String>,
    /// All documents dated before this day (YYYY-MM-DD)
    #[arg(long, value_name = "DATE")]
    before: Option<NaiveDate>,
    /// Take it back: they no longer count as done by hand
    #[arg(long)]
    undo: bool,
    /// List the documents that count as done by hand, and who says so
    #[arg(long, conflicts_with_all = ["before", "undo", "why", "by"])]
    list: bool,
    /// Why, for whoever asks later
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    why: String,
    /// Who says so
    #[arg(long, value_name = "NAME", default_value = "Somebody at the command line")]
    by: String,
    #[command(flatten)]
    company: CompanyArgs,
    /// Write what became of each document as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let opened = args.company.open(terminal)?;
    if args.list {
        return list(args, &opened, terminal);
    }
    let (keys, earlier) = args.documents(&opened)?;
    let Opened { program, store, file } = &opened;
    let said = SaidBy { by: &args.by, why: &args.why, at: now() };
    if args.undo {
        let done = take_back(store.as_ref(), program, file, &keys, said)?;
        note(args, &opened, AuditAction::TakeBack, &done.taken_back)?;
        return tell_undone(args, &done, terminal);
    }
    let mut done = settle(store.as_ref(), program, file, &keys, said)?;
    note(args, &opened, AuditAction::Settle, &done.settled)?;
    if let Some(earlier) = &earlier {
        done.already.extend(earlier.settled.iter().cloned());
    }
    tell(args, &done, earlier.as_ref(), terminal)
}

impl Args {
    /// The documents that are meant; of those before a day, what else there is.
    fn documents(&self, opened: &Opened) -> Result<(Vec<DocumentKey>, Option<Earlier>)> {
        let Opened { program, store, file } = opened;
        if let Some(before) = self.before {
            let before = before.format("%Y-%m-%d").to_string();
            let found = earlier(store.as_ref(), program, file, &self.what, &before)?;
            let keys = if self.undo { &found.settled } else { &found.open };
            return Ok((keys.clone(), Some(found)));
        }
        let Some((object, ids)) = self.what.split_first().filter(|(_, ids)| !ids.is_empty()) else {
            bail!("name the ids of the documents, or give --before");
        };
        let mut keys: Vec<DocumentKey> = Vec::new();
        for id in ids {
            let key = DocumentKey { object: object.clone(), id: id.clone() };
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        Ok((keys, None))
    }
}

/// Notes in the audit what was done.
fn note(args: &Args, opened: &Opened, action: AuditAction, keys: &[DocumentKey]) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let (about, details) = match keys {
        [key] => (Some(key), key.to_string()),
        keys => (None, counted(keys.len(), "document")),
    };
    let dated = args.before.map(|before| format!(" dated before {before}")).unwrap_or_default();
    opened.note(&args.by, action, about, format!("{details}{dated}"))
}

/// What became of documents, for programs.
#[derive(Serialize)]
struct View<'v> {
    #[serde(flatten)]
    done: &'v Settled,
    /// Left as they are by `--before`: QuickBooks has them.
    in_quickbooks: &'v [DocumentKey],
    /// Left as they are by `--before`: they have no date.
    undated: &'v [DocumentKey],
}

fn tell(args: &Args, done: &Settled, earlier: Option<&Earlier>, terminal: Terminal) -> Result<Exit> {
    let (in_quickbooks, undated) =
        earlier.map_or((&[][..], &[][..]), |it| (it.in_quickbooks.as_slice(), it.undated.as_slice()));
    let exit = if done.unknown.is_empty() && done.under_way.is_empty() { Exit::Well } else { Exit::Error };
    if args.json {
        terminal.print_json(&View { done, in_quickbooks, undated })?;
        return Ok(exit);
    }
    keys("settled by hand", &done.settled, terminal)?;
    if earlier.is_none() {
        keys("settled already", &done.already, terminal)?;
    }
    for key in &done.under_way {
        terminal.error(&format!("{key} is on its way to QuickBooks; wait for the visit to end"));
    }
    for key in &done.unknown {
        terminal.error(&format!("Ferrule does not know {key}; `ferrule load` takes documents over"));
    }
    if let Some(earlier) = earlier {
        let mut words = format!("{} settled", counted(done.settled.len(), "document"));
        for (count, what) in [
            (earlier.settled.len(), "settled already"),
            (in_quickbooks.len(), "in QuickBooks already"),
            (undated.len(), "without a date, left as they are"),
        ] {
            if count > 0 {
                _ = write!(words, ", {count} {what}");
            }
        }
        terminal.print(&format!("{words}\n"))?;
    }
    Ok(exit)
}

fn tell_undone(args: &Args, done: &TakenBack, terminal: Terminal) -> Result<Exit> {
    if args.json {
        terminal.print_json(done)?;
    } else {
        keys("taken back", &done.taken_back, terminal)?;
        for key in &done.not_settled {
            terminal.error(&format!("{key} is not settled by hand"));
        }
        if args.before.is_some() {
            terminal.print(&format!("{} taken back\n", counted(done.taken_back.len(), "document")))?;
        }
    }
    Ok(if done.not_settled.is_empty() { Exit::Well } else { Exit::Error })
}

fn keys(fate: &str, keys: &[DocumentKey], terminal: Terminal) -> Result<()> {
    let told: Vec<String> = keys.iter().map(|key| format!("{fate}: {key}\n")).collect();
    terminal.print(&told.concat())
}

/// A settled document, for programs.
#[derive(Serialize)]
struct Listed<'l> {
    document: &'l DocumentKey,
    /// The sentence that people read.
    said: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'l str>,
    /// The condition of the rules that says so, where no person does.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'l str>,
}

impl<'l> Listed<'l> {
    fn of(document: &'l DocumentKey, settled: &'l SettledBy) -> Self {
        let said = settled.to_string();
        match settled {
            SettledBy::Person(Settlement { by, at, why, .. }) => {
                Self { document, said, by: Some(by), at: Some(*at), why: Some(why), rule: None }
            }
            SettledBy::Rules(note) => {
                Self { document, said, by: None, at: None, why: None, rule: Some(&note.code) }
            }
        }
    }
}

fn list(args: &Args, opened: &Opened, terminal: Terminal) -> Result<Exit> {
    let Opened { program, store, file } = opened;
    let mut all = settled(store.as_ref(), program, file)?;
    all.retain(|key, _| args.what.is_empty() || args.what.contains(&key.object));
    let listed: Vec<Listed<'_>> = all.iter().map(|(document, by)| Listed::of(document, by)).collect();
    if args.json {
        terminal.print_json(&listed)?;
        return Ok(Exit::Well);
    }
    let lines = listed.iter().map(|it| format!("{}: {}\n", it.document, visible(&it.said)));
    terminal.print(&lines.collect::<String>())?;
    terminal.print(&format!("{} settled by hand\n", counted(listed.len(), "document")))?;
    Ok(Exit::Well)
}
