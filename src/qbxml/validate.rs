//! Whether a message is what the catalogue allows.

mod fault;
mod order;
mod placed;
mod value;

pub use fault::{Fault, FaultKind};
pub use placed::{Placed, read_placed};

use crate::catalogue::{Element, Version};
use crate::xml::{Content, Node};

/// Everything that is wrong with `node` as an instance of `element` for a QuickBooks that speaks
/// `version`; empty if nothing is. Faults come in the order of the document, but for an element
/// those of its own order and number come before those of its children. Of very many faults the first
/// [`MOST_FAULTS`] are told.
pub fn validate(node: &Node, element: Element, version: Version) -> Vec<Fault> {
    let mut faults = Faults { path: node.name.to_string(), version, found: Vec::new() };
    if node.name == element.name() {
        faults.node(node, element);
    } else {
        faults.add(FaultKind::Unknown { parent: None });
    }
    faults.found
}

/// So many faults are told of one document: nobody reads more.
pub const MOST_FAULTS: usize = 200;

/// The faults found so far and where we are.
struct Faults {
    path: String,
    version: Version,
    found: Vec<Fault>,
}

impl Faults {
    fn is_full(&self) -> bool {
        self.found.len() >= MOST_FAULTS
    }

    fn add(&mut self, kind: FaultKind) {
        if self.is_full() {
            return;
        }
        self.found.push(Fault { path: self.path.clone(), kind });
    }

    /// Runs `check` with `step` added to the path.
    fn at(&mut self, step: &str, check: impl FnOnce(&mut Faults)) {
        let length = self.path.len();
        self.path.push('/');
        self.path.push_str(step);
        check(self);
        self.path.truncate(length);
    }

    fn node(&mut self, node: &Node, element: Element) {
        if element.since() > self.version {
            self.add(FaultKind::TooNew { since: element.since(), version: self.version });
        }
        if element.is_abroad() {
            self.add(FaultKind::Abroad);
        }
        self.attributes(node, element);
        match (element.data_type(), &node.content) {
            (Some(data_type), Content::Text(text)) => self.value(text, element, data_type),
            (Some(data_type), Content::Children(children)) if children.is_empty() => {
                self.value("", element, data_type);
            }
            (Some(_), Content::Children(_)) => self.add(FaultKind::NotAValue),
            (None, Content::Text(text)) if !text.trim().is_empty() => {
                self.add(FaultKind::NotElements);
            }
            (None, _) => self.children(node.children(), element),
        }
    }

    fn children(&mut self, nodes: &[Node], element: Element) {
        let steps = steps(nodes);
        let known: Vec<_> = nodes.iter().map(|node| element.child(&node.name)).collect();
        self.order(&steps, &known, element);
        for ((node, step), known) in nodes.iter().zip(&steps).zip(known) {
            if self.is_full() {
                return;
            }
            self.at(step, |faults| match known {
                Some(child) => faults.node(node, child),
                None => faults.add(FaultKind::Unknown { parent: Some(element.name()) }),
            });
        }
    }
}

/// The step of each node in a path: its name, and which one it is if several have that name.
fn steps(nodes: &[Node]) -> Vec<String> {
    let mut counts = std::collections::HashMap::<&str, (usize, usize)>::new();
    for node in nodes {
        counts.entry(&node.name).or_default().0 += 1;
    }
    let step = |node: &Node| match counts.get_mut(&*node.name) {
        Some((total, seen)) if *total > 1 => {
            *seen += 1;
            format!("{}[{seen}]", node.name)
        }
        _ => node.name.to_string(),
    };
    nodes.iter().map(step).collect()
}
