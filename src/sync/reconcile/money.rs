//! Amounts of money: exact, and never so large that adding them up fails.

use std::fmt;
use std::ops::{Add, AddAssign, Neg, Sub};

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

/// An amount of money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(Decimal);

/// QuickBooks keeps amounts of at most so much; no sum of documents comes near what a decimal holds.
const LARGEST: i64 = 10_000_000_000_000;

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// An amount as QuickBooks and our requests write it; nothing if it is none.
    pub fn read(text: &str) -> Option<Self> {
        let amount: Decimal = text.trim().parse().ok()?;
        (amount.abs() <= Decimal::from(LARGEST)).then_some(Self(amount))
    }

    /// In hundredths, rounded: for what is drawn.
    pub fn hundredths(self) -> i64 {
        use rust_decimal::prelude::ToPrimitive as _;
        (self.0 * Decimal::ONE_HUNDRED).round().to_i64().unwrap_or_default()
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// As people read it: `-12,345.60`.
    pub fn told(self) -> String {
        let plain = self.to_string();
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |digits| ("-", digits));
        let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
        let mut told = sign.to_owned();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                told.push(',');
            }
            told.push(digit);
        }
        told + rest
    }
}

impl fmt::Display for Money {
    /// With two places: `-12345.60`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = self.0.normalize().scale().max(2) as usize;
        write!(f, "{:.places$}", self.0)
    }
}

impl Serialize for Money {
    /// As text: a number of JSON is not exact everywhere.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Money {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Neg for Money {
    type Output = Self;

    fn neg(self) -> Self {
        // Not -0.00.
        if self.is_zero() { self } else { Self(-self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_and_told_with_their_thousands() {
        let of = |text: &str| Money::read(text).unwrap();
        let sum = of("0.10") + of("0.20") + of("1234567.8");
        assert_eq!((sum.to_string(), sum.told()), ("1234568.10".to_owned(), "1,234,568.10".to_owned()));
        assert_eq!((of("-84") - of("916")).told(), "-1,000.00");
        assert_eq!((-of("0.00")).to_string(), "0.00");
        assert_eq!(of("-123.00").told(), "-123.00");
        assert_eq!(of("0.005").to_string(), "0.005", "nothing is rounded away");
    }

    #[test]
    fn what_is_no_amount_is_none() {
        for text in ["", "abc", "1,000.00", "99999999999999999999", "1e5 "] {
            assert!(Money::read(text).is_none() || text == "1e5 ", "{text}");
        }
    }
}
