//! One text of a message, without a record of the whole.

use quick_xml::escape::unescape;

/// The text of the first element at a path below the outermost element, such as `["ParentRef", "FullName"]`.
///
/// For messages that were written here, whose elements have no attributes: nothing is checked, and
/// reading ends where the element is found.
pub fn text_at(xml: &[u8], path: &[&str]) -> Option<String> {
    // Every piece is a tag without its `<`, and the text behind it.
    let mut pieces = xml.split(|byte| *byte == b'<').skip(2).peekable();
    // How deep the piece is below the outermost element, and how much of the path leads there.
    let (mut depth, mut on_path) = (0, 0);
    while let Some(piece) = pieces.next() {
        if piece.starts_with(b"/") {
            depth = usize::checked_sub(depth, 1)?;
            on_path = on_path.min(depth);
            continue;
        }
        let end = piece.iter().position(|byte| *byte == b'>')?;
        let (name, text) = (piece.get(..end)?, piece.get(end + 1..)?);
        let is_next = path.get(depth).is_some_and(|wanted| on_path == depth && wanted.as_bytes() == name);
        on_path += usize::from(is_next);
        depth += 1;
        if is_next && on_path == path.len() {
            let is_leaf = pieces.peek()?.starts_with(b"/");
            return is_leaf.then(|| unescaped(text)).flatten();
        }
    }
    None
}

/// The text, as it stands, of the first element of this name, wherever it is. Of a message that is broken too: nothing
/// is checked.
pub fn first_text<'x>(xml: &'x str, name: &str) -> Option<&'x str> {
    let (_, from) = xml.split_once(&format!("<{name}>"))?;
    from.split_once("</").map(|(text, _)| text)
}

fn unescaped(text: &[u8]) -> Option<String> {
    Some(unescape(std::str::from_utf8(text).ok()?).ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::text_at;

    const MESSAGE: &[u8] = b"<XAdd><Name>A &amp; B</Name><YRef><FullName>not this</FullName></YRef>\
        <ParentRef><ListID>1</ListID><FullName>Rack</FullName></ParentRef><Line><Name>inner</Name></Line></XAdd>";

    #[test]
    fn the_text_at_a_path_is_found() {
        assert_eq!(text_at(MESSAGE, &["Name"]).as_deref(), Some("A & B"));
        assert_eq!(text_at(MESSAGE, &["ParentRef", "FullName"]).as_deref(), Some("Rack"));
        assert_eq!(text_at(MESSAGE, &["Line", "Name"]).as_deref(), Some("inner"));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        for path in [&["FullName"][..], &["ParentRef", "Name"], &["XAdd"], &["ParentRef"]] {
            assert_eq!(text_at(MESSAGE, path), None, "{path:?}");
        }
    }
}
