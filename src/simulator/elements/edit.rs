//! Changing records in the order that the vocabulary gives their elements.

use crate::catalogue::{Element, record};
use crate::xml::{Content, Node};

/// The element that describes a record's shape.
pub(crate) fn shape_of(node: &Node) -> Option<Element> {
    record(&node.name)
}

/// The elements that `node` holds, to be changed; a value is thrown away.
pub(crate) fn children_of(node: &mut Node) -> &mut Vec<Node> {
    loop {
        match node.content {
            Content::Children(ref mut children) => return children,
            Content::Text(_) => node.content = Content::Children(Vec::new()),
        }
    }
}

/// The value of the element at `path`, if it is there and not empty.
pub(crate) fn text<'a>(node: &'a Node, path: &str) -> Option<&'a str> {
    node.descend(path)?.text().filter(|text| !text.is_empty())
}

/// The `ListID` of the reference called `name`.
pub(crate) fn reference<'a>(node: &'a Node, name: &str) -> Option<&'a str> {
    text(node.child(name)?, "ListID")
}

/// Puts `child` in the place of those of its name, or where the vocabulary wants it; nothing happens
/// if `shape` knows no such element.
pub(crate) fn put(node: &mut Node, shape: Element, child: Node) {
    let Some(rank) = shape.rank(&child.name) else {
        return;
    };
    let children = children_of(node);
    let place = children
        .iter()
        .position(|other| shape.rank(&other.name).is_some_and(|other| other >= rank))
        .unwrap_or(children.len());
    children.retain(|other| other.name != child.name);
    children.insert(place.min(children.len()), child);
}

/// Adds `child` behind those of its name.
pub(crate) fn append(node: &mut Node, shape: Element, child: Node) {
    let Some(rank) = shape.rank(&child.name) else {
        return;
    };
    let children = children_of(node);
    let place = children
        .iter()
        .position(|other| shape.rank(&other.name).is_some_and(|other| other > rank))
        .unwrap_or(children.len());
    children.insert(place, child);
}

/// Sets the value of the element `name`, if `shape` knows it.
pub(crate) fn set(node: &mut Node, shape: Element, name: &str, value: impl Into<String>) {
    if let Some(element) = shape.child(name) {
        put(node, shape, Node::leaf(element.name(), value));
    }
}

/// Sets an element to a value, if there is one.
pub(crate) fn set_some(node: &mut Node, shape: Element, name: &str, value: Option<String>) {
    if let Some(value) = value {
        set(node, shape, name, value);
    }
}

/// Takes out all elements called `name`.
pub(crate) fn remove(node: &mut Node, name: &str) {
    children_of(node).retain(|child| child.name != name);
}

/// Calls `visit` with every element of a tree, parents first.
pub(crate) fn walk(node: &Node, visit: &mut impl FnMut(&Node)) {
    visit(node);
    node.children().iter().for_each(|child| walk(child, visit));
}

/// Calls `visit` with every element of a tree, to be changed, parents first.
pub(crate) fn walk_mut(node: &mut Node, visit: &mut impl FnMut(&mut Node)) {
    visit(node);
    if let Content::Children(children) = &mut node.content {
        for child in children {
            walk_mut(child, visit);
        }
    }
}

/// Whether an element is a reference to a record of a list: it holds a `ListID`, a `FullName` or both.
pub(crate) fn is_reference(node: &Node) -> bool {
    let parts = node.children();
    node.name.ends_with("Ref")
        && !parts.is_empty()
        && parts.iter().all(|part| part.name == "ListID" || part.name == "FullName")
}

/// Whether the record refers to the record with the id `id`.
pub(crate) fn refers(node: &Node, id: &str) -> bool {
    let mut found = false;
    for child in node.children() {
        walk(child, &mut |inner| {
            found = found || is_reference(inner) && text(inner, "ListID") == Some(id);
        });
    }
    found
}
