//! Reading a document of requests, as strictly as QuickBooks.

use crate::catalogue::Version;
use crate::xml::{Names, Node, is_forbidden, read_tree};

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

/// Reads a document. There must be nothing before the XML declaration, if there is one.
pub(crate) fn read(document: &str) -> Result<Document, NotWellFormed> {
    let tree = read_tree(document, Names::AsWritten, MAX_DEPTH).map_err(|_| NotWellFormed)?;
    if !is_taken(&tree.root) {
        return Err(NotWellFormed);
    }
    let version = tree.instructions.iter().find_map(|instruction| version_in(instruction));
    Ok(Document { version, root: tree.root })
}

/// Reads a document that a real QuickBooks wrote, which may hold characters that XML forbids.
pub(crate) fn read_recorded(document: &str) -> Result<Document, NotWellFormed> {
    let tree = read_tree(document, Names::AsWritten, MAX_DEPTH).map_err(|_| NotWellFormed)?;
    Ok(Document { version: None, root: tree.root })
}

/// The version in `qbxml version="13.0"`.
fn version_in(instruction: &str) -> Option<Version> {
    let rest = instruction.trim().strip_prefix("qbxml")?.trim_start();
    let value = rest.strip_prefix("version")?.trim_start().strip_prefix('=')?.trim();
    value.trim_matches(['"', '\'']).parse().ok()
}

/// Whether QuickBooks takes all characters of an element: XML allows U+007F, QuickBooks does not.
fn is_taken(node: &Node) -> bool {
    let mut texts = node.attributes.iter().map(|(_, value)| value.as_str()).chain(node.text());
    texts.all(|text| !text.contains(|letter| is_forbidden(letter) || letter == '\u{7f}'))
        && node.children().iter().all(is_taken)
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
