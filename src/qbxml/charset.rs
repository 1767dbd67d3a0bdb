//! Which characters QuickBooks can keep.
//!
//! QuickBooks stores the characters of Windows-1252; what others turn into is not known for sure,
//! so they are transliterated here, and every change is reported.

use std::borrow::Cow;

use deunicode::deunicode_char;
use thiserror::Error;

use crate::xml::is_all;

/// Text that QuickBooks can keep, and what was changed to get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned<'a> {
    /// The text: characters of Windows-1252, with tab, CR and LF as the only control characters.
    pub text: Cow<'a, str>,
    /// Each character that was written differently, with what it became, once, in order of appearance.
    pub replaced: Vec<(char, &'static str)>,
    /// Each emoji and each invisible mark (zero width, direction, stray accent) that was dropped, once, in order.
    pub dropped: Vec<char>,
}

impl Cleaned<'_> {
    /// True if a reader of the text may notice that it was changed.
    pub fn is_changed(&self) -> bool {
        !self.replaced.is_empty() || !self.dropped.is_empty()
    }
}

/// A control character in text for QuickBooks.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the control character U+{code:04X} at character {position} cannot be sent to QuickBooks")]
pub struct CharsetError {
    /// Its Unicode number.
    pub code: u32,
    /// Which character of the text it is, from 1.
    pub position: usize,
}

/// Makes text fit for QuickBooks.
///
/// Every character of Windows-1252 stays (also `€`, `“`, `–`, `…`). A letter followed by its accent
/// becomes one character where Windows-1252 has it. CR LF becomes LF; tab and a lone CR stay.
/// Anything else is transliterated to ASCII: letters of other scripts to similar sounding ones,
/// the unknown to `?`. Emoji are dropped, with one of the spaces around them, for nobody wants to read
/// their names on an invoice; invisible marks are dropped too.
///
/// # Errors
/// For control characters other than tab, CR and LF, and for U+FFFE and U+FFFF.
///
/// ```
/// # use ferrule::qbxml::charset::clean;
/// assert_eq!(clean("“Café” – 5 €")?.text, "“Café” – 5 €");
/// let cleaned = clean("Łódź ≥ 北京")?;
/// assert_eq!(cleaned.text, "Lódz >= Bei Jing");
/// assert_eq!(cleaned.replaced[0], ('Ł', "L"));
/// assert!(clean("bell\u{7}").is_err());
/// # Ok::<(), ferrule::qbxml::charset::CharsetError>(())
/// ```
pub fn clean(text: &str) -> Result<Cleaned<'_>, CharsetError> {
    if is_all(text.as_bytes(), |byte| matches!(byte, b' '..=b'~' | b'\t' | b'\n')) {
        return Ok(Cleaned { text: Cow::Borrowed(text), replaced: Vec::new(), dropped: Vec::new() });
    }
    let mut output = Output { text: String::with_capacity(text.len()), ..Output::default() };
    for (index, character) in text.chars().enumerate() {
        if is_control(character) {
            return Err(CharsetError { code: character.into(), position: index + 1 });
        }
        output.push(character);
    }
    let Output { text, replaced, dropped, .. } = output;
    Ok(Cleaned { text: Cow::Owned(text), replaced, dropped })
}

#[derive(Default)]
struct Output {
    text: String,
    replaced: Vec<(char, &'static str)>,
    dropped: Vec<char>,
    /// The text ends in a transliterated word; a letter that follows is set apart by a space.
    is_word_open: bool,
    /// An emoji was dropped behind a space or at the beginning; the space behind it goes with it.
    is_gap: bool,
}

impl Output {
    fn push(&mut self, character: char) {
        let is_after_gap = std::mem::take(&mut self.is_gap);
        match character {
            ' ' if is_after_gap => return,
            '.' | ',' | ';' | ':' | '!' | '?' if is_after_gap => {
                self.text.truncate(self.text.trim_end_matches(' ').len());
            }
            _ => {}
        }
        if character == '\n' {
            self.text.truncate(self.text.trim_end_matches('\r').len());
        }
        if is_windows_1252(character) {
            self.separate_from(character);
            self.text.push(character);
        } else if let Some(composed) = self.text.chars().next_back().and_then(|base| compose(base, character))
        {
            self.text.pop();
            self.text.push(composed);
        } else {
            self.transliterate(character);
        }
    }

