//! What is written for a character that QuickBooks cannot keep: what means the same.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use deunicode::deunicode_char;
use icu_normalizer::ComposingNormalizerBorrowed;

use super::kinds::{digit, is_emoji, is_greek, is_invisible, is_sign, is_windows_1252};

/// Units, signs, and what else must keep its meaning.
const CHARACTERS: &str = include_str!("characters.tsv");

static WRITTEN: LazyLock<HashMap<char, &str>> = LazyLock::new(|| rows().collect());

/// Each character of the table, and what is written for it.
fn rows() -> impl Iterator<Item = (char, &'static str)> {
    CHARACTERS.lines().filter_map(|line| {
        let mut columns = line.split('\t');
        let code = columns.next()?.strip_prefix("U+")?;
        let character = char::from_u32(u32::from_str_radix(code, 16).ok()?)?;
        let written = columns.nth(1)?;
        Some((character, if written == "\\n" { "\n" } else { written }))
    })
}

/// What is written for a character between two others; nothing if it is left out. A space at the end parts a word
/// from what follows.
pub(super) fn instead(character: char, beside: [Option<char>; 2]) -> Cow<'static, str> {
    // In a Greek word a letter is a letter. Alone it is a unit or the name of something.
    let is_word = is_greek(character) && beside.into_iter().flatten().any(is_greek);
    match WRITTEN.get(&character) {
        Some(written) if !is_word => return Cow::Borrowed(written),
        _ => {}
    }
    if is_emoji(character) && !is_sign(character) || is_invisible(character) {
        return Cow::Borrowed("");
    }
    if let Some(digit) = digit(character) {
        return digit.to_string().into();
    }
    let text = character.to_string();
    let simple = ComposingNormalizerBorrowed::new_nfkc().normalize(&text);
    if *simple != *text {
        return simple.chars().map(|part| part_of(part, character)).collect::<String>().into();
    }
    // A sign that is taken for a similar one means something else.
    let sound = deunicode_char(character).filter(|sound| !is_sign(character) && is_printable(sound));
    Cow::Borrowed(sound.unwrap_or("?"))
}

/// What is written for a part of a character that Unicode takes apart.
fn part_of(part: char, whole: char) -> Cow<'static, str> {
    if is_windows_1252(part) {
        part.to_string().into()
    } else if part == whole {
        Cow::Borrowed("?")
    } else {
        instead(part, [None; 2])
    }
}

fn is_printable(ascii: &str) -> bool {
    ascii.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Whether the table says what is written for a character.
pub(super) fn is_named(character: char) -> bool {
    WRITTEN.contains_key(&character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_each_character_once_with_what_quickbooks_keeps() {
        let lines = CHARACTERS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
        assert_eq!((rows().count(), WRITTEN.len()), (lines, lines));
        for (character, written) in rows() {
            assert!(!is_windows_1252(character), "{character}");
            assert!(!written.is_empty() && written.chars().all(is_windows_1252), "{character}: {written}");
        }
    }
}
