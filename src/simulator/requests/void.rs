//! Voiding transactions.

use super::delete::{named_in, names};
use super::request::Request;
use crate::simulator::books::{Books, take_back, update_open_amount};
use crate::simulator::elements::{set, shape_of, text, walk_mut};
use crate::simulator::status::{Reason, Status};
use crate::xml::{Content, Node};

/// Does what a `TxnVoid` asks: the transaction stays and all its amounts become 0.
pub(crate) fn void(books: &mut Books, request: Request<'_>) -> Result<Vec<Node>, Status> {
    let (kind_name, id_name) = names(request.node);
    let old = named_in(&books.table, request.node)?.clone();
    books.check_open(&old.node)?;
    let element = shape_of(&old.node).ok_or(Reason::Unsupported)?;
    let id = old.id().to_owned();
    take_back(books, &old.node);
    let mut record = books.table.get(&id).cloned().unwrap_or(old);
    empty(&mut record.node);
    let memo = text(&record.node, "Memo").map_or_else(|| "VOID:".to_owned(), |memo| format!("VOID: {memo}"));
    set(&mut record.node, element, "Memo", memo);
    // Zeros always add up.
    let _ = update_open_amount(&mut record.node, element);
    books.touch(&mut record);
    let mut content = vec![Node::leaf(kind_name, record.kind().to_owned()), Node::leaf(id_name, id)];
    let shown = ["TimeCreated", "TimeModified", "RefNumber"];
    content.extend(shown.iter().filter_map(|name| record.node.child(name).cloned()));
    books.table.insert(record);
    Ok(content)
}

/// Sets all amounts of a transaction to 0.
fn empty(node: &mut Node) {
    const AMOUNTS: [&str; 14] = [
        "Amount",
        "Rate",
        "Cost",
        "Subtotal",
        "SalesTaxTotal",
        "TotalAmount",
        "AmountDue",
        "CreditAmount",
        "DepositTotal",
        "BalanceRemaining",
        "CreditRemaining",
        "OpenAmount",
        "UnusedPayment",
        "AppliedAmount",
    ];
    walk_mut(node, &mut |part| {
        if AMOUNTS.contains(&&*part.name) {
            part.content = Content::Text("0.00".to_owned());
        } else if part.name == "Quantity" {
            part.content = Content::Text("0".to_owned());
        }
    });
}
