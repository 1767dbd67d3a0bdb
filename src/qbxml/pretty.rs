//! qbXML for people.

use quick_xml::Reader;
use quick_xml::events::Event;

/// The same document indented by two spaces, one element per line, leaves on one line.
///
/// Text is copied as it is escaped, so a leaf's text keeps its line breaks. Whitespace between
/// elements is replaced. What is not well-formed is returned unchanged.
///
/// ```
/// # use ferrule::qbxml::pretty;
/// assert_eq!(pretty(b"<A><B>1 &amp; 2</B><C></C></A>"), "<A>\n  <B>1 &amp; 2</B>\n  <C></C>\n</A>\n");
/// ```
pub fn pretty(xml: &[u8]) -> String {
    pretty_inside(xml, 0)
}

/// The same of elements that stand inside `depth` others: [`pretty()`] of the whole has these lines.
pub fn pretty_inside(xml: &[u8], depth: usize) -> String {
    let mut out = String::with_capacity(xml.len() * (6 + depth) / 4);
    pretty_onto(&mut out, xml, depth);
    out
}

/// The same, written behind a text.
pub fn pretty_onto(out: &mut String, xml: &[u8], depth: usize) {
    let start = out.len();
    let Ok(source) = std::str::from_utf8(xml) else {
        out.push_str(&String::from_utf8_lossy(xml));
        return;
    };
    for way in [indent_simple, indent] {
        if way(Lines::onto(out, depth), source).is_some() {
            return;
        }
        out.truncate(start);
    }
    out.push_str(source);
}

/// The same as [`indent`], sooner, for what is nothing but elements and text, as a [`Writer`] writes it; `None`
/// if there is anything else.
///
/// [`Writer`]: super::Writer
fn indent_simple(mut lines: Lines<'_>, source: &str) -> Option<()> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = source;
    while let Some((text, behind)) = cut(rest, b'<') {
        if !is_simple(text) {
            return None;
        }
        lines.inline.push_str(text);
        let (inside, after) = cut(behind, b'>')?;
        let tag = rest.get(text.len()..text.len() + inside.len() + 2)?;
        if let Some(name) = inside.strip_prefix('/') {
            if open.pop() != Some(name) {
                return None;
            }
            lines.close(tag)?;
        } else {
            open.push(name(inside)?);
            lines.open(tag);
        }
        rest = after;
    }
    // Whatever stands behind the last element is not simple.
    if rest.is_empty() { lines.finish() } else { None }
}

/// What stands before the first such byte, which is ASCII, and behind it. (Most pieces are so short that a search
/// made for long texts takes longer.)
fn cut(text: &str, at: u8) -> Option<(&str, &str)> {
    let place = text.bytes().position(|byte| byte == at)?;
    Some((text.get(..place)?, text.get(place + 1..)?))
}

/// The name in a start tag, unless it is no tag, or one that is cut off or empty.
fn name(inside: &str) -> Option<&str> {
    let name =
        inside.bytes().position(|byte| byte == b' ').map_or(Some(inside), |space| inside.get(..space))?;
    if !name.starts_with(char::is_alphabetic) || inside.ends_with('/') {
        return None;
    }
    let count = |wanted| inside.bytes().filter(|byte| *byte == wanted).count();
    (count(b'\'') == 0 && count(b'"') % 2 == 0).then_some(name)
}

/// Whether every ampersand in a text begins a reference.
fn is_simple(text: &str) -> bool {
    !text.bytes().any(|byte| byte == b'&') || are_references(text)
}

fn are_references(text: &str) -> bool {
    text.split('&').skip(1).all(|piece| {
        let name = piece.split_once(';').map_or("", |(name, _)| name);
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
    })
}

/// The source of each event, cut out of the document; `None` if it is not well-formed.
fn indent(mut lines: Lines<'_>, source: &str) -> Option<()> {
    let mut reader = Reader::from_str(source);
    let mut start = 0;
    loop {
        let event = reader.read_event().ok()?;
        let end = usize::try_from(reader.buffer_position()).ok()?;
        let piece = source.get(start..end)?;
        start = end;
        match event {
            Event::Eof => return lines.finish(),
            Event::Start(_) => lines.open(piece),
            Event::End(_) => lines.close(piece)?,
            Event::Text(_) | Event::GeneralRef(_) | Event::CData(_) => lines.inline.push_str(piece),
            _ => lines.whole(piece),
        }
    }
}

struct Lines<'o> {
    out: &'o mut String,
    /// Where the first line begins.
    start: usize,
    /// How many elements are around all lines.
    outside: usize,
    depth: usize,
    /// Text since the latest tag.
    inline: String,
    /// True directly after a start tag, as long as only text followed.
    is_leaf: bool,
}

/// How far the deepest elements of most messages stand from the edge.
const SPACES: &str = "                                ";

impl<'o> Lines<'o> {
    fn onto(out: &'o mut String, outside: usize) -> Self {
        Self { start: out.len(), out, outside, depth: outside, inline: String::new(), is_leaf: false }
    }

    fn open(&mut self, tag: &str) {
        self.whole(tag);
        self.depth += 1;
        self.is_leaf = true;
    }

    fn close(&mut self, tag: &str) -> Option<()> {
        self.depth = self.depth.checked_sub(1)?;
        if self.is_leaf {
            self.out.push_str(&self.inline);
            self.inline.clear();
            self.out.push_str(tag);
        } else {
            self.whole(tag);
        }
        self.is_leaf = false;
        Some(())
    }

    /// A tag, comment or instruction on a line of its own; text before it too, if it is more than layout.
    fn whole(&mut self, piece: &str) {
        if !self.inline.trim().is_empty() {
            let text = std::mem::take(&mut self.inline);
            self.line(text.trim());
        }
        self.inline.clear();
        self.line(piece);
        self.is_leaf = false;
    }

    fn finish(self) -> Option<()> {
        if self.depth != self.outside || !self.inline.trim().is_empty() {
            return None;
        }
        self.out.push('\n');
        Some(())
    }

    fn line(&mut self, piece: &str) {
        if self.out.len() > self.start {
            self.out.push('\n');
        }
        match SPACES.get(..self.depth * 2) {
            Some(spaces) => self.out.push_str(spaces),
            None => self.out.extend(std::iter::repeat_n("  ", self.depth)),
        }
        self.out.push_str(piece);
    }
}
