//! The chart of visits: how many there were in each stretch of time, how long they took, what they brought.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Timelike as _};
use chrono_tz::Tz;

use super::chart::{Chart, RowOf, Series, Stretch};
use crate::activity::Tally;
use crate::language::{say, t};
use crate::sync::stored::Moment;
use crate::web::words::when::{counted, day, duration, grouped};

/// Stretches of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretches {
    /// 30 days.
    Days,
    /// 48 hours.
    Hours,
}

/// The stretches that are counted, in milliseconds: days and hours of every time zone begin with one.
pub const COUNTED: i64 = 900_000;

impl Stretches {
    fn count(self) -> u32 {
        match self {
            Self::Days => 30,
            Self::Hours => 48,
        }
    }

    /// When each of them begins, and at the end when the last one ends: days and hours of that time zone.
    pub fn bounds(self, now: Moment, zone: Tz) -> Vec<Moment> {
        let local = now.with_timezone(&zone);
        // The present stretch is the last one; it ends where the next one begins.
        let offsets = 1 - i64::from(self.count())..=1;
        match self {
            Self::Days => {
                let day = |days| local.date_naive().checked_add_signed(TimeDelta::days(days));
                offsets.map(|days| day(days).map_or(now, |day| midnight(day, zone))).collect()
            }
            Self::Hours => {
                let into =
                    TimeDelta::minutes(local.minute().into()) + TimeDelta::seconds(local.second().into());
                let hour = now - into - TimeDelta::nanoseconds(local.nanosecond().into());
                offsets.map(|hours| hour + TimeDelta::hours(hours)).collect()
            }
        }
    }

    fn name(self, at: DateTime<Tz>) -> String {
        let day = day(at.date_naive());
        match self {
            Self::Days => day,
            Self::Hours => say!("{day}, {hour}", day, hour = at.format("%H:00")),
        }
    }

    fn tick(self, at: DateTime<Tz>) -> String {
        match self {
            Self::Days => day(at.date_naive()),
            Self::Hours => at.format("%H:00").to_string(),
        }
    }
}

/// When a day begins somewhere; where it has no midnight, what comes next.
pub fn midnight(day: NaiveDate, zone: Tz) -> Moment {
    let mut hours = (0..24).filter_map(|hour| day.and_hms_opt(hour, 0, 0));
    let first = hours.find_map(|time| zone.from_local_datetime(&time).earliest());
    first.map_or_else(|| day.and_time(NaiveTime::MIN).and_utc(), |first| first.to_utc())
}

/// The chart of what was counted, by [`COUNTED`], up to now.
pub fn timeline(tallies: &[Tally], stretches: Stretches, now: Moment, zone: Tz) -> Chart {
    let bounds = stretches.bounds(now, zone);
    let between = |(from, until): (&Moment, &Moment)| {
        let is_here = |tally: &&Tally| {
            let at = tally.stretch.saturating_mul(COUNTED);
            (from.timestamp_millis()..until.timestamp_millis()).contains(&at)
        };
        (from.with_timezone(&zone), tallies.iter().filter(is_here).fold(Tally::default(), both))
    };
    let all: Vec<(DateTime<Tz>, Tally)> = bounds.iter().zip(bounds.iter().skip(1)).map(between).collect();
    let took = |tally: &Tally| {
        let took = duration(TimeDelta::milliseconds(tally.longest));
        (tally.longest, if tally.visits == 0 { String::new() } else { took })
    };
    let count = |count: usize| (i64::try_from(count).unwrap_or(i64::MAX), grouped(count));
    let row = |title: &str, class, value: &dyn Fn(&Tally) -> (i64, String)| RowOf {
        title: title.to_owned(),
        series: vec![Series { class, name: "", values: all.iter().map(|(_, tally)| value(tally)).collect() }],
    };
    let whole = all.iter().fold(Tally::default(), |sum, (_, tally)| both(sum, tally));
    let told = say!(
        "{count}, the longest {duration}; {count2} synced, {count3}.",
        count = counted(whole.visits, "sync"),
        duration = duration(TimeDelta::milliseconds(whole.longest)),
        count2 = counted(whole.done, "document"),
        count3 = counted(whole.failed + whole.stopped, "error")
    );
    let rows = vec![
        row(t("Syncs"), "c-busy", &|it| count(it.visits)),
        row(t("Longest sync"), "c-idle", &took),
        row(t("Documents synced"), "c-good", &|it| count(it.done)),
        row(t("Errors"), "c-bad", &|it| count(it.failed + it.stopped)),
    ];
    let name = |at: &DateTime<Tz>| Stretch { name: stretches.name(*at), tick: stretches.tick(*at) };
    let is_seen = |tally: &Tally| tally.visits + tally.done + tally.failed > 0;
    let seen: Vec<bool> = all.iter().map(|(_, tally)| is_seen(tally)).collect();
    Chart::of(
        t("Syncs over time"),
        told,
        &all.iter().map(|(at, _)| name(at)).collect::<Vec<_>>(),
        &rows,
        &seen,
    )
}

