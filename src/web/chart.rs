//! A chart over time: rows of bars, one above the other, as SVG without styles of its own.

use chrono::{DateTime, TimeDelta};

use super::activity::Tally;
use super::when::{duration, grouped};
use crate::sync::stored::Moment;

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

/// A row to be: its title, its class, what it counts, and how a count is told.
type Of<'c> = (&'static str, &'static str, &'c dyn Fn(&Tally) -> i64, &'c dyn Fn(i64) -> String);

impl Stretches {
    /// One stretch, in milliseconds.
    pub fn millis(self) -> i64 {
        match self {
            Self::Days => 86_400_000,
            Self::Hours => 3_600_000,
        }
    }

    fn count(self) -> u32 {
        match self {
            Self::Days => 30,
            Self::Hours => 48,
        }
    }

    /// When the first of them begins, and when the last ends.
    pub fn bounds(self, now: Moment) -> (Moment, Moment) {
        let last = now.timestamp_millis().div_euclid(self.millis());
        let at = |stretch: i64| DateTime::from_timestamp_millis(stretch * self.millis()).unwrap_or(now);
        (at(last + 1 - i64::from(self.count())), at(last + 1))
    }

    fn name(self, at: Moment) -> String {
        let pattern = match self {
            Self::Days => "%b %-d",
            Self::Hours => "%b %-d, %H:00",
        };
        at.format(pattern).to_string()
    }

    fn tick(self, at: Moment) -> String {
        let pattern = match self {
            Self::Days => "%b %-d",
            Self::Hours => "%H:00",
        };
        at.format(pattern).to_string()
    }
}

impl Chart {
    /// The chart of what was counted up to now.
    pub fn of(tallies: &[Tally], stretches: Stretches, now: Moment) -> Self {
        let (from, _) = stretches.bounds(now);
        let first = from.timestamp_millis().div_euclid(stretches.millis());
        let all: Vec<(Moment, Tally)> = (0..i64::from(stretches.count()))
            .map(|index| {
                let at = from + TimeDelta::milliseconds(index * stretches.millis());
                let known = tallies.iter().find(|tally| tally.stretch == first + index);
                (at, known.copied().unwrap_or_default())
            })
            .collect();
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

fn row(
    index: u32,
    (title, class): (&'static str, &'static str),
    all: &[(Moment, Tally)],
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

fn ticks(all: &[(Moment, Tally)], stretches: Stretches) -> Vec<(u32, String)> {
    let slot = WIDTH / stretches.count();
    let every = stretches.count() / 6;
    let ticks = (0..).zip(all).filter(|(place, _): &(u32, _)| place % every == 0);
    ticks.map(|(place, (at, _))| (place * slot, stretches.tick(*at))).collect()
}

fn table(all: &[(Moment, Tally)], stretches: Stretches) -> Vec<[String; 5]> {
    let row = |(at, tally): &(Moment, Tally)| {
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
        let (from, until) = Stretches::Days.bounds(now);
        assert_eq!((until - from).num_days(), 30);
        assert!(from < now && now < until);
        let today = now.timestamp_millis().div_euclid(86_400_000);
        let some = Tally { stretch: today, visits: 4, longest: 90_000, done: 3, failed: 1, stopped: 1 };
        let less = Tally { stretch: today - 1, visits: 2, ..Tally::default() };
        let chart = Chart::of(&[less, some], Stretches::Days, now);
        let visits: Vec<(u32, u32)> = chart.rows[0].bars.iter().map(|bar| (bar.x, bar.height)).collect();
        assert_eq!(visits, [(28 * 24 + 1, HEIGHT / 2), (29 * 24 + 1, HEIGHT)]);
        assert_eq!(chart.table[0][1..], ["4", "1 minute", "3", "2"]);
        assert!(Chart::of(&[], Stretches::Hours, now).is_empty());
    }
}
