//! All functions, in the order of the handbook.

use super::function::Function;
use super::{choose, date, filter, list, money, number, parts, presence, quickbooks, text};

static ALL: &[Function] = &[
    quickbooks::PLAIN,
    quickbooks::MARKDOWN,
    quickbooks::ADDRESS,
    filter::PASSES,
    filter::FILTERED_BY,
    presence::EXISTS,
    presence::EMPTY,
    presence::TEXT,
    text::TRIM,
    text::UPPER,
    text::LOWER,
    text::DIGITS,
    text::REPLACE,
    parts::SPLIT,
    parts::CONTAINS,
    parts::STARTS_WITH,
    parts::ENDS_WITH,
    parts::MATCHES,
    money::MONEY,
    number::ROUND,
    number::ABS,
    number::MIN,
    number::MAX,
    number::NUMBER,
    list::SUM,
    list::COUNT,
    list::UNIQUE,
    list::FIRST,
    list::LAST,
    list::JOIN,
    choose::LOOKUP,
    choose::PICK,
    choose::WHERE,
    date::DATE,
    date::DAYS_BETWEEN,
];

/// Every provided function; those of one group follow each other.
pub fn all() -> &'static [Function] {
    ALL
}

/// The function of that name.
pub fn find(name: &str) -> Option<&'static Function> {
    ALL.iter().find(|function| function.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::document::Value;
    use crate::functions::testing::any_value;
    use crate::functions::{ParamKind, Returns};

    /// Whether a value is of the type that the table promises for these arguments.
    fn keeps_promise(returns: Returns, args: &[Value], value: &Value) -> bool {
        let length = |value: &Value| crate::functions::to_text(value).chars().count();
        let members = |at: usize| match &args[at] {
            Value::List(list) => list.to_vec(),
            // An element of a record that comes alone is a list of one.
            alone @ Value::Record(_) => vec![alone.clone()],
            _ => Vec::new(),
        };
        let is_text = matches!(value, Value::Text(_));
        match returns {
            Returns::Bool => matches!(value, Value::Bool(_)),
            Returns::Texts => {
                matches!(value, Value::List(parts) if parts.iter().all(|part| matches!(part, Value::Text(_))))
            }
            Returns::MembersOf(at) => {
                matches!(value, Value::List(list) if list.iter().all(|member| members(at).contains(member)))
            }
            _ if value.is_absent() => true,
            Returns::Number | Returns::Like(_) => matches!(value, Value::Number(_)),
            Returns::Integer => matches!(value, Value::Number(number) if number.fract().is_zero()),
            Returns::Date => value.as_text().is_some_and(|day| day.parse::<chrono::NaiveDate>().is_ok()),
            Returns::Text => is_text,
            Returns::TextOf(most) => is_text && length(value) <= most as usize,
            Returns::TextLike(at) => is_text && length(value) <= length(&args[at]),
            Returns::MemberOf(at) => members(at).contains(value),
            Returns::Map(keys) => matches!(value, Value::Map(map) if map.iter().all(
                |(key, value)| keys.contains(&&**key) && matches!(value, Value::Text(_) | Value::Absent))),
        }
    }

    #[test]
    fn names_are_unique_and_found() {
        let names: BTreeSet<_> = all().iter().map(|function| function.name).collect();
        assert_eq!(names.len(), all().len());
        assert!(names.iter().all(|name| find(name).is_some_and(|function| function.name == *name)));
        assert!(find("connection").is_none());
    }

    #[test]
    fn rhai_takes_every_name_and_example() {
        let engine = rhai::Engine::new_raw();
        for function in all() {
            assert!(!function.examples.is_empty(), "{} has no example", function.name);
            for (expression, _) in function.examples {
                assert!(expression.contains(&format!("{}(", function.name)), "{expression}");
                engine.compile_expression(expression).unwrap();
            }
        }
    }

    #[test]
    fn groups_stand_together_and_are_explained() {
        let mut groups: Vec<_> = all().iter().map(|function| function.group).collect();
        groups.dedup();
        assert_eq!(groups.iter().collect::<BTreeSet<_>>().len(), groups.len());
        for function in all() {
            assert!(function.about.ends_with('.') && !function.about.contains("  "), "{}", function.name);
        }
    }

    #[test]
    fn absent_values_are_never_a_type_error_except_as_a_pattern() {
        for function in all() {
            let has_pattern = function.params.iter().any(|param| param.kind == ParamKind::Pattern);
            let args = vec![&Value::Absent; function.params.len()];
            assert_eq!((function.run)(&args).is_err(), has_pattern, "{function:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 512, ..crate::testing::config() })]
        #[test]
        fn no_function_panics_and_each_gives_what_it_promises(args in prop::collection::vec(any_value(), 4)) {
            for function in all() {
                let args = &args[..function.params.len()];
                match (function.run)(&args.iter().collect::<Vec<_>>()) {
                    Ok(value) => prop_assert!(
                        keeps_promise(function.returns, args, &value),
                        "{:?} gave {:?} for {:?}", function, value, args
                    ),
                    Err(message) => {
                        prop_assert!(!message.is_empty() && !message.ends_with('.'), "{}", message);
                        prop_assert!(!message.contains('\n') || args.iter().any(|arg| format!("{arg:?}").contains("\\n")), "{}", message);
                    }
                }
            }
        }
    }
}
