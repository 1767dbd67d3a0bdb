//! Which characters QuickBooks can keep.
//!
//! QuickBooks stores the characters of Windows-1252; what others turn into is not known for sure,
//! so others of the same meaning are written here, and every change is reported.

mod instead;
mod kinds;

use std::borrow::Cow;

use icu_normalizer::properties::CanonicalCompositionBorrowed;
use thiserror::Error;

use crate::xml::is_all;

use instead::{instead, is_named};
use kinds::{is_control, is_counted, raised};
pub use kinds::{is_emoji, is_windows_1252};

/// Text that QuickBooks can keep, and what was changed to get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned<'a> {
    /// The text: characters of Windows-1252, with tab, CR and LF as the only control characters.
    pub text: Cow<'a, str>,
    /// Each character that was written differently, with what it became, once, in order of appearance.
    pub replaced: Vec<(char, String)>,
    /// Each emoji and each invisible mark (zero width, direction, stray accent) that was dropped, once, in order.
    pub dropped: Vec<char>,
}

impl<'a> Cleaned<'a> {
    fn untouched(text: &'a str) -> Self {
        Self { text: Cow::Borrowed(text), replaced: Vec::new(), dropped: Vec::new() }
    }

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
/// Anything else becomes what means the same: units, signs and numbers as `characters.tsv` and Unicode say,
/// letters of other scripts similar sounding ones, the unknown `?`. Digits that are raised stand behind `^`.
/// Emoji are dropped, with one of the spaces around them, for nobody wants to read
/// their names on an invoice; invisible marks are dropped too.
///
/// # Errors
/// For control characters other than tab, CR and LF, and for U+FFFE and U+FFFF.
///
/// ```
/// # use ferrule::qbxml::charset::clean;
/// assert_eq!(clean("“Café” – 5 €")?.text, "“Café” – 5 €");
/// assert_eq!(clean("8 μm, ⌀12.5, 10⁻⁵ Ω")?.text, "8 µm, Ø12.5, 10^-5 Ohm");
/// let cleaned = clean("Łódź ≥ 北京")?;
/// assert_eq!(cleaned.text, "Lódz >= Bei Jing");
/// assert_eq!(cleaned.replaced[0], ('Ł', "L".to_owned()));
/// assert!(clean("bell\u{7}").is_err());
/// # Ok::<(), ferrule::qbxml::charset::CharsetError>(())
/// ```
pub fn clean(text: &str) -> Result<Cleaned<'_>, CharsetError> {
    if is_all(text.as_bytes(), |byte| matches!(byte, b' '..=b'~' | b'\t' | b'\n')) {
        return Ok(Cleaned::untouched(text));
    }
    // A line feed takes the carriage return before it away; nothing else is done to what Windows-1252 has.
    if text.chars().all(|character| is_windows_1252(character) && character != '\r') {
        return Ok(Cleaned::untouched(text));
    }
    let characters: Vec<char> = text.chars().collect();
    let mut output = Output { text: String::with_capacity(text.len()), ..Output::default() };
    let mut at = 0;
    while let Some(rest @ [character, ..]) = characters.get(at..) {
        if is_control(*character) {
            return Err(CharsetError { code: u32::from(*character), position: at + 1 });
        }
        let raised = rest.iter().take_while(|it| raised(**it).is_some()).count();
        match rest.get(..raised) {
            // What Windows-1252 has stays raised, unless a digit beside it cannot be.
            Some(run) if !run.iter().copied().all(is_windows_1252) => {
                output.raise(run);
                at += run.len();
            }
            _ => {
                let before = at.checked_sub(1).and_then(|before| characters.get(before));
                output.push(*character, [before, rest.get(1)].map(Option::<&char>::copied));
                at += 1;
            }
        }
    }
    let Output { text, replaced, dropped, .. } = output;
    Ok(Cleaned { text: Cow::Owned(text), replaced, dropped })
}

#[derive(Default)]
struct Output {
    text: String,
    replaced: Vec<(char, String)>,
    dropped: Vec<char>,
    /// The text ends in a word that was written for a character; a letter that follows is set apart by a space.
    is_word_open: bool,
    /// The text ends in a number that was written for a character; a digit that follows is set apart.
    is_number_open: bool,
    /// An emoji was dropped behind a space or at the beginning; the space behind it goes with it.
    is_gap: bool,
}

