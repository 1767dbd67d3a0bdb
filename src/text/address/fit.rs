//! Lines of an address made to fit the lines that QuickBooks prints.

use super::limits::MAX_LINE;

/// With what lines begin that may stand behind another one, or another one behind them.
const SMALL: [&str; 21] = [
    "attn",
    "attention",
    "att",
    "c/o",
    "suite",
    "ste",
    "unit",
    "floor",
    "fl",
    "room",
    "rm",
    "dept",
    "department",
    "building",
    "bldg",
    "dock",
    "level",
    "apt",
    "box",
    "mailstop",
    "#",
];

/// Whether a line stays as it is. Most fit, and have no more characters than bytes.
pub(super) fn is_short(line: &str) -> bool {
    !line.is_empty() && line.len() <= MAX_LINE
}

/// Lines of at most 41 characters, broken between words, or within one that is longer.
pub(super) fn wrap(line: String) -> Vec<String> {
    if is_short(&line) {
        return vec![line];
    }
    let mut lines: Vec<String> = Vec::new();
    for word in line.split(' ') {
        let characters: Vec<char> = word.chars().collect();
        for (index, piece) in characters.chunks(MAX_LINE).enumerate() {
            match lines.last_mut() {
                Some(last) if index == 0 && last.chars().count() + 1 + piece.len() <= MAX_LINE => {
                    last.push(' ');
                    last.extend(piece);
                }
                _ => lines.push(piece.iter().collect()),
            }
        }
    }
    lines
}

/// The same in at most `most` lines: neighbours are joined with a comma. Nothing if that is not possible.
///
/// Suites, floors and the person are joined before the rest, the first line last: it is the name.
pub(super) fn joined(lines: &[String], most: usize) -> Option<Vec<String>> {
    // The cheapest way to write the lines from each place on, by how many lines may still be used.
    let mut ways: Vec<Vec<Option<(u32, usize)>>> = vec![vec![None; most + 1]; lines.len() + 1];
    ways.last_mut()?.fill(Some((0, 0)));
    for at in (0..lines.len()).rev() {
        for left in 1..=most {
            let ends = (at + 1..=lines.len()).map_while(|end| Some((end, cost(lines, at, end)?)));
            let whole = ends.filter_map(|(end, cost)| {
                let (rest, _) = (*ways.get(end)?.get(left - 1)?)?;
                Some((cost + rest, end))
            });
            let best = whole.min();
            if let Some(way) = ways.get_mut(at).and_then(|ways| ways.get_mut(left)) {
                *way = best;
            }
        }
    }
    let (mut at, mut left, mut written) = (0, most, Vec::new());
    while at < lines.len() {
        let (_, end) = (*ways.get(at)?.get(left)?)?;
        written.push(lines.get(at..end)?.join(", "));
        (at, left) = (end, left - 1);
    }
    Some(written)
}

/// What it costs to write these lines as one; nothing if they do not fit.
fn cost(lines: &[String], from: usize, to: usize) -> Option<u32> {
    let group = lines.get(from..to)?;
    if group.len() == 1 {
        return Some(0);
    }
    let length = group.join(", ").chars().count();
    let joins = group.windows(2).map(|pair| if pair.iter().any(|line| is_small(line)) { 100 } else { 1_000 });
    let name = if from == 0 { 10_000 } else { 0 };
    (length <= MAX_LINE).then(|| joins.sum::<u32>() + name + u32::try_from(length).unwrap_or(u32::MAX / 2))
}

fn is_small(line: &str) -> bool {
    let lower = line.to_lowercase();
    let word = lower.split([' ', ':', '.', ',']).next().unwrap_or_default();
    SMALL.contains(&word) || lower.starts_with('#')
}
