//! How QuickBooks writes and reads times.
//!
//! It prints the clock on the wall of the computer it runs on, and beside it the offset of winter,
//! in summer too: `2012-07-26T08:46:23-05:00` is what it wrote at 12:46:23Z in New York. Whoever
//! takes that for an instant is an hour late.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

/// The time zone of the computer that QuickBooks runs on, with the summer time of the United States.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeZone {
    /// Minutes that winter is ahead of UTC; -300 in New York.
    pub winter_minutes: i32,
    /// Whether clocks are put forward from March to November.
    pub has_summer_time: bool,
    /// Whether the offset of winter is printed all year round, as the real QuickBooks does.
    pub is_an_hour_off: bool,
}

/// Which end of a day, an hour or a minute a time that says no more stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// The beginning.
    From,
    /// The last second.
    To,
}

impl Default for TimeZone {
    /// New York.
    fn default() -> Self {
        TimeZone { winter_minutes: -300, has_summer_time: true, is_an_hour_off: true }
    }
}

impl TimeZone {
    /// `2024-07-19T07:21:56-05:00` for an instant in seconds since 1970.
    pub(crate) fn print(self, instant: i64) -> String {
        let minutes = self.minutes_at(instant);
        let wall = utc(instant + i64::from(minutes) * 60);
        let shown = if self.is_an_hour_off { self.winter_minutes } else { minutes };
        let (sign, size) = if shown < 0 { ('-', -shown) } else { ('+', shown) };
        let wall = wall.format("%Y-%m-%dT%H:%M:%S");
        format!("{wall}{sign}{:02}:{:02}", size / 60, size % 60)
    }

    /// The day on the wall at an instant.
    pub(crate) fn day(self, instant: i64) -> NaiveDate {
        utc(instant + i64::from(self.minutes_at(instant)) * 60).date()
    }

    /// The instant that a `DATETIMETYPE` means: one with an offset is taken at its word, one
    /// without is read off the wall.
    pub(crate) fn read(self, text: &str, bound: Bound) -> Option<i64> {
        let (day, time) = text.split_once('T').unwrap_or((text, ""));
        let (time, offset) = match time.find(['+', '-']) {
            Some(place) => (time.get(..place)?, time.get(place..)),
            None => (time, None),
        };
        let wall = day_of(day)?.and_time(time_of(time, bound)?);
        let seconds = wall.and_utc().timestamp();
        let minutes = match offset {
            Some(offset) => minutes_of(offset)?,
            None => self.minutes_on_wall(wall),
        };
        Some(seconds - i64::from(minutes) * 60)
    }

    fn minutes_at(self, instant: i64) -> i32 {
        self.minutes_on_wall(utc(instant + i64::from(self.winter_minutes) * 60))
    }

    /// The offset at a time given in winter's hours.
    fn minutes_on_wall(self, wall: NaiveDateTime) -> i32 {
        let summer = self.has_summer_time && is_summer(wall);
        self.winter_minutes + if summer { 60 } else { 0 }
    }
}

/// Whether clocks are put forward: from 2:00 on the second Sunday of March to 1:00 (winter's) on the
/// first of November.
fn is_summer(wall: NaiveDateTime) -> bool {
    let sunday = |month, nth, hour| {
        NaiveDate::from_weekday_of_month_opt(wall.year(), month, Weekday::Sun, nth)
            .and_then(|day| day.and_hms_opt(hour, 0, 0))
    };
    match (sunday(3, 2, 2), sunday(11, 1, 1)) {
        (Some(start), Some(end)) => (start..end).contains(&wall),
        _ => false,
    }
}

fn utc(instant: i64) -> NaiveDateTime {
    DateTime::from_timestamp(instant, 0).unwrap_or_default().naive_utc()
}

/// A day as qbXML writes it, with one digit or two.
pub(crate) fn day_of(text: &str) -> Option<NaiveDate> {
    let mut parts = text.splitn(3, '-').map(|part| part.parse::<u32>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

fn time_of(text: &str, bound: Bound) -> Option<NaiveTime> {
    let last = |most: u32| if bound == Bound::To { most } else { 0 };
    let mut parts = text.split(':').filter(|part| !part.is_empty());
    let mut next = |most| parts.next().map_or(Some(last(most)), |part| part.parse().ok());
    NaiveTime::from_hms_opt(next(23)?, next(59)?, next(59)?)
}

fn minutes_of(offset: &str) -> Option<i32> {
    let (sign, rest) = offset.split_at_checked(1)?;
    let (hours, minutes) = rest.split_once(':')?;
    let size = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
    Some(if sign == "-" { -size } else { size })
}

/// A day some days later.
pub(crate) fn later(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    day.checked_add_signed(Duration::try_days(days)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: TimeZone = TimeZone { winter_minutes: -300, has_summer_time: true, is_an_hour_off: true };

    #[test]
    fn summer_is_printed_an_hour_off_as_recorded() {
        // EditSequence and TimeModified of a recorded contact, and of a recorded account.
        assert_eq!(ZONE.print(1_343_306_783), "2012-07-26T08:46:23-05:00");
        assert_eq!(ZONE.print(1_734_319_187), "2024-12-15T22:19:47-05:00");
    }

    #[test]
    fn times_are_read_as_instants_or_off_the_wall() {
        let read = |text| ZONE.read(text, Bound::From);
        assert_eq!(read("2024-12-15T22:19:47-05:00"), Some(1_734_319_187));
        assert_eq!(read("2024-12-15T22:19:47"), Some(1_734_319_187));
        assert_eq!(read("2012-07-26T08:46:23"), Some(1_343_306_783));
        assert_eq!(read("2012-07-26T08:46:23-05:00"), Some(1_343_306_783 + 3600));
        assert_eq!(read("2024-2-1"), read("2024-02-01T00:00:00"));
        assert_eq!(ZONE.read("2024-2-1", Bound::To), read("2024-02-01T23:59:59"));
        assert_eq!(read("2024-13-01"), None);
    }
}
