//! What stands in a cell: words, and what they are sorted by.

use std::cmp::Ordering;
use std::str::FromStr as _;

use chrono::DateTime;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::rules::program::{ColumnKind, ListColumn, ListLines};
use crate::sync::stored::Moment;
use crate::sync::{RecordFact, number, number_in, text, values_at};
use crate::text::order::as_people_count;
use crate::web::words::when::grouped;

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What is shown.
    pub text: String,
    number: Option<Decimal>,
    is_money: bool,
    /// What texts are sorted by: the same in small letters.
    folded: String,
}

impl Cell {
    /// What a document has in a column.
    pub fn of(column: &ListColumn, document: &Value) -> Self {
        if column.sum.is_some() {
            return Self::number(number_in(column, document), column.kind);
        }
        let own = Self::at(column.kind, column.field.as_deref().unwrap_or_default(), document);
        match &column.otherwise {
            Some(way) if own.text.is_empty() => Self::at(ColumnKind::Text, way, document),
            _ => own,
        }
    }

    /// The money that it holds, if it holds any.
    pub fn amount(&self) -> Option<Decimal> {
        self.number.filter(|_| self.is_money)
    }

    /// Whether it holds a number.
    pub fn is_number(&self) -> bool {
        self.number.is_some()
    }

    /// What a record tells of its document.
    pub fn of_record(fact: &RecordFact) -> Self {
        if fact.is_amount {
            return Self::number(Decimal::from_str(&fact.value).ok(), ColumnKind::Money);
        }
        Self::text(fact.value.clone())
    }

    /// The first value at the end of that way.
    fn at(kind: ColumnKind, way: &str, value: &Value) -> Self {
        let values = values_at(value, way);
        let Some(value) = values.first() else {
            return Self::default();
        };
        match kind {
            ColumnKind::Number | ColumnKind::Money | ColumnKind::Rate => Self::number(number(value), kind),
            ColumnKind::Text | ColumnKind::Date => Self::text(text(value)),
        }
    }

    /// What the lines of a document have in their columns.
    pub fn lines(lines: &ListLines, document: &Value) -> Vec<Vec<Self>> {
        let mut rows = Vec::new();
        walk(lines, document, &lines.at, &mut vec![("", document)], &mut rows);
        rows
    }

    fn number(number: Option<Decimal>, kind: ColumnKind) -> Self {
        let text = number.map(|number| match kind {
            ColumnKind::Money => format!(
                "{:.2}",
                number.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
            ),
            ColumnKind::Rate => rate(number),
            _ => number.normalize().to_string(),
        });
        let is_money = kind == ColumnKind::Money;
        Self { number, is_money, ..Self::text(text.unwrap_or_default()) }
    }

    fn text(text: String) -> Self {
        Self { folded: text.to_lowercase(), text, number: None, is_money: false }
    }

    /// The text with its thousands apart: `12,345.60`.
    pub fn grouped(&self) -> String {
        let (sign, digits) = self.text.strip_prefix('-').map_or(("", &*self.text), |digits| ("-", digits));
        let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
        match whole.parse() {
            Ok(number) => format!("{sign}{}{rest}", grouped(number)),
            Err(_) => self.text.clone(),
        }
    }

    /// By number where both are numbers, else by the alphabet, ignoring case, and numbers in texts by what they count:
    /// `SH:9` before `SH:10`. Empty cells come last.
    pub fn in_order(&self, other: &Self) -> Ordering {
        if let (Some(a), Some(b)) = (self.number, other.number) {
            return a.cmp(&b);
        }
        let is_empty = self.text.is_empty().cmp(&other.text.is_empty());
        is_empty.then_with(|| as_people_count(&self.folded, &other.folded))
    }
}

/// Money, as people read it: `12,345.60`.
pub fn money(amount: Decimal) -> String {
    Cell::number(Some(amount), ColumnKind::Money).grouped()
}

