//! References that stand for no character, and characters that XML forbids.

use quick_xml::escape::unescape;

use super::flaw::UNKNOWN;
use crate::xml::{is_forbidden, is_number};

/// The text with U+FFFD in the place of each character that XML forbids.
pub(super) fn without_forbidden(text: &str) -> String {
    text.chars().map(|character| if is_forbidden(character) { UNKNOWN } else { character }).collect()
}

/// The text that an escaped one stands for. Numbers of no character, and of those that XML forbids, become U+FFFD.
/// Nothing for any other reference that is not known.
pub(super) fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split('&');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (reference, rest) = piece.split_once(';')?;
        match unescape(&format!("&{reference};")) {
            Ok(character) => out.push_str(&character),
            Err(_) if is_number(reference) => out.push(UNKNOWN),
            Err(_) => return None,
        }
        out.push_str(rest);
    }
    Some(without_forbidden(&out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_no_character_become_the_sign_for_one() {
        let escaped = "a&#x19;b&#25;c&#xD800;d&#0;e&#x110000;f&#99999999999999999999;&amp;&#233;\u{1}";
        let expected = "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\u{FFFD}e\u{FFFD}f\u{FFFD}&é\u{FFFD}";
        assert_eq!(unescaped(escaped).as_deref(), Some(expected));
    }

    #[test]
    fn other_references_stand_for_nothing() {
        for text in ["&secret;", "&#;", "&#x;", "&#+65;", "&#-1;", "a & b", "&amp"] {
            assert_eq!(unescaped(text), None, "{text}");
        }
    }
}
