//! Lists. An absent list is an empty one.

use rust_decimal::Decimal;

use super::argument;
use super::equal::equals;
use super::exact::exact_sum;
use super::function::{Args, Function, ParamKind, Returns, param};
use super::spelt;
use super::written::{has_text, joined, to_text};
use crate::document::Value;

pub(super) const SUM: Function = Function {
    name: "sum",
    group: "Lists",
    params: &[param("list", ParamKind::List)],
    returns: Returns::Number,
    about: "The exact sum of a list of numbers. Absent members are left out; nothing to add gives 0.",
    examples: &[("sum([1.10, 2.20, 3])", "6.30"), ("sum([])", "0")],
    run: sum,
};

pub(super) const COUNT: Function = Function {
    name: "count",
    group: "Lists",
    params: &[param("list", ParamKind::List)],
    returns: Returns::Integer,
    about: "How many members a list has; an absent list has none.",
    examples: &[("count([1, 2, 3])", "3"), ("count(())", "0")],
    run: |args| Ok(Value::Number(Decimal::from(argument::list(args, 0)?.len()))),
};

pub(super) const UNIQUE: Function = Function {
    name: "unique",
    group: "Lists",
    params: &[param("list", ParamKind::List)],
    returns: Returns::MembersOf(0),
    about: "The list without repeats: of members that are equal the first is kept. Absent members are left out.",
    examples: &[("join(unique([\"a\", \"b\", \"a\"]), \", \")", "a, b")],
    run: unique,
};

pub(super) const FIRST: Function = Function {
    name: "first",
    group: "Lists",
    params: &[param("list", ParamKind::List)],
    returns: Returns::MemberOf(0),
    about: "The first member of a list; absent if there is none.",
    examples: &[("first([\"a\", \"b\"])", "a")],
    run: |args| Ok(argument::list(args, 0)?.first().cloned().unwrap_or_default()),
};

pub(super) const LAST: Function = Function {
    name: "last",
    group: "Lists",
    params: &[param("list", ParamKind::List)],
    returns: Returns::MemberOf(0),
    about: "The last member of a list; absent if there is none.",
    examples: &[("last([\"a\", \"b\"])", "b")],
    run: |args| Ok(argument::list(args, 0)?.last().cloned().unwrap_or_default()),
};

pub(super) const JOIN: Function = Function {
    name: "join",
    group: "Lists",
    params: &[param("list", ParamKind::List), param("separator", ParamKind::Text)],
    returns: Returns::Text,
    about: "The texts of a list's members with the separator between them. Absent and blank members are left out, \
            so that no separators stand side by side; an empty or absent list gives \"\".",
    examples: &[("join([\"a\", (), 2], \", \")", "a, 2"), ("join(split(\"a;b\", \";\"), \" / \")", "a / b")],
    run: join,
};

fn unique(args: Args<'_>) -> Result<Value, String> {
    let mut kept: Vec<Value> = Vec::new();
    for member in argument::list(args, 0)?.iter().filter(|member| !member.is_absent()) {
        if !kept.iter().any(|known| equals(known, member)) {
            kept.push(member.clone());
        }
    }
    Ok(Value::List(kept.into()))
}

fn sum(args: Args<'_>) -> Result<Value, String> {
    let mut total = Decimal::ZERO;
    for (at, member) in argument::list(args, 0)?.iter().enumerate() {
        if let Some(number) = addend(member, at)? {
            total = exact_sum(total, number)?;
        }
    }
    Ok(Value::Number(total))
}

fn addend(member: &Value, at: usize) -> Result<Option<Decimal>, String> {
    match (member, member.as_text()) {
        (Value::Absent, _) => Ok(None),
        (Value::Number(number), _) => Ok(Some(*number)),
        (Value::Record(_), Some(text)) => spelt::number(text),
        _ => Err(format!("member {} of the list must be a number, not {}", at + 1, member.phrase())),
    }
}

fn join(args: Args<'_>) -> Result<Value, String> {
    let list = argument::list(args, 0)?;
    let separator = argument::text(args, 1)?.unwrap_or_default();
    if let Some((at, member)) = list.iter().enumerate().find(|(_, member)| !has_text(member)) {
        return Err(format!("member {} of the list must be text, not {}", at + 1, member.phrase()));
    }
    // Often only one member is there, and its text need not be copied.
    let mut there = list.iter().filter(|member| !to_text(member).is_empty());
    if let (Some(Value::Text(only)), None) = (there.next(), there.next()) {
        return Ok(Value::Text(only.clone()));
    }
    let joined = joined(list, &separator);
    argument::check_length(joined.len())?;
    Ok(Value::text(joined))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::functions::testing::{any_value, leaf, list, number, record, run, shown, text};

    #[test]
    fn sums_what_is_there_and_refuses_what_is_no_number() {
        assert_eq!(shown("sum", &[list([number("1.10"), Value::Absent, leaf("2.2"), leaf("")])]), "3.30");
        assert_eq!(shown("sum", &[Value::Absent]), "0");
        assert_eq!(
            shown("sum", &[list([number("1"), text("2")])]),
            "error: member 2 of the list must be a number, not text"
        );
        let aggregate = record("<A><B>1</B></A>");
        assert_eq!(
            shown("sum", &[list([aggregate])]),
            "error: member 1 of the list must be a number, not a record"
        );
        assert_eq!(shown("sum", &[number("1")]), "error: the first value must be a list, not a number");
    }

    #[test]
    fn joins_without_gaps() {
        let members = list([text("a"), text(""), Value::Absent, number("1.0"), leaf("b")]);
        assert_eq!(shown("join", &[members.clone(), text("; ")]), "a; 1.0; b");
        assert_eq!(shown("join", &[members, Value::Absent]), "a1.0b");
        assert_eq!(
            shown("join", &[list([record("<A><B>1</B></A>")]), text(",")]),
            "error: member 1 of the list must be text, not a record"
        );
    }

    #[test]
    fn a_text_that_would_fill_the_memory_is_refused() {
        let members = list(std::iter::repeat_n(text(&"x".repeat(10_000)), 10_000));
        assert!(shown("join", &[members, text(",")]).starts_with("error: the text would be longer than"));
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn the_sum_is_exact_in_any_order(cents in prop::collection::vec((any::<i32>(), 0u32..10), 0..40)) {
            let numbers: Vec<_> = cents.iter().map(|(n, scale)| Value::Number(Decimal::new((*n).into(), *scale))).collect();
            let exact: i128 = cents.iter().map(|(n, scale)| i128::from(*n) * 10i128.pow(10 - scale)).sum();
            let wanted = Value::Number(Decimal::from_i128_with_scale(exact, 10));
            prop_assert_eq!(run("sum", &[list(numbers.iter().cloned())]), Ok(wanted.clone()));
            prop_assert_eq!(run("sum", &[list(numbers.into_iter().rev())]), Ok(wanted));
        }

        #[test]
        fn ends_of_a_list_are_its_members(members in prop::collection::vec(any_value(), 1..5)) {
            prop_assert_eq!(run("first", &[list(members.clone())]), Ok(members[0].clone()));
            prop_assert_eq!(run("last", &[list(members.clone())]), Ok(members[members.len() - 1].clone()));
            prop_assert_eq!(shown("count", &[list(members.clone())]), members.len().to_string());
        }
    }
}
