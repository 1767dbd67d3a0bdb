//! An element of a qbXML document as we hold it in memory.

use std::borrow::Cow;
use std::fmt::Write as _;

/// An element: its name, its attributes and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name, such as `TxnDate`; borrowed when it comes from the catalogue.
    pub name: Cow<'static, str>,
    /// Its attributes, names and values, in the order in which they are written.
    pub attributes: Vec<(String, String)>,
    /// What it holds.
    pub content: Content,
}

/// What an element holds. qbXML never mixes the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A value.
    Text(String),
    /// Other elements, in order.
    Children(Vec<Node>),
}

impl Node {
    /// An element that holds the value `text`.
    pub fn leaf(name: impl Into<Cow<'static, str>>, text: impl Into<String>) -> Node {
        Node { name: name.into(), attributes: Vec::new(), content: Content::Text(text.into()) }
    }

    /// An element that holds other elements.
    pub fn aggregate(name: impl Into<Cow<'static, str>>, children: Vec<Node>) -> Node {
        Node { name: name.into(), attributes: Vec::new(), content: Content::Children(children) }
    }

    /// The same element with one more attribute.
    #[must_use]
    pub fn with_attribute(mut self, name: impl Into<String>, value: impl Into<String>) -> Node {
        self.attributes.push((name.into(), value.into()));
        self
    }

    /// The elements it holds; none if it holds a value.
    pub fn children(&self) -> &[Node] {
        match &self.content {
            Content::Text(_) => &[],
            Content::Children(children) => children,
        }
    }

    /// The first of the elements it holds that is called `name`.
    pub fn child(&self, name: &str) -> Option<&Node> {
        self.children().iter().find(|child| child.name == name)
    }

    /// The first element at a path of names with `/` between them, such as `SalesOrPurchase/Desc`.
    pub fn descend(&self, path: &str) -> Option<&Node> {
        path.split('/').try_fold(self, Node::child)
    }

    /// Its value; `None` if it holds elements.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            Content::Children(_) => None,
        }
    }

    /// The value of the attribute called `name`.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The element as XML, without indentation, in ASCII only: QuickBooks reads its requests
    /// safely that way alone. Characters that XML cannot hold are left out; [`validate`] names them.
    ///
    /// [`validate`]: super::validate::validate
    pub fn to_xml(&self) -> String {
        let mut xml = String::new();
        self.write_xml(&mut xml);
        xml
    }

    /// Appends [`Node::to_xml`] to `xml`.
    pub fn write_xml(&self, xml: &mut String) {
        xml.push('<');
        xml.push_str(&self.name);
        for (name, value) in &self.attributes {
            xml.push(' ');
            xml.push_str(name);
            xml.push_str("=\"");
            escape(value, Place::Attribute, xml);
            xml.push('"');
        }
        xml.push('>');
        match &self.content {
            Content::Text(text) => escape(text, Place::Text, xml),
            Content::Children(children) => children.iter().for_each(|child| child.write_xml(xml)),
        }
        xml.push_str("</");
        xml.push_str(&self.name);
        xml.push('>');
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Attribute,
    Text,
}

/// Whether XML 1.0 has a way to write `letter`.
pub(super) fn is_writable(letter: char) -> bool {
    !matches!(letter, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

fn escape(text: &str, place: Place, xml: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\'' => xml.push_str("&apos;"),
            // A reader turns these into something else unless they are written as numbers.
            '\t' | '\n' if place == Place::Text => xml.push(letter),
            ' '..='~' => xml.push(letter),
            _ if is_writable(letter) => {
                // Writing to a string cannot fail.
                let _ = write!(xml, "&#{};", u32::from(letter));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_is_ascii_and_escaped() {
        let text = "M\u{fc}ller & \"S\u{f6}hne\" <'x'>\r\n\t\u{1f600}\u{7f}\u{1}";
        let node = Node::aggregate("A", vec![Node::leaf("B", text), Node::leaf("C", "")])
            .with_attribute("d", "1\n2");
        assert_eq!(
            node.to_xml(),
            "<A d=\"1&#10;2\"><B>M&#252;ller &amp; &quot;S&#246;hne&quot; &lt;&apos;x&apos;&gt;&#13;\n\t\
             &#128512;&#127;</B><C></C></A>"
        );
    }

    #[test]
    fn parts_are_found() {
        let node = Node::aggregate("A", vec![Node::aggregate("B", vec![Node::leaf("C", "1")])]);
        assert_eq!(node.descend("B/C").and_then(Node::text), Some("1"));
        assert_eq!(node.descend("B/D"), None);
        assert_eq!(node.text(), None);
        assert_eq!(Node::leaf("E", "").with_attribute("f", "g").attribute("f"), Some("g"));
    }
}
