//! An element of a document as we hold it in memory while we change it.
//!
//! What QuickBooks answered is kept as [`Record`](crate::qbxml::Record)s instead: they are a tenth of the size
//! and never change.

use std::borrow::Cow;

use super::Writer;

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
    /// safely that way alone. Characters that XML cannot hold are left out.
    pub fn to_xml(&self) -> String {
        let mut writer = Writer::new();
        self.write_to(&mut writer);
        writer.into_string()
    }

    /// Appends [`Node::to_xml`] to what `writer` holds.
    pub fn write_to(&self, writer: &mut Writer) {
        writer.open_with(&self.name, self.attributes.iter().map(|(name, value)| (&**name, &**value)));
        match &self.content {
            Content::Text(text) => writer.text(text),
            Content::Children(children) => children.iter().for_each(|child| child.write_to(writer)),
        }
        writer.close(&self.name);
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
