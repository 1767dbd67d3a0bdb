//! The characters of names, as far as people tell them apart.

use std::borrow::Cow;

use icu_normalizer::DecomposingNormalizerBorrowed;

/// A character of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letter {
    /// Any kind of blank.
    Blank,
    /// Nothing that can be seen.
    Unseen,
    /// A point or a comma.
    Point(char),
    /// What stands close to its words, blanks or not.
    Tight(char),
    /// What is a word of its own, blanks or not.
    Loose(char),
    /// Any other.
    Other(char),
}

impl Letter {
    pub fn of(letter: char) -> Self {
        match letter {
            ' ' | '\t' | '\n' | '\r' => Self::Blank,
            '.' | ',' => Self::Point(letter),
            '-' | '/' => Self::Tight(letter),
            '&' | '+' => Self::Loose(letter),
            '`' => Self::Other('\''),
            _ if letter.is_ascii() => Self::Other(letter),
            _ if is_blank(letter) => Self::Blank,
            _ if is_unseen(letter) || is_accent(letter) => Self::Unseen,
            _ => Self::Other(letter),
        }
    }
}

pub(super) fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || letter == '\u{2800}'
}

pub(super) fn is_no_break(letter: char) -> bool {
    matches!(letter, '\u{a0}' | '\u{202f}' | '\u{2007}')
}

/// Zero-width characters, soft hyphens, marks of direction.
pub(super) fn is_unseen(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{34f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}'
    )
}

/// Accents that are characters of their own.
pub(super) fn is_accent(letter: char) -> bool {
    matches!(
        letter,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

pub(super) fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '‘' | '’' | '‚' | '‛' | '′' | '`' | '´' | 'ʼ' | 'ʹ' | '＇')
}

pub(super) fn is_quote(letter: char) -> bool {
    matches!(letter, '“' | '”' | '„' | '‟' | '″' | '«' | '»' | '＂')
}

pub(super) fn is_dash(letter: char) -> bool {
    matches!(letter, '‐'..='―' | '−' | '﹘' | '﹣' | '－' | '⁃')
}

/// The text in small letters, without accents, with one character for each kind of quote and dash.
pub(super) fn plain(text: &str) -> String {
    let one: String = text.chars().map(one_of_its_kind).collect();
    let apart = DecomposingNormalizerBorrowed::new_nfkd().normalize(&one);
    let mut plain = String::with_capacity(apart.len());
    for letter in apart.chars().filter(|letter| !is_accent(*letter) && !is_unseen(*letter)) {
        for small in letter.to_lowercase().filter(|letter| !is_accent(*letter)) {
            plain.push_str(&spelt_out(small));
        }
    }
    // What was taken apart may hold such characters in its turn.
    plain.chars().map(one_of_its_kind).collect()
}

fn one_of_its_kind(letter: char) -> char {
    match letter {
        _ if is_apostrophe(letter) => '\'',
        _ if is_quote(letter) => '"',
        _ if is_dash(letter) => '-',
        _ => letter,
    }
}

/// Letters that are no letter with an accent, as they are written where they are missing.
fn spelt_out(letter: char) -> Cow<'static, str> {
    Cow::Borrowed(match letter {
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ı' => "i",
        'æ' => "ae",
        'œ' => "oe",
        'ß' => "ss",
        'þ' => "th",
        _ => return Cow::Owned(letter.to_string()),
    })
}
