//! `ferrule errors`: what is not done, and why.

use std::fmt::Write as _;

use anyhow::{Result, bail};

use crate::catalogue::Outcome;
use crate::cli::company::opened::CompanyArgs;
use crate::cli::company::status::reconciled;
use crate::cli::exit::Exit;
use crate::cli::store_args::now;
use crate::cli::terminal::Terminal;
use crate::cli::when::{at, since};
use crate::rules::Program;
use crate::store::Database;
use crate::sync::stored::{
    Candidate, CompanyFile, DocumentKey, Job, JobError, JobState, KeptFlaw, Moment, Trouble,
};
use crate::sync::{Differs, NotSent, Paint, not_sent};
use crate::text::counted::counted;
use crate::text::visible::visible;
use crate::told::{Errors, is_wrong};

const AFTER_HELP: &str = "\
Exit codes: 0 there are no errors, 1 there is at least one, also if it is tried again by itself, or the command failed. \
`ferrule status` counts only what waits for a person.";

/// Lists the documents that were played and are not done: what happened, why, who can help and how. Also those whose
/// records hold another amount than Steelhead; records of QuickBooks that could not be read as they stand, with their
/// text; and what fails again and again.
///
/// With an object and an id it says every reason why that document is not in QuickBooks. Without an id it leaves
/// out documents that no visit has tried yet. `ferrule explain CODE` says more about a code.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
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
    let mut jobs = store.jobs(file.id, None)?;
    jobs.retain(|job| args.wants(job));
    let now = now();
    let reasons = args.reasons(store.as_ref(), program.as_ref(), &file, now)?;
    let differing = args.differing(store.as_ref(), program.as_ref(), &file)?;
    if differing.is_empty()
        && jobs.is_empty()
        && let (Some(object), Some(id)) = (&args.object, &args.id)
    {
        let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
        bail!("{object} {id} is not in the queue. {}", reasons.join(" "));
    }
    let (flaws, troubles) = args.of_quickbooks(store.as_ref(), &file)?;
    let wrong = jobs.iter().filter(|job| is_wrong(job)).count();
    let count = wrong + differing.len() + flaws.len() + troubles.len();
    let exit = if count == 0 { Exit::Well } else { Exit::Error };
    if args.json {
        terminal.print_json(&Errors { jobs, differing, flaws, troubles }.entries())?;
        return Ok(exit);
    }
    let jobs_told = jobs.iter().map(|job| told(job, now, terminal.out));
    let told = jobs_told.chain(differing.iter().map(|it| told_difference(it, terminal.out)));
    let told = told.chain(flaws.iter().map(|it| told_flaw(it, now, terminal.out)));
    let told: Vec<String> = told.chain(troubles.iter().map(|it| told_trouble(it, terminal.out))).collect();
    terminal.print(&told.join("\n"))?;
    // What is wrong with it was told with its job.
    for reason in reasons.iter().filter(|reason| !matches!(reason, NotSent::Wrong(..))) {
        terminal.print(&format!("  {:<12}{reason}\n", "not sent"))?;
    }
    let night = store.last_reconciled(file.id)?.filter(|it| it.differing > 0 && args.object.is_none());
    if let Some(night) = &night {
        let gap = if told.is_empty() { "" } else { "\n" };
        terminal.print(&format!("{gap}{}: {}\n", terminal.out.strong("reconciled"), reconciled(night)))?;
    }
    if args.id.is_none() {
        let gap = if told.is_empty() { "" } else { "\n" };
        terminal.print(&format!("{gap}{}\n", counted(count, "error")))?;
    }
    Ok(if night.is_some() { Exit::Error } else { exit })
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

    /// Documents whose records hold something else than they must.
    fn differing(
        &self,
        store: &dyn Database,
        program: Option<&Program>,
        file: &CompanyFile,
    ) -> Result<Vec<Differs>> {
        Ok(Errors::differing(store, program, file, &|key| self.is_about(key))?)
    }

    /// Records of QuickBooks that could not be read as they stand, and what fails again and again: of no document, so
    /// they are told where all is.
    fn of_quickbooks(
        &self,
        store: &dyn Database,
        file: &CompanyFile,
    ) -> Result<(Vec<KeptFlaw>, Vec<Trouble>)> {
        if self.object.is_some() {
            return Ok((Vec::new(), Vec::new()));
        }
        Ok(Errors::of_quickbooks(store, file)?)
    }

    fn is_about(&self, document: &DocumentKey) -> bool {
        let is_of = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|it| it == found);
        is_of(&self.object, &document.object) && is_of(&self.id, &document.id)
    }

    fn wants(&self, job: &Job) -> bool {
        self.is_about(&job.document) && (is_wrong(job) || self.id.is_some())
    }
}

