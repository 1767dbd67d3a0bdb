//! How values are written: amounts with two places, dates as they are, text that QuickBooks can keep.

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::catalogue::{DataType, Element};
use crate::document::{Code, Value, is_date};
use crate::functions::{NumberText, number_text, to_text};
use crate::qbxml::{charset, is_plain};
use crate::rules::field_file::Overflow;
use crate::rules::file::Rounding;
use crate::text::shorten::{shorten, truncate_between_words};

use crate::engine::terms::fault::Fault;
use crate::engine::terms::words;

/// A value as it is written, and what had to be done to it.
#[derive(Debug, Default)]
pub struct WrittenValue<'v> {
    /// The text; empty leaves the element out.
    pub text: Cow<'v, str>,
    /// What to warn of: code and words.
    pub warnings: Vec<(Code, String)>,
}

/// How a value is to be written.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// The element.
    pub element: Element,
    /// Its type.
    pub data_type: DataType,
    /// What to do with text that is too long.
    pub overflow: Option<Overflow>,
    /// How to round.
    pub rounding: Rounding,
}

/// Writes a value into an element.
pub fn write(value: &Value, format: Format) -> Result<WrittenValue<'_>, Fault> {
    if let Some((places, digits)) = places_and_digits(format.data_type) {
        return number(value, format, places, digits);
    }
    match format.data_type {
        DataType::Bool => boolean(value, format),
        DataType::Date => checked(value, format, is_date),
        DataType::DateTime => date_time(value, format),
        DataType::Enum => one_of(value, format),
        _ => text(value, format),
    }
}

/// Whether a text is written as it is: it fits and has nothing that is trimmed, replaced or escaped.
/// True of most texts, and sooner seen than written.
pub fn is_ready(text: &str, format: Format) -> bool {
    let is_free = matches!(format.data_type, DataType::Text | DataType::Id);
    // Bytes are never fewer than characters.
    let fits = || format.element.max_length().is_none_or(|max| text.len() <= max as usize);
    let ends = || [text.as_bytes().first(), text.as_bytes().last()];
    is_free && fits() && ends().into_iter().all(|end| end.is_some_and(u8::is_ascii_graphic)) && is_plain(text)
}

/// The text of a number that is written as it is, or with noughts behind the point; nothing where there is more to
/// see to or to say.
pub fn ready_number(number: Decimal, format: Format) -> Option<NumberText> {
    let (places, digits) = places_and_digits(format.data_type)?;
    let rounded = rounded(number, places, format.rounding);
    (number.scale() <= places && !is_too_large(rounded, digits)).then(|| number_text(rounded))
}

/// The most places behind the point and before it.
const fn places_and_digits(data_type: DataType) -> Option<(u32, u32)> {
    match data_type {
        DataType::Amount => Some((2, 13)),
        DataType::Price | DataType::Quantity | DataType::Percent => Some((5, 10)),
        DataType::Float => Some((10, 18)),
        DataType::Integer => Some((0, 18)),
        _ => None,
    }
}

fn wrong(value: &Value, format: Format) -> Fault {
    let shown = match to_text(value) {
        text if text.is_empty() => value.phrase().to_owned(),
        text => format!("`{text}`"),
    };
    Fault::new(Code::WrongValue, format!("it is {}; {shown} is not", format.data_type.phrase()))
}

fn number(value: &Value, format: Format, places: u32, digits: u32) -> Result<WrittenValue<'_>, Fault> {
    let exact = match value {
        Value::Absent => return Ok(WrittenValue::default()),
        Value::Number(number) => *number,
        other => match to_text(other).trim() {
            "" => return Ok(WrittenValue::default()),
            text => text.parse().map_err(|_| wrong(value, format))?,
        },
    };
    let rounded = rounded(exact, places, format.rounding);
    if is_too_large(rounded, digits) {
        return Err(Fault::new(
            Code::WrongValue,
            format!("{exact} has more than {digits} digits before the point"),
        ));
    }
    let is_exact = exact.scale() <= places || rounded == exact;
    if places == 0 && !is_exact {
        return Err(wrong(value, format));
    }
    let mut written =
        WrittenValue { text: Cow::Owned(number_text(rounded).to_string()), warnings: Vec::new() };
    if !is_exact {
        written.warnings.push((Code::Rounded, format!("{exact} is rounded to {rounded}")));
    }
    Ok(written)
}

fn is_too_large(number: Decimal, digits: u32) -> bool {
    let limit = 10u64.pow(digits);
    // A number is never larger than its digits without the point.
    number.mantissa().unsigned_abs() >= limit.into() && number.abs() >= Decimal::from(limit)
}

/// Amounts have two places, always; other numbers no more than they need.
fn rounded(exact: Decimal, places: u32, rounding: Rounding) -> Decimal {
    let strategy = match rounding {
        Rounding::HalfUp => RoundingStrategy::MidpointAwayFromZero,
        Rounding::HalfEven => RoundingStrategy::MidpointNearestEven,
    };
    let mut rounded =
        if exact.scale() <= places { exact } else { exact.round_dp_with_strategy(places, strategy) };
    if places == 2 {
        rounded.rescale(2);
    } else if rounded.scale() > 0 {
        rounded = rounded.normalize();
    }
    if rounded.is_zero() {
        rounded.set_sign_positive(true);
    }
    rounded
}

