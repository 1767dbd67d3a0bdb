//! Deleting records.

use super::request::Request;
use crate::simulator::books::{Books, KeptRecord, Table, take_out};
use crate::simulator::elements::text;
use crate::simulator::status::{Reason, Status};
use crate::xml::Node;

/// Does what a `ListDel` or `TxnDel` asks; gives what its response holds.
pub(crate) fn delete(books: &mut Books, request: Request<'_>) -> Result<Vec<Node>, Status> {
    let (kind_name, id_name) = names(request.node);
    let record = named_in(&books.table, request.node)?.clone();
    if record.is_transaction() {
        books.check_open(&record.node)?;
    } else if books.table.is_used(record.id()) {
        return Err(Status::new(Reason::InUse, &[record.id()]));
    }
    let deleted = take_out(books, &record);
    let name = if record.is_transaction() { "RefNumber" } else { "FullName" };
    let mut content = vec![
        Node::leaf(kind_name, deleted.kind),
        Node::leaf(id_name, deleted.id),
        Node::leaf("TimeDeleted", books.printed(books.now)),
    ];
    content.extend(deleted.name.map(|text| Node::leaf(name, text)));
    Ok(content)
}

/// The record that a request to delete or to void names by kind and id.
pub(super) fn named_in<'t>(table: &'t Table, request: &Node) -> Result<&'t KeptRecord, Status> {
    let (kind_name, id_name) = names(request);
    let field = if id_name == "TxnID" { "txn id" } else { "list id" };
    let id = text(request, id_name).unwrap_or_default();
    let record = table.existing(id, field)?;
    if text(request, kind_name) == Some(record.kind()) {
        return Ok(record);
    }
    Err(Status::new(Reason::NotFound, &[id]))
}

/// The elements of a request that hold the kind and the id.
pub(super) fn names(request: &Node) -> (&'static str, &'static str) {
    let names = [("ListDelType", "ListID"), ("TxnDelType", "TxnID"), ("TxnVoidType", "TxnID")];
    let found = names.into_iter().find(|(kind, _)| request.child(kind).is_some());
    found.unwrap_or(("ListDelType", "ListID"))
}
