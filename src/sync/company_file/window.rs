//! The sync hours: when the Web Connector may work. Outside of them QuickBooks belongs to its users.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveTime, TimeDelta, Timelike as _, Weekday};
use chrono_tz::Tz;

use crate::rules::Program;
use crate::rules::settings::SettingError;
use crate::sync::company_file::settings::{setting_text, text_setting};
use crate::sync::stored::{CompanyFile, Moment};

/// The setting with the hours, such as `18:00-06:00`; empty: at any time.
const HOURS: &str = "sync_hours";
/// The setting with the days on which a window begins, such as `Mon Tue Wed`; empty: every day.
const DAYS: &str = "sync_days";
/// The setting with the time zone in which the hours are meant.
const ZONE: &str = "time_zone";
/// A week and a day: no window is closed for longer.
const LONGEST: i64 = 8 * 24 * 60;

/// When the Web Connector may work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    from: NaiveTime,
    until: NaiveTime,
    /// From Monday on: whether a window begins on that day.
    days: [bool; 7],
    zone: Tz,
}

/// Why the settings name no window. It counts as open then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// The hours are none.
    #[error("the sync hours `{0}` are not written like `18:00-06:00`")]
    Hours(String),
    /// The days are none.
    #[error("the sync days `{0}` are not written like `Mon Tue Wed Thu Fri`")]
    Days(String),
    /// There is no such time zone.
    #[error("the time zone `{0}` is not known; it is written like `America/New_York`")]
    Zone(String),
}

impl Window {
    /// The window that the settings of a company file name; nothing if it may work at any time.
    ///
    /// # Errors
    /// What is wrong with a setting.
    pub fn of(program: Option<&Program>, file: &CompanyFile) -> Result<Option<Self>, WindowError> {
        let given = |name| text_setting(program, file, name).filter(|text| !text.trim().is_empty());
        let hours = given(HOURS).map(|text| read_hours(&text)).transpose()?;
        let days = given(DAYS).map(|text| read_days(&text)).transpose()?;
        // Whoever sets no hours may rely on the time zone all the same: times are shown in it.
        let zone = time_zone(program, file)?;
        if hours.is_none() && days.is_none() {
            return Ok(None);
        }
        let (from, until) = hours.unwrap_or((NaiveTime::MIN, NaiveTime::MIN));
        Ok(Some(Self { from, until, days: days.unwrap_or([true; 7]), zone }))
    }

    /// When it opens; nothing if it is open. To the minute.
    pub fn opens_at(&self, now: Moment) -> Option<Moment> {
        if self.is_open(now) {
            return None;
        }
        let minute = now - TimeDelta::seconds(i64::from(now.second()));
        let opening = (1..=LONGEST).map(|minutes| minute + TimeDelta::minutes(minutes));
        opening.into_iter().find(|at| self.is_open(*at))
    }

    fn is_open(&self, at: Moment) -> bool {
        let local = at.with_timezone(&self.zone);
        let (time, today) = (local.time(), local.weekday());
        let begins =
            |day: Weekday| self.days.get(day.num_days_from_monday() as usize).copied().unwrap_or(false);
        match self.from.cmp(&self.until) {
            std::cmp::Ordering::Equal => begins(today),
            std::cmp::Ordering::Less => begins(today) && self.from <= time && time < self.until,
            // It began yesterday evening.
            std::cmp::Ordering::Greater => {
                (begins(today) && self.from <= time) || (begins(today.pred()) && time < self.until)
            }
        }
    }
}

/// The domain's time zone; UTC if none is set.
///
/// # Errors
/// [`WindowError::Zone`].
pub fn time_zone(program: Option<&Program>, file: &CompanyFile) -> Result<Tz, WindowError> {
    let given = text_setting(program, file, ZONE).filter(|text| !text.trim().is_empty());
    given.map_or(Ok(Tz::UTC), |text| read_zone(&text))
}

/// A moment, for people, in the domain's time zone: `2026-07-01 13:20 EDT`.
pub fn told_at(program: &Program, file: &CompanyFile, moment: Moment) -> String {
    told_in(time_zone(Some(program), file).unwrap_or_default(), moment)
}

