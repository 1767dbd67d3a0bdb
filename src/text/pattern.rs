//! The filter lists of the settings pages.

use std::ops::Range;

use regex::{Regex, RegexBuilder};
use thiserror::Error;

/// A list of entries separated by semicolons that says what passes.
///
/// An entry is
/// - a type, if it is a single word that the caller knows as one (`Service`),
/// - a regular expression between slashes, found anywhere in the name (`/^SH-\d+$/`; a slash in it
///   is written `\/`; semicolons in it do not separate),
/// - or else a pattern for the whole name, where `*` stands for any characters and `?` for one
///   (`Parts:*`).
///
/// `!` in front of an entry excludes what it matches. White space around entries and empty entries
/// do not count, nor does case. The last entry that matches decides; where none does, and so with
/// an empty list, nothing passes. A list that begins with an exclusion therefore still lets
/// nothing pass that no later entry names: write `*; !Parts:*` for "all but".
///
/// ```
/// # use ferrule::text::pattern::Filter;
/// let filter = Filter::parse_with("Service; Parts:*; !Parts:Old*", |word| word == "Service")?;
/// assert!(filter.decide("Service", "Freight").passes);
/// assert!(filter.decide("Inventory", "parts:SEC11000").passes);
/// let decision = filter.decide("Inventory", "Parts:Old bracket");
/// assert_eq!((decision.passes, decision.by), (false, Some("!Parts:Old*")));
/// assert_eq!(filter.decide("Discount", "10 % off").by, None);
/// # Ok::<(), ferrule::text::pattern::FilterError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Filter {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    /// As it was written.
    text: String,
    is_exclusion: bool,
    matcher: Matcher,
}

#[derive(Debug, Clone)]
enum Matcher {
    Type(String),
    Name(Regex),
}

/// What a [`Filter`] says about one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision<'a> {
    /// Whether it passes.
    pub passes: bool,
    /// The entry that decided, as it was written; `None` if no entry matches.
    pub by: Option<&'a str>,
}

const NOTHING_AFTER: &str = "there is nothing after `!`";
const TWO: &str = "there are two `!`";
const NOT_CLOSED: &str = "the closing `/` is missing";
const NOTHING_BETWEEN: &str = "there is nothing between the slashes";
const TEXT_AFTER: &str = "there is text after the closing `/` (a slash inside is written `\\/`)";
const TOO_LARGE: &str = "the regular expression is too large";

/// What may be wrong with an entry, but for what the library for regular expressions says. Pages tell it in their language.
pub const REASONS: [&str; 6] = [NOTHING_AFTER, TWO, NOT_CLOSED, NOTHING_BETWEEN, TEXT_AFTER, TOO_LARGE];

/// An entry of a filter that means nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{entry}` in the filter is wrong: {reason}")]
pub struct FilterError {
    /// The entry's bytes in the filter's text.
    pub range: Range<usize>,
    /// The entry as it was written.
    pub entry: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Filter {
    /// Reads a filter that knows no types: single words are names.
    ///
    /// # Errors
    /// For the first entry that means nothing.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        Self::parse_with(text, |_| false)
    }

    /// Reads a filter; `is_type` says which single words are types (it gets them as written).
    ///
    /// # Errors
    /// For the first entry that means nothing: a lone `!`, a slash without its partner, text after
    /// the second slash, an expression that is wrong or too large.
    pub fn parse_with(text: &str, is_type: impl Fn(&str) -> bool) -> Result<Self, FilterError> {
        let entries = entries(text).into_iter().map(|range| {
            let entry = text.get(range.clone()).unwrap_or_default();
            Entry::parse(entry, &is_type).map_err(|reason| FilterError {
                range,
                entry: entry.to_owned(),
                reason,
            })
        });
        Ok(Self { entries: entries.collect::<Result<_, _>>()? })
    }

