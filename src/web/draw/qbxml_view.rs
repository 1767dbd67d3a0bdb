//! qbXML for pages: indented, in colours, and never markup.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::qbxml::pretty;
use crate::rules::uses::{Kind, Uses};
use crate::sync::stored::CompanyFile;
use crate::text::visible::visible;
use crate::web::ground::fields;

/// More than this is cut off, in bytes of the indented text: a page must stay one.
const MOST: usize = 200_000;

/// qbXML, cut into pieces. The macro `qbxml` draws it; every piece is escaped there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QbxmlView {
    /// The pieces, in order; together they are the text.
    pub pieces: Vec<QbxmlPiece>,
    /// Whether something at the end was left out.
    pub is_cut: bool,
}

/// Text of one colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QbxmlPiece {
    /// The class: `x-tag`, `x-attribute`, `x-value`, `x-mark`, or nothing for text.
    pub class: &'static str,
    /// The text, not escaped for HTML.
    pub text: String,
    /// Where the rules that name the element are shown; nothing if none does.
    pub href: Option<String>,
}

impl QbxmlView {
    /// A document, or a part of one, indented. What is not well-formed is shown as it is, without colours.
    pub fn of(xml: &str) -> Self {
        let mut text = visible(&pretty(xml.as_bytes())).into_owned();
        let is_cut = text.len() > MOST;
        if is_cut {
            text.truncate(text.floor_char_boundary(MOST));
        }
        let mut view = Self { pieces: Vec::new(), is_cut };
        view.paint(text.trim_end());
        view
    }

    /// Only those requests or responses of a document of such that carry one of these ids, in the
    /// envelope; all of it, if none does.
    pub fn only(xml: &str, ids: &[&str]) -> Self {
        cut_out(xml, ids).map_or_else(|| Self::of(xml), |part| Self::of(&part))
    }

    fn paint(&mut self, text: &str) {
        let mut rest = text;
        while let Some(start) = rest.find('<') {
            let (before, tag) = rest.split_at(start);
            self.push("", before);
            let end = tag.find('>').map_or(tag.len(), |end| end + 1);
            let (tag, after) = tag.split_at(end);
            self.tag(tag);
            rest = after;
        }
        self.push("", rest);
    }

    /// `<Name key="value">`, whatever stands in it.
    fn tag(&mut self, tag: &str) {
        let name_at = tag.find(|c: char| !"<?/!".contains(c)).unwrap_or(tag.len());
        let (mark, rest) = tag.split_at(name_at);
        self.push("x-mark", mark);
        let is_end = |c: char| c.is_whitespace() || "/?>".contains(c);
        let (name, mut rest) = rest.split_at(rest.find(is_end).unwrap_or(rest.len()));
        self.push("x-tag", name);
        while let Some(quote) = rest.find(['"', '\'']) {
            let (key, value) = rest.split_at(quote);
            self.push("x-attribute", key);
            let quoted = value.chars().next().unwrap_or('"');
            let end = value.get(1..).and_then(|inner| inner.find(quoted)).map_or(value.len(), |end| end + 2);
            let (value, after) = value.split_at(end);
            self.push("x-value", value);
            rest = after;
        }
        self.push("x-mark", rest);
    }

    fn push(&mut self, class: &'static str, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.pieces.last_mut().filter(|last| last.class == class) {
            Some(last) => last.text.push_str(text),
            None => self.pieces.push(QbxmlPiece { class, text: text.to_owned(), href: None }),
        }
    }

    /// The same with links from its elements to the rules that write or read them.
    #[must_use]
    pub fn linked(mut self, uses: &Uses, file: &CompanyFile) -> Self {
        let (mut open, mut mark) = (Vec::<String>::new(), String::new());
        for piece in &mut self.pieces {
            match piece.class {
                "x-tag" if mark.ends_with("</") => _ = open.pop(),
                "x-tag" => {
                    let name = open.last().map(|parent| format!("{parent}.{}", piece.text));
                    let thing = name.as_ref().and_then(|name| uses.get(Kind::Element, name));
                    piece.href = thing.map(|thing| uses_link(file, &thing.name));
                    if !mark.ends_with(['?', '!']) {
                        open.push(piece.text.clone());
                    }
                }
                "x-mark" if piece.text.starts_with("/>") => _ = open.pop(),
                _ => {}
            }
            mark.clone_from(&piece.text);
        }
        self
    }
}

