//! Orders: what a transaction takes over from the lines of an order that it is linked to, and how much of them is done.

use rust_decimal::Decimal;

use super::books::Books;
use super::kept_record::{id_of, kind_of};
use super::table::Table;
use crate::catalogue::Element;
use crate::simulator::elements::{append, children_of, number_in, put, remove, set, shape_of, text};
use crate::simulator::facts::{Order, facts};
use crate::simulator::status::{Reason, Status};
use crate::xml::Node;

/// How much of a line of an order a transaction does.
pub(crate) struct OrderLink {
    order: String,
    line: String,
    quantity: Decimal,
}

/// What a line takes over from the line of the order, where it does not say: its own element, and the order's.
const TAKEN_OVER: [(&str, &str); 6] = [
    ("ItemRef", "ItemRef"),
    ("Desc", "Desc"),
    ("Rate", "Rate"),
    ("Cost", "Rate"),
    ("ClassRef", "ClassRef"),
    ("CustomerRef", "CustomerRef"),
];

/// Fills in lines that are linked to orders; gives the links. `element` is the message's.
///
/// Fails with 3120 for an order or a line that is not there.
pub(crate) fn link_lines(
    table: &Table,
    given: &mut Node,
    element: Element,
) -> Result<Vec<OrderLink>, Status> {
    let mut links = Vec::new();
    for line in children_of(given) {
        let Some(link) = line.child("LinkToTxn").cloned() else { continue };
        let Some(own) = element.child(&line.name) else { continue };
        let id = text(&link, "TxnLineID").unwrap_or_default();
        let order = table.transaction(text(&link, "TxnID").unwrap_or_default())?;
        let facts = facts().orders.get(kind_of(&order.node)).ok_or(Reason::Unsupported)?;
        let source = order.node.children().iter().find(|line| text(line, "TxnLineID") == Some(id));
        let source = source.ok_or_else(|| Status::new(Reason::NotFound, &[id]))?;
        remove(line, "LinkToTxn");
        for (name, from) in TAKEN_OVER {
            if let (None, Some(taken)) = (line.child(name), source.child(from)) {
                put(line, own, Node { name: name.into(), ..taken.clone() });
            }
        }
        let quantity = number_in(line, "Quantity").unwrap_or_else(|| left(source, facts));
        set(line, own, "Quantity", quantity.normalize().to_string());
        links.push(OrderLink { order: order.id().to_owned(), line: id.to_owned(), quantity });
    }
    Ok(links)
}

/// What is left of a line of an order.
fn left(line: &Node, facts: &Order) -> Decimal {
    number_in(line, "Quantity").unwrap_or_default() - number_in(line, &facts.done).unwrap_or_default()
}

/// A new order: nothing of it is done.
pub(crate) fn begin(node: &mut Node) {
    let (Some(facts), Some(element)) = (facts().orders.get(kind_of(node)), shape_of(node)) else { return };
    for line in children_of(node) {
        if let Some(own) = element.child(&line.name).filter(|own| own.child(&facts.done).is_some()) {
            set(line, own, &facts.done, "0");
        }
    }
    set(node, element, &facts.whole, "false");
}

/// Notes at each order how much of it the transaction `id` does, and at both that they are linked.
pub(crate) fn done(books: &mut Books, id: &str, links: &[OrderLink]) {
    let Some(transaction) = books.table.get(id).map(|record| record.node.clone()) else { return };
    for link in links {
        let Some(mut order) = books.table.get(&link.order).cloned() else { continue };
        let (Some(facts), Some(element)) = (facts().orders.get(kind_of(&order.node)), shape_of(&order.node))
        else {
            continue;
        };
        let mut is_whole = true;
        for line in children_of(&mut order.node) {
            let Some(own) = element.child(&line.name).filter(|own| own.child(&facts.done).is_some()) else {
                continue;
            };
            if text(line, "TxnLineID") == Some(&link.line) {
                let done = number_in(line, &facts.done).unwrap_or_default() + link.quantity;
                set(line, own, &facts.done, done.normalize().to_string());
            }
            is_whole &= left(line, facts) <= Decimal::ZERO;
        }
        set(&mut order.node, element, &facts.whole, is_whole.to_string());
        note(&mut order.node, &transaction);
        books.touch(&mut order);
        let node = order.node.clone();
        books.table.insert(order);
        books.table.change(id, |record| note(&mut record.node, &node));
    }
}

/// Notes at a transaction that it is linked to another one.
fn note(node: &mut Node, other: &Node) {
    let Some(element) = shape_of(node) else { return };
    let is_noted = |child: &Node| child.name == "LinkedTxn" && text(child, "TxnID") == Some(id_of(other));
    if node.children().iter().any(is_noted) {
        return;
    }
    let mut parts = vec![Node::leaf("TxnID", id_of(other)), Node::leaf("TxnType", kind_of(other))];
    parts.extend(["TxnDate", "RefNumber"].iter().filter_map(|name| other.child(name).cloned()));
    parts.push(Node::leaf("LinkType", "QUANTYPE"));
    append(node, element, Node::aggregate("LinkedTxn", parts));
}
