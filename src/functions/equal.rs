//! When two values are the same.

use super::spelt;
use crate::document::Value;

/// Whether two values are the same: absent is absent, numbers by value (`1.5` is `1.50`), text
/// character by character, lists member by member.
///
/// QuickBooks writes everything as text, so an element of a record is also the number or the truth
/// value that it spells. Other values of different types are never the same.
pub fn equals(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Record(one), Value::Record(other)) => match (one.text(), other.text()) {
            (Some(one), Some(other)) => one == other,
            _ => one == other,
        },
        (Value::Record(node), other) | (other, Value::Record(node)) => {
            node.text().is_some_and(|text| spells(text, other))
        }
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other.iter()).all(|(a, b)| equals(a, b))
        }
        _ => a == b,
    }
}

fn spells(text: &str, value: &Value) -> bool {
    match value {
        Value::Text(other) => text == &**other,
        Value::Number(wanted) => spelt::number(text) == Ok(Some(*wanted)),
        Value::Bool(truth) => text == if *truth { "true" } else { "false" },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::testing::{leaf, list, number, text};

    #[test]
    fn compares_by_value_and_not_across_types() {
        assert!(equals(&number("1.5"), &number("1.50")));
        assert!(equals(&Value::Absent, &Value::Absent));
        assert!(!equals(&text("1.5"), &number("1.5")));
        assert!(!equals(&text(""), &Value::Absent));
        assert!(!equals(&text("a"), &text("A")));
    }

    #[test]
    fn an_element_is_what_it_spells() {
        assert!(equals(&leaf("1.50"), &number("1.5")));
        assert!(equals(&leaf("true"), &Value::Bool(true)));
        assert!(equals(&text("Net 30"), &leaf("Net 30")));
        assert!(equals(&list([leaf("a")]), &list([text("a")])));
        assert!(!equals(&leaf("abc"), &number("1")));
    }
}
