//! The lines of a YAML file: two blanks for each level, no blanks at their ends, one empty line at most.

use crate::rules::diagnostics::source::Span;
use crate::rules::files::yaml::{Kind, Node};

/// So many columns for each level.
const STEP: usize = 2;

/// What the lines of one level begin at.
#[derive(Clone, Copy, Debug)]
struct Level {
    /// The column as it is written.
    old: usize,
    /// The column as it will be.
    new: usize,
    /// Whether dashes stand there.
    is_list: bool,
}

/// The text with its lines in form.
pub fn indented(text: &str, node: &Node) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let inner = inner_lines(text, node, lines.len());
    let ends_in_block = inner.last() == Some(&true);
    let mut levels: Vec<Level> = Vec::new();
    let mut out: Vec<String> = Vec::new();
    let mut waiting: Vec<&str> = Vec::new();
    let mut shift = 0isize;
    for (line, is_inner) in lines.iter().zip(inner) {
        if is_inner {
            out.push(shifted(line, shift));
        } else if line.trim().is_empty() || line.trim_start().starts_with('#') {
            waiting.push(line);
        } else {
            let known = levels.clone();
            let (whole, new) = placed(line, &mut levels);
            place_waiting(&mut out, &mut waiting, &known, (column(line), new));
            shift = narrow(new) - narrow(column(line));
            out.push(whole);
        }
    }
    let last = levels.first().map_or(0, |level| level.new);
    place_waiting(&mut out, &mut waiting, &levels, (0, last));
    while out.last().is_some_and(String::is_empty) && !ends_in_block {
        out.pop();
    }
    out.into_iter().map(|line| line + "\n").collect()
}

fn narrow(n: usize) -> isize {
    isize::try_from(n).unwrap_or(isize::MAX)
}

fn column(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// A line within a value: it moves with the line that the value begins in.
fn shifted(line: &str, shift: isize) -> String {
    if line.trim().is_empty() && column(line) == line.len() {
        return String::new();
    }
    let blanks = column(line).saturating_add_signed(shift);
    format!("{}{}", " ".repeat(blanks), line.get(column(line)..).unwrap_or_default())
}

/// A line with its indentation in form, and where it begins then.
fn placed(line: &str, levels: &mut Vec<Level>) -> (String, usize) {
    let mut rest = line.trim();
    let mut old = column(line);
    let mut first = None;
    let mut dashes = 0;
    while let Some(after) = rest.strip_prefix("- ").or_else(|| (rest == "-").then_some("")) {
        let new = level(levels, old, true);
        first = first.or(Some(new));
        let blanks = column(after);
        old += rest.len() - after.len() + blanks;
        rest = after.trim_start_matches(' ');
        dashes += 1;
    }
    let is_scalar = dashes > 0 && !is_key(rest);
    let new = if is_scalar { 0 } else { level(levels, old, false) };
    let new = first.unwrap_or(new);
    (format!("{}{}{rest}", " ".repeat(new), "- ".repeat(dashes)).trim_end().to_owned(), new)
}

/// Whether a key stands at the beginning, and so a mapping.
fn is_key(rest: &str) -> bool {
    !rest.starts_with(['{', '[', '|', '>', '#']) && (rest.contains(": ") || rest.ends_with(':'))
}

/// The new column of a level.
fn level(levels: &mut Vec<Level>, old: usize, is_list: bool) -> usize {
    let is_over = |level: &Level| level.old > old || (level.old == old && level.is_list && !is_list);
    while levels.last().is_some_and(is_over) {
        levels.pop();
    }
    if let Some(same) = levels.last().filter(|level| level.old == old && level.is_list == is_list) {
        return same.new;
    }
    let new = levels.last().map_or(0, |level| level.new + STEP);
    levels.push(Level { old, new, is_list });
    new
}

/// Comments and empty lines, which wait for the line that follows them.
fn place_waiting(out: &mut Vec<String>, waiting: &mut Vec<&str>, levels: &[Level], next: (usize, usize)) {
    for line in waiting.drain(..) {
        if line.trim().is_empty() {
            if out.last().is_some_and(|before| !before.is_empty()) {
                out.push(String::new());
            }
            continue;
        }
        let old = column(line);
        let known = levels.iter().rev().find(|level| level.old == old);
        let new = match known {
            _ if old == next.0 => next.1,
            Some(level) => level.new,
            None => next.1,
        };
        out.push(format!("{}{}", " ".repeat(new), line.trim()));
    }
}

/// Which lines are within a value that begins in an earlier one.
fn inner_lines(text: &str, node: &Node, count: usize) -> Vec<bool> {
    let starts: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let line_of = |at: u32| starts.partition_point(|start| *start <= at as usize).saturating_sub(1);
    let mut inner = vec![false; count];
    let mut spans = Vec::new();
    values(text, node, &mut spans);
    for span in spans {
        let block = block(text, span);
        let first = line_of(span.start) + usize::from(block.is_none());
        let below = text.get(span.end as usize..).unwrap_or_default().lines().skip(1);
        let kept = below.take_while(|line| block == Some(true) && line.trim().is_empty()).count();
        for line in inner.iter_mut().take(line_of(span.end) + kept + 1).skip(first) {
            *line = true;
        }
    }
    inner
}

/// A value that is a block of text: its place is that of the text, below the line that has the sign.
/// Gives whether the empty lines below it belong to it.
fn block(text: &str, span: Span) -> Option<bool> {
    let (above, indent) = text.get(..span.start as usize)?.rsplit_once('\n')?;
    let head = above.lines().rfind(|line| !line.trim().is_empty())?;
    let head = head.split(" #").next()?.trim_end();
    let sign = head.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+'));
    let is_one = indent.trim().is_empty() && sign.ends_with(['|', '>']);
    is_one.then(|| head.get(sign.len()..).is_some_and(|rest| rest.contains('+')))
}

/// Where values stand that may go over several lines.
fn values(text: &str, node: &Node, spans: &mut Vec<Span>) {
    let in_brackets = text.get(node.span.start as usize..).is_some_and(|it| it.starts_with(['{', '[']));
    match &node.kind {
        Kind::Scalar { .. } => spans.push(node.span),
        _ if in_brackets => spans.push(node.span),
        Kind::List(members) => members.iter().for_each(|member| values(text, member, spans)),
        Kind::Map(entries) => {
            for entry in entries {
                spans.push(entry.key_span);
                values(text, &entry.value, spans);
            }
        }
    }
}
