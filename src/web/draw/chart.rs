//! A chart over time: rows of bars, one below the other, each an SVG as wide as there is room, with its words beside it as text.

use crate::language::{say, t};
/// The width of the part with bars, in hundredths of a percent.
const WIDTH: u32 = 10_000;
/// What is free beside the bars of a stretch, at the same scale.
const APART: u32 = 30;
/// The height of the bars of a row; of one where two stand beside each other.
pub const HEIGHT: u32 = 36;
const TALL: u32 = 80;

/// A chart; `chart.html` draws it.
pub struct Chart {
    /// What it is of.
    pub name: &'static str,
    /// What it shows, in a sentence.
    pub told: String,
    /// Rows of bars.
    pub rows: Vec<ChartRow>,
    /// Words below the bars: where, from the left, and what.
    pub ticks: Vec<(String, String)>,
    /// What the columns of the table are called, after the first.
    pub heads: Vec<String>,
    /// The same in words and numbers, the newest first; stretches with nothing are left out.
    pub table: Vec<ChartLine>,
}

/// A stretch of time.
pub struct Stretch {
    /// What it is called.
    pub name: String,
    /// The same in short, below the bars.
    pub tick: String,
}

/// A row before it is drawn.
pub struct RowOf {
    /// What it is about.
    pub title: String,
    /// What stands beside each other in each stretch.
    pub series: Vec<Series>,
}

/// Values, one for each stretch, each with how it is written.
pub struct Series {
    /// The class of its bars.
    pub class: &'static str,
    /// What it is called; empty for one that stands alone.
    pub name: &'static str,
    /// The values.
    pub values: Vec<(i64, String)>,
}

/// A row of bars.
pub struct ChartRow {
    /// What it is about.
    pub title: String,
    /// What its series are called, if there are several: the class, and the words.
    pub legend: Vec<(&'static str, &'static str)>,
    /// The most there is, in words.
    pub most: String,
    /// The height of the drawing, in pixels.
    pub height: u32,
    /// The bars.
    pub bars: Vec<Bar>,
}

/// A bar.
pub struct Bar {
    /// The class of its colour.
    pub class: &'static str,
    /// Its left side, from the left.
    pub x: String,
    /// Its top, in pixels.
    pub y: u32,
    /// Its width.
    pub width: String,
    /// Its height, in pixels.
    pub height: u32,
    /// What it stands for.
    pub title: String,
}

/// A line of the table.
pub struct ChartLine {
    /// The stretch.
    pub name: String,
    /// What there was in it.
    pub cells: Vec<String>,
}

impl Chart {
    /// The chart of these rows. `seen` says in which stretches there was anything.
    pub fn of(
        name: &'static str,
        told: String,
        stretches: &[Stretch],
        rows: &[RowOf],
        seen: &[bool],
    ) -> Self {
        let count = u32::try_from(stretches.len()).unwrap_or(1).max(1);
        let every = usize::try_from(count / 6).unwrap_or(1).max(1);
        let ticks = (0..).zip(stretches).step_by(every);
        let cells = |place: usize| {
            let series = rows.iter().flat_map(|row| &row.series);
            series
                .map(|series| series.values.get(place).map_or_else(String::new, |it| it.1.clone()))
                .collect()
        };
        let line = |(place, stretch): (usize, &Stretch)| ChartLine {
            name: stretch.name.clone(),
            cells: cells(place),
        };
        let is_seen = |(place, _): &(usize, &Stretch)| seen.get(*place).copied().unwrap_or_default();
        let head = |row: &RowOf| {
            let head = |series: &Series| match series.name {
                "" => row.title.clone(),
                name => format!("{}, {name}", row.title),
            };
            row.series.iter().map(head).collect::<Vec<_>>()
        };
        Self {
            name,
            told,
            ticks: ticks
                .map(|(place, it): (u32, _)| (part(place * WIDTH / count), it.tick.clone()))
                .collect(),
            heads: rows.iter().flat_map(head).collect(),
            table: stretches.iter().enumerate().rev().filter(is_seen).map(line).collect(),
            rows: rows.iter().map(|row| drawn(row, stretches)).collect(),
        }
    }

    /// Whether there is nothing at all.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }
}

fn height(row: &RowOf) -> u32 {
    if row.series.len() > 1 { TALL } else { HEIGHT }
}

/// A part of the width, as SVG takes it.
fn part(units: u32) -> String {
    format!("{}.{:02}%", units / 100, units % 100)
}

fn drawn(row: &RowOf, stretches: &[Stretch]) -> ChartRow {
    let values = row.series.iter().flat_map(|series| &series.values);
    let most = values.max_by_key(|(value, _)| *value).filter(|(value, _)| *value > 0);
    let height = height(row);
    let slot = WIDTH / u32::try_from(stretches.len()).unwrap_or(1).max(1);
    let beside = u32::try_from(row.series.len()).unwrap_or(1).max(1);
    let width = slot.saturating_sub(APART) / beside;
    let bar = |series: &Series, nth: u32, place: u32, (value, told): &(i64, String), stretch: &Stretch| {
        let (most, _) = most.filter(|_| *value > 0)?;
        let share = u32::try_from(value * i64::from(height) / most).ok()?.max(2);
        let x = part(place * slot + APART / 2 + nth * width);
        let name = if series.name.is_empty() { String::new() } else { format!("{} ", series.name) };
        let title = format!("{}: {name}{told}", stretch.name);
        Some(Bar { class: series.class, x, y: height - share, width: part(width), height: share, title })
    };
    let bars = (0..).zip(&row.series).flat_map(|(nth, series)| {
        let values = (0..).zip(series.values.iter().zip(stretches));
        values.filter_map(move |(place, (value, stretch))| bar(series, nth, place, value, stretch))
    });
    let named = row.series.iter().filter(|series| !series.name.is_empty());
    ChartRow {
        legend: named.map(|series| (series.class, series.name)).collect(),
        most: most.map_or_else(|| t("none").to_owned(), |(_, told)| say!("highest bar: {told}", told)),
        title: row.title.clone(),
        height,
        bars: bars.collect(),
    }
}
