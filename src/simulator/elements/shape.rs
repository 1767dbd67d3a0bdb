//! Records made from what a request holds: the elements of the one brought into the shape of the
//! other.
//!
//! The vocabulary is regular: what a request calls `XLineAdd` or `XLineMod` the record calls
//! `XLineRet`, and nearly all else has the same name in both. What the record must have beyond that is
//! filled in by type.

use super::value::is_empty;
use crate::catalogue::{DataType, Element, Particle, record};
use crate::simulator::facts::facts;
use crate::xml::{Content, Node};

/// What fills in the elements that a record must have and nobody gave.
pub(crate) trait Fill {
    /// An identifier for a line or another part of a record.
    fn id(&mut self) -> String;
    /// The present time, as QuickBooks writes it.
    fn time(&self) -> String;
    /// The present day.
    fn day(&self) -> String;
}

/// A record of the shape `element` from `sources`: elements under the names of a request or of a
/// record. What fits nowhere is left out.
pub(crate) fn shape(element: Element, sources: Vec<Node>, fill: &mut dyn Fill) -> Node {
    let mut sources = flat(element, sources);
    let mut children = Vec::new();
    sequence(element.content(), &mut sources, &mut children, fill);
    Node::aggregate(element.name(), children)
}

/// [`shape`] for a record that is known by its name; as it is if the vocabulary has none of that name.
pub(crate) fn shape_named(name: &'static str, sources: Vec<Node>, fill: &mut dyn Fill) -> Node {
    match record(name) {
        Some(element) => shape(element, sources, fill),
        None => Node::aggregate(name, sources),
    }
}

/// The element of the record that what a request calls `name` becomes.
pub(crate) fn counterpart(element: Element, name: &str) -> Option<Element> {
    let base = name.strip_suffix("Add").or_else(|| name.strip_suffix("Mod"));
    let alias = facts().alias(name);
    element
        .child(name)
        .or_else(|| element.child(&format!("{}Ret", base.unwrap_or(name))))
        .or_else(|| element.child(&format!("{name}Ret")))
        .or_else(|| base.and_then(|base| element.child(base)))
        .or_else(|| alias.and_then(|alias| element.child(alias)))
}

/// The sources, each with its counterpart. Aggregates that have none give what they hold.
fn flat(element: Element, sources: Vec<Node>) -> Vec<(Element, Node)> {
    let mut flat_sources = Vec::new();
    for source in sources {
        match (counterpart(element, &source.name), source.content) {
            (Some(own), content) => flat_sources.push((own, Node { content, ..Node::leaf(own.name(), "") })),
            (None, Content::Children(parts)) if !source.name.ends_with("Ref") => {
                let parts = parts.into_iter();
                flat_sources.extend(parts.filter_map(|part| Some((counterpart(element, &part.name)?, part))));
            }
            _ => {}
        }
    }
    flat_sources
}

type Sources = Vec<(Element, Node)>;

fn sequence(content: &[Particle], sources: &mut Sources, into: &mut Vec<Node>, fill: &mut dyn Fill) {
    for particle in content {
        match particle {
            Particle::Element(element) => {
                let found = take(sources, |own| own == *element);
                let before = into.len();
                for (_, source) in
                    found.into_iter().take(element.max().map_or(usize::MAX, |max| max as usize))
                {
                    into.extend(one(*element, source, fill));
                }
                if into.len() == before && element.min() > 0 {
                    into.push(missing(*element, fill));
                }
            }
            Particle::Choice(choice) if choice.max().is_none() => {
                let found = take(sources, |own| choice.branches().any(|branch| holds(branch, own)));
                for (own, source) in found {
                    into.extend(one(own, source, fill));
                }
            }
            Particle::Choice(choice) => {
                let branches: Vec<_> = choice.branches().collect();
                let given = branches.iter().find(|branch| sources.iter().any(|(own, _)| holds(branch, *own)));
                let first = branches.first().filter(|_| choice.min() > 0);
                if let Some(branch) = given.or(first) {
                    sequence(branch, sources, into, fill);
                }
            }
        }
    }
}

