//! Reconciling every night: when it is due, and what is kept of it.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;

use crate::language::say;
use crate::rules::Program;
use crate::sync::company_file::settings::text_setting;
use crate::sync::reconcile::Period;
use crate::sync::session::Rulebooks;
use crate::sync::stored::{CompanyFile, Moment, Reconciled, Store, StoreError};
use crate::sync::{KeptError, reconcile, time_zone};

/// The setting with the hour at which it is done, `2` for two o'clock in the night; nothing: never.
const HOUR: &str = "reconcile_at";
/// A visit that was heard of so short a time before is under way, and is waited for.
const UNDER_WAY: TimeDelta = TimeDelta::minutes(10);

/// Reconciles all company files whose night has come. Gives those that were done, each with what was found.
///
/// # Errors
/// The store failed.
pub fn reconcile_nightly(
    store: &dyn Store,
    rules: impl Into<Rulebooks>,
    now: Moment,
) -> Result<Vec<(CompanyFile, Reconciled)>, StoreError> {
    let rules = rules.into();
    let mut done = Vec::new();
    for file in store.company_files()? {
        // Where they do not fit, no visit comes about either, and that is told.
        let Ok(book) = rules.of(&file) else { continue };
        let program = &book.program;
        let last = store.last_reconciled(file.id)?;
        let Some((night, period)) = due(program, &file, last.as_ref(), now) else { continue };
        if is_visited(store, &file, now)? {
            continue;
        }
        let found = match reconcile(store, program, &file, period, now) {
            Ok(found) => (found.count(), found.differences().count(), found.summary()),
            Err(KeptError::Store(error)) => return Err(error),
            Err(error) => (0, 0, say!("It could not be done: {error}.", error)),
        };
        let side = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let (transactions, differing, words) = found;
        let (from, to) = (side(period.from), side(period.to));
        let reconciled = Reconciled { night, at: now, from, to, transactions, differing, words };
        store.keep_reconciled(file.id, &reconciled)?;
        done.push((file, reconciled));
    }
    Ok(done)
}

/// The night that is due, and its period: from the first of the month before up to the day before.
fn due(
    program: &Program,
    file: &CompanyFile,
    last: Option<&Reconciled>,
    now: Moment,
) -> Option<(Moment, Period)> {
    let hour: u32 = text_setting(Some(program), file, HOUR)?.parse().ok()?;
    let zone = time_zone(Some(program), file).unwrap_or_default();
    let today = now.with_timezone(&zone).date_naive();
    let days = [Some(today), today.checked_sub_days(Days::new(1))];
    let nights = days.into_iter().flatten().filter_map(|day| Some((night(day, hour, zone)?, day)));
    let (night, day) = nights.filter(|(night, _)| *night <= now).max()?;
    if last.is_some_and(|last| last.night >= night) {
        return None;
    }
    let to = day.checked_sub_days(Days::new(1))?;
    Some((night, Period { from: Period::before(to).from, to: Some(to) }))
}

/// An hour of a day. Where the clocks are put forward past it, the next hour that there is.
fn night(day: chrono::NaiveDate, hour: u32, zone: Tz) -> Option<Moment> {
    let at = day.and_time(NaiveTime::from_hms_opt(hour, 0, 0)?);
    let found = (0..3).find_map(|more| zone.from_local_datetime(&(at + TimeDelta::hours(more))).earliest());
    found.map(|at: DateTime<Tz>| at.to_utc())
}

/// Whether a visit goes on: what it brings belongs to the day.
fn is_visited(store: &dyn Store, file: &CompanyFile, now: Moment) -> Result<bool, StoreError> {
    let last = store.sessions(file.id, 1)?;
    Ok(last.first().is_some_and(|it| it.ended_at.is_none() && now - it.active_at < UNDER_WAY))
}
