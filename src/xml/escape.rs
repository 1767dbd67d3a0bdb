//! Escaping text: ASCII only, for QuickBooks reads its requests safely that way alone.

use std::io::Write as _;

use super::{is_all, is_forbidden};

/// Whether [`escape_into`] changes nothing about a text.
pub fn is_plain(text: &str) -> bool {
    is_all(text.as_bytes(), is_plain_byte)
}

/// Appends `text` as XML that consists of ASCII only.
///
/// `& < > " '` become entities, every non-ASCII character its decimal number (`&#233;`), and a
/// carriage return `&#13;`, because readers turn a bare one into a line feed. Characters that XML
/// forbids are left out: whoever must not lose one looks for it before.
///
/// ```
/// # use ferrule::xml::escape_into;
/// let mut out = Vec::new();
/// escape_into(&mut out, "R&D é\r");
/// assert_eq!(out, b"R&amp;D &#233;&#13;");
/// ```
pub fn escape_into(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    if is_plain(text) {
        return out.extend_from_slice(bytes);
    }
    let mut rest = bytes;
    while let Some(plain) = rest.iter().position(|byte| !is_plain_byte(*byte)) {
        let (before, from) = rest.split_at(plain);
        out.extend_from_slice(before);
        let start = bytes.len() - from.len();
        let Some(character) = text.get(start..).and_then(|tail| tail.chars().next()) else {
            return;
        };
        escape_char(out, character);
        rest = from.get(character.len_utf8()..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
}

/// As [`escape_into`], for a value between double quotes, where readers would otherwise turn line
/// feeds and tabs into spaces.
pub(super) fn escape_attribute_into(out: &mut Vec<u8>, text: &str) {
    for piece in text.split_inclusive(['\n', '\t']) {
        match (piece.strip_suffix('\n'), piece.strip_suffix('\t')) {
            (Some(line), _) => {
                escape_into(out, line);
                out.extend_from_slice(b"&#10;");
            }
            (_, Some(cell)) => {
                escape_into(out, cell);
                out.extend_from_slice(b"&#9;");
            }
            _ => escape_into(out, piece),
        }
    }
}

/// Whether a byte is written as it is.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "of lazy operators the compiler makes a table, and many bytes cannot be looked up together"
)]
#[inline]
fn is_plain_byte(byte: u8) -> bool {
    let is_mark = (byte == b'&') | (byte == b'<') | (byte == b'>') | (byte == b'"') | (byte == b'\'');
    let is_printable = (b' '..=b'~').contains(&byte) | (byte == b'\t') | (byte == b'\n');
    is_printable & !is_mark
}

fn escape_char(out: &mut Vec<u8>, character: char) {
    match character {
        '&' => out.extend_from_slice(b"&amp;"),
        '<' => out.extend_from_slice(b"&lt;"),
        '>' => out.extend_from_slice(b"&gt;"),
        '"' => out.extend_from_slice(b"&quot;"),
        '\'' => out.extend_from_slice(b"&apos;"),
        _ if is_forbidden(character) => {}
        // Writing into a Vec cannot fail.
        _ => drop(write!(out, "&#{};", u32::from(character))),
    }
}
