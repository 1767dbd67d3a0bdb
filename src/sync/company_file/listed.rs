//! What the list of an object says of one of its documents: what it is called, what it is worth, whether it is over.

use std::str::FromStr as _;

use rust_decimal::Decimal;
use serde_json::Value;

use crate::rules::program::{ColumnKind, List, ListColumn, ListState};

/// What people call a document whose name is this: a number alone would not tell what it is the number of.
pub fn called(list: &List, name: &str) -> String {
    let is_number = name.chars().all(|c| c.is_ascii_digit());
    if is_number { format!("{} {name}", list.one) } else { name.to_owned() }
}

/// What people call a document: by its first column, or by its id.
pub(in crate::sync) fn title(list: &List, document: &Value, id: &str) -> String {
    let way = list.columns.first().and_then(|column| column.field.as_deref());
    let name = way.and_then(|way| values_at(document, way).first().map(|value| text(value)));
    let name = name.filter(|name| !name.trim().is_empty());
    called(list, name.as_deref().unwrap_or(id).trim())
}

/// What a document is by what it says itself, if it says anything.
pub fn state_of<'l>(list: &'l List, document: &Value) -> Option<&'l ListState> {
    let holds = |way: &Option<String>, is_wanted: bool| {
        way.as_ref().is_none_or(|way| values_at(document, way).is_empty() != is_wanted)
    };
    list.states.iter().find(|state| holds(&state.when, true) && holds(&state.unless, false))
}

/// Whether a document is over whatever became of it, because it is voided, for example.
pub(in crate::sync) fn is_over(list: &List, document: &Value) -> bool {
    state_of(list, document).is_some_and(|state| state.first)
}

/// The money that a document is about: the first of its columns that holds some.
pub(in crate::sync) fn amount_of(list: &List, document: &Value) -> Option<Decimal> {
    let mut of_money = list.columns.iter().filter(|column| column.kind == ColumnKind::Money);
    of_money.find_map(|column| number_in(column, document))
}

/// The number that a document has in a column: a sum, or the first value.
pub fn number_in(column: &ListColumn, document: &Value) -> Option<Decimal> {
    match (&column.sum, &column.field) {
        (Some(way), _) => {
            let mut numbers = values_at(document, way).into_iter().filter_map(number);
            numbers.try_fold(Decimal::ZERO, Decimal::checked_add)
        }
        (None, way) => {
            values_at(document, way.as_deref().unwrap_or_default()).first().and_then(|it| number(it))
        }
    }
}

/// All values at the end of that way, such as `lines.items.subtotal`, through lists too; null is none.
pub fn values_at<'d>(document: &'d Value, way: &str) -> Vec<&'d Value> {
    let mut values = Vec::new();
    collect(document, way, &mut values);
    values
}

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

/// A value as a number, if it is one.
pub fn number(value: &Value) -> Option<Decimal> {
    let text = text(value);
    Decimal::from_str(&text).or_else(|_| Decimal::from_scientific(&text)).ok()
}

/// A value as text.
pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
