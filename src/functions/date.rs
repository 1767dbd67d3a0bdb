//! Dates. A time counts by the day it is written with, in its own offset.

use rust_decimal::Decimal;

use super::argument;
use super::function::{Function, ParamKind, Returns, param};
use crate::document::Value;

pub(super) const DATE: Function = Function {
    name: "date",
    group: "Dates",
    params: &[param("x", ParamKind::Date)],
    returns: Returns::Date,
    about: "The day of a date or a time, as it is written there: it is not moved to another time zone. \
            Absent or blank gives absent; text that is neither is an error.",
    examples: &[
        ("date(\"2026-03-01T23:30:00-05:00\")", "2026-03-01"),
        ("date(\"2026-03-01\")", "2026-03-01"),
    ],
    run: |args| {
        let day = argument::date(args, 0)?;
        Ok(day.map_or(Value::Absent, |day| Value::text(day.format("%Y-%m-%d").to_string())))
    },
};

pub(super) const DAYS_BETWEEN: Function = Function {
    name: "days_between",
    group: "Dates",
    params: &[param("from", ParamKind::Date), param("to", ParamKind::Date)],
    returns: Returns::Integer,
    about: "How many days lie from one date to another; negative if the second is earlier. \
            Absent if either is absent.",
    examples: &[
        ("days_between(\"2026-02-27\", \"2026-03-01\")", "2"),
        ("days_between(\"2026-03-01\", \"2026-02-27\")", "-2"),
    ],
    run: |args| {
        let days =
            argument::date(args, 0)?.zip(argument::date(args, 1)?).map(|(from, to)| (to - from).num_days());
        Ok(days.map_or(Value::Absent, |days| Value::Number(Decimal::from(days))))
    },
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::functions::testing::{leaf, number, shown, text};
    use chrono::NaiveDate;

    #[test]
    fn takes_the_day_as_written() {
        for (from, wanted) in [
            ("2026-03-01", "2026-03-01"),
            ("2024-02-29T00:00:00Z", "2024-02-29"),
            ("2026-03-01T23:59:59.123+14:00", "2026-03-01"),
            ("2026-03-01T10:00:00", "2026-03-01"),
            (" ", ""),
        ] {
            assert_eq!(shown("date", &[text(from)]), wanted);
        }
        assert_eq!(shown("date", &[leaf("2026-03-01")]), "2026-03-01");
    }

    #[test]
    fn refuses_what_is_no_date() {
        for bad in ["2026-02-30", "2026-3-001", "2026-03-01x", "2026-03-01Tnoon", "03/01/2026", "-026-03-01"]
        {
            assert_eq!(shown("date", &[text(bad)]), format!("error: `{bad}` is not a date"));
        }
        assert_eq!(shown("date", &[number("1")]), "error: the first value must be a date, not a number");
    }

    #[test]
    fn nothing_lies_between_a_date_and_none() {
        assert_eq!(shown("days_between", &[text("2026-03-01"), Value::Absent]), "");
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn days_add_up(from in 0u64..3_000_000, days in 0u64..500_000) {
            let start = NaiveDate::from_ymd_opt(1, 1, 1).unwrap() + chrono::Days::new(from);
            let end = start + chrono::Days::new(days);
            let [a, b] = [start, end].map(|day| text(&day.format("%Y-%m-%d").to_string()));
            prop_assert_eq!(shown("days_between", &[a.clone(), b.clone()]), days.to_string());
            prop_assert_eq!(shown("days_between", &[b, a]), Decimal::from(-days.cast_signed()).to_string());
        }
    }
}
