//! Layers: a later one keeps only its differences.

use super::yaml::{Entry, Kind, Node};

/// The base with the differences of a later layer: mappings merge key by key, lists whose members
/// all have an `id` merge by it, everything else is replaced. What is new comes first, because the
/// first that applies decides where order matters.
pub fn merge(base: Node, over: Node) -> Node {
    let kind = match (base.kind, over.kind) {
        (Kind::Map(base), Kind::Map(over)) => Kind::Map(merge_maps(base, over)),
        (Kind::List(base), Kind::List(over)) if by_id(&base) && by_id(&over) => {
            Kind::List(merge_lists(base, over))
        }
        (_, over) => over,
    };
    Node { span: over.span, kind }
}

fn merge_maps(mut base: Vec<Entry>, over: Vec<Entry>) -> Vec<Entry> {
    let mut new = Vec::new();
    for entry in over {
        match base.iter_mut().find(|known| known.key == entry.key) {
            Some(known) => {
                let Entry { key, key_span, value } = known.clone();
                *known = Entry { key, key_span, value: merge(value, entry.value) };
            }
            None => new.push(entry),
        }
    }
    new.extend(base);
    new
}

fn merge_lists(mut base: Vec<Node>, over: Vec<Node>) -> Vec<Node> {
    let mut new = Vec::new();
    for node in over {
        match base.iter_mut().find(|known| id(known) == id(&node)) {
            Some(known) => *known = merge(known.clone(), node),
            None => new.push(node),
        }
    }
    new.extend(base);
    new
}

fn by_id(list: &[Node]) -> bool {
    list.iter().all(|node| id(node).is_some())
}

fn id(node: &Node) -> Option<&str> {
    node.get("id")?.scalar()
}