/// As much of a record's text is shown.
const SHOWN: usize = 2_000;

/// A record of QuickBooks that could not be read as it stands.
fn told_flaw(kept: &KeptFlaw, now: Moment, paint: Paint) -> String {
    let mut text = format!("{}: {}\n", paint.strong(&visible(&kept.flaw.label())), kept.state());
    let mut line = |head: &str, words: &str| line(&mut text, head, words);
    line("happened", &paint.bad(&kept.flaw.reason));
    line("since", &since(Some(kept.first_at), now));
    line("how", kept.how());
    let shown: String = kept.flaw.raw.chars().take(SHOWN).collect();
    line("it came as", &shown);
    if shown.len() < kept.flaw.raw.len() {
        line("", "(`--json` and the page Errors show all of it)");
    }
    text
}

fn told_trouble(trouble: &Trouble, paint: Paint) -> String {
    format!("{}: {}\n", paint.strong("fails again and again"), paint.bad(&visible(&trouble.to_string())))
}

fn told_difference(differs: &Differs, paint: Paint) -> String {
    let Differs { document, record, error, .. } = differs;
    let head = format!("{}: {}", paint.strong(&document.to_string()), differs.state);
    let record = format!("it is {} {} there", record.record_type.trim_end_matches("Ret"), record.id);
    format!("{head}\n{}", lines(error, document, &record, paint))
}

fn told(job: &Job, now: Moment, paint: Paint) -> String {
    let state = job.state.name().replace('_', " ");
    let mut text = format!("{}: {state}", paint.strong(&job.document.to_string()));
    if job.attempts > 0 {
        _ = write!(text, ", sent {}", times(job.attempts));
    }
    text.push('\n');
    if let Some(error) = &job.error {
        text.push_str(&lines(error, &job.document, outcome(error.outcome), paint));
    }
    let mut line = |head: &str, words: &str| line(&mut text, head, words);
    match (job.state, job.error.as_ref().is_some_and(|error| error.retryable)) {
        (JobState::Queued, _) if job.next_try > now => line("next try", &since(Some(job.next_try), now)),
        (JobState::Queued, _) => line("next try", "at the next visit"),
        (JobState::Sent | JobState::Done, _) => {}
        (_, true) => line("next try", &at(job.next_try)),
        (_, false) => line("next try", "when it is played again"),
    }
    text
}

/// What is told of an error, and what there is in QuickBooks.
fn lines(error: &JobError, document: &DocumentKey, in_quickbooks: &str, paint: Paint) -> String {
    let mut text = String::new();
    let mut line = |head: &str, words: &str| line(&mut text, head, words);
    line("happened", &format!("{} [{}]", paint.bad(error.happened.trim_end()), error.code));
    line("cause", &error.cause);
    line("who", error.who.name());
    line("how", &error.how);
    line("command", error.command.as_deref().unwrap_or_default());
    line("maybe", &maybe(document, error));
    line("QuickBooks", in_quickbooks);
    text
}

fn line(text: &mut String, head: &str, words: &str) {
    let words = visible(words).trim_end().replace('\n', "\n              ");
    if !words.is_empty() {
        _ = writeln!(text, "  {head:<12}{words}");
    }
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
