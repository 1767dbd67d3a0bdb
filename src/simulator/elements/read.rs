//! Reading a document of requests, as strictly as QuickBooks.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::catalogue::Version;
use crate::xml::{Content, Node, is_forbidden, is_layout, resolve};

/// Elements within elements, at most.
const MAX_DEPTH: usize = 32;

/// A document: the version of qbXML it asks for, and its outermost element.
pub(crate) struct Document {
    pub(crate) version: Option<Version>,
    pub(crate) root: Node,
}

/// A document that is not well-formed, or not written as QuickBooks takes it; QuickBooks gives no
/// detail, nor do we.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotWellFormed;

/// An element that is still open: what it holds so far.
struct Open {
    node: Node,
    children: Vec<Node>,
    text: String,
}

/// Reads a document. There must be nothing before the XML declaration, if there is one.
pub(crate) fn read(document: &str) -> Result<Document, NotWellFormed> {
    let mut reader = Reader::from_str(document);
    reader.config_mut().expand_empty_elements = true;
    let (mut open, mut root, mut version) = (Vec::<Open>::new(), None, None);
    let mut is_first = true;
    loop {
        let event = reader.read_event().map_err(|_| NotWellFormed)?;
        match event {
            Event::Eof => break,
            Event::Decl(_) if is_first => {}
            Event::Decl(_) | Event::DocType(_) | Event::Empty(_) => return Err(NotWellFormed),
            Event::PI(instruction) if root.is_none() && open.is_empty() => {
                version = version.or(version_in(&instruction));
            }
            Event::PI(_) | Event::Comment(_) => {}
            Event::Start(tag) => {
                if root.is_some() || open.len() >= MAX_DEPTH {
                    return Err(NotWellFormed);
                }
                open.push(start(&tag)?);
            }
            Event::End(_) => {
                let node = close(open.pop().ok_or(NotWellFormed)?)?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(node),
                    None => root = Some(node),
                }
            }
            Event::Text(text) => push(&mut open, &text.xml10_content())?,
            Event::CData(text) => push(&mut open, &text.xml10_content())?,
            Event::GeneralRef(reference) => {
                let character = resolve(&reference).map_err(|_| NotWellFormed)?;
                push(&mut open, character.encode_utf8(&mut [0; 4]))?;
            }
        }
        is_first = false;
    }
    let root = root.filter(|_| open.is_empty()).ok_or(NotWellFormed)?;
    Ok(Document { version, root })
}

/// The version in `qbxml version="13.0"`.
fn version_in(instruction: &str) -> Option<Version> {
    let rest = instruction.trim().strip_prefix("qbxml")?.trim_start();
    let value = rest.strip_prefix("version")?.trim_start().strip_prefix('=')?.trim();
    value.trim_matches(['"', '\'']).parse().ok()
}

fn start(tag: &BytesStart<'_>) -> Result<Open, NotWellFormed> {
    let name = tag.name().as_ref().to_owned();
    let mut node = Node::aggregate(name, Vec::new());
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|_| NotWellFormed)?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| NotWellFormed)?;
        if !value.chars().all(is_taken) {
            return Err(NotWellFormed);
        }
        node.attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(Open { node, children: Vec::new(), text: String::new() })
}

fn push(open: &mut [Open], text: &str) -> Result<(), NotWellFormed> {
    match open.last_mut() {
        Some(element) if text.chars().all(is_taken) => element.text.push_str(text),
        None if is_layout(text) => {}
        _ => return Err(NotWellFormed),
    }
    Ok(())
}

/// An element holds text, or elements with white space between them.
fn close(open: Open) -> Result<Node, NotWellFormed> {
    let mut node = open.node;
    node.content = if open.children.is_empty() {
        Content::Text(open.text)
    } else if open.text.trim().is_empty() {
        Content::Children(open.children)
    } else {
        return Err(NotWellFormed);
    };
    Ok(node)
}

/// Whether QuickBooks takes a character: XML allows U+007F, QuickBooks does not.
fn is_taken(letter: char) -> bool {
    !is_forbidden(letter) && letter != '\u{7f}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_read() {
        let document = read(
            "<?xml version=\"1.0\"?>\n<?qbxml version=\"13.0\"?>\n<A b=\"1&amp;2\"> <C>x &lt;&#233;\r\n</C><D/></A>",
        )
        .unwrap_or_else(|_| panic!("well-formed"));
        assert_eq!(document.version, "13.0".parse().ok());
        assert_eq!(document.root.attribute("b"), Some("1&2"));
        assert_eq!(document.root.child("C").and_then(Node::text), Some("x <\u{e9}\n"));
        assert_eq!(document.root.child("D").and_then(Node::text), Some(""));
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        let deep = format!("{}{}", "<A>".repeat(40), "</A>".repeat(40));
        for wrong in [
            "",
            "<A>",
            "<A></B>",
            "<A/><B/>",
            "x<A/>",
            "<A/>x",
            "<A>x<B/></A>",
            "<A>&nbsp;</A>",
            "<A>&#1;</A>",
            "<A b=\"1\" b=\"2\"/>",
            "<A b=1/>",
            "<!DOCTYPE A [<!ENTITY x \"y\">]><A>&x;</A>",
            "\n<?xml version=\"1.0\"?><A/>",
            &deep,
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
