//! Paragraphs for a terminal.

/// Lines are at most this long, in characters.
const WIDTH: usize = 80;

/// A text with its paragraphs broken into lines of at most 80 characters, each ending in a line break.
/// Lines that begin with a space stay as they are.
pub fn wrapped(text: &str) -> String {
    let mut out = String::new();
    for line in text.trim_end().lines() {
        if line.starts_with(' ') || line.is_empty() {
            out.push_str(line);
            out.push('\n');
        } else {
            paragraph(line, &mut out);
        }
    }
    out
}

fn paragraph(line: &str, out: &mut String) {
    let mut length = 0;
    for word in line.split_whitespace() {
        let more = word.chars().count();
        if length > 0 && length + 1 + more > WIDTH {
            out.push('\n');
            length = 0;
        }
        if length > 0 {
            out.push(' ');
            length += 1;
        }
        out.push_str(word);
        length += more;
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn words_stay_and_lines_are_short(text in "[a-zä ]{0,400}") {
            let text = text.trim();
            let wrapped = wrapped(text);
            let short = |line: &str| line.chars().count() <= WIDTH || !line.contains(' ');
            prop_assert!(wrapped.lines().all(short));
            prop_assert_eq!(wrapped.split_whitespace().collect::<Vec<_>>(), text.split_whitespace().collect::<Vec<_>>());
        }
    }
}