/// A price for one, as people read it: with two places, or with as many of the five that QuickBooks has as it needs:
/// `12.60`, `0.021`, `6.3934`.
pub fn rate(price: Decimal) -> String {
    let rounded = price.round_dp_with_strategy(5, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
    let shortest = rounded.normalize();
    if shortest.scale() < 2 { format!("{shortest:.2}") } else { shortest.to_string() }
}

/// The moment at the end of that way, if there is one.
pub fn moment(document: &Value, way: &str) -> Option<Moment> {
    let values = values_at(document, way);
    Some(DateTime::parse_from_rfc3339(values.first()?.as_str()?).ok()?.to_utc())
}

/// Goes down the way to the lines; `above` are the members on it, with the way to each.
fn walk<'d>(
    lines: &'d ListLines,
    value: &'d Value,
    rest: &'d str,
    above: &mut Vec<(&'d str, &'d Value)>,
    rows: &mut Vec<Vec<Cell>>,
) {
    if rest.is_empty() {
        let cell = |column: &ListColumn| {
            let way = column.field.as_deref().unwrap_or_default();
            let nearest = above.iter().rev().find_map(|(to, member)| {
                let rest = way.strip_prefix(to)?;
                Some((if to.is_empty() { rest } else { rest.strip_prefix('.')? }, *member))
            });
            nearest.map(|(rest, member)| Cell::at(column.kind, rest, member)).unwrap_or_default()
        };
        rows.push(lines.columns.iter().map(cell).collect());
        return;
    }
    let (name, rest) = rest.split_once('.').unwrap_or((rest, ""));
    let to = lines.at.get(..lines.at.len() - if rest.is_empty() { 0 } else { rest.len() + 1 });
    let members = match value.get(name) {
        Some(Value::Array(members)) => members.as_slice(),
        _ => &[],
    };
    for member in members {
        above.push((to.unwrap_or_default(), member));
        walk(lines, member, rest, above, rows);
        above.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(field: Option<&str>, sum: Option<&str>, kind: ColumnKind) -> ListColumn {
        let (label, otherwise) = (String::new(), None);
        ListColumn { label, field: field.map(Into::into), otherwise, sum: sum.map(Into::into), kind }
    }

    #[test]
    fn amounts_are_exact_and_lists_are_walked_through() {
        let document = serde_json::json!({ "lines": [
            { "items": [{ "subtotal": 0.1 }, { "subtotal": "0.2" }] }, { "items": [{ "subtotal": null }] }, {},
        ], "customer": { "name": "Hale" }, "empty": null });
        let sum = Cell::of(&column(None, Some("lines.items.subtotal"), ColumnKind::Money), &document);
        assert_eq!(sum.text, "0.30");
        let name = Cell::of(&column(Some("customer.name"), None, ColumnKind::Text), &document);
        assert_eq!(name.text, "Hale");
    }

    #[test]
    fn a_line_shows_what_lies_above_it() {
        let document = serde_json::json!({ "number": 7, "lines": [
            { "part": "A", "items": [{ "rate": 1 }, { "rate": "2.50" }] }, { "part": "B", "items": [] },
            { "part": "C", "items": [{}] },
        ] });
        let columns = [
            ("number", ColumnKind::Number),
            ("lines.part", ColumnKind::Text),
            ("lines.items.rate", ColumnKind::Money),
        ];
        let columns = columns.map(|(way, kind)| column(Some(way), None, kind)).into();
        let lines = ListLines { title: String::new(), at: "lines.items".to_owned(), columns };
        let rows: Vec<Vec<String>> = Cell::lines(&lines, &document)
            .into_iter()
            .map(|row| row.into_iter().map(|it| it.text).collect())
            .collect();
        assert_eq!(rows, [["7", "A", "1.00"], ["7", "A", "2.50"], ["7", "C", ""]]);
    }

    #[test]
    fn rates_have_no_tails() {
        let told = ["6.3933979999999995", "15", "12.6", "0.021", "-0.5"].map(|it| rate(it.parse().unwrap()));
        assert_eq!(told, ["6.3934", "15.00", "12.60", "0.021", "-0.50"]);
    }

    #[test]
    fn thousands_stand_apart() {
        let shown =
            ["1234567.80", "-84.00", "-1000.00", "", "1e9"].map(|text| Cell::text(text.to_owned()).grouped());
        assert_eq!(shown, ["1,234,567.80", "-84.00", "-1,000.00", "", "1e9"]);
    }

    #[test]
    fn numbers_are_sorted_by_value_and_nothing_comes_last() {
        let cell = |value: serde_json::Value| {
            Cell::of(&column(Some("n"), None, ColumnKind::Number), &serde_json::json!({ "n": value }))
        };
        assert_eq!(cell(9.into()).in_order(&cell("10".into())), Ordering::Less);
        assert_eq!(cell(serde_json::Value::Null).in_order(&cell(10.into())), Ordering::Greater);
    }
}
