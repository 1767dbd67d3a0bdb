//! Exact decimals from their text; no binary floating point on the way.

use rust_decimal::Decimal;

/// A number that was read from its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// The value.
    pub(super) value: Decimal,
    /// Whether it has fewer digits than the text, because a decimal holds no more.
    pub(super) rounded: bool,
}

/// Why a text is not a number that can be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is not a number at all.
    NotANumber,
    /// It is larger than 28 digits can say.
    TooLarge,
}

/// The most digits behind the point that a decimal holds.
const MAX_SCALE: usize = 28;
/// The most digits a decimal may have at all.
const MAX_DIGITS: usize = 29;

/// Reads a decimal: digits with an optional sign, point and exponent. Digits that a decimal cannot
/// hold are rounded half-even. White space around it is left out.
pub(super) fn number(text: &str) -> Result<Number, Unreadable> {
    if let Some(value) = short(text) {
        return Ok(Number { value, rounded: false });
    }
    let text = text.trim();
    let parts = Parts::split(text).ok_or(Unreadable::NotANumber)?;
    if parts.exponent == 0
        && let Ok(value) = Decimal::from_str_exact(text)
    {
        return Ok(Number { value: without_negative_zero(value), rounded: false });
    }
    parts.round()
}

/// The usual case: up to 18 digits, a sign and a point at most.
fn short(text: &str) -> Option<Decimal> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    if digits.len() > 18 {
        return None;
    }
    let mut mantissa = 0_i64;
    let mut behind = None;
    for (index, byte) in digits.bytes().enumerate() {
        match byte {
            b'0'..=b'9' => mantissa = mantissa * 10 + i64::from(byte - b'0'),
            b'.' if behind.is_none() && index > 0 => behind = Some(index + 1),
            _ => return None,
        }
    }
    let scale = behind.map_or(0, |behind| digits.len() - behind);
    let scale = u32::try_from(scale).ok()?;
    let signed = if negative { -mantissa } else { mantissa };
    (!digits.is_empty()).then(|| Decimal::new(signed, scale))
}

/// A number's text taken apart: its value is (whole fraction) x 10^(exponent - length of fraction).
struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    exponent: i64,
}

impl<'a> Parts<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let negative = text.starts_with('-');
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (digits, exponent) = match digits.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, read_exponent(exponent)?),
            None => (digits, 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let any = !(whole.is_empty() && fraction.is_empty());
        (any && all_digits(whole) && all_digits(fraction)).then_some(Self {
            negative,
            whole,
            fraction,
            exponent,
        })
    }

    /// The nearest decimal, half to even.
    fn round(&self) -> Result<Number, Unreadable> {
        let all = [self.whole, self.fraction].concat();
        let digits = all.trim_start_matches('0');
        if digits.is_empty() {
            return Ok(Number { value: Decimal::ZERO, rounded: false });
        }
        let fraction = i64::try_from(self.fraction.len()).map_err(|_| Unreadable::TooLarge)?;
        let scale = fraction.saturating_sub(self.exponent);
        let Ok(scale) = usize::try_from(scale) else {
            let zeros = usize::try_from(scale.unsigned_abs()).unwrap_or(usize::MAX);
            if digits.len().saturating_add(zeros) > MAX_DIGITS {
                return Err(Unreadable::TooLarge);
            }
            return self.fit(&[digits, &"0".repeat(zeros)].concat(), 0);
        };
        self.fit(digits, scale)
    }

    /// Drops as many digits behind the point as must be dropped, and no more.
    fn fit(&self, digits: &str, scale: usize) -> Result<Number, Unreadable> {
        let least = scale.saturating_sub(MAX_SCALE).max(digits.len().saturating_sub(MAX_DIGITS));
        for cut in least..=least + 1 {
            let Some(kept_scale) = scale.checked_sub(cut) else {
                break;
            };
            let (mantissa, exact) = cut_half_even(digits, cut);
            let signed = if self.negative { -mantissa } else { mantissa };
            let scale = u32::try_from(kept_scale).unwrap_or(u32::MAX);
            if let Ok(value) = Decimal::try_from_i128_with_scale(signed, scale) {
                return Ok(Number { value: without_negative_zero(value), rounded: !exact });
            }
        }
        Err(Unreadable::TooLarge)
    }
}