fn boolean(value: &Value, format: Format) -> Result<WrittenValue<'_>, Fault> {
    let text = match value {
        Value::Absent => "",
        Value::Bool(true) => "true",
        Value::Bool(false) => "false",
        _ => return Err(wrong(value, format)),
    };
    Ok(WrittenValue { text: Cow::Borrowed(text), warnings: Vec::new() })
}

fn checked(value: &Value, format: Format, fits: fn(&str) -> bool) -> Result<WrittenValue<'_>, Fault> {
    let text = to_text(value);
    if text.is_empty() || fits(&text) {
        return Ok(WrittenValue { text, warnings: Vec::new() });
    }
    Err(wrong(value, format))
}

/// QuickBooks takes neither `Z` nor fractions of a second.
fn date_time(value: &Value, format: Format) -> Result<WrittenValue<'_>, Fault> {
    let text = to_text(value);
    if text.is_empty() || format.data_type.accepts(&text) {
        return Ok(WrittenValue { text, warnings: Vec::new() });
    }
    let time = DateTime::parse_from_rfc3339(&text).map_err(|_| wrong(value, format))?;
    Ok(WrittenValue {
        text: Cow::Owned(time.to_rfc3339_opts(SecondsFormat::Secs, false)),
        warnings: Vec::new(),
    })
}

fn one_of(value: &Value, format: Format) -> Result<WrittenValue<'_>, Fault> {
    let text = to_text(value);
    let known = format.element.values();
    if text.is_empty() || known.is_empty() || known.contains(&text.as_ref()) {
        return Ok(WrittenValue { text, warnings: Vec::new() });
    }
    let message = format!("`{text}` is not one of {}", known.join(", "));
    Err(Fault::new(Code::WrongValue, message))
}

fn text(value: &Value, format: Format) -> Result<WrittenValue<'_>, Fault> {
    if matches!(value, Value::Structure(_) | Value::Map(_)) {
        return Err(wrong(value, format));
    }
    let mut written = clean(to_text(value))?;
    let Some(max) = format.element.max_length() else {
        return Ok(written);
    };
    let max = max as usize;
    // Bytes are never fewer than characters, so most texts need no counting.
    if written.text.len() > max && written.text.chars().count() > max {
        overflow(&mut written, max, format.overflow)?;
    }
    if format.data_type == DataType::Guid
        && !written.text.is_empty()
        && !format.data_type.accepts(&written.text)
    {
        return Err(wrong(value, format));
    }
    Ok(written)
}

fn clean(text: Cow<'_, str>) -> Result<WrittenValue<'_>, Fault> {
    let refused = |error: charset::CharsetError| Fault::new(Code::Character, error.to_string());
    let (text, warning) = match text {
        Cow::Borrowed(text) => {
            let cleaned = charset::clean(text).map_err(refused)?;
            let warning = replaced(&cleaned);
            (cleaned.text, warning)
        }
        Cow::Owned(text) => {
            let cleaned = charset::clean(&text).map_err(refused)?;
            (Cow::Owned(cleaned.text.clone().into_owned()), replaced(&cleaned))
        }
    };
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    };
    Ok(WrittenValue { text, warnings: warning.into_iter().collect() })
}

fn replaced(cleaned: &charset::Cleaned<'_>) -> Option<(Code, String)> {
    if !cleaned.is_changed() {
        return None;
    }
    let mut parts: Vec<String> =
        cleaned.replaced.iter().map(|(from, to)| format!("`{from}` becomes `{to}`")).collect();
    parts.extend(cleaned.dropped.iter().map(|mark| match mark {
        emoji if charset::is_emoji(*emoji) => format!("`{emoji}` is dropped"),
        invisible => format!("U+{:04X} is dropped", u32::from(*invisible)),
    }));
    Some((Code::Replaced, format!("QuickBooks cannot keep every character: {}", parts.join(", "))))
}

fn overflow(written: &mut WrittenValue<'_>, max: usize, policy: Option<Overflow>) -> Result<(), Fault> {
    let length = written.text.chars().count();
    let short = match policy {
        Some(Overflow::Truncate) => truncate_between_words(&written.text, max).to_owned(),
        Some(Overflow::Shorten) => shorten(&written.text, max),
        Some(Overflow::Reject) | None => {
            let message = format!(
                "`{}` has {length} characters, and QuickBooks takes at most {max}",
                words::clipped(&written.text, 60)
            );
            return Err(Fault::new(Code::TooLong, message));
        }
    };
    let message = if length > 60 {
        format!("cut from {length} to {} characters", short.chars().count())
    } else {
        format!("`{}` becomes `{short}`", written.text)
    };
    written.warnings.push((Code::Cut, message));
    written.text = Cow::Owned(short);
    Ok(())
}
