//! A chart over time: rows of bars, one above the other, as SVG without styles of its own.

/// The width of the part with bars, in units of the drawing.
const WIDTH: u32 = 720;
/// The height of the bars of a row; of one where two stand beside each other.
pub const HEIGHT: u32 = 36;
const TALL: u32 = 80;
/// What a row has besides: its title above the bars.
const TITLE: u32 = 22;

/// A chart; `chart.html` draws it.
pub struct Chart {
    /// What it is of.
    pub name: &'static str,
    /// What it shows, in a sentence.
    pub told: String,
    /// Rows of bars.
    pub rows: Vec<ChartRow>,
    /// Words below the bars: where, and what.
    pub ticks: Vec<(u32, String)>,
    /// What the columns of the table are called, after the first.
    pub heads: Vec<String>,
    /// The same in words and numbers, the newest first; stretches with nothing are left out.
    pub table: Vec<ChartLine>,
    /// The width of the drawing.
    pub width: u32,
    /// The height of the drawing.
    pub height: u32,
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
    /// What its series are called, if there are several: the class, the words, and where both stand.
    pub legend: Vec<(&'static str, &'static str, u32)>,
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
    /// The class of its colour.
    pub class: &'static str,
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
            ticks: ticks.map(|(place, it): (u32, _)| (place * WIDTH / count, it.tick.clone())).collect(),
            heads: rows.iter().flat_map(head).collect(),
            table: stretches.iter().enumerate().rev().filter(is_seen).map(line).collect(),
            height: rows.iter().map(|row| TITLE + height(row)).sum::<u32>() + 20,
            rows: drawn_below(rows, stretches),
            width: WIDTH,
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

fn drawn_below(rows: &[RowOf], stretches: &[Stretch]) -> Vec<ChartRow> {
    let mut top = 0;
    let each = |row: &RowOf| {
        let at = top;
        top += TITLE + height(row);
        drawn(at, row, stretches)
    };
    rows.iter().map(each).collect()
}

fn drawn(top: u32, row: &RowOf, stretches: &[Stretch]) -> ChartRow {
    let values = row.series.iter().flat_map(|series| &series.values);
    let most = values.max_by_key(|(value, _)| *value).filter(|(value, _)| *value > 0);
    let base_y = top + 16 + height(row);
    let slot = WIDTH / u32::try_from(stretches.len()).unwrap_or(1).max(1);
    let beside = u32::try_from(row.series.len()).unwrap_or(1).max(1);
    let width = ((slot - 2) / beside).max(1);
    let bar = |series: &Series, nth: u32, place: u32, (value, told): &(i64, String), stretch: &Stretch| {
        let (most, _) = most.filter(|_| *value > 0)?;
        let share = u32::try_from(value * i64::from(height(row)) / most).ok()?.max(2);
        let x = place * slot + 1 + nth * width;
        let name = if series.name.is_empty() { String::new() } else { format!("{} ", series.name) };
        let title = format!("{}: {name}{told}", stretch.name);
        Some(Bar { class: series.class, x, y: base_y - share, width, height: share, title })
    };
    let bars = (0..).zip(&row.series).flat_map(|(nth, series)| {
        let values = (0..).zip(series.values.iter().zip(stretches));
        values.filter_map(move |(place, (value, stretch))| bar(series, nth, place, value, stretch))
    });
    let mut x = 12 + u32::try_from(row.title.chars().count()).unwrap_or_default() * 7;
    let legend = row.series.iter().filter(|series| !series.name.is_empty()).map(|series| {
        let at = x;
        x += 28 + u32::try_from(series.name.len()).unwrap_or_default() * 6;
        (series.class, series.name, at)
    });
    ChartRow {
        legend: legend.collect(),
        most: most.map_or_else(|| "none".to_owned(), |(_, told)| format!("at most {told}")),
        title: row.title.clone(),
        title_y: top + 10,
        base_y,
        bars: bars.collect(),
    }
}
