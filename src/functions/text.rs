//! Text changed into other text.

use std::borrow::Cow;

use super::argument;
use super::function::{Args, Function, Param, ParamKind, Returns, param};
use crate::document::Value;

const TEXT: &[Param] = &[param("text", ParamKind::Text)];

pub(super) const TRIM: Function = Function {
    name: "trim",
    group: "Text",
    params: TEXT,
    returns: Returns::TextLike(0),
    about: "Text without blanks and line breaks at its ends; absent gives absent.",
    examples: &[("trim(\"  Zinc \")", "Zinc")],
    run: |args| changed(args, |text| text.trim().into()),
};

pub(super) const UPPER: Function = Function {
    name: "upper",
    group: "Text",
    params: TEXT,
    returns: Returns::TextLike(0),
    about: "Text in capitals; absent gives absent. A letter whose capital is more than one letter stays as it is.",
    examples: &[("upper(\"zinc 5\")", "ZINC 5")],
    run: |args| {
        changed(args, |text| match text.is_ascii() {
            true if !text.bytes().any(|byte| byte.is_ascii_lowercase()) => text.into(),
            true => text.to_ascii_uppercase().into(),
            false => text.chars().map(|letter| only(letter.to_uppercase(), letter)).collect(),
        })
    },
};

pub(super) const LOWER: Function = Function {
    name: "lower",
    group: "Text",
    params: TEXT,
    returns: Returns::TextLike(0),
    about: "Text in small letters; absent gives absent. A letter whose small form is more than one letter stays as it is.",
    examples: &[("lower(\"Zinc 5\")", "zinc 5")],
    run: |args| {
        changed(args, |text| match text.is_ascii() {
            true if !text.bytes().any(|byte| byte.is_ascii_uppercase()) => text.into(),
            true => text.to_ascii_lowercase().into(),
            false => text.chars().map(|letter| only(letter.to_lowercase(), letter)).collect(),
        })
    },
};

pub(super) const DIGITS: Function = Function {
    name: "digits",
    group: "Text",
    params: TEXT,
    returns: Returns::TextLike(0),
    about: "Only the digits 0 to 9 of a text, in order; absent gives absent.",
    examples: &[("digits(\"(937) 555-0133\")", "9375550133")],
    run: |args| changed(args, |text| text.chars().filter(char::is_ascii_digit).collect()),
};

pub(super) const REPLACE: Function = Function {
    name: "replace",
    group: "Text",
    params: &[param("text", ParamKind::Text), param("from", ParamKind::Text), param("to", ParamKind::Text)],
    returns: Returns::Text,
    about: "Text with every `from` in it replaced by `to`. Absent text gives absent; an absent or blank `from` changes \
            nothing, an absent `to` takes `from` out.",
    examples: &[("replace(\"a-b-c\", \"-\", \"\")", "abc")],
    run: replace,
};

fn changed(args: Args<'_>, change: impl Fn(&str) -> Cow<'_, str>) -> Result<Value, String> {
    let value = argument::value(args, 0);
    let Some(text) = argument::text(args, 0)? else {
        return Ok(Value::Absent);
    };
    match change(&text) {
        // Usually there is nothing to change, and the text need not be copied.
        Cow::Borrowed(same) if same.len() == text.len() && matches!(value, Value::Text(_)) => {
            Ok(value.clone())
        }
        changed => Ok(Value::text(changed)),
    }
}

/// The one letter that a change of case gives; if it gives several, the letter as it was, so that
/// no text becomes longer than its element allows.
fn only(mut changed: impl Iterator<Item = char>, letter: char) -> char {
    match (changed.next(), changed.next()) {
        (Some(one), None) => one,
        _ => letter,
    }
}

fn replace(args: Args<'_>) -> Result<Value, String> {
    let Some(text) = argument::text(args, 0)? else {
        return Ok(Value::Absent);
    };
    let from = argument::text(args, 1)?.unwrap_or_default();
    let to = argument::text(args, 2)?.unwrap_or_default();
    if from.is_empty() {
        return Ok(Value::text(text));
    }
    let found = text.matches(&*from).count();
    argument::check_length(text.len().saturating_add(found.saturating_mul(to.len())))?;
    Ok(Value::text(text.replace(&*from, &to)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::functions::testing::{leaf, list, number, record, run, shown, text};

    #[test]
    fn what_has_a_text_is_taken_as_its_text() {
        assert_eq!(shown("upper", &[leaf("ab")]), "AB");
        assert_eq!(shown("digits", &[number("-1.50")]), "150");
        assert_eq!(shown("upper", &[list([text("a"), Value::Absent, text("b")])]), "A, B");
        assert_eq!(shown("upper", &[Value::Bool(true)]), "TRUE");
        let aggregate = record("<A><B>x</B></A>");
        for textless in [aggregate.clone(), list([aggregate])] {
            assert!(shown("upper", &[textless]).starts_with("error: the first value must be text, not a "));
        }
    }

    #[test]
    fn absent_stays_absent() {
        for name in ["trim", "upper", "lower", "digits"] {
            assert_eq!(run(name, &[Value::Absent]), Ok(Value::Absent));
        }
        assert_eq!(run("replace", &[Value::Absent, text("a"), text("b")]), Ok(Value::Absent));
    }

    #[test]
    fn replaces_every_occurrence_and_nothing_for_a_blank() {
        assert_eq!(shown("replace", &[text("a.b.c"), text("."), text("::")]), "a::b::c");
        assert_eq!(shown("replace", &[text("abc"), text(""), text("-")]), "abc");
        assert_eq!(shown("replace", &[text("abc"), Value::Absent, text("-")]), "abc");
        assert_eq!(shown("replace", &[text("abc"), text("b"), Value::Absent]), "ac");
        let bomb = shown("replace", &[text(&"a".repeat(10_000)), text("a"), text(&"b".repeat(10_000))]);
        assert!(bomb.starts_with("error: the text would be longer than"));
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn no_text_grows(from in ".{0,60}") {
            for name in ["trim", "upper", "lower", "digits"] {
                prop_assert!(shown(name, &[text(&from)]).chars().count() <= from.chars().count());
            }
        }
    }
}