/// Where the rules that name a thing are shown.
pub fn uses_link(file: &CompanyFile, name: &str) -> String {
    fields::link(&format!("/c/{}/rules", file.id.0), [("uses", name)])
}

/// How deep requests and responses stand in their document.
const DEPTH: usize = 2;

/// The document without the requests that carry none of these ids; nothing, if none carries one.
fn cut_out(xml: &str, ids: &[&str]) -> Option<String> {
    let mut reader = Reader::from_str(xml);
    let mut kept = String::new();
    let (mut start, mut depth) = (0, 0_usize);
    let (mut is_kept, mut is_any) = (true, false);
    loop {
        let event = reader.read_event().ok()?;
        let end = usize::try_from(reader.buffer_position()).ok()?;
        let mut is_this_kept = is_kept;
        match &event {
            Event::Eof => return is_any.then_some(kept),
            Event::Start(tag) | Event::Empty(tag) if depth == DEPTH => {
                let id = tag.try_get_attribute("requestID").ok()?;
                let id = id.and_then(|id| id.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok());
                is_this_kept = id.is_some_and(|id| ids.contains(&id.as_ref()));
                is_any |= is_this_kept;
                if matches!(event, Event::Start(_)) {
                    (is_kept, depth) = (is_this_kept, depth + 1);
                }
            }
            Event::Start(_) => depth += 1,
            Event::End(_) => {
                depth = depth.checked_sub(1)?;
                is_kept = is_kept || depth == DEPTH;
            }
            _ => {}
        }
        if is_this_kept {
            kept.push_str(xml.get(start..end)?);
        }
        start = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUESTS: &str = "<?xml version=\"1.0\"?><QBXML><QBXMLMsgsRq onError=\"continueOnError\"><AddRq requestID=\"a&amp;1\"><Add><Name>A &amp; &lt;B&gt;</Name></Add></AddRq><AddRq requestID=\"2\"><Add/></AddRq></QBXMLMsgsRq></QBXML>";

    fn text(view: &QbxmlView) -> String {
        view.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    #[test]
    fn pieces_together_are_the_indented_text() {
        for xml in [REQUESTS, "<a", "not xml > at < all", "", "<a b='x>y' c=\"\u{1b}\">t</a>", "<é/>", "<>"]
        {
            assert_eq!(text(&QbxmlView::of(xml)), visible(&pretty(xml.as_bytes())).trim_end(), "{xml}");
        }
        let view = QbxmlView::of("<A b=\"c\">t</A>");
        let pieces: Vec<_> = view.pieces.iter().map(|it| (it.class, it.text.as_str())).collect();
        let tag = [("x-mark", "<"), ("x-tag", "A"), ("x-attribute", " b="), ("x-value", "\"c\"")];
        assert_eq!(pieces[..4], tag);
        assert_eq!(pieces[4..7], [("x-mark", ">"), ("", "t"), ("x-mark", "</")]);
    }

    #[test]
    fn one_request_is_cut_out_with_its_envelope() {
        let cut = text(&QbxmlView::only(REQUESTS, &["a&1"]));
        assert!(cut.contains("A &amp; &lt;B&gt;") && cut.ends_with("</QBXML>"), "{cut}");
        assert!(!cut.contains("requestID=\"2\"") && cut.matches("AddRq").count() == 2, "{cut}");
        assert_eq!(QbxmlView::only(REQUESTS, &["none"]), QbxmlView::of(REQUESTS));
        assert_eq!(text(&QbxmlView::only("<a", &["1"])), "<a");
    }

    #[test]
    fn a_long_answer_is_cut() {
        let view = QbxmlView::of(&format!("<A>{}</A>", "é".repeat(MOST)));
        assert!(view.is_cut && text(&view).len() <= MOST);
    }
}
