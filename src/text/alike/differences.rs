//! In what two names differ that are alike, in words: blanks and dashes cannot be told apart on a screen.

use super::letters::{is_accent, is_apostrophe, is_blank, is_dash, is_no_break, is_quote, is_unseen, plain};
use super::root::tight;
use super::spelling;

/// In what two names that are alike differ: what `one` has and `other` has not, then the other way round. Both
/// are empty only if the names are the same.
///
/// ```
/// # use ferrule::text::alike::differences;
/// let (one, other) = differences("Acme Metals", "Acme  Metals");
/// assert_eq!((one, other), (vec![], vec!["two blanks".to_owned()]));
/// ```
pub fn differences(one: &str, other: &str) -> (Vec<String>, Vec<String>) {
    let (mine, theirs) = (marks(one), marks(other));
    let only = |all: &[String], but: &[String]| -> Vec<String> {
        all.iter().filter(|mark| !but.contains(mark)).cloned().collect()
    };
    let (mut mine, mut theirs) = (only(&mine, &theirs), only(&theirs, &mine));
    if tight(&spelling(one)) != tight(&spelling(other)) {
        mine.extend(words_without(one, other));
        theirs.extend(words_without(other, one));
    }
    if mine.is_empty() && theirs.is_empty() && one != other {
        let is_case = one.to_lowercase() == other.to_lowercase();
        theirs.push(if is_case { "other capitals" } else { "blanks in other places" }.to_owned());
    }
    (mine, theirs)
}

/// What is peculiar to how a name is written.
fn marks(name: &str) -> Vec<String> {
    let has = |is: fn(char) -> bool| name.chars().any(is);
    let mut blanks = name.chars().zip(name.chars().skip(1));
    let is_point = |point: char| spelling(name).matches(point).count() < name.matches(point).count();
    let is_accented = |letter: char| {
        !letter.is_ascii()
            && letter.is_alphabetic()
            && plain(&letter.to_string()) != letter.to_lowercase().to_string()
    };
    let all = [
        (blanks.any(|(a, b)| is_blank(a) && is_blank(b)), "two blanks"),
        (name.starts_with(is_blank), "a blank at its beginning"),
        (name.ends_with(is_blank), "a blank at its end"),
        (has(is_no_break), "a no-break space"),
        (has(|c| is_blank(c) && !is_no_break(c) && c != ' '), "an unusual blank"),
        (has(is_unseen), "a character that cannot be seen"),
        (has(is_apostrophe), "a curly apostrophe"),
        (has(is_quote), "curly quotation marks"),
        (has(is_dash), "a dash that is no hyphen"),
        (has(is_accent), "an accent that is a character of its own"),
        (name.chars().any(is_accented), "an accent"),
        (is_point('.'), "a point"),
        (is_point(','), "a comma"),
        (name.contains('&'), "“&”"),
    ];
    all.into_iter().filter(|(holds, _)| *holds).map(|(_, mark)| mark.to_owned()).collect()
}

fn words(name: &str) -> Vec<String> {
    spelling(name)
        .split(' ')
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(str::to_owned)
        .collect()
}

/// The words of one name that the other lacks.
fn words_without(name: &str, other: &str) -> Vec<String> {
    let others = words(other);
    words(name).into_iter().filter(|word| !others.contains(word)).map(|word| format!("“{word}”")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_said() {
        for (one, other, expected) in [
            ("Acme Metals", "Acme  Metals", "/two blanks"),
            ("Acme Metals", "Acme\u{a0}Metals", "/a no-break space"),
            ("Hill Tool", "Hill Tool ", "/a blank at its end"),
            ("O’Brien", "O'Brien", "a curly apostrophe/"),
            ("Smith - Sons", "Smith – Sons", "/a dash that is no hyphen"),
            ("Muller", "Müller", "/an accent"),
            ("Müller", "Mu\u{308}ller", "an accent/an accent that is a character of its own"),
            ("ACME", "Acme", "/other capitals"),
            ("Smith-Sons", "Smith - Sons", "/blanks in other places"),
            ("Acme Inc.", "Acme Incorporated", "a point, “inc”/“incorporated”"),
            ("A and B", "A & B", "“and”/“&”"),
            ("Acme", "Acme LLC", "/“llc”"),
            ("AcmeMetals", "Acme Metals", "/blanks in other places"),
            ("Acme", "Acme", "/"),
        ] {
            let (mine, theirs) = differences(one, other);
            assert_eq!(format!("{}/{}", mine.join(", "), theirs.join(", ")), expected, "{one}, {other}");
        }
    }
}
