//! Kinds of characters, as far as it matters for what QuickBooks keeps.

use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

/// True for the control characters of ASCII and Latin-1 other than tab, LF and CR, and for what is
/// no character at all.
pub(super) fn is_control(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\n' | '\r')
        || matches!(character, '\u{FFFE}' | '\u{FFFF}')
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
pub(super) fn is_invisible(character: char) -> bool {
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

/// Raised digits and signs, and what they raise.
const RAISED: [(char, char); 17] = [
    ('⁰', '0'),
    ('¹', '1'),
    ('²', '2'),
    ('³', '3'),
    ('⁴', '4'),
    ('⁵', '5'),
    ('⁶', '6'),
    ('⁷', '7'),
    ('⁸', '8'),
    ('⁹', '9'),
    ('⁺', '+'),
    ('⁻', '-'),
    ('⁼', '='),
    ('⁽', '('),
    ('⁾', ')'),
    ('ⁿ', 'n'),
    ('ⁱ', 'i'),
];

/// What is raised, if a character is that.
pub(super) fn raised(character: char) -> Option<char> {
    RAISED.iter().find(|(known, _)| *known == character).map(|(_, plain)| *plain)
}

/// What Unicode says a character is.
pub(super) fn category(character: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(character)
}

/// Whether a character is a number by itself, such as `⅔`, and no digit of a longer one.
pub(super) fn is_counted(character: char) -> bool {
    let is_lowered = matches!(character, '₀'..='₉');
    !is_lowered && matches!(category(character), GeneralCategory::OtherNumber | GeneralCategory::LetterNumber)
}

/// The digit that a character is, in any script.
pub(super) fn digit(character: char) -> Option<char> {
    let is_digit = |character: &char| category(*character) == GeneralCategory::DecimalNumber;
    if !is_digit(&character) {
        return None;
    }
    // Unicode has the digits of a script in a row, and such rows one behind the other.
    let before = ('\0'..character).rev().take_while(is_digit).count();
    u32::try_from(before % 10).ok().and_then(|value| char::from_digit(value, 10))
}

/// Whether a character says how numbers stand to each other, or is money.
pub(super) fn is_sign(character: char) -> bool {
    let category = category(character);
    matches!(
        category,
        GeneralCategory::MathSymbol
            | GeneralCategory::CurrencySymbol
            | GeneralCategory::OtherNumber
            | GeneralCategory::LetterNumber
    )
}

/// Whether a character is a letter of Greek.
pub(super) fn is_greek(character: char) -> bool {
    matches!(character, '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}') && character.is_alphabetic()
}