    fn transliterate(&mut self, character: char) {
        let ascii = match character {
            '\u{2028}' | '\u{2029}' => "\n",
            _ if is_emoji(character) || is_invisible(character) => "",
            _ => deunicode_char(character).filter(|ascii| is_printable(ascii)).unwrap_or("?"),
        };
        if ascii.is_empty() {
            self.is_gap = self.text.is_empty() || self.text.ends_with([' ', '\n']);
            if !self.dropped.contains(&character) {
                self.dropped.push(character);
            }
            return;
        }
        let word = ascii.trim_end_matches(' ');
        // A space of any kind becomes a plain one.
        let visible = if word.is_empty() { " " } else { word };
        if let Some(first) = visible.chars().next() {
            self.separate_from(first);
        }
        self.text.push_str(visible);
        self.is_word_open = !word.is_empty() && word.len() < ascii.len();
        if !self.replaced.iter().any(|(known, _)| *known == character) {
            self.replaced.push((character, visible));
        }
    }

    fn separate_from(&mut self, next: char) {
        if self.is_word_open && next.is_alphanumeric() {
            self.text.push(' ');
        }
        self.is_word_open = false;
    }
}

/// True for the control characters of ASCII and Latin-1 other than tab, LF and CR, and for what is
/// no character at all.
fn is_control(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\n' | '\r')
        || matches!(character, '\u{FFFE}' | '\u{FFFF}')
}

fn is_printable(ascii: &str) -> bool {
    ascii.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// True for the characters of Windows-1252, and for tab, LF and CR.
pub fn is_windows_1252(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='~' | '\u{A0}'..='\u{FF}')
        || "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".contains(character)
}

/// True for emoji and what is drawn like them: pictures, flags, skin tones, dingbats without a number.
pub fn is_emoji(character: char) -> bool {
    matches!(
        character,
        '\u{231A}' | '\u{231B}' | '\u{23E9}'..='\u{23FA}' | '\u{2600}'..='\u{2775}' | '\u{2794}'..='\u{27BF}'
            | '\u{2B1B}' | '\u{2B1C}' | '\u{2B50}' | '\u{2B55}' | '\u{1F000}'..='\u{1F0FF}'
            | '\u{1F1E6}'..='\u{1F1FF}' | '\u{1F300}'..='\u{1F8FF}' | '\u{1F900}'..='\u{1FAFF}'
    )
}

/// Zero-width characters, direction marks, variation selectors and tags.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E0FFF}'
    ) || is_combining(character)
}

fn is_combining(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}'
            | '\u{FE20}'..='\u{FE2F}'
    )
}

/// Accents with the letters that Windows-1252 has them on, and the two as one character.
const COMPOSED: [(char, &str, &str); 8] = [
    ('\u{300}', "AEIOUaeiou", "ÀÈÌÒÙàèìòù"),
    ('\u{301}', "AEIOUYaeiouy", "ÁÉÍÓÚÝáéíóúý"),
    ('\u{302}', "AEIOUaeiou", "ÂÊÎÔÛâêîôû"),
    ('\u{303}', "ANOano", "ÃÑÕãñõ"),
    ('\u{308}', "AEIOUYaeiouy", "ÄËÏÖÜŸäëïöüÿ"),
    ('\u{30A}', "Aa", "Åå"),
    ('\u{30C}', "SZsz", "ŠŽšž"),
    ('\u{327}', "Cc", "Çç"),
];

