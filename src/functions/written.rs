//! How a value is written into text.

use std::borrow::Cow;
use std::sync::Arc;

use arrayvec::ArrayString;
use rust_decimal::Decimal;

use crate::document::Value;

/// The longest text, in bytes, that a function makes of others. Scripts have limits of their own;
/// this one keeps a single call from filling the memory.
pub(super) const LONGEST: usize = 4_000_000;

/// A value as `${}`, `+` and `join` write it.
///
/// Absent is `""`, a number is written with the places it has and no exponent, a list is its
/// members joined by `, ` (those that are absent or blank left out), an element of a record is its
/// text, a reference its full name. Structures, maps and elements that hold elements have no text
/// of their own: `""`.
pub fn to_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Absent | Value::Structure(_) | Value::Map(_) => Cow::Borrowed(""),
        Value::Bool(true) => Cow::Borrowed("true"),
        Value::Bool(false) => Cow::Borrowed("false"),
        Value::Number(number) => Cow::Owned(number_text(*number).to_string()),
        Value::Text(text) => Cow::Borrowed(text),
        Value::List(list) => Cow::Owned(joined(list, ", ")),
        Value::Record(node) => Cow::Borrowed(node.text().unwrap_or_default()),
        Value::Reference(reference) => Cow::Borrowed(reference.full_name.as_deref().unwrap_or_default()),
    }
}

/// The same, to be kept: of a text nothing is copied.
pub fn shared_text(value: &Value) -> Arc<str> {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => Arc::from(number_text(*number).as_str()),
        other => Arc::from(to_text(other)),
    }
}

/// The text of a number: at most 29 digits, a sign, a point, and a zero before it.
pub type NumberText = ArrayString<32>;

/// A number in digits, as its `Display` writes it, but without the machinery of formatting and without memory of
/// its own, which were most of the time of writing a number.
pub fn number_text(number: Decimal) -> NumberText {
    let places = number.scale() as usize;
    let mantissa = number.mantissa().unsigned_abs();
    let (mut short, mut long) = (itoa::Buffer::new(), itoa::Buffer::new());
    let digits =
        u64::try_from(mantissa).map_or_else(|_| long.format(mantissa), |mantissa| short.format(mantissa));
    let (whole, part) = digits.split_at(digits.len().saturating_sub(places));
    let mut text = NumberText::new();
    let mut push = |piece: &str| text.try_push_str(piece).unwrap_or_default();
    push(if number.is_sign_negative() { "-" } else { "" });
    push(if whole.is_empty() { "0" } else { whole });
    if places > 0 {
        push(".");
        (part.len()..places).for_each(|_| push("0"));
        push(part);
    }
    text
}

/// Whether a value can stand for text: structures, maps and elements that hold elements cannot, nor
/// lists with one of them.
pub(super) fn has_text(value: &Value) -> bool {
    match value {
        Value::Structure(_) | Value::Map(_) => false,
        Value::Record(node) => node.text().is_some(),
        Value::List(list) => list.iter().all(has_text),
        _ => true,
    }
}

/// The texts of the members with `separator` between them; blank ones are left out.
///
/// It stops when the text is longer than any may be, which callers that can fail report.
pub(super) fn joined(list: &[Value], separator: &str) -> String {
    let mut out = String::new();
    for text in list.iter().map(to_text).filter(|text| !text.is_empty()) {
        if !out.is_empty() {
            out.push_str(separator);
        }
        out.push_str(&text);
        if out.len() > LONGEST {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::Reference;
    use crate::functions::testing::{leaf, list, number, record, text};

    #[test]
    fn each_kind_of_value_has_its_text() {
        assert_eq!(to_text(&Value::Absent), "");
        assert_eq!(to_text(&Value::Bool(true)), "true");
        assert_eq!(to_text(&number("1.10")), "1.10");
        assert_eq!(to_text(&number("0.0000000000000000000000000001")), "0.0000000000000000000000000001");
        assert_eq!(to_text(&list([text("a"), Value::Absent, text(""), number("2")])), "a, 2");
        assert_eq!(to_text(&leaf("12.50")), "12.50");
        assert_eq!(to_text(&record("<A><B>x</B></A>")), "");
        let reference = Reference { id: Some("80-1".into()), full_name: Some("Zinc:Rack".into()) };
        assert_eq!(to_text(&Value::Reference(Arc::new(reference))), "Zinc:Rack");
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn numbers_are_written_as_they_display(mantissa in any::<i64>(), large in any::<i32>(), scale in 0u32..=28) {
            for number in [
                Decimal::new(mantissa, scale),
                Decimal::new(large.into(), scale),
                Decimal::from_i128_with_scale(i128::from(mantissa) * 4_000_000_000, scale),
                -Decimal::ZERO,
            ] {
                prop_assert_eq!(number_text(number).to_string(), number.to_string());
            }
        }
    }
}
