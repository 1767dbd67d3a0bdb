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
    let simple = std::str::from_utf8(xml).ok().and_then(|source| indent_simple(source, depth));
    simple.or_else(|| indent(xml, depth)).unwrap_or_else(|| String::from_utf8_lossy(xml).into_owned())
}

/// The same as [`indent`], sooner, for what is nothing but elements and text, as a [`Writer`] writes it; `None`
/// if there is anything else.
///
/// [`Writer`]: super::Writer
fn indent_simple(source: &str, outside: usize) -> Option<String> {
    let mut lines = Lines::of(source, outside);
    let mut open: Vec<&str> = Vec::new();
    let mut rest = source;
    while let Some((text, behind)) = rest.split_once('<') {
        if !is_simple(text) {
            return None;
        }
        lines.inline.push_str(text);
        let (inside, after) = behind.split_once('>')?;
        let tag = rest.get(text.len()..text.len() + inside.len() + 2)?;
        if let Some(name) = inside.strip_prefix('/') {
            if open.pop() != Some(name) {
                return None;
            }
            lines.close(tag)?;
        } else {
            let name =
                inside.split(' ').next().filter(|name| name.starts_with(|c: char| c.is_alphabetic()))?;
            let is_cut =
                inside.ends_with('/') || inside.contains('\'') || inside.matches('"').count() % 2 == 1;
            if is_cut {
                return None;
            }
            open.push(name);
            lines.open(tag);
        }
        rest = after;
    }
    // Whatever stands behind the last element is not simple.
    if rest.is_empty() { lines.finish(outside) } else { None }
}

/// Whether every ampersand in a text begins a reference.
fn is_simple(text: &str) -> bool {
    text.split('&').skip(1).all(|piece| {
        let name = piece.split_once(';').map_or("", |(name, _)| name);
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
    })
}

/// The source of each event, cut out of the document; `None` if it is not well-formed.
fn indent(xml: &[u8], outside: usize) -> Option<String> {
    let source = std::str::from_utf8(xml).ok()?;
    let mut reader = Reader::from_str(source);
    let mut lines = Lines::of(source, outside);
    let mut start = 0;
    loop {
        let event = reader.read_event().ok()?;
        let end = usize::try_from(reader.buffer_position()).ok()?;
        let piece = source.get(start..end)?;
        start = end;
        match event {
            Event::Eof => return lines.finish(outside),
            Event::Start(_) => lines.open(piece),
            Event::End(_) => lines.close(piece)?,
            Event::Text(_) | Event::GeneralRef(_) | Event::CData(_) => lines.inline.push_str(piece),
            _ => lines.whole(piece),
        }
    }
}

#[derive(Default)]
struct Lines {
    out: String,
    depth: usize,
    /// Text since the latest tag.
    inline: String,
    /// True directly after a start tag, as long as only text followed.
    is_leaf: bool,
}

/// How far the deepest elements of most messages stand from the edge.
const SPACES: &str = "                                ";

impl Lines {
    fn of(source: &str, outside: usize) -> Self {
        let out = String::with_capacity(source.len() * (6 + outside) / 4);
        Self { out, depth: outside, ..Self::default() }
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

    fn finish(mut self, outside: usize) -> Option<String> {
        if self.depth != outside || !self.inline.trim().is_empty() {
            return None;
        }
        self.out.push('\n');
        Some(self.out)
    }

    fn line(&mut self, piece: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        match SPACES.get(..self.depth * 2) {
            Some(spaces) => self.out.push_str(spaces),
            None => self.out.extend(std::iter::repeat_n("  ", self.depth)),
        }
        self.out.push_str(piece);
    }
}
