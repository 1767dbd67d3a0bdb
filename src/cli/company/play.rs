//! `ferrule play`: documents into the queue.

use anyhow::{Result, bail};

use crate::cli::company::opened::{CompanyArgs, Opened};
use crate::cli::exit::Exit;
use crate::cli::store_args::now;
use crate::cli::terminal::Terminal;
use crate::people::AuditAction;
use crate::sync::stored::{DocumentKey, Played};
use crate::sync::{DoublePlay, NotSent, adopt, check_played, double_play, held_up, is_of_record, play};
use crate::text::counted::counted;
use crate::told::PlayView;

const AFTER_HELP: &str = "\
Examples:
  ferrule play invoice 900401 900402
  ferrule play invoice --all
  ferrule play --all

Exit codes: 0 all of them are queued or done, 1 Ferrule does not know one. The others are queued all the same.";

/// Presses play: queues documents for the next visit of the Web Connector.
///
/// With `--all` it is double play. It takes all documents of the object, or of every object that is exported on
/// its own, that are not done yet. It leaves out what the rules leave out, such as what was voided, and what
/// waits for a decision. Sending a draft finalizes and locks it. A draft that the rules would reject stays a
/// draft, and `ferrule errors` says what is wrong with it. A document that is queued or done in its present
/// version stays as it is. One that failed, was rejected or waits goes again. What a document refers to goes
/// with it.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// The object, such as `invoice`
    #[arg(required_unless_present = "all")]
    object: Option<String>,
    /// The documents' ids
    #[arg(conflicts_with = "all")]
    id: Vec<String>,
    /// Play all that are not done
    #[arg(long)]
    all: bool,
    /// Write all of Steelhead's values into the records of these documents: also what differed from the
    /// first, and what QuickBooks has changed
    #[arg(long, conflicts_with = "all")]
    adopt: bool,
    /// Who says so; for the list of what people did
    #[arg(long, value_name = "NAME", requires = "adopt", default_value = "Somebody at the command line")]
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
    let Opened { program, store, file } = &opened;
    if let Some(object) = &args.object {
        check_played(program, object)?;
    }
    let named = args.named()?;
    let DoublePlay { keys, drafts, left_out, waiting } = match named {
        Some(keys) => DoublePlay { keys, ..DoublePlay::default() },
        None => double_play(store.as_ref(), program, file, args.object.as_deref())?,
    };
    if args.adopt {
        adopt(store.as_ref(), program, file, &keys)?;
    }
    let played = play(store.as_ref(), program, file, &keys, now())?;
    if args.adopt {
        for key in keys.iter().filter(|key| !played.unknown.contains(key)) {
            opened.note(&args.by, AuditAction::Adopt, Some(key), key.to_string())?;
        }
    }
    if args.json {
        terminal.print_json(&PlayView { played: &played, drafts, left_out: &left_out, waiting: &waiting })?;
    } else {
        tell(args, &played, (drafts, left_out.len(), waiting.len()), terminal)?;
    }
    let reasons = if played.queued.is_empty() { Vec::new() } else { held_up(Some(program), file, now()) };
    for reason in reasons.iter().filter(|it| matches!(it, NotSent::Paused | NotSent::Closed(_))) {
        terminal.warning(&format!("`{}`: {reason}", file.made.name));
    }
    Ok(if played.unknown.is_empty() { Exit::Well } else { Exit::Error })
}

impl Args {
    /// The documents that are named; nothing if all are meant.
    fn named(&self) -> Result<Option<Vec<DocumentKey>>> {
        let Some(object) = self.object.as_ref().filter(|_| !self.all) else {
            return Ok(None);
        };
        if self.id.is_empty() {
            bail!("name the ids of the documents to play, or give --all");
        }
        let mut keys: Vec<DocumentKey> = Vec::new();
        for id in &self.id {
            let key = DocumentKey { object: object.clone(), id: id.clone() };
            if is_of_record(&key) {
                bail!("{key} was imported from QuickBooks; there is nothing to export");
            }
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        Ok(Some(keys))
    }
}

fn tell(
    args: &Args,
    played: &Played,
    (drafts, left_out, waiting): (usize, usize, usize),
    terminal: Terminal,
) -> Result<()> {
    let fates = [
        ("queued", &played.queued),
        ("already queued", &played.already_queued),
        ("already done", &played.already_done),
    ];
    for (fate, keys) in fates.iter().filter(|(_, keys)| !args.all && !keys.is_empty()) {
        let told: Vec<String> = keys.iter().map(|key| format!("{fate}: {key}\n")).collect();
        terminal.print(&told.concat())?;
    }
    for key in &played.unknown {
        terminal.error(&format!("Ferrule does not know {key}; `ferrule load` takes documents over"));
    }
    for key in &played.settled {
        terminal.warning(&format!(
            "{key} counts as done by hand, and nothing is sent for it; `ferrule settle --undo {key}` takes that back"
        ));
    }
    for key in &played.undecided {
        terminal.warning(&format!(
            "whether QuickBooks has an earlier version of {key} is not known: look there, and connect it if it has; else play it once more"
        ));
    }
    if args.all {
        let all: usize = left_out + waiting + fates.iter().map(|(_, keys)| keys.len()).sum::<usize>();
        let mut counts: Vec<String> =
            fates.iter().map(|(fate, keys)| format!("{} {fate}", keys.len())).collect();
        if left_out > 0 {
            counts.push(format!("{left_out} left out by the rules"));
        }
        if waiting > 0 {
            counts.push(format!("{waiting} waiting for a decision (`ferrule errors`)"));
        }
        terminal.print(&format!("{}: {}\n", counted(all, "document"), counts.join(", ")))?;
        if drafts > 0 {
            let them = counted(drafts, "draft");
            terminal
                .print(&format!("{them} among them: finalized, and locked, when the rules let them out\n"))?;
        }
    }
    Ok(())
}
