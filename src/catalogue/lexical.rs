//! How values look on the wire: the patterns of qbxmltypes130.xsd, by hand.
//!
//! The types that the schema derives from its own `boolean`, `date`, `decimal`, `integer` and
//! `duration` ignore white space around the value; those it derives from `string` do not.

use std::ops::RangeInclusive;

/// The value without the white space that XML Schema collapses.
fn collapsed(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

/// `true`, `false`, `1`, `0` or nothing.
pub(super) fn boolean(text: &str) -> bool {
    matches!(collapsed(text), "true" | "false" | "1" | "0" | "")
}

/// A sign, up to `digits` digits, and a point with as many decimals as `decimals` allows, or nothing.
pub(super) fn number(text: &str, digits: usize, decimals: RangeInclusive<usize>) -> bool {
    let (whole, fraction) = match unsigned(text).split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned(text), None),
    };
    text.is_empty()
        || all_digits(whole)
            && whole.len() <= digits
            && fraction.is_none_or(|fraction| all_digits(fraction) && decimals.contains(&fraction.len()))
}

/// A decimal number of any size, or nothing.
pub(super) fn decimal(text: &str) -> bool {
    let text = collapsed(text);
    let (whole, fraction) = unsigned(text).split_once('.').unwrap_or((unsigned(text), ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    text.is_empty() || digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
}

/// A whole number of any size; not nothing.
pub(super) fn integer(text: &str) -> bool {
    all_digits(unsigned(collapsed(text)))
}

/// `0`, or hexadecimal digits in groups of 8, 4, 4, 4 and 12 within braces.
pub(super) fn guid(text: &str) -> bool {
    let groups = |inner: &str| {
        let lengths = inner.split('-').map(str::len);
        lengths.eq([8, 4, 4, 4, 12]) && inner.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
    };
    text == "0" || text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).is_some_and(groups)
}

/// A day that the calendar has, as `YYYY-MM-DD`, with an offset from UTC if you like; or nothing.
pub(super) fn date(text: &str) -> bool {
    let text = collapsed(text);
    text.is_empty() || calendar_day(text).is_some_and(|rest| rest.is_empty() || rest == "Z" || offset(rest))
}

/// Reads a day of the calendar off the front; `None` if there is none.
fn calendar_day(text: &str) -> Option<&str> {
    let (sign, positive) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (year, rest) = positive.split_once('-')?;
    let plain = all_digits(year) && year.len() >= 4 && !(year.len() > 4 && year.starts_with('0'));
    let year = sign * year.parse::<i64>().ok()?;
    let (month, rest) = (two_digits(rest)?, rest.get(2..)?.strip_prefix('-')?);
    let (day, rest) = (two_digits(rest)?, rest.get(2..)?);
    (plain && year != 0 && (1..=days(year, month)).contains(&day)).then_some(rest)
}

fn two_digits(text: &str) -> Option<u32> {
    let digits = text.get(..2)?;
    all_digits(digits).then(|| digits.parse().ok()).flatten()
}

fn days(year: i64, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 0,
    }
}

/// `+HH:MM` or `-HH:MM`, up to 14 hours.
fn offset(text: &str) -> bool {
    let parts = || {
        let rest = text.strip_prefix(['+', '-'])?;
        let (hours, rest) = (two_digits(rest)?, rest.get(2..)?.strip_prefix(':')?);
        (rest.len() == 2).then_some((hours, two_digits(rest)?))
    };
    parts().is_some_and(|(hours, minutes)| hours < 14 && minutes < 60 || (hours, minutes) == (14, 0))
}

/// `YYYY-M-D`, then `THH`, `:MM`, `:SS` and `+HH:MM`, each only after the one before; or nothing.
/// The schema counts digits only: it takes the 99th of a month.
pub(super) fn date_time(text: &str) -> bool {
    let whole = || {
        let rest = few_digits(text, 4..=4)?.strip_prefix('-')?;
        let rest = few_digits(rest, 1..=2)?.strip_prefix('-')?;
        time(few_digits(rest, 1..=2)?)
    };
    collapsed(text).is_empty() || whole().is_some()
}

/// The part after the day, to the end of the text.
fn time(text: &str) -> Option<()> {
    let mut rest = text;
    for lead in [&['T'][..], &[':'], &[':'], &['+', '-']] {
        if rest.is_empty() {
            return Some(());
        }
        rest = few_digits(rest.strip_prefix(lead)?, 1..=2)?;
    }
    few_digits(rest.strip_prefix(':')?, 1..=2)?.is_empty().then_some(())
}

/// Reads all digits off the front, if their count is within `count`.
fn few_digits(text: &str, count: RangeInclusive<usize>) -> Option<&str> {
    let rest = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    count.contains(&(text.len() - rest.len())).then_some(rest)
}

/// `PT` with hours, minutes and seconds, of which at least one is there; or nothing.
/// The schema's pattern takes a plus sign, but the type beneath it does not.
pub(super) fn time_interval(text: &str) -> bool {
    let text = collapsed(text);
    let Some(mut rest) = text.strip_prefix('-').unwrap_or(text).strip_prefix("PT") else {
        return text.is_empty();
    };
    let given = !rest.is_empty();
    for unit in ['H', 'M', 'S'] {
        if let Some((number, after)) = rest.split_once(unit)
            && all_digits(number)
        {
            rest = after;
        }
    }
    given && rest.is_empty()
}