    /// True if the filter has no entry, so that nothing passes.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether something of this type with this full name passes, and why.
    pub fn decide(&self, kind: &str, full_name: &str) -> Decision<'_> {
        match self.entries.iter().rfind(|entry| entry.matches(kind, full_name)) {
            Some(entry) => Decision { passes: !entry.is_exclusion, by: Some(&entry.text) },
            None => Decision { passes: false, by: None },
        }
    }
}

impl Entry {
    fn parse(text: &str, is_type: &impl Fn(&str) -> bool) -> Result<Self, String> {
        let excluded = text.strip_prefix('!').map(str::trim_start);
        let body = excluded.unwrap_or(text);
        let matcher = match body.strip_prefix('/') {
            _ if body.is_empty() => return Err(NOTHING_AFTER.to_owned()),
            _ if body.starts_with('!') => return Err(TWO.to_owned()),
            Some(expression) => Matcher::Name(expression_between_slashes(expression)?),
            None if is_type(body) => Matcher::Type(body.to_lowercase()),
            None => Matcher::Name(build(&glob(body))?),
        };
        Ok(Self { text: text.to_owned(), is_exclusion: excluded.is_some(), matcher })
    }

    fn matches(&self, kind: &str, full_name: &str) -> bool {
        match &self.matcher {
            Matcher::Type(word) => *word == kind.to_lowercase(),
            Matcher::Name(regex) => regex.is_match(full_name),
        }
    }
}

/// The entries of a filter's text, blank ones left out.
pub(super) fn entries(text: &str) -> Vec<Range<usize>> {
    split(text).into_iter().map(|range| trim(text, range)).filter(|range| !range.is_empty()).collect()
}

/// The ranges between semicolons that are not inside of a regular expression.
fn split(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    while start <= text.len() {
        let rest = text.get(start..).unwrap_or_default();
        let body = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '!');
        let expression = body.strip_prefix('/').map_or(0, |expression| {
            let length = closing_slash(expression).map_or(expression.len(), |slash| slash + 1);
            rest.len() - expression.len() + length
        });
        let after = rest.get(expression..).unwrap_or_default();
        let end = start + expression + after.find(';').unwrap_or(after.len());
        ranges.push(start..end);
        start = end + 1;
    }
    ranges
}

/// Where the expression ends: at the first slash that is neither escaped nor in brackets.
fn closing_slash(expression: &str) -> Option<usize> {
    let mut characters = expression.char_indices();
    let mut in_brackets = false;
    while let Some((index, character)) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            '[' => in_brackets = true,
            ']' => in_brackets = false,
            '/' if !in_brackets => return Some(index),
            _ => {}
        }
    }
    None
}

fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let part = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}

fn expression_between_slashes(text: &str) -> Result<Regex, String> {
    let slash = closing_slash(text).ok_or(NOT_CLOSED)?;
    let (expression, after) = text.split_at(slash);
    match after.strip_prefix('/').map(str::trim) {
        Some("") if expression.is_empty() => Err(NOTHING_BETWEEN.to_owned()),
        Some("") => build(expression),
        _ => Err(TEXT_AFTER.to_owned()),
    }
}