impl Output {
    /// Writes a character, or what stands for it between those before and after it.
    fn push(&mut self, character: char, beside: [Option<char>; 2]) {
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
            self.replace(character, &instead(character, beside));
        }
    }

    fn replace(&mut self, character: char, written: &str) {
        if written.is_empty() {
            self.is_gap = self.text.is_empty() || self.text.ends_with([' ', '\n']);
            if !self.dropped.contains(&character) {
                self.dropped.push(character);
            }
            return;
        }
        let word = written.trim_end_matches(' ');
        // A space of any kind becomes a plain one.
        let visible = if word.is_empty() { " " } else { word };
        if let Some(first) = visible.chars().next() {
            self.separate_from(first);
            // Two thirds behind a 2 are not a 22nd of anything.
            if is_counted(character) && first.is_ascii_digit() && self.text.ends_with(is_digit) {
                self.text.push(' ');
            }
        }
        self.text.push_str(visible);
        self.is_word_open =
            word.len() < written.len() && !word.is_empty() || is_named(character) && is_name(word);
        self.is_number_open = is_counted(character) && word.ends_with(is_digit);
        self.report(character, visible);
    }

    /// Writes raised digits and signs, such as the -5 of ten to the power of -5.
    fn raise(&mut self, run: &[char]) {
        self.is_gap = false;
        self.separate_from('^');
        self.text.push('^');
        for character in run {
            let plain = raised(*character).unwrap_or('?');
            self.text.push(plain);
            self.report(*character, &format!("^{plain}"));
        }
        self.is_number_open = true;
    }

    fn report(&mut self, character: char, written: &str) {
        if !self.replaced.iter().any(|(known, _)| *known == character) {
            self.replaced.push((character, written.to_owned()));
        }
    }

    fn separate_from(&mut self, next: char) {
        let is_word_open = std::mem::take(&mut self.is_word_open);
        let is_number_open = std::mem::take(&mut self.is_number_open);
        if is_word_open && next.is_alphanumeric() || is_number_open && is_digit(next) {
            self.text.push(' ');
        }
    }
}

fn is_digit(character: char) -> bool {
    character.is_ascii_digit()
}

/// A word that was written for a sign, such as `Ohm`.
fn is_name(written: &str) -> bool {
    written.len() > 1 && written.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// A letter and its accent as one character of Windows-1252.
fn compose(base: char, accent: char) -> Option<char> {
    CanonicalCompositionBorrowed::new().compose(base, accent).filter(|one| is_windows_1252(*one))
}

#[cfg(test)]
mod tests {
    use icu_normalizer::ComposingNormalizerBorrowed;
    use icu_properties::props::GeneralCategory;
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
        assert_eq!(cleaned("❶ → ✓ 5"), "(1) -> [x] 5");
    }

    #[test]
    fn other_scripts_and_symbols_become_ascii() {
        assert_eq!(cleaned("Ωμέγα ≤ 5"), "Omega <= 5");
        assert_eq!(cleaned("北京市, Москва"), "Bei Jing Shi, Moskva");
        assert_eq!(cleaned("ﬁne Ａ\u{2003}B"), "fine A B");
        assert_eq!(cleaned("a\u{2028}b"), "a\nb");
        assert_eq!(clean("\u{E123}").unwrap().replaced, [('\u{E123}', "?".to_owned())]);
    }

    #[test]
    fn units_stay_units() {
        assert_eq!(
            cleaned("Zinc 8 μm min, 50 μin Ra, ⌀12.5, 5 kΩ, 200 ℃"),
            "Zinc 8 µm min, 50 µin Ra, Ø12.5, 5 kOhm, 200 °C"
        );
        assert_eq!(cleaned("Ωcm, 4㎡, 3㎛, 7㏀, 1′ 2″, 5Å"), "Ohm cm, 4m², 3µm, 7kOhm, 1' 2\", 5Å");
        assert_eq!(cleaned("ΔT α-phase, 30∠"), "Delta T alpha-phase, 30angle");
    }

    #[test]
    fn numbers_stay_numbers() {
        assert_eq!(cleaned("10⁵ 10⁻⁵ 10²⁴ m² 10⁵5"), "10^5 10^-5 10^24 m² 10^5 5");
        assert_eq!(cleaned("2⅓ ⅔3 H₂SO₄ ①2 ٣٤ Ⅳ"), "2 1/3 2/3 3 H2SO4 (1)2 34 IV");
        assert_eq!(cleaned("−5 ➖5 ＋5 ≠5 ∓5 2✖4 ₹5"), "-5 -5 +5 !=5 -/+5 2×4 INR 5");
    }

    #[test]
    fn no_character_becomes_another_digit_or_sign() {
        for character in ('\u{100}'..=char::MAX).filter(|it| !is_windows_1252(*it) && !is_control(*it)) {
            let text = cleaned(&character.to_string());
            let category = kinds::category(character);
            if let Some(digit) = kinds::digit(character) {
                assert_eq!(text, digit.to_string(), "{character}");
            } else if category == GeneralCategory::MathSymbol || category == GeneralCategory::CurrencySymbol {
                // Whoever adds one here has looked at what it means.
                let parts =
                    ComposingNormalizerBorrowed::new_nfkc().normalize(&character.to_string()).into_owned();
                let is_taken_apart = parts != character.to_string()
                    && text.replace(' ', "") == cleaned(&parts).replace(' ', "");
                let is_known = is_named(character) || kinds::raised(character).is_some() || is_taken_apart;
                assert!(text == "?" || is_known, "{character} became {text}");
            }
        }
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
