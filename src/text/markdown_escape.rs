//! Plain text to Markdown.

/// Markdown that a reader sees as this plain text.
///
/// Marks that Markdown would take for its own get a backslash, and only those: `PN-100_A (2 * 3)`
/// stays as it is. Line feeds become line breaks. [`plain`](super::markdown::plain) gives the same text back, provided that
/// it has no control characters but single line feeds, and no space at an end of a line or twice in a row.
///
/// ```
/// # use ferrule::text::markdown::{markdown, plain};
/// assert_eq!(markdown("PN-100_A (2 * 3)"), "PN-100_A (2 * 3)");
/// assert_eq!(markdown("# 5 *max*\n1. x"), "\\# 5 \\*max\\*  \n1\\. x");
/// assert_eq!(plain(&markdown("# 5 *max*\n1. x")), "# 5 *max*\n1. x");
/// ```
pub fn markdown(plain: &str) -> String {
    let lines = plain.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(escape_line).collect::<Vec<_>>().join("  \n")
}

fn escape_line(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let block = block_mark(line);
    let mut before = None;
    for (at, character) in line.char_indices() {
        let after = line.get(at + character.len_utf8()..).and_then(|rest| rest.chars().next());
        if block == Some(at) || is_mark(before, character, after) {
            out.push('\\');
        }
        out.push(character);
        before = Some(character);
    }
    out
}

/// True if Markdown may take the character between these two for a mark within a line.
fn is_mark(before: Option<char>, character: char, after: Option<char>) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let is_blank = |c: Option<char>| c.is_some_and(char::is_whitespace);
    match character {
        '\\' | '`' | '[' | ']' | '|' => true,
        '*' => !(is_blank(before) && is_blank(after)),
        '_' => !(is_word(before) && is_word(after)),
        '~' => before == Some('~') || after == Some('~'),
        '<' => after.is_some_and(|c| c.is_alphabetic() || matches!(c, '/' | '!' | '?')),
        '&' => after.is_some_and(|c| c.is_alphanumeric() || c == '#'),
        _ => false,
    }
}

/// Where a line has the mark of a heading, list, quotation, table or rule.
fn block_mark(line: &str) -> Option<usize> {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t']);
    let consists_of = |set: &[char]| line.chars().all(|c| set.contains(&c));
    let first = line.chars().next()?;
    match first {
        '>' => Some(0),
        '#' => ends(line.trim_start_matches('#')).then_some(0),
        '+' | '-' | '=' | ':' if ends(line.get(1..)?) || consists_of(&['-', '=', ':', ' ']) => Some(0),
        '0'..='9' => {
            let digits = line.find(|c: char| !c.is_ascii_digit())?;
            let (_, rest) = line.split_at(digits);
            rest.strip_prefix(['.', ')']).is_some_and(ends).then_some(digits)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::markdown::plain;
    use super::*;

    #[test]
    fn ordinary_names_need_no_backslash() {
        for text in ["SEC11000-H02", "Bracket, zinc (5 * 3) #4", "R & D", "PN_1", "1.5x2", "a < 5"] {
            assert_eq!(markdown(text), text);
        }
    }

    /// Without control characters, blank space single and only between words.
    fn normal(text: &str) -> String {
        let line = |line: &str| {
            let visible: String = line.chars().filter(|c| !c.is_control()).collect();
            visible.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        text.split('\n').map(line).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..crate::testing::config() })]

        #[test]
        fn plain_text_comes_back_from_its_markdown(
            text in prop_oneof![any::<String>(), "[-a1 *_#>+=.:)~`\\[\\](!|<&;/\\\\\n]{0,12}"]
        ) {
            let text = normal(&text);
            prop_assert_eq!(plain(&markdown(&text)), text);
        }
    }
}