/// The expression for a pattern with `*` and `?` that covers the whole name.
fn glob(pattern: &str) -> String {
    let mut expression = String::from(r"(?s)\A");
    for character in pattern.chars() {
        match character {
            '*' => expression.push_str(".*"),
            '?' => expression.push('.'),
            other => expression.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    expression.push_str(r"\z");
    expression
}

/// 1 MB is room for any expression that a person writes.
const SIZE_LIMIT: usize = 1 << 20;

fn build(expression: &str) -> Result<Regex, String> {
    let mut builder = RegexBuilder::new(expression);
    builder.case_insensitive(true).size_limit(SIZE_LIMIT).dfa_size_limit(SIZE_LIMIT);
    builder.build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => TOO_LARGE.to_owned(),
        // The last line of a syntax error says what it is; those before show where, in several lines.
        other => {
            let message = other.to_string();
            let last = message.lines().last().unwrap_or_default();
            last.strip_prefix("error: ").unwrap_or(last).to_owned()
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn passes(filter: &str, name: &str) -> bool {
        Filter::parse(filter).unwrap().decide("Service", name).passes
    }

    fn error(filter: &str) -> FilterError {
        Filter::parse(filter).unwrap_err()
    }

    #[test]
    fn patterns_cover_the_whole_name_and_ignore_case() {
        assert!(passes("PN-*", "pn-100"));
        assert!(!passes("PN-*", "X PN-100"));
        assert!(passes("pn-?00", "PN-100") && !passes("pn-?00", "PN-1100"));
        assert!(passes("a.b (c)+", "A.B (C)+") && !passes("a.b", "axb"));
        assert!(passes("Größe*", "GRÖSSE 5") || passes("GRÖßE*", "größe 5"));
        assert!(passes("two*lines", "two\nlines"));
    }

    #[test]
    fn expressions_are_searched_and_keep_their_semicolons_and_slashes() {
        assert!(passes(r"/^SH-\d+$/", "sh-17") && !passes(r"/^SH-\d+$/", "sh-17a"));
        assert!(passes("/a;b/; c", "xa;bx") && passes("/a;b/; c", "C"));
        assert!(passes(r"/a\/b/", "a/b") && passes("/[/;]x/", ";x"));
        assert!(!passes("*; ! /old;er/", "older; no: OLD;ER"));
    }

    #[test]
    fn the_last_match_decides_and_without_one_nothing_passes() {
        assert!(!passes("", "x") && !passes(" ; ;", "x") && !passes("!y", "x"));
        assert!(Filter::parse(" ; ").unwrap().is_empty());
        assert!(passes("!x; x", "x") && !passes("x; !x", "x"));
    }

    #[test]
    fn types_are_what_the_caller_says() {
        let filter =
            Filter::parse_with("service; !Inventory", |word| word.eq_ignore_ascii_case("service")).unwrap();
        assert!(filter.decide("Service", "Freight").passes);
        assert!(!filter.decide("Inventory", "Freight").passes);
        assert_eq!(
            filter.decide("Service", "inventory").by,
            Some("!Inventory"),
            "a word that is no type is a name"
        );
    }

    #[test]
    fn a_wrong_entry_is_named_with_its_place_and_reason() {
        let wrong = error("ok;  /a(b/ ; x");
        assert_eq!(
            (wrong.range, wrong.entry.as_str(), wrong.reason.as_str()),
            (5..10, "/a(b/", "unclosed group")
        );
        assert_eq!(error("x;!").range, 2..3);
        assert_eq!(error("! !x").reason, "there are two `!`");
        assert_eq!(error("/ab;c").reason, "the closing `/` is missing");
        assert_eq!(error("//").reason, "there is nothing between the slashes");
        assert!(error("/a/b/").reason.starts_with("there is text after the closing `/`"));
        assert_eq!(error("/(a{1000}){1000}/").reason, "the regular expression is too large");
        assert_eq!(error("!").to_string(), "`!` in the filter is wrong: there is nothing after `!`");
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn any_text_is_a_filter_or_an_error_at_its_own_place(text in "[a-zA-Zé;!/*?\\[\\]() \\\\.]{0,30}") {
            match Filter::parse(&text) {
                Ok(filter) => prop_assert_eq!(filter.decide("", "a").passes && filter.is_empty(), false),
                Err(error) => prop_assert_eq!(text.get(error.range), Some(error.entry.as_str())),
            }
        }

        #[test]
        fn a_name_without_wildcards_passes_itself_only(name in "[a-z][a-z0-9:.()+ -]{0,10}[a-z]", other in "[a-z]{1,5}") {
            prop_assert!(passes(&name, &name.to_uppercase()));
            prop_assert_eq!(passes(&name, &other), name == other);
        }
    }
}