/// An exponent; one that is out of all bounds counts as the largest there is.
fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse::<i64>().unwrap_or(i64::MAX);
    Some(if text.starts_with('-') { -size } else { size })
}

/// `digits` without the last `cut` ones, rounded half-even, and whether nothing was lost.
/// At most [`MAX_DIGITS`] digits are left, so the result always fits.
fn cut_half_even(digits: &str, cut: usize) -> (i128, bool) {
    let (kept, dropped) = match digits.len().checked_sub(cut) {
        Some(length) => digits.split_at(length),
        // All are dropped and zeros before them too: less than half.
        None => ("", ""),
    };
    let beyond = cut > digits.len();
    let mantissa: i128 = if kept.is_empty() { 0 } else { kept.parse().unwrap_or(i128::MAX) };
    let exact = !beyond && dropped.bytes().all(|digit| digit == b'0');
    let rest = dropped.get(1..).unwrap_or("");
    let up = match dropped.as_bytes().first() {
        Some(b'6'..) => true,
        Some(b'5') => rest.bytes().any(|digit| digit != b'0') || mantissa % 2 == 1,
        _ => false,
    };
    (mantissa + i128::from(up), exact)
}

fn without_negative_zero(value: Decimal) -> Decimal {
    if value.is_zero() { value.abs() } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, bool) {
        let number = number(text).unwrap();
        (number.value.to_string(), number.rounded)
    }

    #[test]
    fn numbers_keep_what_their_text_says() {
        for (text, value) in [
            ("0", "0"),
            ("-0", "0"),
            ("-0.00", "0.00"),
            ("650", "650"),
            ("410.00", "410.00"),
            ("-0.5", "-0.5"),
            ("+7", "7"),
            (".5", "0.5"),
            ("5.", "5"),
            ("007.10", "7.10"),
            ("1e3", "1000"),
            ("1.5E+2", "150"),
            ("12500e-4", "1.2500"),
            ("0e999999999999999999999", "0"),
            ("6.3933979999999995", "6.3933979999999995"),
            ("79228162514264337593543950335", "79228162514264337593543950335"),
        ] {
            assert_eq!(read(text), (value.to_owned(), false), "{text}");
        }
    }

    #[test]
    fn digits_beyond_a_decimal_are_rounded_half_even() {
        for (text, value) in [
            ("0.00000000000000000000000000005", "0.0000000000000000000000000000"),
            ("0.00000000000000000000000000015", "0.0000000000000000000000000002"),
            ("0.00000000000000000000000000025", "0.0000000000000000000000000002"),
            ("0.000000000000000000000000000251", "0.0000000000000000000000000003"),
            ("1e-400", "0.0000000000000000000000000000"),
            ("99999999999999999999999999999.5e-1", "10000000000000000000000000000"),
            ("-12345678901234567890.12345678951", "-12345678901234567890.12345679"),
        ] {
            let (read, rounded) = read(text);
            assert!(rounded, "{text}");
            assert_eq!(read.parse::<Decimal>(), value.parse::<Decimal>(), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "-", ".", "e5", "1e", "1_000", "1,000", "0x10", "1 2", "NaN", "--1", "1e+-2"] {
            assert_eq!(number(text), Err(Unreadable::NotANumber), "{text}");
        }
        for text in ["1e29", "79228162514264337593543950336", "1e999999999999999999999", "-1e40"] {
            assert_eq!(number(text), Err(Unreadable::TooLarge), "{text}");
        }
    }
}
