//! Numbers written for people.

use rust_decimal::{Decimal, RoundingStrategy};

use super::argument;
use super::function::{Args, Function, ParamKind, Returns, param};
use crate::document::Value;

pub(super) const MONEY: Function = Function {
    name: "money",
    group: "Numbers",
    params: &[param("n", ParamKind::Number)],
    // 29 digits, 9 separators, the point, 2 places, the sign.
    returns: Returns::TextOf(42),
    about: "A number as an amount of money: two decimals, commas between thousands, a minus sign before negative ones. \
            Halves round away from zero; absent gives absent.",
    examples: &[("money(1234.5)", "1,234.50"), ("money(-0.125)", "-0.13"), ("money(0)", "0.00")],
    run: money,
};

fn money(args: Args<'_>) -> Result<Value, String> {
    let amount = argument::number(args, 0)?;
    Ok(amount.map_or(Value::Absent, |amount| Value::text(written(amount))))
}

fn written(amount: Decimal) -> String {
    let rounded = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    let sign = if rounded.is_sign_negative() && !rounded.is_zero() { "-" } else { "" };
    let digits = rounded.abs().to_string();
    let (whole, cents) = digits.split_once('.').unwrap_or((&digits, ""));
    format!("{sign}{}.{cents:0<2}", grouped(whole))
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use proptest::prelude::*;

    use super::*;
    use crate::functions::testing::{any_number, leaf, number, shown, text};

    #[test]
    fn amounts_are_written_as_on_paper() {
        let cases = [
            ("0.005", "0.01"),
            ("-0.004", "0.00"),
            ("999.995", "1,000.00"),
            ("123456", "123,456.00"),
            ("1234567.8", "1,234,567.80"),
            ("-79228162514264337593543950335", "-79,228,162,514,264,337,593,543,950,335.00"),
        ];
        for (amount, wanted) in cases {
            assert_eq!(shown("money", &[number(amount)]), wanted);
        }
        assert_eq!(shown("money", &[leaf("12.5")]), "12.50");
        assert_eq!(shown("money", &[Value::Absent]), "");
        assert_eq!(shown("money", &[text("1")]), "error: the first value must be a number, not text");
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn money_reads_back_as_the_rounded_amount(amount in any_number()) {
            let written = written(amount);
            prop_assert!(written.len() <= 42);
            let back = Decimal::from_str(&written.replace(',', "")).unwrap();
            prop_assert_eq!(back, amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero));
            let (whole, cents) = written.trim_start_matches('-').split_once('.').unwrap();
            prop_assert_eq!(cents.len(), 2);
            let mut groups = whole.split(',');
            prop_assert!((1..=3).contains(&groups.next().unwrap().len()));
            prop_assert!(groups.all(|group| group.len() == 3));
        }
    }
}
