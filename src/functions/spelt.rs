//! What texts spell: numbers and days.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

/// The number that a text spells, or none if the text is blank.
///
/// # Errors
/// A message, if it is no number, or one with more digits than can be kept exactly.
pub(super) fn number(text: &str) -> Result<Option<Decimal>, String> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(None);
    }
    // The decimal library also takes `1_000`, which nobody means.
    let plain = trimmed.bytes().all(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte));
    if !plain {
        return Err(format!("`{}` is not a number", excerpt(trimmed)));
    }
    match Decimal::from_str_exact(trimmed) {
        Ok(number) => Ok(Some(number)),
        Err(rust_decimal::Error::Underflow | rust_decimal::Error::ExceedsMaximumPossibleValue) => {
            Err(format!("`{}` has more digits than can be kept exactly", excerpt(trimmed)))
        }
        Err(_) => Err(format!("`{}` is not a number", excerpt(trimmed))),
    }
}

/// The day that a text is or begins with, or none if the text is blank.
///
/// # Errors
/// A message, if it is neither `YYYY-MM-DD` nor an ISO 8601 time.
pub(super) fn day(text: &str) -> Result<Option<NaiveDate>, String> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(None);
    }
    let day = trimmed.get(..10).filter(|day| is_written_in_full(day));
    match day.and_then(|day| NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()) {
        Some(day) if trimmed.len() == 10 || is_time(trimmed) => Ok(Some(day)),
        _ => Err(format!("`{}` is not a date", trimmed.chars().take(40).collect::<String>())),
    }
}

/// `2026-3-001` has ten characters too.
fn is_written_in_full(day: &str) -> bool {
    day.bytes().enumerate().all(
        |(at, byte)| {
            if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() }
        },
    )
}

fn is_time(text: &str) -> bool {
    let without_offset = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S%.f"];
    DateTime::parse_from_rfc3339(text).is_ok()
        || without_offset.iter().any(|format| NaiveDateTime::parse_from_str(text, format).is_ok())
}

/// The start of a text, for messages.
fn excerpt(text: &str) -> String {
    const SHOWN: usize = 40;
    let start: String = text.chars().take(SHOWN).collect();
    if start.len() < text.len() { format!("{start}...") } else { start }
}
