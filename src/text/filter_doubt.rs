//! Entries of a filter that mean something, but probably not what was meant: a comma for a semicolon, a type that is
//! misspelt, an expression without its slashes. Each would be a name that nothing has.

use std::ops::Range;

use regex::Regex;

use super::pattern::entries;

/// An entry that was probably meant otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterDoubt {
    /// The entry's bytes in the filter's text.
    pub range: Range<usize>,
    /// The entry as it was written.
    pub entry: String,
    /// What is odd about it, in words.
    pub reason: String,
    /// What was probably meant.
    pub meant: String,
}

impl std::fmt::Display for FilterDoubt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` {}; did you mean `{}`?", self.entry, self.reason, self.meant)
    }
}

/// The doubtful entries of a filter. `types` are the words that are types; `nearest` finds the one that a misspelt word
/// means.
pub fn doubts(text: &str, types: &[&str], nearest: impl Fn(&str) -> Option<String>) -> Vec<FilterDoubt> {
    let all = entries(text);
    let mut found: Vec<FilterDoubt> = Vec::new();
    for range in &all {
        let entry = text.get(range.clone()).unwrap_or_default();
        if let Some((reason, meant)) = doubt(entry, types, &nearest) {
            found.push(FilterDoubt { range: range.clone(), entry: entry.to_owned(), reason, meant });
        }
    }
    if found.is_empty() {
        found.extend(of_the_whole(text, &all));
    }
    found
}

/// Exclusions that have nothing to exclude from.
fn of_the_whole(text: &str, all: &[Range<usize>]) -> Option<FilterDoubt> {
    let texts: Vec<&str> = all.iter().filter_map(|range| text.get(range.clone())).collect();
    let excludes = |entry: &str| entry.starts_with('!');
    let first = all.first()?.clone();
    let entry = (*texts.first()?).to_owned();
    if texts.iter().all(|entry| excludes(entry)) {
        let meant = format!("*; {}", texts.join("; "));
        let reason = "only excludes, so that nothing passes".to_owned();
        return Some(FilterDoubt { range: first, entry, reason, meant });
    }
    let last = *texts.last()?;
    if last == "*" && texts.len() > 1 {
        let meant = std::iter::once("*").chain(texts.iter().copied().filter(|entry| *entry != "*"));
        let meant = meant.collect::<Vec<_>>().join("; ");
        let reason =
            "counts for nothing, because the last entry that fits decides, and `*` always fits".to_owned();
        return Some(FilterDoubt { range: first, entry, reason, meant });
    }
    None
}

/// What is odd about an entry, and what was meant.
fn doubt(entry: &str, types: &[&str], nearest: &impl Fn(&str) -> Option<String>) -> Option<(String, String)> {
    let (sign, body) = entry.strip_prefix('!').map_or(("", entry), |body| ("!", body.trim_start()));
    if body.starts_with('/') || is_type(body, types) {
        return None;
    }
    if let Some(inner) = unquoted(body) {
        let meant = doubt(inner, types, nearest).map_or_else(|| inner.to_owned(), |(_, meant)| meant);
        return Some(("has quotes, which count as a part of the name".to_owned(), format!("{sign}{meant}")));
    }
    if let Some(meant) = several(body, types, nearest) {
        return Some((
            "is one entry: entries are separated by semicolons".to_owned(),
            format!("{sign}{meant}"),
        ));
    }
    if looks_like_expression(body) {
        let escaped = body.replace('/', "\\/");
        let reason = "is a name: an expression stands between slashes".to_owned();
        return Some((reason, format!("{sign}/{escaped}/")));
    }
    let kind = type_meant(body, types, nearest)?;
    Some(("is a name, and no type of record".to_owned(), format!("{sign}{kind}")))
}

fn is_type(word: &str, types: &[&str]) -> bool {
    types.iter().any(|kind| kind.eq_ignore_ascii_case(word))
}

fn unquoted(body: &str) -> Option<&str> {
    let pairs = [('"', '"'), ('\'', '\''), ('“', '”'), ('`', '`')];
    let (open, close) = pairs.into_iter().find(|(open, close)| {
        body.chars().count() > 2 && body.starts_with(*open) && body.ends_with(*close)
    })?;
    body.strip_prefix(open)?.strip_suffix(close)
}

/// The entries that were meant by one with another separator in it. A name may have a comma, so that one of them must be
/// a type or a pattern; no name has a line break.
fn several(body: &str, types: &[&str], nearest: &impl Fn(&str) -> Option<String>) -> Option<String> {
    for separator in ["\n", ",", "|", " / ", " + ", " and ", " or "] {
        let parts: Vec<&str> = body.split(separator).map(str::trim).filter(|part| !part.is_empty()).collect();
        let is_known = |part: &str| {
            let part = unquoted(part).unwrap_or(part);
            separator == "\n"
                || part.contains('*')
                || type_meant(part, types, nearest).is_some()
                || is_type(part, types)
        };
        if parts.len() > 1 && parts.iter().any(|part| is_known(part)) {
            let mend =
                |part: &str| doubt(part, types, nearest).map_or_else(|| part.to_owned(), |(_, meant)| meant);
            return Some(parts.into_iter().map(mend).collect::<Vec<_>>().join("; "));
        }
    }
    None
}

/// Whether it is written as a regular expression.
fn looks_like_expression(body: &str) -> bool {
    let marks = ["\\d", "\\w", "\\s", ".*", ".+", "[0-9]", "[A-Z", "[a-z", "(?"];
    let is_marked =
        body.starts_with('^') || body.ends_with('$') || marks.iter().any(|mark| body.contains(mark));
    is_marked && Regex::new(body).is_ok()
}

/// The type that was meant by a word that is none: misspelt, or as the pages of QuickBooks call it.
fn type_meant(body: &str, types: &[&str], nearest: &impl Fn(&str) -> Option<String>) -> Option<String> {
    if body.contains(['*', '?', ':']) || body.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    let folded: String = body.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let shortened =
        ["items", "item", "parts", "part", "s"].into_iter().find_map(|end| folded.strip_suffix(end));
    for word in [Some(folded.as_str()), shortened].into_iter().flatten() {
        if let Some(kind) = types.iter().find(|kind| kind.eq_ignore_ascii_case(word)) {
            return Some((*kind).to_owned());
        }
    }
    let is_word = folded.len() >= 5 && !body.contains(' ');
    if is_word { nearest(body) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPES: [&str; 5] = ["Service", "NonInventory", "Inventory", "InventoryAssembly", "OtherCharge"];

    fn meant(text: &str) -> Vec<String> {
        let near = |word: &str| (word == "Servce").then(|| "Service".to_owned());
        doubts(text, &TYPES, near).into_iter().map(|doubt| doubt.meant).collect()
    }

    #[test]
    fn what_was_meant_is_said() {
        for (text, wanted) in [
            ("Service, NonInventory", "Service; NonInventory"),
            ("\"Service\"", "Service"),
            ("Servce", "Service"),
            ("Non-inventory Part", "NonInventory"),
            ("Inventory Assembly", "InventoryAssembly"),
            ("Other charges", "OtherCharge"),
            ("^PN-\\d+$", "/^PN-\\d+$/"),
            ("Service\nNonInventory", "Service; NonInventory"),
            ("Service | Non-inventory Part", "Service; NonInventory"),
            ("!Servce", "!Service"),
            ("!Parts:*", "*; !Parts:*"),
            ("!Parts:*; *", "*; !Parts:*"),
        ] {
            assert_eq!(meant(text), [wanted], "{text}");
        }
    }

    #[test]
    fn what_is_right_is_left_alone() {
        for text in [
            "",
            "Service",
            "service; Parts:*; !Parts:Old*",
            "/^PN-\\d+$/",
            "Bracket, left",
            "PN-104",
            "*",
            "Freight",
            "Gold",
        ] {
            assert_eq!(meant(text), Vec::<String>::new(), "{text}");
        }
    }
}