/// What was counted in two stretches together.
fn both(one: Tally, other: &Tally) -> Tally {
    Tally {
        stretch: one.stretch,
        visits: one.visits + other.visits,
        longest: one.longest.max(other.longest),
        stopped: one.stopped + other.stopped,
        done: one.done + other.done,
        failed: one.failed + other.failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::draw::chart::HEIGHT;

    #[test]
    fn bars_stand_where_their_time_is_and_the_table_says_the_same() {
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let at = |back: i64| (now.timestamp_millis() - back * 86_400_000).div_euclid(COUNTED);
        let some = Tally { stretch: at(0), visits: 3, longest: 90_000, done: 3, failed: 1, stopped: 1 };
        let more = Tally { stretch: at(0) - 1, visits: 1, longest: 60_000, ..Tally::default() };
        let less = Tally { stretch: at(1), visits: 2, ..Tally::default() };
        let chart = timeline(&[less, more, some], Stretches::Days, now, Tz::UTC);
        let visits: Vec<(&str, u32)> = chart.rows[0].bars.iter().map(|bar| (&*bar.x, bar.height)).collect();
        // Each day has 3.33 percent of the width.
        assert_eq!(visits, [("93.39%", HEIGHT / 2), ("96.72%", HEIGHT)]);
        assert_eq!(chart.table[0].cells, ["4", "1 minute", "3", "2"]);
        assert_eq!(chart.told, "6 syncs, the longest 1 minute; 3 documents synced, 2 errors.");
        assert!(timeline(&[], Stretches::Hours, now, Tz::UTC).is_empty());
    }

    #[test]
    fn days_and_hours_are_those_of_the_time_zone() {
        // 2026-03-09 03:30 UTC is still the 8th in New York, whose clocks went forward that day.
        let now: Moment = "2026-03-09T03:30:00Z".parse().unwrap();
        let zone = Tz::America__New_York;
        let days = Stretches::Days.bounds(now, zone);
        let last: Vec<String> =
            days.iter().rev().take(3).map(|at| at.format("%d %H:%M").to_string()).collect();
        assert_eq!((days.len(), last), (31, vec!["09 04:00".into(), "08 05:00".into(), "07 05:00".into()]));
        let hours = Stretches::Hours.bounds(now, Tz::Asia__Kolkata);
        let last: Vec<String> = hours.iter().rev().take(2).map(|at| at.format("%H:%M").to_string()).collect();
        assert_eq!((hours.len(), last), (49, vec!["04:30".into(), "03:30".into()]));
        // Cairo has a day without a midnight.
        let day = NaiveDate::from_ymd_opt(2026, 4, 24).unwrap();
        assert_eq!(midnight(day, Tz::Africa__Cairo).to_rfc3339(), "2026-04-23T22:00:00+00:00");
    }
}
