//! What functions take from the values they are given.

use std::borrow::Cow;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::function::Args;
use super::spelt;
use super::written::{self, LONGEST};
use crate::document::Value;

static ABSENT: Value = Value::Absent;

/// The value of a parameter, counted from 0; absent if it was not given.
pub(super) fn value(args: Args<'_>, at: usize) -> &Value {
    args.get(at).copied().unwrap_or(&ABSENT)
}

/// A parameter that is text, or that has one: a number, a truth value, an element of a record, a
/// list of such.
pub(super) fn text(args: Args<'_>, at: usize) -> Result<Option<Cow<'_, str>>, String> {
    match value(args, at) {
        Value::Absent => Ok(None),
        found if written::has_text(found) => {
            let text = written::to_text(found);
            check_length(text.len())?;
            Ok(Some(text))
        }
        other => Err(wrong(at, "text", other)),
    }
}

/// A parameter that is a number, or an element of a record that holds one; blank is absent.
pub(super) fn number(args: Args<'_>, at: usize) -> Result<Option<Decimal>, String> {
    match value(args, at) {
        Value::Absent => Ok(None),
        Value::Number(number) => Ok(Some(*number)),
        Value::Record(node) => match node.text() {
            Some(text) => spelt::number(text),
            None => Err(wrong(at, "a number", value(args, at))),
        },
        other => Err(wrong(at, "a number", other)),
    }
}

/// A parameter that is a date, or the day of a time, as it is written; blank is absent.
pub(super) fn date(args: Args<'_>, at: usize) -> Result<Option<NaiveDate>, String> {
    match value(args, at) {
        Value::Absent => Ok(None),
        other => match other.as_text() {
            Some(text) => spelt::day(text),
            None => Err(wrong(at, "a date", other)),
        },
    }
}

/// A parameter that is a list; an absent list is an empty one. An element of a record that may come several times is
/// alone where it comes once.
pub(super) fn list(args: Args<'_>, at: usize) -> Result<&[Value], String> {
    match value(args, at) {
        Value::Absent => Ok(&[]),
        Value::List(list) => Ok(list),
        alone @ Value::Record(_) => Ok(std::slice::from_ref(alone)),
        other => Err(wrong(at, "a list", other)),
    }
}

/// Refuses a text that would become too long; `length` is in bytes.
pub(super) fn check_length(length: usize) -> Result<(), String> {
    if length > LONGEST {
        return Err(format!("the text would be longer than {LONGEST} bytes"));
    }
    Ok(())
}

/// Says that a parameter is of the wrong type.
pub(super) fn wrong(at: usize, wanted: &str, found: &Value) -> String {
    const ORDINALS: [&str; 3] = ["first", "second", "third"];
    let which = ORDINALS.get(at).unwrap_or(&"last");
    format!("the {which} value must be {wanted}, not {}", found.phrase())
}
