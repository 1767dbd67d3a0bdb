//! What stands in a cell: words, and what they are sorted by.

use std::cmp::Ordering;
use std::str::FromStr as _;

use rust_decimal::Decimal;
use serde_json::Value;

use super::list::{Column, Kind};

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What is shown.
    pub text: String,
    number: Option<Decimal>,
}

impl Cell {
    /// What a document has in a column.
    pub fn of(column: &Column, document: &Value) -> Self {
        if let Some(way) = &column.sum {
            let mut values = Vec::new();
            collect(document, way, &mut values);
            let mut numbers = values.into_iter().filter_map(number);
            let sum = numbers.try_fold(Decimal::ZERO, Decimal::checked_add);
            return Self::number(sum, column.kind);
        }
        let mut values = Vec::new();
        collect(document, column.field.as_deref().unwrap_or_default(), &mut values);
        let Some(value) = values.first() else {
            return Self::default();
        };
        match column.kind {
            Kind::Number | Kind::Money => Self::number(number(value), column.kind),
            Kind::Text | Kind::Date => Self { text: text(value), number: None },
        }
    }

    fn number(number: Option<Decimal>, kind: Kind) -> Self {
        let text = number.map(|number| match kind {
            Kind::Money => format!(
                "{:.2}",
                number.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
            ),
            _ => number.normalize().to_string(),
        });
        Self { text: text.unwrap_or_default(), number }
    }

    /// By number where both are numbers, else by the alphabet whatever the case; what is empty comes last.
    pub fn in_order(&self, other: &Self) -> Ordering {
        if let (Some(a), Some(b)) = (self.number, other.number) {
            return a.cmp(&b);
        }
        let key = |cell: &Self| (cell.text.is_empty(), cell.text.to_lowercase());
        key(self).cmp(&key(other))
    }
}

/// Whether there is something at the end of that way.
pub fn has(document: &Value, way: &str) -> bool {
    let mut values = Vec::new();
    collect(document, way, &mut values);
    !values.is_empty()
}

/// All values at the end of that way, through lists too; null is none.
fn collect<'d>(value: &'d Value, way: &str, found: &mut Vec<&'d Value>) {
    if let Value::Array(members) = value {
        for member in members {
            collect(member, way, found);
        }
        return;
    }
    if way.is_empty() {
        if !value.is_null() {
            found.push(value);
        }
        return;
    }
    let (name, rest) = way.split_once('.').unwrap_or((way, ""));
    if let Some(inner) = value.get(name) {
        collect(inner, rest, found);
    }
}

fn number(value: &Value) -> Option<Decimal> {
    let text = text(value);
    Decimal::from_str(&text).or_else(|_| Decimal::from_scientific(&text)).ok()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(field: Option<&str>, sum: Option<&str>, kind: Kind) -> Column {
        Column { label: String::new(), field: field.map(Into::into), sum: sum.map(Into::into), kind }
    }

    #[test]
    fn amounts_are_exact_and_lists_are_walked_through() {
        let document = serde_json::json!({ "lines": [
            { "items": [{ "subtotal": 0.1 }, { "subtotal": "0.2" }] }, { "items": [{ "subtotal": null }] }, {},
        ], "customer": { "name": "Hale" }, "empty": null });
        let sum = Cell::of(&column(None, Some("lines.items.subtotal"), Kind::Money), &document);
        assert_eq!(sum.text, "0.30");
        let name = Cell::of(&column(Some("customer.name"), None, Kind::Text), &document);
        assert_eq!(name.text, "Hale");
        assert!(
            has(&document, "lines.items.subtotal")
                && !has(&document, "empty")
                && !has(&document, "customer.id")
        );
    }

    #[test]
    fn numbers_are_sorted_by_value_and_nothing_comes_last() {
        let cell = |value: serde_json::Value| {
            Cell::of(&column(Some("n"), None, Kind::Number), &serde_json::json!({ "n": value }))
        };
        assert_eq!(cell(9.into()).in_order(&cell("10".into())), Ordering::Less);
        assert_eq!(cell(serde_json::Value::Null).in_order(&cell(10.into())), Ordering::Greater);
    }
}
