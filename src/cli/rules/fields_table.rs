//! What an aggregate of the catalogue holds, as a table.

use std::fmt::Write as _;

use crate::catalogue::{Choice, Element, Particle, Version};
use crate::sync::Paint;

/// Rows of a table: name, how often, type, since, values.
pub(in crate::cli) struct Table {
    paint: Paint,
    head: String,
    rows: Vec<[String; 5]>,
}

impl Table {
    /// An empty table.
    pub(in crate::cli) fn new(paint: Paint) -> Self {
        Self { paint, head: String::new(), rows: Vec::new() }
    }

    /// What stands above the table: the element itself.
    pub(in crate::cli) fn about(&mut self, element: Element, path: &str) {
        self.head = self.paint.strong(path.trim_matches('/'));
        if let Some(data_type) = element.data_type() {
            let often = occurrence(element.min(), element.max());
            _ = write!(self.head, "  {}, {}\n  {often}", kind(element), data_type.phrase());
            if element.since() > Version::FIRST {
                _ = write!(self.head, "\n  since qbXML {}", element.since());
            }
            for value in element.values() {
                _ = write!(self.head, "\n  {value}");
            }
        }
        self.head.push('\n');
    }

    /// Rows for all that an aggregate holds, `depth` levels of it.
    pub(in crate::cli) fn content(&mut self, particles: &[Particle], indent: usize, depth: u8) {
        for particle in particles {
            match particle {
                Particle::Element(element) => {
                    self.element(*element, indent);
                    if depth > 1 {
                        self.content(element.content(), indent + 1, depth - 1);
                    }
                }
                Particle::Choice(choice) => self.choice(*choice, indent, depth),
            }
        }
    }

    fn element(&mut self, element: Element, indent: usize) {
        let since = match element.since() {
            Version::FIRST => String::new(),
            since => since.to_string(),
        };
        self.rows.push([
            format!("{}{}", "  ".repeat(indent), element.name()),
            occurrence(element.min(), element.max()).to_owned(),
            kind(element),
            since,
            element.values().join(" | "),
        ]);
    }

    fn choice(&mut self, choice: Choice, indent: usize, depth: u8) {
        for (index, branch) in choice.branches().enumerate() {
            let word = match index {
                0 => "either",
                _ => "or",
            };
            let often = match index {
                0 => occurrence(choice.min(), choice.max()),
                _ => "",
            };
            let lead = format!("{}({word}", "  ".repeat(indent));
            self.rows.push([lead + ")", often.to_owned(), String::new(), String::new(), String::new()]);
            self.content(branch, indent + 1, depth);
        }
    }

    /// The table, aligned.
    pub(in crate::cli) fn text(&self) -> String {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let (name, often, kind, since) = (width(0), width(1), width(2), width(3));
        let mut text = self.head.clone();
        for [a, b, c, d, e] in &self.rows {
            let line = format!("  {a:name$}  {b:often$}  {c:kind$}  {d:>since$}  {e}");
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

fn kind(element: Element) -> String {
    match (element.data_type(), element.max_length()) {
        (None, _) => String::new(),
        (Some(data_type), Some(max)) => format!("{} {max}", data_type.as_str()),
        (Some(data_type), None) => data_type.as_str().to_owned(),
    }
}

fn occurrence(min: u32, max: Option<u32>) -> &'static str {
    match (min, max) {
        (0, Some(1)) => "optional",
        (_, Some(1)) => "required",
        (0, _) => "any number",
        _ => "one or more",
    }
}
