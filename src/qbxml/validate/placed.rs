//! A whole document, and where each of its elements stands.
//!
//! For documents of anybody's: what is wrong with one is told with its line.

use std::ops::Range;

use quick_xml::events::{BytesStart, Event};

use crate::qbxml::ReadError;
use crate::qbxml::scan::Scanner;
use crate::xml::{Content, Node, is_layout, is_name};

/// So many elements are kept at once; more would take all memory.
const MOST_ELEMENTS: usize = 4_000_000;

/// A document with the places of its elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The processing instructions before the outermost element, such as `qbxml version="13.0"`, and where each begins.
    pub instructions: Vec<(usize, String)>,
    /// The outermost element.
    pub root: Node,
    /// The places of all elements, in the order in which they begin.
    places: Vec<Place>,
}

/// Where an element stands, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    /// Its name in its start tag.
    name: Range<usize>,
    /// What it holds.
    inside: Range<usize>,
    /// How many elements begin before the first one behind it.
    next: usize,
}

impl Placed {
    /// The element at a path such as `QBXML/QBXMLMsgsRq/CustomerAddRq[2]`, or the innermost one on the way to it: where its name
    /// stands, and what it holds.
    pub fn find(&self, path: &str) -> (Range<usize>, Range<usize>) {
        let (mut node, mut number) = (&self.root, 0);
        for step in path.split('/').skip(1) {
            let (name, nth) = parts(step);
            let Some((child, at)) = self.children(node, number).filter(|it| it.0.name == name).nth(nth)
            else {
                break;
            };
            (node, number) = (child, at);
        }
        self.places.get(number).map_or((0..0, 0..0), |place| (place.name.clone(), place.inside.clone()))
    }

    /// The elements directly inside an element, each with its number among all.
    fn children<'a>(&'a self, node: &'a Node, number: usize) -> impl Iterator<Item = (&'a Node, usize)> {
        let mut next = number + 1;
        node.children().iter().map(move |child| {
            let number = next;
            next = self.places.get(number).map_or(number, |place| place.next);
            (child, number)
        })
    }
}

/// The name of a step, and which one of that name it is, from 0.
fn parts(step: &str) -> (&str, usize) {
    let numbered = step.strip_suffix(']').and_then(|step| step.split_once('['));
    let numbered = numbered.and_then(|(name, nth)| Some((name, nth.parse::<usize>().ok()?.checked_sub(1)?)));
    numbered.unwrap_or((step, 0))
}

/// Reads a document of qbXML, of whatever messages.
///
/// # Errors
/// A [`ReadError`] with the place, if it is not UTF-8 or not well-formed, or has more elements than are kept at once.
pub fn read_placed(document: &[u8]) -> Result<Placed, ReadError> {
    let mut scanner = Scanner::strict(document)?;
    let (mut open, mut root, mut places) = (Vec::<Open>::new(), None, Vec::new());
    loop {
        match scanner.next()? {
            Event::Eof => break,
            Event::Start(tag) => open.push(start(&mut scanner, &tag, &mut places, open.last())?),
            Event::End(_) => {
                let (Some(closed), behind) = (open.pop(), places.len()) else { continue };
                if let Some(place) = places.get_mut(closed.number) {
                    (place.inside.end, place.next) = (scanner.span().start, behind);
                }
                scanner.leave();
                match open.last_mut() {
                    Some(parent) => parent.children.push(closed.node()),
                    None => root = Some(closed.node()),
                }
            }
            Event::Text(text) => push(&scanner, open.last_mut(), &text.xml10_content())?,
            Event::CData(text) => push(&scanner, open.last_mut(), &text.xml10_content())?,
            Event::GeneralRef(reference) => {
                let character = scanner.resolve(&reference)?;
                push(&scanner, open.last_mut(), character.encode_utf8(&mut [0; 4]))?;
            }
            _ => {}
        }
    }
    let root = root.ok_or(ReadError::Empty)?;
    Ok(Placed { instructions: scanner.into_instructions(), root, places })
}

/// An element that is still open.
struct Open {
    number: usize,
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Node>,
    text: String,
}

impl Open {
    fn node(self) -> Node {
        let content = if self.children.is_empty() {
            Content::Text(self.text)
        } else {
            Content::Children(self.children)
        };
        Node { name: self.name.into(), attributes: self.attributes, content }
    }
}

fn start(
    scanner: &mut Scanner<'_>,
    tag: &BytesStart<'_>,
    places: &mut Vec<Place>,
    parent: Option<&Open>,
) -> Result<Open, ReadError> {
    let (name, span) = (tag.name().as_ref().to_owned(), scanner.span());
    if !is_name(&name) {
        return Err(scanner.malformed(&format!("`{name}` is not an element name")));
    }
    if let Some(parent) = parent.filter(|parent| !is_layout(&parent.text)) {
        return Err(scanner.mixed(&parent.name));
    }
    if places.len() >= MOST_ELEMENTS {
        return Err(ReadError::TooManyElements { limit: MOST_ELEMENTS, at: scanner.here() });
    }
    let attributes = scanner.attributes(tag)?;
    let named = span.start + 1..span.start + 1 + name.len();
    places.push(Place { name: named, inside: span.end..span.end, next: places.len() + 1 });
    scanner.enter();
    Ok(Open { number: places.len() - 1, name, attributes, children: Vec::new(), text: String::new() })
}

fn push(scanner: &Scanner<'_>, open: Option<&mut Open>, text: &str) -> Result<(), ReadError> {
    let Some(open) = open else { return Ok(()) };
    if open.children.is_empty() {
        open.text.push_str(text);
    } else if !is_layout(text) {
        return Err(scanner.mixed(&open.name));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?>\n<A>\n <B><C>x</C></B>\n <B><D/><C>y &amp; z</C></B>\n</A>";

    fn found(path: &str) -> (&'static str, &'static str) {
        let (name, inside) = read_placed(DOCUMENT.as_bytes()).unwrap().find(path);
        (&DOCUMENT[name], &DOCUMENT[inside])
    }

    #[test]
    fn an_element_is_found_by_its_path() {
        assert_eq!(found("A/B[2]/C"), ("C", "y &amp; z"));
        assert_eq!(found("A/B/C"), ("C", "x"));
        assert_eq!(found("A/B[2]/D"), ("D", ""));
        assert_eq!(found("A/B[2]/E/F").1, "<D/><C>y &amp; z</C>", "the innermost one on the way");
        assert_eq!(found("A/B[9]").0, "A");
    }

    #[test]
    fn the_elements_are_those_of_the_document() {
        let placed = read_placed(DOCUMENT.as_bytes()).unwrap();
        assert_eq!(placed.root.to_xml(), "<A><B><C>x</C></B><B><D></D><C>y &amp; z</C></B></A>");
        assert_eq!(placed.instructions, [(21, "qbxml version=\"13.0\"".to_owned())]);
    }

    #[test]
    fn text_beside_elements_is_told_where_it_stands() {
        for (xml, column) in [("<A>x<B/></A>", 5), ("<A><B/> x</A>", 8)] {
            let Err(ReadError::Text { at, .. }) = read_placed(xml.as_bytes()) else { panic!("{xml}") };
            assert_eq!(at.column, column);
        }
    }
}
