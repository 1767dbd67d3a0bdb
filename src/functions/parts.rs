//! Looking for parts of a text, and taking it apart.

use regex::{Regex, RegexBuilder};

use super::argument;
use super::cache::Cache;
use super::function::{Args, Function, Param, ParamKind, Returns, param};
use crate::document::Value;

const TEXT_AND_PART: &[Param] = &[param("text", ParamKind::Text), param("part", ParamKind::Text)];

/// The most bytes that a compiled pattern may take.
const LARGEST: usize = 1 << 20;

static PATTERNS: Cache<Regex> = Cache::new();

pub(super) const CONTAINS: Function = Function {
    name: "contains",
    group: "Text",
    params: TEXT_AND_PART,
    returns: Returns::Bool,
    about: "Whether the part is somewhere in the text; capitals matter. `false` if either is absent or blank.",
    examples: &[("contains(\"Zinc Rack\", \"Rack\")", "true"), ("contains(\"Zinc\", \"\")", "false")],
    run: |args| found(args, |text, part| text.contains(part)),
};

pub(super) const STARTS_WITH: Function = Function {
    name: "starts_with",
    group: "Text",
    params: TEXT_AND_PART,
    returns: Returns::Bool,
    about: "Whether the text begins with the part; capitals matter. `false` if either is absent or blank.",
    examples: &[("starts_with(\"SH:104\", \"SH:\")", "true")],
    run: |args| found(args, |text, part| text.starts_with(part)),
};

pub(super) const ENDS_WITH: Function = Function {
    name: "ends_with",
    group: "Text",
    params: TEXT_AND_PART,
    returns: Returns::Bool,
    about: "Whether the text ends with the part; capitals matter. `false` if either is absent or blank.",
    examples: &[("ends_with(\"plan.pdf\", \".pdf\")", "true")],
    run: |args| found(args, |text, part| text.ends_with(part)),
};

pub(super) const MATCHES: Function = Function {
    name: "matches",
    group: "Text",
    params: &[param("text", ParamKind::Text), param("pattern", ParamKind::Pattern)],
    returns: Returns::Bool,
    about: "Whether a regular expression is found somewhere in the text; `^` and `$` tie it to the ends, `(?i)` at the \
            start ignores capitals. `false` if the text is absent.",
    examples: &[("matches(\"PN-104\", \"^PN-[0-9]+$\")", "true"), ("matches((), \"a\")", "false")],
    run: matches,
};

pub(super) const SPLIT: Function = Function {
    name: "split",
    group: "Text",
    params: &[param("text", ParamKind::Text), param("separator", ParamKind::Text)],
    returns: Returns::Texts,
    about: "The parts of a text between the separators, blank ones included. Absent or blank text gives an empty list; \
            an absent or blank separator gives the whole text as the only part.",
    examples: &[("last(split(\"Parts:Zinc:Rack\", \":\"))", "Rack"), ("count(split(\"a,,b\", \",\"))", "3")],
    run: split,
};

/// Checks a regular expression before anything is matched with it.
///
/// # Errors
/// What is wrong with it, in one line.
pub fn check_pattern(pattern: &str) -> Result<(), String> {
    PATTERNS.get(pattern, compile).map(drop)
}

fn found(args: Args<'_>, holds: impl Fn(&str, &str) -> bool) -> Result<Value, String> {
    let text = argument::text(args, 0)?.unwrap_or_default();
    let part = argument::text(args, 1)?.unwrap_or_default();
    Ok(Value::Bool(!part.is_empty() && holds(&text, &part)))
}

fn matches(args: Args<'_>) -> Result<Value, String> {
    let text = argument::text(args, 0)?;
    let Some(pattern) = argument::text(args, 1)? else {
        return Err(argument::wrong(1, "a regular expression", &Value::Absent));
    };
    let pattern = PATTERNS.get(&pattern, compile)?;
    Ok(Value::Bool(text.is_some_and(|text| pattern.is_match(&text))))
}

fn compile(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern).size_limit(LARGEST).build().map_err(|error| {
        // The library draws the pattern over several lines; the last one says what is wrong.
        let drawn = error.to_string();
        let reason = drawn.lines().last().unwrap_or_default().trim_start_matches("error: ").to_lowercase();
        format!("`{pattern}` is not a regular expression: {}", reason.trim_end_matches('.'))
    })
}

fn split(args: Args<'_>) -> Result<Value, String> {
    let text = argument::text(args, 0)?.unwrap_or_default();
    let separator = argument::text(args, 1)?.unwrap_or_default();
    let parts = match (text.is_empty(), separator.is_empty()) {
        (true, _) => [].into(),
        (false, true) => [Value::text(text)].into(),
        (false, false) => text.split(&*separator).map(Value::text).collect(),
    };
    Ok(Value::List(parts))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::functions::testing::{leaf, list, number, run, shown, text};

    #[test]
    fn finds_parts_but_never_nothing() {
        for (name, part) in [("contains", "in"), ("starts_with", "Zi"), ("ends_with", "nc")] {
            assert_eq!(shown(name, &[leaf("Zinc"), text(part)]), "true");
            assert_eq!(shown(name, &[text("Zinc"), text(&part.to_uppercase())]), "false");
            for nothing in [Value::Absent, text("")] {
                assert_eq!(shown(name, &[text("Zinc"), nothing.clone()]), "false");
                assert_eq!(shown(name, &[nothing, text(part)]), "false");
            }
        }
        assert_eq!(shown("contains", &[number("104"), number("0")]), "true");
    }

    #[test]
    fn matches_patterns_and_explains_wrong_ones() {
        assert_eq!(shown("matches", &[text("PN-104"), text("(?i)pn-\\d+")]), "true");
        assert_eq!(shown("matches", &[text("PN-104"), text("^\\d")]), "false");
        assert_eq!(check_pattern("^\\d+$"), Ok(()));
        let wanted = "`(a` is not a regular expression: unclosed group";
        assert_eq!(check_pattern("(a"), Err(wanted.to_owned()));
        assert_eq!(shown("matches", &[Value::Absent, text("(a")]), format!("error: {wanted}"));
        assert!(shown("matches", &[text("a"), Value::Absent]).starts_with("error: the second value must be"));
    }

    #[test]
    fn a_pattern_that_would_fill_the_memory_is_refused() {
        assert!(check_pattern("(((a{99}){99}){99}){99}").is_err_and(|message| !message.contains('\n')));
    }

    #[test]
    fn splits_at_every_separator() {
        assert_eq!(run("split", &[text("a,,b"), text(",")]), Ok(list([text("a"), text(""), text("b")])));
        assert_eq!(run("split", &[text("ab"), text("")]), Ok(list([text("ab")])));
        assert_eq!(run("split", &[Value::Absent, text(",")]), Ok(list([])));
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn parts_rejoin_to_the_text(from in "[a-c,;]{1,30}", separator in "[,;]{1,2}") {
            let Ok(Value::List(parts)) = run("split", &[text(&from), text(&separator)]) else {
                return Err(TestCaseError::fail("no list"));
            };
            let parts: Vec<_> = parts.iter().filter_map(Value::as_text).collect();
            prop_assert_eq!(parts.join(&separator), from);
        }
    }
}
