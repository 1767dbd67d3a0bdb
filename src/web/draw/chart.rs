//! A chart over time: rows of bars, one above the other, as SVG without styles of its own.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Timelike as _};
use chrono_tz::Tz;

use crate::activity::Tally;
use crate::sync::stored::Moment;
use crate::web::words::when::{duration, grouped};

/// The width of the part with bars, in units of the drawing.
const WIDTH: u32 = 720;
/// The height of a row's bars.
const HEIGHT: u32 = 36;
/// From one row to the next.
const STEP: u32 = 58;

/// Stretches of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretches {
    /// 30 days.
    Days,
    /// 48 hours.
    Hours,
}

/// A chart; `activity.html` draws it.
pub struct Chart {
    /// Rows of bars.
    pub rows: Vec<ChartRow>,
    /// Words below the bars: where, and what.
    pub ticks: Vec<(u32, String)>,
    /// The same in words and numbers: stretch, visits, longest, done, errors.
    pub table: Vec<[String; 5]>,
    /// The width of the drawing.
    pub width: u32,
    /// The height of the drawing.
    pub height: u32,
}

/// A row of bars.
pub struct ChartRow {
    /// What it is about.
    pub title: &'static str,
    /// The class of its colour.
    pub class: &'static str,
    /// The most there is, in words.
    pub most: String,
    /// Where the title stands.
    pub title_y: u32,
    /// Where the bars stand.
    pub base_y: u32,
    /// The bars.
    pub bars: Vec<Bar>,
}

/// A bar.
pub struct Bar {
    /// Its left side.
    pub x: u32,
    /// Its top.
    pub y: u32,
    /// Its width.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// What it stands for.
    pub title: String,
}

/// A row before it is drawn: its title, its class, what it counts, and how a count is written.
type Of<'c> = (&'static str, &'static str, &'c dyn Fn(&Tally) -> i64, &'c dyn Fn(i64) -> String);

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
        let pattern = match self {
            Self::Days => "%b %-d",
            Self::Hours => "%b %-d, %H:00",
        };
        at.format(pattern).to_string()
    }

    fn tick(self, at: DateTime<Tz>) -> String {
        let pattern = match self {
            Self::Days => "%b %-d",
            Self::Hours => "%H:00",
        };
        at.format(pattern).to_string()
    }
}

/// When a day begins somewhere; where it has no midnight, what comes next.
pub fn midnight(day: NaiveDate, zone: Tz) -> Moment {
    let mut hours = (0..24).filter_map(|hour| day.and_hms_opt(hour, 0, 0));
    let first = hours.find_map(|time| zone.from_local_datetime(&time).earliest());
    first.map_or_else(|| day.and_time(NaiveTime::MIN).and_utc(), |first| first.to_utc())
}

impl Chart {
    /// The chart of what was counted, by [`COUNTED`], up to now.
    pub fn of(tallies: &[Tally], stretches: Stretches, now: Moment, zone: Tz) -> Self {
        let bounds = stretches.bounds(now, zone);
        let between = |(from, until): (&Moment, &Moment)| {
            let is_here = |tally: &&Tally| {
                let at = tally.stretch.saturating_mul(COUNTED);
                (from.timestamp_millis()..until.timestamp_millis()).contains(&at)
            };
            (from.with_timezone(&zone), tallies.iter().filter(is_here).fold(Tally::default(), both))
        };
        let all: Vec<(DateTime<Tz>, Tally)> = bounds.iter().zip(bounds.iter().skip(1)).map(between).collect();
        let took = |millis: i64| duration(TimeDelta::milliseconds(millis));
        let count = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
        let plain = |it: i64| grouped(usize::try_from(it).unwrap_or_default());
        let rows: [Of<'_>; 4] = [
            ("Syncs", "c-busy", &|it| count(it.visits), &plain),
            ("Longest sync", "c-idle", &|it| it.longest, &took),
            ("Documents synced", "c-good", &|it| count(it.done), &plain),
            ("Errors", "c-bad", &|it| count(it.failed + it.stopped), &plain),
        ];
        let row = |(index, (title, class, value, told)): (u32, Of<'_>)| {
            row(index, (title, class), &all, stretches, value, told)
        };
        let rows: Vec<ChartRow> = (0..).zip(rows).map(row).collect();
        let height = STEP * 4 + 20;
        Self { ticks: ticks(&all, stretches), table: table(&all, stretches), rows, width: WIDTH, height }
    }

    /// Whether nothing happened at all.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }
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

fn row(
    index: u32,
    (title, class): (&'static str, &'static str),
    all: &[(DateTime<Tz>, Tally)],
    stretches: Stretches,
    value: &dyn Fn(&Tally) -> i64,
    told: &dyn Fn(i64) -> String,
) -> ChartRow {
    let most = all.iter().map(|(_, tally)| value(tally)).max().unwrap_or_default().max(0);
    let base_y = index * STEP + 16 + HEIGHT;
    let slot = WIDTH / stretches.count();
    let bars = (0..).zip(all).filter_map(|(place, (at, tally)): (u32, _)| {
        let value = value(tally);
        let share = (value * i64::from(HEIGHT)).checked_div(most)?;
        let height = u32::try_from(share).ok()?.max(u32::from(value > 0) * 2);
        let title = format!("{}: {}", stretches.name(*at), told(value));
        (value > 0).then(|| Bar { x: place * slot + 1, y: base_y - height, width: slot - 2, height, title })
    });
    ChartRow { title, class, most: told(most), title_y: index * STEP + 10, base_y, bars: bars.collect() }
}

fn ticks(all: &[(DateTime<Tz>, Tally)], stretches: Stretches) -> Vec<(u32, String)> {
    let slot = WIDTH / stretches.count();
    let every = stretches.count() / 6;
    let ticks = (0..).zip(all).filter(|(place, _): &(u32, _)| place % every == 0);
    ticks.map(|(place, (at, _))| (place * slot, stretches.tick(*at))).collect()
}

fn table(all: &[(DateTime<Tz>, Tally)], stretches: Stretches) -> Vec<[String; 5]> {
    let row = |(at, tally): &(DateTime<Tz>, Tally)| {
        let longest =
            if tally.visits == 0 { String::new() } else { duration(TimeDelta::milliseconds(tally.longest)) };
        [
            stretches.name(*at),
            grouped(tally.visits),
            longest,
            grouped(tally.done),
            grouped(tally.failed + tally.stopped),
        ]
    };
    let some = all.iter().filter(|(_, it)| it.visits + it.done + it.failed > 0);
    some.rev().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stand_where_their_time_is_and_the_table_says_the_same() {
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let at = |back: i64| (now.timestamp_millis() - back * 86_400_000).div_euclid(COUNTED);
        let some = Tally { stretch: at(0), visits: 3, longest: 90_000, done: 3, failed: 1, stopped: 1 };
        let more = Tally { stretch: at(0) - 1, visits: 1, longest: 60_000, ..Tally::default() };
        let less = Tally { stretch: at(1), visits: 2, ..Tally::default() };
        let chart = Chart::of(&[less, more, some], Stretches::Days, now, Tz::UTC);
        let visits: Vec<(u32, u32)> = chart.rows[0].bars.iter().map(|bar| (bar.x, bar.height)).collect();
        assert_eq!(visits, [(28 * 24 + 1, HEIGHT / 2), (29 * 24 + 1, HEIGHT)]);
        assert_eq!(chart.table[0][1..], ["4", "1 minute", "3", "2"]);
        assert!(Chart::of(&[], Stretches::Hours, now, Tz::UTC).is_empty());
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
