//! `ferrule explain --log`: what the Web Connector's own log tells, visit by visit.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use serde::Serialize;

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::connector::log::{Ending, Log, Problem, Visit, Visits, read_logs};
use crate::text::counted::counted;
use crate::text::visible::visible;

/// As many groups of visits are shown.
const SHOWN: usize = 20;

/// What a log tells, as `--json` writes it.
#[derive(Serialize)]
struct Told<'l> {
    #[serde(flatten)]
    log: &'l Log,
    /// What is to be done now: the problem of the last visit, if that went wrong.
    now: Option<Turn>,
}

/// Whose turn it is.
#[derive(Serialize)]
struct Turn {
    who: &'static str,
    how: &'static str,
}

/// Reads the files of a log and tells what happened.
pub fn run(files: &[PathBuf], json: bool, terminal: Terminal) -> Result<Exit> {
    let log = read_logs(files)?;
    let now = log.now().map(turn);
    let is_well = now.is_none();
    if json {
        terminal.print_json(&Told { log: &log, now })?;
    } else {
        terminal.print(&text(&log, now.as_ref(), terminal))?;
    }
    Ok(if is_well { Exit::Well } else { Exit::Error })
}

/// The first problem is the cause of those that follow from it; without one the ending says what to do.
fn turn(visits: &Visits) -> Turn {
    let (_, who, how) = visits.ending.words();
    let (who, how) = match visits.first.problems.first() {
        Some(problem) if visits.ending == Ending::WentWrong => (problem.who, problem.how),
        _ => (who, how),
    };
    Turn { who: who.phrase(), how }
}

fn text(log: &Log, now: Option<&Turn>, terminal: Terminal) -> String {
    let bad = match log.bad {
        0 => "none went wrong".to_owned(),
        bad => format!("{bad} went wrong"),
    };
    let mut text = format!("{} in {}: {bad}\n", counted(log.count, "visit"), counted(log.lines, "line"));
    for (count, what) in [
        (log.foreign, "at the beginning belong to no visit, because the log begins in the middle of one"),
        (log.cut, "were so long that only their beginnings were read"),
    ] {
        if count > 0 {
            _ = writeln!(text, "{} {what}", counted(count, "line"));
        }
    }
    let shown = log.visits.len().saturating_sub(SHOWN);
    let hidden = log.older + log.visits.iter().take(shown).map(|visits| visits.times).sum::<usize>();
    if hidden > 0 {
        _ = writeln!(text, "{} before these: `--json` has more", counted(hidden, "visit"));
    }
    for visits in log.visits.iter().skip(shown) {
        text.push('\n');
        tell(visits, terminal, &mut text);
    }
    text.push('\n');
    match now {
        None => text.push_str("There is nothing to do.\n"),
        Some(turn) => {
            _ = writeln!(text, "{}", terminal.out.strong("Now"));
            rows(&[("Whose turn", turn.who), ("What to do", turn.how)], "  ", &mut text);
        }
    }
    text
}

fn tell(visits: &Visits, terminal: Terminal, text: &mut String) {
    let Visits { times, ending, first, until } = visits;
    let when =
        if *times > 1 { format!("{} to {until}, {times} visits", first.from) } else { first.from.clone() };
    let whom = first.application.as_deref().map(|name| format!("  {}", visible(name))).unwrap_or_default();
    let version = first.version.as_deref().map(|version| format!("  (Web Connector {})", visible(version)));
    let aside = terminal.out.aside(&version.unwrap_or_default());
    _ = writeln!(text, "{}{whom}{aside}", terminal.out.strong(&format!("{when} UTC")));
    let (happened, ..) = ending.words();
    _ = writeln!(text, "  {happened}{}", how_far(first, *ending));
    if let Some(said) = first.said.as_deref().filter(|said| !said.eq_ignore_ascii_case("OK")) {
        _ = writeln!(text, "  The service said: {}", visible(said));
    }
    for Problem { code, says, happened, cause, who, how } in &first.problems {
        let code = code.as_deref().unwrap_or_default();
        _ = writeln!(text, "  {}  {happened} {cause}", terminal.out.strong(code));
        let said = visible(says);
        rows(&[("The log says", &said), ("Whose turn", who.phrase()), ("What to do", how)], "    ", text);
    }
}

fn rows(rows: &[(&str, &str)], indent: &str, text: &mut String) {
    for (name, value) in rows {
        _ = writeln!(text, "{indent}{name:12}  {value}");
    }
}

/// How far a visit came that broke off or went wrong.
fn how_far(visit: &Visit, ending: Ending) -> String {
    let asked = match (visit.asked, visit.heard) {
        (0, _) => String::new(),
        (asked, heard) => {
            format!(
                " It sent {} to QuickBooks and got {}.",
                counted(asked, "message set"),
                counted(heard, "answer")
            )
        }
    };
    let reached = match &visit.reached {
        Some(call) if matches!(ending, Ending::WentWrong | Ending::BrokenOff) => {
            format!(" The last call of the service was {}.", visible(call))
        }
        _ => String::new(),
    };
    format!("{asked}{reached}")
}
