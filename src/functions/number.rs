//! Numbers: exact decimals in, exact decimals out.

use rust_decimal::{Decimal, RoundingStrategy};

use super::function::{Args, Function, ParamKind, Returns, param};
use super::{argument, spelt};
use crate::document::Value;

/// The most decimal places that a number can have.
const PLACES: u32 = Decimal::MAX_SCALE;

/// What `round` is called: amounts that are compared are rounded without a value in between.
pub const ROUND_NAME: &str = "round";

pub(super) const ROUND: Function = Function {
    name: ROUND_NAME,
    group: "Numbers",
    params: &[param("n", ParamKind::Number), param("places", ParamKind::Number)],
    returns: Returns::Number,
    about: "A number rounded to so many decimal places (0 to 28), halves away from zero. \
            Absent gives absent; absent places are 0.",
    examples: &[("round(2.345, 2)", "2.35"), ("round(-2.5, 0)", "-3")],
    run: round,
};

pub(super) const ABS: Function = Function {
    name: "abs",
    group: "Numbers",
    params: &[param("n", ParamKind::Number)],
    returns: Returns::Like(0),
    about: "A number without its sign; absent gives absent.",
    examples: &[("abs(-1.50)", "1.50")],
    run: |args| Ok(argument::number(args, 0)?.map_or(Value::Absent, |n| Value::Number(n.abs()))),
};

pub(super) const MIN: Function = Function {
    name: "min",
    group: "Numbers",
    params: &[param("a", ParamKind::Number), param("b", ParamKind::Number)],
    returns: Returns::Number,
    about: "The smaller of two numbers; if one is absent, the other.",
    examples: &[("min(2, 1.5)", "1.5"), ("min((), 3)", "3")],
    run: |args| chosen(args, Decimal::min),
};

pub(super) const MAX: Function = Function {
    name: "max",
    group: "Numbers",
    params: &[param("a", ParamKind::Number), param("b", ParamKind::Number)],
    returns: Returns::Number,
    about: "The larger of two numbers; if one is absent, the other.",
    examples: &[("max(2, 1.5)", "2")],
    run: |args| chosen(args, Decimal::max),
};

pub(super) const NUMBER: Function = Function {
    name: "number",
    group: "Numbers",
    params: &[param("text", ParamKind::Text)],
    returns: Returns::Number,
    about: "The number that a text spells, exactly: an optional sign, digits and an optional decimal point, \
            spaces around it ignored. Absent or blank gives absent; anything else is an error.",
    examples: &[("number(\" 12.50 \")", "12.50"), ("number(\"\") ?? 0", "0")],
    run: |args| match argument::text(args, 0)? {
        Some(text) => Ok(spelt::number(&text)?.map_or(Value::Absent, Value::Number)),
        None => Ok(Value::Absent),
    },
};

fn round(args: Args<'_>) -> Result<Value, String> {
    // A short way for nearly all calls: every line of an invoice makes several.
    if let [Value::Number(n), Value::Number(places)] = args
        && let Some(rounded) = rounded_to(*n, *places)
    {
        return Ok(Value::Number(rounded));
    }
    let places = argument::number(args, 1)?.unwrap_or_default();
    let whole = if places.scale() == 0 { places } else { places.normalize() };
    let places = u32::try_from(whole.mantissa())
        .ok()
        .filter(|count| *count <= PLACES && whole.scale() == 0)
        .ok_or_else(|| format!("`places` must be a whole number from 0 to {PLACES}, not {places}"))?;
    Ok(argument::number(args, 0)?.map_or(Value::Absent, |n| Value::Number(rounded(n, places))))
}

/// What `round` gives for a number and a count of decimal places, written as a whole number from 0 to 28. Nothing for any
/// other count: `round` itself says what is wrong with it.
pub fn rounded_to(n: Decimal, places: Decimal) -> Option<Decimal> {
    let count =
        u32::try_from(places.mantissa()).ok().filter(|count| *count <= PLACES && places.scale() == 0)?;
    Some(rounded(n, count))
}

fn rounded(n: Decimal, places: u32) -> Decimal {
    if n.scale() <= places && !n.is_zero() {
        return n;
    }
    let rounded = n.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    if rounded.is_zero() { rounded.abs() } else { rounded }
}

fn chosen(args: Args<'_>, choose: fn(Decimal, Decimal) -> Decimal) -> Result<Value, String> {
    let chosen = match (argument::number(args, 0)?, argument::number(args, 1)?) {
        (Some(a), Some(b)) => Some(choose(a, b)),
        (a, b) => a.or(b),
    };
    Ok(chosen.map_or(Value::Absent, Value::Number))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::functions::testing::{any_number, leaf, number, shown, text};

    #[test]
    fn rounds_halves_away_from_zero_and_keeps_shorter_numbers() {
        for (n, places, wanted) in [
            ("2.345", "2", "2.35"),
            ("-2.345", "2", "-2.35"),
            ("1.5", "3", "1.5"),
            ("-0.4", "0", "0"),
            ("7", "0", "7"),
        ] {
            assert_eq!(shown("round", &[number(n), number(places)]), wanted);
        }
        for places in ["-1", "1.5", "29"] {
            let wanted = format!("error: `places` must be a whole number from 0 to 28, not {places}");
            assert_eq!(shown("round", &[number("1"), number(places)]), wanted);
        }
        assert_eq!(shown("round", &[Value::Absent, number("2")]), "");
    }

    #[test]
    fn reads_numbers_exactly_or_says_why_not() {
        for (spelt, wanted) in [("12.50", "12.50"), (" -3 ", "-3"), ("+5", "5"), (".5", "0.5"), ("  ", "")] {
            assert_eq!(shown("number", &[text(spelt)]), wanted);
        }
        for bad in ["1,234", "1e3", "1_0", "1.2.3", "-", "twelve"] {
            assert_eq!(shown("number", &[text(bad)]), format!("error: `{bad}` is not a number"));
        }
        let long = "0.12345678901234567890123456789";
        assert_eq!(
            shown("number", &[text(long)]),
            format!("error: `{long}` has more digits than can be kept exactly")
        );
    }

    #[test]
    fn smaller_larger_and_without_a_sign() {
        assert_eq!(shown("min", &[number("1"), leaf("0.5")]), "0.5");
        assert_eq!(shown("max", &[Value::Absent, number("-1")]), "-1");
        assert_eq!(shown("max", &[Value::Absent, Value::Absent]), "");
        assert_eq!(shown("abs", &[number("-2.50")]), "2.50");
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn a_number_reads_back_from_its_text(n in any_number()) {
            prop_assert_eq!(spelt::number(&n.to_string()), Ok(Some(n)));
        }

        #[test]
        fn rounding_moves_by_at_most_half_a_place(n in -1_000_000_000_000i64.., scale in 0u32..12, places in 0u32..12) {
            let n = Decimal::new(n, scale);
            let rounded = rounded(n, places);
            prop_assert!(rounded.normalize().scale() <= places);
            prop_assert!((rounded - n).abs() <= Decimal::new(5, places + 1));
        }
    }
}
