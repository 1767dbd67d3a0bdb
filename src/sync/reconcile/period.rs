//! The days that are reconciled.

use chrono::{Datelike as _, Days, NaiveDate};
use serde::Serialize;

use crate::language::{Spoken, say};

/// A period, both days included. A side that is left out has no end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Period {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
}

/// Why two texts are no period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// One is no day.
    #[error("{}", say!("`{text}` is not a day; write it like 2026-06-30", text = .0))]
    NoDay(String),
    /// It ends before it begins.
    #[error("{}", say!("the period ends on {to}, before it begins on {from}", to, from))]
    Backwards {
        /// The first day.
        from: NaiveDate,
        /// The last day.
        to: NaiveDate,
    },
}

impl Spoken for PeriodError {}

impl Period {
    /// From a day to a day, as people write them; an empty text leaves a side open.
    ///
    /// # Errors
    /// A text is no day, or the period ends before it begins.
    pub fn read(from: &str, to: &str) -> Result<Self, PeriodError> {
        let (from, to) = (day(from)?, day(to)?);
        match (from, to) {
            (Some(from), Some(to)) if to < from => Err(PeriodError::Backwards { from, to }),
            _ => Ok(Self { from, to }),
        }
    }

    /// The month of a day.
    pub fn month_of(day: NaiveDate) -> Self {
        let from = day.with_day(1);
        let next = from.and_then(|from| from.checked_add_months(chrono::Months::new(1)));
        Self { from, to: next.and_then(|next| next.checked_sub_days(Days::new(1))) }
    }

    /// The month before.
    pub fn before(day: NaiveDate) -> Self {
        let last = day.with_day(1).and_then(|first| first.checked_sub_days(Days::new(1)));
        last.map(Self::month_of).unwrap_or_default()
    }

    /// Whether a day, as documents and records write it, is in it. What is no day is in none that ends.
    pub fn has(self, day: &str) -> bool {
        let Ok(day) = NaiveDate::parse_from_str(day, "%Y-%m-%d") else {
            return self == Self::default();
        };
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.from, self.to) {
            (None, None) => f.write_str("all days"),
            (Some(from), None) => write!(f, "from {from} on"),
            (None, Some(to)) => write!(f, "up to {to}"),
            (Some(from), Some(to)) if from == to => write!(f, "{from}"),
            (Some(from), Some(to)) => write!(f, "{from} to {to}"),
        }
    }
}

fn day(text: &str) -> Result<Option<NaiveDate>, PeriodError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d");
    day.map(Some).map_err(|_| PeriodError::NoDay(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_days_are_in_it() {
        let june = Period::read("2026-06-01", "2026-06-30").unwrap();
        let is_in =
            ["2026-05-31", "2026-06-01", "2026-06-30", "2026-07-01", "", "soon"].map(|it| june.has(it));
        assert_eq!(is_in, [false, true, true, false, false, false]);
        assert!(Period::default().has("") && Period::read("2026-06-01", "").unwrap().has("2030-01-01"));
        assert_eq!(june.to_string(), "2026-06-01 to 2026-06-30");
    }

    #[test]
    fn months_are_whole() {
        let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap();
        assert_eq!(Period::month_of(day("2028-02-10")).to_string(), "2028-02-01 to 2028-02-29");
        assert_eq!(Period::before(day("2026-01-31")).to_string(), "2025-12-01 to 2025-12-31");
        assert_eq!(Period::month_of(day("2026-12-31")).to_string(), "2026-12-01 to 2026-12-31");
    }

    #[test]
    fn what_is_no_period_is_refused_in_words() {
        let told = |from: &str, to: &str| Period::read(from, to).unwrap_err().to_string();
        assert_eq!(told("June", ""), "`June` is not a day; write it like 2026-06-30");
        assert_eq!(told("", "2026-02-30"), "`2026-02-30` is not a day; write it like 2026-06-30");
        assert_eq!(
            told("2026-06-02", "2026-06-01"),
            "the period ends on 2026-06-01, before it begins on 2026-06-02"
        );
    }
}