fn take(sources: &mut Sources, fits: impl Fn(Element) -> bool) -> Sources {
    let all = std::mem::take(sources);
    let (found, rest) = all.into_iter().partition(|(own, _)| fits(*own));
    *sources = rest;
    found
}

fn holds(branch: &[Particle], element: Element) -> bool {
    branch.iter().any(|particle| match particle {
        Particle::Element(own) => *own == element,
        Particle::Choice(choice) => choice.branches().any(|branch| holds(branch, element)),
    })
}

/// What a source becomes; nothing if it says nothing, or nothing that the record may hold.
fn one(element: Element, source: Node, fill: &mut dyn Fill) -> Option<Node> {
    if is_empty(&source) {
        return None;
    }
    match (source.content, element.data_type()) {
        (Content::Text(text), Some(_)) => {
            let allowed = element.values().is_empty() || element.values().contains(&text.as_str());
            let max = element.max_length().map_or(usize::MAX, |max| max as usize);
            let text = match text.char_indices().nth(max) {
                Some((end, _)) => text.get(..end).unwrap_or_default().to_owned(),
                None => text,
            };
            allowed.then(|| Node::leaf(element.name(), text))
        }
        (Content::Children(mut children), None) => {
            let is_line = element.child("TxnLineID").is_some();
            if is_line && !children.iter().any(|child| child.name == "TxnLineID") {
                children.insert(0, Node::leaf("TxnLineID", fill.id()));
            }
            Some(shape(element, children, fill))
        }
        _ => None,
    }
}

/// An element that must be there, with a value that says as little as possible.
fn missing(element: Element, fill: &mut dyn Fill) -> Node {
    let Some(data_type) = element.data_type() else {
        return shape(element, Vec::new(), fill);
    };
    let first = element.values().first().copied();
    let value = match data_type {
        DataType::Id => fill.id(),
        DataType::Date => fill.day(),
        DataType::DateTime => fill.time(),
        DataType::Text | DataType::Enum | DataType::Uuid | DataType::Macro => first.unwrap_or("").to_owned(),
        DataType::Bool => "false".to_owned(),
        DataType::TimeInterval => "PT0H0M0S".to_owned(),
        DataType::Amount | DataType::Price => "0.00".to_owned(),
        DataType::Guid | DataType::Quantity | DataType::Percent | DataType::Float | DataType::Integer => {
            "0".to_owned()
        }
    };
    Node::leaf(element.name(), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Fill for Fixed {
        fn id(&mut self) -> String {
            "1-1".to_owned()
        }
        fn time(&self) -> String {
            "2024-01-01T00:00:00-05:00".to_owned()
        }
        fn day(&self) -> String {
            "2024-01-01".to_owned()
        }
    }

    #[test]
    fn elements_find_their_place_and_name() {
        let line = |text: &str| Node::aggregate("InvoiceLineAdd", vec![Node::leaf("Desc", text)]);
        let group = Node::aggregate("InvoiceLineGroupAdd", vec![Node::leaf("Desc", "g")]);
        let sources =
            vec![line("a"), group, line("b"), Node::leaf("Memo", "m"), Node::leaf("IsAutoApply", "1")];
        let invoice = shape(record("InvoiceRet").unwrap(), sources, &mut Fixed);
        let names: Vec<_> = invoice.children().iter().map(|child| &*child.name).collect();
        assert_eq!(
            names,
            [
                "TxnID",
                "TimeCreated",
                "TimeModified",
                "EditSequence",
                "CustomerRef",
                "TxnDate",
                "Memo",
                "InvoiceLineRet",
                "InvoiceLineGroupRet",
                "InvoiceLineRet"
            ]
        );
    }
}
