//! Characters that nobody sees, shown: what is not there to the eye hides what a text says.

use std::borrow::Cow;
use std::fmt::Write as _;

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;

/// Whether nobody sees a character, or it changes the direction of those around it: control characters but line breaks,
/// zero-width characters, marks of direction, blanks that are none. What chooses the look of the sign before it, as with
/// emoji, is part of that sign.
pub fn is_unseen(character: char) -> bool {
    match character {
        '\n' | '\r' | ' '..='~' | '\u{FE00}'..='\u{FE0F}' => false,
        '\u{2028}' | '\u{2029}' | '\u{2800}' | '\u{FFF9}'..='\u{FFFB}' => true,
        _ => {
            character.is_control() || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
        }
    }
}

/// Whether a text is one line, and all of it can be seen.
pub fn is_line(text: &str) -> bool {
    !text.contains(|character| matches!(character, '\n' | '\r') || is_unseen(character))
}

/// Whether a text can be a name: a line with a letter or a digit.
pub fn is_name(text: &str) -> bool {
    is_line(text) && text.contains(char::is_alphanumeric)
}

/// A text whose unseen characters are shown by their numbers, such as `[U+202E]`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        show(character, &mut shown);
    }
    Cow::Owned(shown)
}

/// The attributes that people read, with what begins them.
const READ: [&str; 6] =
    [" title=\"", " aria-label=\"", " aria-description=\"", " alt=\"", " placeholder=\"", " data-label=\""];

/// A page whose unseen characters are shown, also in the attributes that people read. What else stands in tags and in boxes to
/// type in stays as it is: it is sent back.
pub fn visible_html(html: String) -> String {
    const BOX: &str = "textarea";
    if !html.contains(is_unseen) {
        return html;
    }
    let mut shown = String::with_capacity(html.len() + 8);
    let (mut is_tag, mut is_box, mut is_read) = (false, false, false);
    for (place, character) in html.char_indices() {
        if character == '<' {
            is_tag = true;
            let tag = html.get(place + 1..).unwrap_or_default();
            is_box = !is_box && tag.starts_with(BOX);
        }
        if character == '"' {
            let begins = || READ.iter().any(|name| html[..=place].ends_with(name));
            is_read = is_tag && !is_read && begins();
        }
        if (is_tag && !is_read) || (is_box && !is_tag) {
            shown.push(character);
        } else {
            show(character, &mut shown);
        }
        is_tag &= character != '>';
    }
    shown
}

fn show(character: char, shown: &mut String) {
    if is_unseen(character) {
        _ = write!(shown, "[U+{:04X}]", u32::from(character));
    } else {
        shown.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::{visible, visible_html};

    #[test]
    fn what_nobody_sees_is_shown() {
        assert_eq!(visible("a\u{1b}[31mb\u{9b}\nc"), "a[U+001B][31mb[U+009B]\nc");
        for (unseen, shown) in [
            ("in\u{202E}voice", "in[U+202E]voice"),
            ("a\u{200B}b\u{2066}", "a[U+200B]b[U+2066]"),
            ("\u{2800}\u{3164}\u{AD}", "[U+2800][U+3164][U+00AD]"),
        ] {
            assert_eq!(visible(unseen), shown);
        }
        for plain in ["Québec", "שלום", "Café ❤\u{FE0F}", "a\r\nb", "中文", "e\u{301}"] {
            assert_eq!(visible(plain), plain);
        }
    }

    #[test]
    fn what_is_sent_back_stays_as_it_is() {
        let page = "<p data-x=\"a\u{202E}\">b\u{202E}</p><textarea name=\"x\">c\u{202E}</textarea>d\u{202E}";
        let shown = "<p data-x=\"a\u{202E}\">b[U+202E]</p><textarea name=\"x\">c\u{202E}</textarea>d[U+202E]";
        assert_eq!(visible_html(page.to_owned()), shown);
        let page = "<input value=\" title=\u{202E}\" type=\"hidden\">";
        assert_eq!(visible_html(page.to_owned()), page);
    }

    #[test]
    fn what_is_read_in_tags_is_shown_too() {
        let page =
            "<a href=\"/a\u{202E}\" title=\"a\u{202E}b\" aria-label=\"c\u{200B}\" id=\"d\u{200B}\">e</a>";
        let shown =
            "<a href=\"/a\u{202E}\" title=\"a[U+202E]b\" aria-label=\"c[U+200B]\" id=\"d\u{200B}\">e</a>";
        assert_eq!(visible_html(page.to_owned()), shown);
        let typed = "<textarea title=\"a\u{200B}\">b\u{200B}</textarea>";
        assert_eq!(visible_html(typed.to_owned()), "<textarea title=\"a[U+200B]\">b\u{200B}</textarea>");
    }
}
