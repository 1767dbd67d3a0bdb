//! Single values from their JSON text.

use std::borrow::Cow;

use chrono::DateTime;
use rust_decimal::Decimal;

use super::at::At;
use super::number::{Unreadable, number};
use super::plan::Scalar;
use crate::document::Code;
use crate::document::Value;
use crate::document::day::is_date;
use crate::document::is_id_of_record;
use crate::document::json::found;
use crate::document::scan::Raw;

/// Reads `raw`, the JSON text of one value, as `scalar` into a place that is absent so far and stays
/// so when something is wrong, which is noted at `at`. Tells whether it is there: false for null.
pub(super) fn scalar(at: &At<'_>, scalar: Scalar, raw: Raw<'_>, into: &mut Value) -> bool {
    if raw.text == "null" {
        return false;
    }
    let value = match scalar {
        Scalar::Text { max } => text(at, max, raw),
        Scalar::Number => decimal(at, raw, "a number").map(Value::Number),
        Scalar::Integer => integer(at, raw),
        Scalar::Id => id(at, raw),
        Scalar::Boolean => boolean(at, raw),
        Scalar::Date => date(at, raw),
        Scalar::DateTime => date_time(at, raw),
    };
    if let Some(value) = value {
        *into = value;
    }
    true
}

/// What the JSON string `raw` says; borrowed unless it holds escapes. None when it is not a string.
pub(super) fn unquote<'a>(at: &At<'_>, raw: Raw<'a>) -> Option<Cow<'a, str>> {
    let text = raw.unquoted();
    if text.is_none() && raw.text.starts_with('"') {
        at.error(Code::NotJson, "not JSON: half of a surrogate pair in text");
        return Some(Cow::Borrowed(""));
    }
    text
}

fn wrong(at: &At<'_>, expected: &str, raw: Raw<'_>) {
    at.error(Code::WrongFieldType, format!("expected {expected}, found {}", found(raw.text)));
}

fn text(at: &At<'_>, max: Option<u32>, raw: Raw<'_>) -> Option<Value> {
    let text = match raw.text.as_bytes().first()? {
        b'"' => unquote(at, raw)?,
        b'-' | b'0'..=b'9' => {
            at.warn(Code::NumberAsText, format!("the number `{}` was taken as text", raw.text));
            Cow::Borrowed(raw.text)
        }
        _ => {
            wrong(at, "text", raw);
            return None;
        }
    };
    if let Some(max) = max
        && text.len() > max as usize
        && text.chars().count() > max as usize
    {
        let length = text.chars().count();
        let message = format!("expected text of at most {max} characters, found {length}");
        at.error(Code::WrongFieldType, message);
        return None;
    }
    Some(Value::text(text.as_ref()))
}

/// A number, from a JSON number or a string that holds one.
fn decimal(at: &At<'_>, raw: Raw<'_>, expected: &str) -> Option<Decimal> {
    let text = match raw.text.as_bytes().first()? {
        b'"' => unquote(at, raw)?,
        b'-' | b'0'..=b'9' => Cow::Borrowed(raw.text),
        _ => {
            wrong(at, expected, raw);
            return None;
        }
    };
    match number(&text) {
        Ok(number) => {
            if number.rounded {
                let message = format!("the number `{text}` was rounded to `{}`", number.value);
                at.warn(Code::RoundedWhenRead, message);
            }
            Some(number.value)
        }
        Err(Unreadable::NotANumber) => {
            wrong(at, expected, raw);
            None
        }
        Err(Unreadable::TooLarge) => {
            at.error(Code::DocumentTooLarge, format!("larger than 28 digits: {}", found(raw.text)));
            None
        }
    }
}

/// A number as it stands in free JSON.
pub(super) fn free_number(at: &At<'_>, raw: &str) -> Value {
    decimal(at, Raw::new(raw), "a number").map_or(Value::Absent, Value::Number)
}

fn integer(at: &At<'_>, raw: Raw<'_>) -> Option<Value> {
    let value = decimal(at, raw, "a whole number")?;
    if value.scale() == 0 {
        return Some(Value::Number(value));
    }
    if !value.fract().is_zero() {
        wrong(at, "a whole number", raw);
        return None;
    }
    Some(Value::Number(value.trunc()))
}

fn id(at: &At<'_>, raw: Raw<'_>) -> Option<Value> {
    if raw.text.starts_with('"')
        && let Some(text) = raw.unquoted().filter(|text| is_id_of_record(text))
    {
        return Some(Value::text(text.as_ref()));
    }
    integer(at, raw)
}

fn boolean(at: &At<'_>, raw: Raw<'_>) -> Option<Value> {
    match raw.text {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        _ => {
            wrong(at, "true or false", raw);
            None
        }
    }
}

fn date(at: &At<'_>, raw: Raw<'_>) -> Option<Value> {
    let text = if raw.text.starts_with('"') { unquote(at, raw)? } else { Cow::Borrowed("") };
    if !is_date(&text) {
        wrong(at, "a date (YYYY-MM-DD)", raw);
        return None;
    }
    Some(Value::text(text.as_ref()))
}

fn date_time(at: &At<'_>, raw: Raw<'_>) -> Option<Value> {
    let text = if raw.text.starts_with('"') { unquote(at, raw)? } else { Cow::Borrowed("") };
    if DateTime::parse_from_rfc3339(&text).is_err() {
        wrong(at, "a time (ISO 8601 with offset)", raw);
        return None;
    }
    Some(Value::text(text.as_ref()))
}
