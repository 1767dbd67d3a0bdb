//! A day of a company file in a few lines.

use chrono::TimeDelta;

use super::AlertKind;
use super::found::{Found, Look};
use crate::language::{counted, many, say, t};
use crate::people::Waiting;
use crate::rules::Program;
use crate::sync::stored::{CompanyFile, Ending, JobState, Moment, StoreError};
use crate::sync::{Cause, NotSent, Status, time_zone};

/// So many visits are counted.
const VISITS: usize = 1000;

/// The summary of today. There is one each day: its subject is the date.
pub(super) fn of_day(look: Look<'_>, waiting: &[Waiting]) -> Result<Found, StoreError> {
    let (kind, subject) = (AlertKind::Digest, today(look.program, look.file, look.now));
    // It takes some work: only for those who get it now.
    let text = if look.is_digest_due { text(look, waiting)? } else { String::new() };
    Ok(Found { kind, subject, text, since: look.now, own: None })
}

/// The date in the domain's time zone.
pub(super) fn today(program: &Program, file: &CompanyFile, now: Moment) -> String {
    let zone = time_zone(Some(program), file).unwrap_or_default();
    now.with_timezone(&zone).date_naive().to_string()
}

fn text(look: Look<'_>, waiting: &[Waiting]) -> Result<String, StoreError> {
    let Look { store, program, file, now, .. } = look;
    let status = Status::of(store, Some(program), file, now)?;
    let mut lines = vec![match status.last_contact {
        None => t("The Web Connector has not called yet.").to_owned(),
        Some(at) if status.is_overdue => {
            say!("The Web Connector does not call. It last called at {at}.", at = look.at(at))
        }
        Some(at) => say!("The Web Connector last called at {at}.", at = look.at(at)),
    }];
    lines.extend(status.held_up.iter().filter(|it| matches!(it, NotSent::Paused)).map(ToString::to_string));
    lines.extend(visits(look)?);
    let done = store.jobs(file.id, Some(JobState::Done))?;
    let done = done.iter().filter(|job| now - job.changed_at < TimeDelta::days(1)).count();
    lines.push(say!("Gone to QuickBooks in the last 24 hours: {done}.", done = counted(done, "document")));
    lines.push(in_words(waiting));
    lines.extend(status.reconciled.map(|found| say!("Last reconciled: {words}", words = found.words)));
    Ok(lines.join("\n  "))
}

fn visits(look: Look<'_>) -> Result<Option<String>, StoreError> {
    let all = look.store.sessions(look.file.id, VISITS)?;
    let of_day: Vec<_> =
        all.iter().take_while(|visit| look.now - visit.began_at < TimeDelta::days(1)).collect();
    let failed = of_day.iter().filter(|visit| matches!(visit.ending, Some(Ending::Failed(_)))).count();
    let told = say!("Visits in the last 24 hours: {n}, {failed} of them failed.", n = of_day.len(), failed);
    Ok((!of_day.is_empty()).then_some(told))
}

/// How much waits for a person, by cause: what the page To do says.
fn in_words(waiting: &[Waiting]) -> String {
    let mut causes: Vec<(Cause, usize)> = Vec::new();
    for heap in waiting.iter().filter(|heap| !heap.open.is_empty()) {
        match causes.last_mut() {
            Some((cause, count)) if *cause == heap.heap.cause => *count += heap.open.len(),
            _ => causes.push((heap.heap.cause, heap.open.len())),
        }
    }
    let each: Vec<String> =
        causes.iter().map(|(cause, count)| format!("{} ({count})", t(&cause.words().title))).collect();
    match causes.iter().map(|(_, count)| count).sum() {
        0 => t("Nothing waits for somebody.").to_owned(),
        count => many!(
            "{n} thing waits for somebody: {each}.",
            "{n} things wait for somebody: {each}.",
            count,
            each = each.join(", ")
        ),
    }
}
