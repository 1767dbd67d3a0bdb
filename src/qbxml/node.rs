//! Walking through a record.

use std::fmt;
use std::sync::Arc;

use super::Record;

/// One element of a record: a leaf with text, or an element that holds elements.
#[derive(Clone, Copy)]
pub struct NodeRef<'a> {
    record: &'a Record,
    index: u32,
}

impl<'a> NodeRef<'a> {
    pub(super) fn new(record: &'a Record, index: u32) -> Self {
        Self { record, index }
    }

    /// The element's name.
    pub fn name(self) -> &'a str {
        self.record.name_at(self.index)
    }

    /// A leaf's text with entities resolved, otherwise exactly as QuickBooks wrote it.
    ///
    /// `None` for an element that holds elements; empty for an empty element.
    pub fn text(self) -> Option<&'a str> {
        self.record.text_at(self.index)
    }

    /// The elements directly inside this one, in order.
    pub fn children(self) -> Children<'a> {
        let end = self.record.entry(self.index).map_or(0, |entry| entry.end);
        Children { record: self.record, next: self.index + 1, end }
    }

    /// The first child with this name.
    pub fn child(self, name: &str) -> Option<NodeRef<'a>> {
        self.children().find(|child| child.name() == name)
    }

    /// All children with this name, in order.
    pub fn children_named(self, name: &str) -> impl Iterator<Item = NodeRef<'a>> {
        self.children().filter(move |child| child.name() == name)
    }

    /// The first element at this path, steps separated by `/`; this element for an empty path.
    pub fn at(self, path: &str) -> Option<NodeRef<'a>> {
        path.split('/').filter(|step| !step.is_empty()).try_fold(self, NodeRef::child)
    }

    /// The text of the first element at this path; `None` if it is not there or is no leaf.
    pub fn get(self, path: &str) -> Option<&'a str> {
        self.at(path)?.text()
    }

    /// The element's place in its record, for [`RecordNode`].
    pub fn index(self) -> u32 {
        self.index
    }
}

impl fmt::Debug for NodeRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text() {
            Some(text) => write!(f, "{}={text:?}", self.name()),
            None => {
                f.debug_struct(self.name()).field("children", &self.children().collect::<Vec<_>>()).finish()
            }
        }
    }
}

/// The elements directly inside an element.
#[derive(Clone)]
pub struct Children<'a> {
    record: &'a Record,
    next: u32,
    end: u32,
}

impl<'a> Iterator for Children<'a> {
    type Item = NodeRef<'a>;

    fn next(&mut self) -> Option<NodeRef<'a>> {
        if self.next >= self.end {
            return None;
        }
        let node = NodeRef::new(self.record, self.next);
        self.next = self.record.entry(self.next)?.end;
        Some(node)
    }
}

/// One element of a record that it keeps alive: cheap to clone, free of lifetimes, so that a
/// script's value can hold it.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordNode {
    record: Arc<Record>,
    index: u32,
}

impl RecordNode {
    /// The record's outermost element.
    pub fn new(record: Arc<Record>) -> Self {
        Self { record, index: 0 }
    }

    /// The record that this element is in.
    pub fn record(&self) -> &Arc<Record> {
        &self.record
    }

    /// True if this is the record's outermost element.
    pub fn is_root(&self) -> bool {
        self.index == 0
    }

    /// The same element, borrowed.
    pub fn as_ref(&self) -> NodeRef<'_> {
        NodeRef::new(&self.record, self.index)
    }

    /// See [`NodeRef::name`].
    pub fn name(&self) -> &str {
        self.as_ref().name()
    }

    /// See [`NodeRef::text`].
    pub fn text(&self) -> Option<&str> {
        self.as_ref().text()
    }

    /// See [`NodeRef::children`].
    pub fn children(&self) -> impl Iterator<Item = RecordNode> {
        self.as_ref().children().map(|child| self.with(child))
    }

    /// See [`NodeRef::child`].
    pub fn child(&self, name: &str) -> Option<RecordNode> {
        self.as_ref().child(name).map(|child| self.with(child))
    }

    /// See [`NodeRef::children_named`].
    pub fn children_named(&self, name: &str) -> impl Iterator<Item = RecordNode> {
        self.as_ref().children_named(name).map(|child| self.with(child))
    }

    /// See [`NodeRef::at`].
    pub fn at(&self, path: &str) -> Option<RecordNode> {
        self.as_ref().at(path).map(|node| self.with(node))
    }

    /// See [`NodeRef::get`].
    pub fn get(&self, path: &str) -> Option<&str> {
        self.as_ref().get(path)
    }

    fn with(&self, node: NodeRef<'_>) -> RecordNode {
        RecordNode { record: self.record.clone(), index: node.index }
    }
}

impl fmt::Debug for RecordNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Arc<Record> {
        let xml = "<R><A>1</A><B><C>x</C><C>y</C></B><A>2</A><D/></R>";
        Arc::new(Record::from_xml(xml).unwrap())
    }

    #[test]
    fn steps_paths_and_repeats_lead_to_the_same_elements() {
        let record = sample();
        let root = record.root();
        assert_eq!(root.children().map(NodeRef::name).collect::<Vec<_>>(), ["A", "B", "A", "D"]);
        assert_eq!(root.children_named("A").filter_map(NodeRef::text).collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(root.get("B/C"), Some("x"));
        assert_eq!(root.child("B").and_then(NodeRef::text), None);
        assert_eq!(root.get("D"), Some(""));
        assert_eq!(root.get("B/X"), None);
        assert_eq!(root.get("A/C"), None);
    }

    #[test]
    fn an_owned_node_outlives_the_handle_it_came_from() {
        fn is_free<T: Send + Sync + Clone + 'static>(value: T) -> T {
            value
        }
        let node = is_free(RecordNode::new(sample())).child("B").unwrap();
        assert_eq!(
            node.children_named("C").map(|c| c.text().unwrap().to_owned()).collect::<Vec<_>>(),
            ["x", "y"]
        );
        assert_eq!(node.get("C"), Some("x"));
        assert!(!node.is_root());
        assert_eq!(format!("{node:?}"), r#"B { children: [C="x", C="y"] }"#);
    }
}
