//! Names and apostrophes in messages. Rules and code write names in backticks or in straight quotation marks, people read
//! “ and ”. Rules and code write ', people read ’.

/// A message as people read it: what stands in backticks or in straight quotation marks stands in “ and ”. A mark that
/// has no other one stays, and so do inches. The apostrophe of a word is ’; in a name it stays as it is.
pub fn quoted(message: &str) -> String {
    let mut text = String::with_capacity(message.len() + 8);
    let mut rest = message;
    while let Some(start) = rest.find(['"', '`']) {
        let (before, from) = rest.split_at(start);
        curled(before, &mut text);
        if let Some((name, behind)) = name_at(from, text.chars().next_back()) {
            text.extend(["“", name, "”"]);
            rest = behind;
        } else {
            let (mark, behind) = from.split_at(1);
            text.push_str(mark);
            rest = behind;
        }
    }
    curled(rest, &mut text);
    text
}

/// The ends of words with an apostrophe: `the vendor's`, `it doesn't`. A name such as O'Brien has none of them.
const ENDS: [&str; 6] = ["s", "t", "re", "ve", "ll", "d"];

/// Writes words with their apostrophes as people read them.
fn curled(words: &str, text: &mut String) {
    let mut rest = words;
    while let Some((before, behind)) = rest.split_once('\'') {
        text.push_str(before);
        let end = behind.find(|it: char| !it.is_alphanumeric()).unwrap_or(behind.len());
        let (ends, next) = behind.split_at(end);
        let has_word = text.ends_with(char::is_alphanumeric);
        // Behind the s of many: the vendors' names. Before a name's mark there is nothing to tell it from.
        let is_of_many = ends.is_empty() && text.ends_with('s') && next.starts_with(' ');
        text.push(if has_word && (ENDS.contains(&ends) || is_of_many) { '’' } else { '\'' });
        rest = behind;
    }
    text.push_str(rest);
}

/// A message with `…` for each name in it, so that what is the same but for the names can be told once.
pub fn without_names(told: &str) -> String {
    let mut text = String::with_capacity(told.len());
    let mut rest = told;
    while let Some(start) = rest.find(['"', '`', '“']) {
        let (before, from) = rest.split_at(start);
        text.push_str(before);
        let found = match from.strip_prefix('“') {
            Some(inside) => inside.split_once('”').map(|(_, behind)| ("“…”", behind)),
            None => name_at(from, text.chars().next_back())
                .map(|(_, behind)| (if from.starts_with('"') { "\"…\"" } else { "`…`" }, behind)),
        };
        let mark = from.chars().next().map_or(0, char::len_utf8);
        let (mark, after) = from.split_at(mark);
        let (told, behind) = found.unwrap_or((mark, after));
        text.push_str(told);
        rest = behind;
    }
    text + rest
}

/// The name in the marks that a text begins with, and what follows; `before` is the letter before it. Nothing if no name
/// begins there.
fn name_at(text: &str, before: Option<char>) -> Option<(&str, &str)> {
    if let Some(inside) = text.strip_prefix('`') {
        return inside.split_once('`');
    }
    let inside = text.strip_prefix('"')?;
    // Behind a letter or a number it ends a name, or says inches.
    if !before.is_none_or(stands_before) {
        return None;
    }
    let ends = |at: usize| {
        let behind = inside.get(at + 1..).and_then(|it| it.chars().next());
        behind.is_none_or(|it| it.is_whitespace() || ",.:;!?)]}”’-–/".contains(it))
    };
    let mut end = None;
    for (place, (at, _)) in inside.match_indices('"').enumerate() {
        if place > 0 && begins(inside, at) {
            break;
        }
        if ends(at) {
            end = end.or(Some(at));
            // A name may have inches in it: where a mark behind them can be nothing but its end, they are no end.
            if !inside[..at].ends_with(|it: char| it.is_ascii_digit()) {
                end = Some(at);
                break;
            }
        }
    }
    end.map(|end| (&inside[..end], &inside[end + 1..]))
}

/// Whether a mark at this place begins a name.
fn begins(text: &str, at: usize) -> bool {
    let behind = text[at + 1..].chars().next();
    text[..at].chars().next_back().is_some_and(stands_before) && behind.is_some_and(|it| !it.is_whitespace())
}

/// What may stand before a name.
fn stands_before(letter: char) -> bool {
    letter.is_whitespace() || "([{“‘-–/".contains(letter)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{quoted, without_names};

    #[test]
    fn what_is_the_same_but_for_names_is_told_once() {
        assert_eq!(without_names("no class `Zinc rack`; mean `Zinc`?"), "no class `…`; mean `…`?");
        assert_eq!(without_names(r#"the part "A-1" is 3" wide"#), r#"the part "…" is 3" wide"#);
        assert_eq!(without_names("the part “A-1” is new"), "the part “…” is new");
        assert_eq!(without_names(""), "");
    }

    #[test]
    fn names_stand_in_one_kind_of_quotation_marks() {
        assert_eq!(quoted("no `A`; did you mean `B`?"), "no “A”; did you mean “B”?");
        assert_eq!(
            quoted(r#"Part number "ES-1" is new ("ES-1", or "x")."#),
            "Part number “ES-1” is new (“ES-1”, or “x”)."
        );
        assert_eq!(quoted(r#""A" and "B""#), "“A” and “B”");
    }

    #[test]
    fn the_apostrophe_of_a_word_is_a_round_one() {
        assert_eq!(
            quoted("QuickBooks' values, the vendor's, it doesn't"),
            "QuickBooks’ values, the vendor’s, it doesn’t"
        );
        for plain in ["O'Brien", "`Joe's Diner`", "3' wide", "the part 'A' is", "'s", ""] {
            assert_eq!(quoted(plain), plain.replacen('`', "“", 1).replacen('`', "”", 1));
        }
    }

    #[test]
    fn a_mark_without_another_one_and_inches_stay() {
        assert_eq!(quoted("one ` and `two`"), "one “ and ”two`");
        assert_eq!((quoted(""), quoted("`"), quoted("\"")), (String::new(), "`".to_owned(), "\"".to_owned()));
        assert_eq!(quoted(r#"Plate 3" x 4" thick"#), r#"Plate 3" x 4" thick"#);
        assert_eq!(quoted(r#"the part "A-1" is 3" wide"#), r#"the part “A-1” is 3" wide"#);
        assert_eq!(
            quoted(r#"The quantity of "Plate 3" wide" is 0"#),
            r#"The quantity of “Plate 3" wide” is 0"#
        );
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        /// Whatever the message, only its marks change.
        #[test]
        fn nothing_but_marks_changes(message in r#"[a-cs3 "`'(),.é“”]{0,24}"#) {
            let bare = |text: &str| text.replace(['"', '`', '“', '”', '’'], "'");
            prop_assert_eq!(bare(&quoted(&message)), bare(&message));
            without_names(&message);
        }
    }
}
