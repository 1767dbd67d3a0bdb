//! The text that stands for a text in XML.

use quick_xml::events::BytesRef;

use super::Problem;
use crate::xml;

/// The longest reference: `&#1114111;`, with some leading zeros.
const MAX_REFERENCE: usize = 16;
/// A character that XML forbids.
const NO_CHARACTER: char = '\u{FFFF}';

/// Appends what `raw`, a text between two tags, stands for: references resolved, CR LF and CR made LF.
///
/// Numbers of control characters are let through, but for 0: XML forbids them, .NET writes them all the
/// same, and a request that carries such an answer must arrive for anyone to learn of it. In an answer of QuickBooks
/// numbers that no character has become one that XML forbids, so that whoever reads the answer notices it.
///
/// # Errors
/// With the bytes before the offending reference.
pub(super) fn unescape_into(out: &mut String, raw: &str, is_answer: bool) -> Result<(), (Problem, usize)> {
    out.reserve(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.bytes().position(|byte| byte == b'&' || byte == b'\r') {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let found = resolve(special).or_else(|| if is_answer { no_character(special) } else { None });
        let (character, length) = found.ok_or((Problem::Reference, raw.len() - special.len()))?;
        out.push(character);
        rest = special.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    Ok(())
}

/// The character that stands at the beginning of `special`, and how many bytes it takes there.
fn resolve(special: &str) -> Option<(char, usize)> {
    if let Some(after) = special.strip_prefix('\r') {
        return Some(('\n', if after.starts_with('\n') { 2 } else { 1 }));
    }
    let end = special.bytes().take(MAX_REFERENCE).position(|byte| byte == b';')?;
    let character = xml::resolve(&BytesRef::new(special.get(1..end)?)).ok()?;
    Some((character, end + 1))
}

/// What stands for a number that no character has, and how many bytes it takes.
fn no_character(special: &str) -> Option<(char, usize)> {
    let end = special.bytes().take(MAX_REFERENCE).position(|byte| byte == b';')?;
    let reference = special.get(1..end)?;
    xml::is_number(reference).then_some((NO_CHARACTER, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unescaped(raw: &str) -> Result<String, (Problem, usize)> {
        let mut out = String::new();
        unescape_into(&mut out, raw, false).map(|()| out)
    }

    #[test]
    fn references_and_line_ends_are_resolved() {
        let raw = "&lt;a b=&quot;&#233;&#xE9;&#x1F436;&apos;&gt; &amp;lt; é\r\n\r\r\n&#13;&#xB;";
        assert_eq!(unescaped(raw).unwrap(), "<a b=\"éé🐶'> &lt; é\n\n\n\r\u{B}");
    }

    #[test]
    fn other_references_are_refused_where_they_begin() {
        for raw in [
            "ab&",
            "ab&;",
            "ab&lt",
            "ab& lt;",
            "ab&LT;",
            "ab&nbsp;",
            "ab&#;",
            "ab&#x;",
            "ab&#0;",
            "ab&#x0;",
            "ab&#+65;",
            "ab&#-1;",
            "ab&#x+41;",
            "ab&#xD800;",
            "ab&#x110000;",
            "ab&#99999999999;",
            "ab&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;",
            "ab&é;",
            "ab&#000000000000000000065;",
        ] {
            assert_eq!(unescaped(raw), Err((Problem::Reference, 2)), "{raw}");
        }
    }

    #[test]
    fn in_an_answer_a_number_of_no_character_is_let_through() {
        let mut out = String::new();
        unescape_into(&mut out, "a&#xD800;b&#0;c&#x110000;d", true).unwrap();
        assert_eq!(out, "a\u{FFFF}b\u{FFFF}c\u{FFFF}d");
        assert!(unescape_into(&mut out, "a&nbsp;", true).is_err());
    }
}
