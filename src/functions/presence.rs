//! Whether something is there, and how it is written.

use super::argument;
use super::function::{Args, Function, ParamKind, Returns, param};
use super::written::to_text;
use crate::document::Value;

pub(super) const EXISTS: Function = Function {
    name: "exists",
    group: "Values",
    params: &[param("value", ParamKind::Any)],
    returns: Returns::Bool,
    about: "Whether there is something: not absent, not the text \"\" and not an empty list.",
    examples: &[("exists(\"\")", "false"), ("exists(0)", "true")],
    run: |args| Ok(Value::Bool(is_there(argument::value(args, 0)))),
};

pub(super) const EMPTY: Function = Function {
    name: "empty",
    group: "Values",
    params: &[param("value", ParamKind::Any)],
    returns: Returns::Bool,
    about: "The opposite of `exists`: absent, the text \"\" or an empty list.",
    examples: &[("empty(())", "true"), ("empty([1])", "false")],
    run: |args| Ok(Value::Bool(!is_there(argument::value(args, 0)))),
};

pub(super) const TEXT: Function = Function {
    name: "text",
    group: "Values",
    params: &[param("x", ParamKind::Any)],
    returns: Returns::TextLike(0),
    about: "A value as `${}` writes it: numbers with the decimal places they have, a list's members joined by \", \", \
            a reference by its full name. Absent gives absent.",
    examples: &[("text(1.50)", "1.50"), ("text([1, \"a\"])", "1, a")],
    run: text,
};

fn is_there(value: &Value) -> bool {
    match value {
        Value::Absent => false,
        Value::List(list) => !list.is_empty(),
        other => other.as_text().is_none_or(|text| !text.is_empty()),
    }
}

fn text(args: Args<'_>) -> Result<Value, String> {
    match argument::value(args, 0) {
        Value::Absent => Ok(Value::Absent),
        Value::Text(text) => Ok(Value::Text(text.clone())),
        other => {
            let text = to_text(other);
            argument::check_length(text.len())?;
            Ok(Value::text(text))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::functions::testing::{any_value, leaf, list, number, run, shown, text};

    #[test]
    fn tells_what_is_there() {
        for value in [Value::Absent, text(""), list([]), leaf("")] {
            assert_eq!(shown("exists", std::slice::from_ref(&value)), "false", "{value:?}");
        }
        for value in [text(" "), list([Value::Absent]), leaf("x"), number("0"), Value::Bool(false)] {
            assert_eq!(shown("exists", std::slice::from_ref(&value)), "true", "{value:?}");
        }
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn empty_is_the_opposite_of_exists(value in any_value()) {
            let exists = shown("exists", std::slice::from_ref(&value));
            prop_assert_ne!(shown("empty", std::slice::from_ref(&value)), exists);
        }

        #[test]
        fn text_is_what_is_written(value in any_value()) {
            let text = run("text", std::slice::from_ref(&value)).unwrap();
            prop_assert_eq!(to_text(&text), to_text(&value));
            prop_assert_eq!(text.is_absent(), value.is_absent());
        }
    }
}