/// The same in any time zone.
pub fn told_in(zone: Tz, moment: Moment) -> String {
    moment.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z").to_string()
}

/// Which of the settings that differ between `before` and `after` cannot be as they are, although each is of
/// its type and within its bounds: hours, days and time zones that are none. Whatever keeps settings asks
/// this first. What was kept before is not held against who changes something else.
pub fn unsound(
    before: &BTreeMap<String, serde_json::Value>,
    after: &BTreeMap<String, serde_json::Value>,
) -> Vec<SettingError> {
    let changed = |name: &'static str| after.get(name).filter(|value| before.get(name) != Some(*value));
    let wrong = |name: &'static str| {
        let text = setting_text(changed(name)?).filter(|text| !text.trim().is_empty())?;
        let error = match name {
            HOURS => read_hours(&text).err(),
            DAYS => read_days(&text).err(),
            _ => read_zone(&text).err(),
        };
        error.map(|error| SettingError::Wrong { name: name.to_owned(), reason: error.to_string() })
    };
    [HOURS, DAYS, ZONE].into_iter().filter_map(wrong).collect()
}

fn read_zone(text: &str) -> Result<Tz, WindowError> {
    text.trim().parse().map_err(|_| WindowError::Zone(text.to_owned()))
}

fn read_hours(text: &str) -> Result<(NaiveTime, NaiveTime), WindowError> {
    hours(text).ok_or_else(|| WindowError::Hours(text.to_owned()))
}

fn read_days(text: &str) -> Result<[bool; 7], WindowError> {
    days(text).ok_or_else(|| WindowError::Days(text.to_owned()))
}

fn hours(text: &str) -> Option<(NaiveTime, NaiveTime)> {
    let (from, until) = text.split_once('-')?;
    let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
    // The end of a day is the beginning of the next.
    let until = if until.trim() == "24:00" { "00:00" } else { until };
    Some((time(from)?, time(until)?))
}

fn days(text: &str) -> Option<[bool; 7]> {
    let mut days = [false; 7];
    for word in text.split([' ', ',', ';']).filter(|word| !word.is_empty()) {
        let day: Weekday = word.parse().ok()?;
        *days.get_mut(day.num_days_from_monday() as usize)? = true;
    }
    Some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(hours: &str, days: &str) -> Window {
        let (from, until) = super::hours(hours).unwrap();
        Window { from, until, days: super::days(days).unwrap(), zone: "America/New_York".parse().unwrap() }
    }

    fn at(text: &str) -> Moment {
        text.parse().unwrap()
    }

    #[test]
    fn a_window_of_the_night_begins_in_the_evening_of_its_day() {
        // A Friday: 22:00 in New York.
        let night = window("18:00-06:00", "Mon Tue Wed Thu Fri");
        assert_eq!(night.opens_at(at("2026-07-11T02:00:00Z")), None);
        assert_eq!(night.opens_at(at("2026-07-11T09:59:59Z")), None);
        // Saturday, six in the morning: it opens on Monday evening.
        assert_eq!(night.opens_at(at("2026-07-11T10:00:30Z")), Some(at("2026-07-13T22:00:00Z")));
    }

    #[test]
    fn summer_time_is_kept() {
        let day = window("08:00-17:00", "Mon Tue Wed Thu Fri Sat Sun");
        assert_eq!(day.opens_at(at("2026-07-01T11:00:00Z")), Some(at("2026-07-01T12:00:00Z")));
        assert_eq!(day.opens_at(at("2026-01-15T11:00:00Z")), Some(at("2026-01-15T13:00:00Z")));
    }

    #[test]
    fn a_day_without_hours_is_open_as_a_whole() {
        let weekend = window("00:00-24:00", "Sat,Sun");
        assert_eq!(weekend.opens_at(at("2026-07-11T12:00:00Z")), None);
        assert_eq!(weekend.opens_at(at("2026-07-10T12:00:00Z")), Some(at("2026-07-11T04:00:00Z")));
    }

    #[test]
    fn what_names_no_time_is_refused() {
        for text in ["", "8-17", "08:00", "08:00-25:00", "x-y"] {
            assert_eq!(super::hours(text), None, "{text}");
        }
        assert_eq!(super::days("Mon Noday"), None);
    }
}
