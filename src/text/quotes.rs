//! Names in messages: in backticks as code writes them, in quotation marks as people do.

/// A message as people write it: what stands in backticks stands in quotation marks.
pub fn quoted(message: &str) -> String {
    let mut text = String::with_capacity(message.len() + 8);
    let marks = message.matches('`').count() / 2 * 2;
    for (index, piece) in message.splitn(marks + 1, '`').enumerate() {
        if index > 0 {
            text.push(if index % 2 == 1 { '“' } else { '”' });
        }
        text.push_str(piece);
    }
    text
}

/// A message with `…` for each name in it, so that what is the same but for the names can be told once.
pub fn without_names(told: &str) -> String {
    let mut text = String::with_capacity(told.len());
    let mut rest = told;
    while let Some(start) = rest.find(['"', '`']) {
        let quote = if rest[start..].starts_with('"') { '"' } else { '`' };
        let Some(length) = rest[start + 1..].find(quote) else { break };
        text.push_str(&rest[..=start]);
        text.push('…');
        text.push(quote);
        rest = &rest[start + length + 2..];
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::{quoted, without_names};

    #[test]
    fn what_is_the_same_but_for_names_is_told_once() {
        assert_eq!(without_names("no class `Zinc rack`; mean `Zinc`?"), "no class `…`; mean `…`?");
        assert_eq!(without_names(r#"the part "A-1" is 3" wide"#), r#"the part "…" is 3" wide"#);
        assert_eq!(without_names(""), "");
    }

    #[test]
    fn backticks_become_quotation_marks_in_pairs() {
        assert_eq!(quoted("no `A`; did you mean `B`?"), "no “A”; did you mean “B”?");
        assert_eq!(quoted("one ` and `two`"), "one “ and ”two`");
        assert_eq!((quoted(""), quoted("`")), (String::new(), "`".to_owned()));
    }
}
