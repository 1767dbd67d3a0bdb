//! A day of a company file in a few lines.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::AlertKind;
use super::found::{Amounts, Found, Look};
use crate::rules::Program;
use crate::sync::stored::{CompanyFile, Ending, JobState, Moment, StoreError};
use crate::sync::{Cause, NotSent, Status, time_zone};
use crate::text::counted::counted;

/// So many visits are counted.
const VISITS: usize = 1000;

/// The summary of today. There is one each day: its subject is the date.
pub(super) fn of_day(look: Look<'_>, amounts: &Amounts) -> Result<Found, StoreError> {
    let (kind, subject) = (AlertKind::Digest, today(look.program, look.file, look.now));
    // It takes some work: only for those who get it now.
    let text = if look.is_digest_due { text(look, amounts)? } else { String::new() };
    Ok(Found { kind, subject, text, since: look.now })
}

/// The date in the domain's time zone.
pub(super) fn today(program: &Program, file: &CompanyFile, now: Moment) -> String {
    let zone = time_zone(Some(program), file).unwrap_or_default();
    now.with_timezone(&zone).date_naive().to_string()
}

fn text(look: Look<'_>, amounts: &Amounts) -> Result<String, StoreError> {
    let Look { store, program, file, now, .. } = look;
    let status = Status::of(store, Some(program), file, now)?;
    let mut lines = vec![match status.last_contact {
        None => "The Web Connector has not called yet.".to_owned(),
        Some(at) if status.is_overdue => {
            format!("The Web Connector does not call. It last called at {}.", look.at(at))
        }
        Some(at) => format!("The Web Connector last called at {}.", look.at(at)),
    }];
    lines.extend(status.held_up.iter().filter(|it| matches!(it, NotSent::Paused)).map(ToString::to_string));
    lines.extend(visits(look)?);
    let done = store.jobs(file.id, Some(JobState::Done))?;
    let done = done.iter().filter(|job| now - job.changed_at < TimeDelta::days(1)).count();
    lines.push(format!("Gone to QuickBooks in the last 24 hours: {}.", counted(done, "document")));
    lines.push(waiting(look)?);
    if !amounts.differs.is_empty() {
        lines.push(format!(
            "QuickBooks holds another amount: {}.",
            counted(amounts.differs.len(), "document")
        ));
    }
    lines.extend(status.reconciled.map(|found| format!("Last reconciled: {}", found.words)));
    Ok(lines.join("\n  "))
}

fn visits(look: Look<'_>) -> Result<Option<String>, StoreError> {
    let all = look.store.sessions(look.file.id, VISITS)?;
    let of_day: Vec<_> =
        all.iter().take_while(|visit| look.now - visit.began_at < TimeDelta::days(1)).collect();
    let failed = of_day.iter().filter(|visit| matches!(visit.ending, Some(Ending::Failed(_)))).count();
    let told = format!("Visits in the last 24 hours: {}, {failed} of them failed.", of_day.len());
    Ok((!of_day.is_empty()).then_some(told))
}

/// How much waits for a person, by cause.
fn waiting(look: Look<'_>) -> Result<String, StoreError> {
    let mut causes: BTreeMap<Cause, usize> = BTreeMap::new();
    for job in look.store.jobs_in_error(look.file.id)? {
        let cause = job.error.as_ref().and_then(|error| Cause::of_job(job.state, error));
        if let Some(cause) = cause {
            *causes.entry(cause).or_default() += 1;
        }
    }
    let each = causes.iter().map(|(cause, count)| format!("{} ({count})", cause.words().title));
    let each: Vec<String> = each.collect();
    if each.is_empty() {
        return Ok("No document waits for somebody.".to_owned());
    }
    Ok(format!("{} for somebody: {}.", counted_waiting(causes.values().sum()), each.join(", ")))
}

fn counted_waiting(count: usize) -> String {
    format!("{} {}", counted(count, "document"), if count == 1 { "waits" } else { "wait" })
}