fn compose(base: char, accent: char) -> Option<char> {
    let (_, bases, composed) = COMPOSED.iter().find(|(known, ..)| *known == accent)?;
    bases.chars().position(|known| known == base).and_then(|index| composed.chars().nth(index))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cleaned(text: &str) -> String {
        clean(text).unwrap().text.into_owned()
    }

    #[test]
    fn letters_with_separate_accents_become_one_character_without_a_report() {
        let result = clean("Cafe\u{301} Zoe\u{308} n\u{303}").unwrap();
        assert_eq!(result.text, "Café Zoë ñ");
        assert!(!result.is_changed());
        // Windows-1252 has no g with a caron: the letter stays, the accent is reported.
        let result = clean("g\u{30C}").unwrap();
        assert_eq!((result.text.as_ref(), result.dropped.as_slice()), ("g", &['\u{30C}'][..]));
    }

    #[test]
    fn emoji_are_dropped_with_one_of_the_spaces_around_them() {
        assert_eq!(cleaned("Zinc 🙂 plate ⚡⚡"), "Zinc plate ");
        assert_eq!(cleaned("🐶 dog"), "dog");
        assert_eq!(cleaned("a🐶b, x 👍🏽 y, 👩‍🔧!"), "ab, x y,!");
        assert_eq!(cleaned("Thanks 🙏🏽! 🎉"), "Thanks! ");
        assert_eq!(clean("Thanks 🙏🙏").unwrap().dropped, ['🙏']);
        assert_eq!(cleaned("❶ → ✓ 5"), "1 - 5");
    }

    #[test]
    fn other_scripts_and_symbols_become_ascii() {
        assert_eq!(cleaned("Ωmega ≤ 5"), "Omega <= 5");
        assert_eq!(cleaned("北京市, Москва"), "Bei Jing Shi, Moskva");
        assert_eq!(cleaned("ﬁne Ａ\u{2003}B"), "fine A B");
        assert_eq!(cleaned("a\u{2028}b"), "a\nb");
        assert_eq!(clean("\u{E123}").unwrap().replaced, [('\u{E123}', "?")]);
    }

    #[test]
    fn invisible_marks_are_dropped_and_reported_once() {
        let result = clean("\u{FEFF}PN\u{200B}-1\u{200B}\u{202E}").unwrap();
        assert_eq!(result.text, "PN-1");
        assert_eq!(result.dropped, ['\u{FEFF}', '\u{200B}', '\u{202E}']);
    }

    #[test]
    fn line_ends_become_one_line_feed() {
        assert_eq!(cleaned("a\r\nb\r\r\nc\rd\té"), "a\nb\nc\rd\té");
        assert!(!clean("a\r\nb").unwrap().is_changed());
    }

    #[test]
    fn control_characters_are_refused_with_number_and_position() {
        for (text, code, position) in
            [("é\u{7}", 7, 2), ("a\u{7F}", 0x7F, 2), ("\u{85}", 0x85, 1), ("\u{FFFE}", 0xFFFE, 1)]
        {
            assert_eq!(clean(text), Err(CharsetError { code, position }));
        }
        let message = clean("ab\0").unwrap_err().to_string();
        assert_eq!(message, "the control character U+0000 at character 3 cannot be sent to QuickBooks");
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn the_result_is_windows_1252_and_stays_as_it_is(text in any::<String>()) {
            if let Ok(first) = clean(&text) {
                prop_assert!(first.text.chars().all(is_windows_1252), "{:?}", first.text);
                let again = clean(&first.text).unwrap();
                prop_assert_eq!(&again.text, &first.text);
                prop_assert!(!again.is_changed());
            } else {
                prop_assert!(text.chars().any(is_control));
            }
        }

        #[test]
        fn printable_ascii_is_untouched(text in "[ -~\t\n]*") {
            prop_assert!(matches!(clean(&text).unwrap().text, Cow::Borrowed(same) if same == text));
        }

        #[test]
        fn text_without_changes_keeps_its_characters(text in "[ -~\u{A0}-\u{FF}€“”–…]*") {
            prop_assert_eq!(&*clean(&text).unwrap().text, &*text);
        }
    }
}
