//! Elements and their values in two columns, what holds elements as a heading above them.

use std::fmt::Write as _;

/// Spaces before the first column.
const MARGIN: usize = 4;
/// The first column is no wider than this; what is longer pushes its own value to the right.
const WIDEST: usize = 34;

/// Lines that are aligned once all of them are known.
#[derive(Debug, Default)]
pub struct Lines {
    /// The steps that the latest line stands below.
    open: Vec<String>,
    lines: Vec<Line>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// How many headings stand above it.
    pub depth: usize,
    /// The element, or what holds elements.
    pub name: String,
    /// The value; empty in a heading.
    pub value: String,
    /// The element's whole path; empty in a heading.
    pub path: String,
}

impl Lines {
    /// Adds an element at a path such as `InvoiceLineAdd[2]/Rate`.
    ///
    /// A heading is written for what holds it, unless the line before stands below it already. A
    /// reference (`CustomerRef/FullName`) stands on one line.
    pub fn element(&mut self, path: &str, value: &str) {
        let mut steps: Vec<&str> = path.split('/').collect();
        let mut name = steps.pop().unwrap_or_default().to_owned();
        if let Some(reference) = steps.pop_if(|step| step.ends_with("Ref")) {
            name = format!("{reference}/{name}");
        }
        let common = self.open.iter().zip(&steps).take_while(|(a, b)| a == *b).count();
        self.open.truncate(common);
        for step in steps.iter().skip(common) {
            self.push((*step).to_owned(), "", "");
            self.open.push((*step).to_owned());
        }
        self.push(name, value, path);
    }

    fn push(&mut self, name: String, value: &str, path: &str) {
        let (depth, value, path) = (self.open.len(), value.to_owned(), path.to_owned());
        self.lines.push(Line { depth, name, value, path });
    }

    /// The lines, headings among them.
    pub fn into_lines(self) -> Vec<Line> {
        self.lines
    }

    /// Writes all lines.
    pub fn write(&self, text: &mut String) {
        let width = |depth: usize, name: &str| 2 * depth + name.chars().count();
        let filled = self.lines.iter().filter(|line| !line.value.is_empty());
        let column = filled
            .map(|line| width(line.depth, &line.name))
            .filter(|width| *width <= WIDEST)
            .max()
            .unwrap_or(0);
        for Line { depth, name, value, .. } in &self.lines {
            let indent = " ".repeat(MARGIN + 2 * depth);
            if value.is_empty() {
                _ = writeln!(text, "{indent}{name}");
                continue;
            }
            let gap = " ".repeat(column.saturating_sub(width(*depth, name)) + 2);
            let next = format!("\n{}", " ".repeat(MARGIN + column + 2));
            let value = value.replace("\r\n", "\n").replace('\n', &next);
            _ = writeln!(text, "{indent}{name}{gap}{value}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_elements_is_written_once_above_them() {
        let mut lines = Lines::default();
        lines.element("Name", "Acme");
        lines.element("BillAddress/Addr1", "1 Main St");
        lines.element("BillAddress/City", "Dayton");
        lines.element("TermsRef/FullName", "Net 30");
        lines.element("Line[1]/Desc", "first\nsecond");
        lines.element("Line[2]/Desc", "third");
        let mut text = String::new();
        lines.write(&mut text);
        let expected = "    Name               Acme
    BillAddress
      Addr1            1 Main St
      City             Dayton
    TermsRef/FullName  Net 30
    Line[1]
      Desc             first
                       second
    Line[2]
      Desc             third
";
        assert_eq!(text, expected);
    }
}
