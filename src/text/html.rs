//! The HTML that people write between their Markdown.

/// Elements that say how text looks. Others, like the `<max>` of `keep <max> 5 mm`, are text.
const ELEMENTS: [&str; 62] = [
    "a",
    "abbr",
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "button",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "img",
    "ins",
    "kbd",
    "label",
    "li",
    "mark",
    "meta",
    "ol",
    "p",
    "pre",
    "s",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];

/// Elements that begin or end a line.
const BREAKING: [&str; 20] = [
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "table",
    "tr",
    "ul",
];

/// A tag or comment at the beginning of a text.
pub(super) struct Tag {
    /// Its bytes.
    pub(super) length: usize,
    /// True if it begins or ends a line.
    pub(super) is_breaking: bool,
}

/// The tag of a known element or the comment that `text` begins with.
pub(super) fn leading_tag(text: &str) -> Option<Tag> {
    let inner = text.strip_prefix('<')?;
    if inner.starts_with("!--") {
        let length = text.find("-->")? + 3;
        return Some(Tag { length, is_breaking: false });
    }
    let name = inner.strip_prefix('/').unwrap_or(inner);
    let name_end = name.find(|c: char| !c.is_ascii_alphanumeric())?;
    let (name, after) = name.split_at(name_end);
    let is_tag = after.starts_with([' ', '\t', '\n', '\r', '/', '>']);
    let name = name.to_ascii_lowercase();
    if !is_tag || !ELEMENTS.contains(&name.as_str()) {
        return None;
    }
    Some(Tag { length: text.find('>')? + 1, is_breaking: BREAKING.contains(&name.as_str()) })
}

/// The text without its tags; those that begin or end a line become line feeds.
pub(super) fn strip_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let tag = leading_tag(from);
        let length = tag.as_ref().map_or(1, |tag| tag.length);
        let (piece, after) = from.split_at(length);
        match tag {
            Some(tag) if tag.is_breaking => out.push('\n'),
            Some(_) => {}
            None => out.push_str(piece),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_tags_and_comments_go_and_everything_else_stays() {
        assert_eq!(strip_tags("a <b class='x'>bold</B> c<br/>d<!-- e > f -->"), "a bold c\nd");
        assert_eq!(strip_tags("keep <max> 5 < 6 <b"), "keep <max> 5 < 6 <b");
    }
}
