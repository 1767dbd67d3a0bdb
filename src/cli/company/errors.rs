//! `ferrule errors`: what is not done, and why.

use std::fmt::Write as _;

use anyhow::{Result, bail};

use crate::catalogue::Outcome;
use crate::cli::company::opened::CompanyArgs;
use crate::cli::exit::Exit;
use crate::cli::rule_set::counted;
use crate::cli::store_args::now;
use crate::cli::terminal::Terminal;
use crate::cli::when::{at, since};
use crate::rules::Program;
use crate::store::Database;
use crate::sync::stored::{Candidate, CompanyFile, DocumentKey, Job, JobError, JobState, Moment};
use crate::sync::{NotSent, Paint, not_sent, visible};

/// Lists the documents that were played and are not done: what happened, why, who can help and how.
///
/// With an object and an id it says every reason why that document is not in QuickBooks. Without an id it leaves
/// out documents that no visit has tried yet. `ferrule explain CODE` says more about a code.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only documents of this object
    object: Option<String>,
    /// Only this document
    id: Option<String>,
    #[command(flatten)]
    company: CompanyArgs,
    /// Write it as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let (program, store, file) = args.company.open_without_rules()?;
    let all = store.jobs(file.id, None)?;
    let jobs: Vec<&Job> = all.iter().filter(|job| args.wants(job)).collect();
    let now = now();
    let reasons = args.reasons(store.as_ref(), program.as_ref(), &file, now)?;
    if jobs.is_empty()
        && let (Some(object), Some(id)) = (&args.object, &args.id)
    {
        let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
        bail!("{object} {id} is not in the queue. {}", reasons.join(" "));
    }
    if args.json {
        terminal.print_json(&jobs)?;
        return Ok(Exit::Well);
    }
    let told: Vec<String> = jobs.iter().map(|job| told(job, now, terminal.out)).collect();
    terminal.print(&told.join("\n"))?;
    // What is wrong with it was told with its job.
    for reason in reasons.iter().filter(|reason| !matches!(reason, NotSent::Wrong(..))) {
        terminal.print(&format!("  {:<12}{reason}\n", "not sent"))?;
    }
    let count = jobs.iter().filter(|job| job.error.is_some()).count();
    if args.id.is_none() {
        let gap = if told.is_empty() { "" } else { "\n" };
        terminal.print(&format!("{gap}{}\n", counted(count, "error")))?;
    }
    Ok(Exit::Well)
}

impl Args {
    /// Why the document that is asked for is not in QuickBooks.
    fn reasons(
        &self,
        store: &dyn Database,
        program: Option<&Program>,
        file: &CompanyFile,
        now: Moment,
    ) -> Result<Vec<NotSent>> {
        let (Some(object), Some(id)) = (&self.object, &self.id) else {
            return Ok(Vec::new());
        };
        let key = DocumentKey { object: object.clone(), id: id.clone() };
        Ok(not_sent(store, program, file, &key, now)?)
    }

    fn wants(&self, job: &Job) -> bool {
        let is_of = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|it| it == found);
        let is_wrong =
            job.state != JobState::Done && (job.error.is_some() || job.state == JobState::OutcomeUnknown);
        is_of(&self.object, &job.document.object)
            && is_of(&self.id, &job.document.id)
            && (is_wrong || self.id.is_some())
    }
}

fn told(job: &Job, now: Moment, paint: Paint) -> String {
    let state = job.state.name().replace('_', " ");
    let mut text = format!("{}: {state}", paint.strong(&job.document.to_string()));
    if job.attempts > 0 {
        _ = write!(text, ", sent {}", times(job.attempts));
    }
    text.push('\n');
    let mut line = |head: &str, words: &str| {
        let words = visible(words).trim_end().replace('\n', "\n              ");
        if !words.is_empty() {
            _ = writeln!(text, "  {head:<12}{words}");
        }
    };
    if let Some(error) = &job.error {
        line("happened", &format!("{} [{}]", paint.bad(error.happened.trim_end()), error.code));
        line("cause", &error.cause);
        line("who", error.who.name());
        line("how", &error.how);
        line("maybe", &maybe(&job.document, error));
        line("QuickBooks", outcome(error.outcome));
    }
    match (job.state, job.error.as_ref().is_some_and(|error| error.retryable)) {
        (JobState::Queued, _) if job.next_try > now => line("next try", &since(Some(job.next_try), now)),
        (JobState::Queued, _) => line("next try", "at the next visit"),
        (JobState::Sent | JobState::Done, _) => {}
        (_, true) => line("next try", &at(job.next_try)),
        (_, false) => line("next try", "when it is played again"),
    }
    text
}

/// The records that it may be connected to, each with the command that does it.
fn maybe(document: &DocumentKey, error: &JobError) -> String {
    let told = error.candidates.iter().map(|it| {
        let changed = if it.changed_at.is_empty() { "" } else { ", changed " };
        let Candidate { record_type, id, name, changed_at, why } = it;
        let why = if why.is_empty() { String::new() } else { format!(" ({})", why.join(", ")) };
        format!(
            "{record_type} \"{name}\"{why}{changed}{changed_at}: ferrule connect {document} {record_type} {id}"
        )
    });
    told.collect::<Vec<_>>().join("\n")
}

fn times(count: u32) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// Whether QuickBooks did it, in words.
fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotApplied => "nothing was changed there",
        Outcome::Applied => "it was done there",
        Outcome::Unknown => "nobody knows whether QuickBooks did it",
    }
}
