//! Changing records.

use super::addresses::{addresses, check_addresses};
use super::refusals::refuse;
use super::request::Request;
use crate::simulator::books::{
    Books, KeptRecord, Names, References, Table, enter, full_name, is_below, rename,
};
use crate::simulator::elements::{merge, reference, shape, shape_of, text};
use crate::simulator::status::{Reason, Status};
use crate::xml::{Content, Node};

/// Does what a Mod asks; gives the record's id.
pub(crate) fn modify(books: &mut Books, request: Request<'_>) -> Result<String, Status> {
    let noun = request.operation.noun;
    let mut given = request.given(true)?;
    let field = if given.child("TxnID").is_some() { "txn id" } else { "list id" };
    let id = text(&given, "TxnID").or_else(|| text(&given, "ListID")).unwrap_or_default().to_owned();
    let old = books.table.existing(&id, field)?.clone();
    if old.kind() != noun {
        return Err(Status::new(Reason::NotFound, &[&id]));
    }
    old.check_sequence(text(&given, "EditSequence").unwrap_or_default())?;
    if let Content::Children(children) = &mut given.content {
        children.retain(|child| !matches!(&*child.name, "ListID" | "TxnID" | "EditSequence"));
    }
    References::new(&books.table, noun).resolve(&mut given)?;
    refuse(books, request, &given, Some(&old))?;
    let element = shape_of(&old.node).ok_or(Reason::Unsupported)?;
    let addresses = addresses(&given);
    let sources = merge(&old.node, given, element)?;
    let mut node = shape(element, sources, books);
    check_addresses(&node, &addresses, books.settings.address_notes)?;
    if old.is_transaction() {
        books.check_open(&old.node)?;
        books.check_open(&node)?;
    } else {
        check_name(&books.table, &old, &mut node)?;
    }
    let mut record = books.kept(node, old.created);
    books.touch(&mut record);
    enter(books, record.node, Some(&old))?;
    if let Some(was) = old.name() {
        Names::of(&mut books.table).spread(&id, was);
    }
    Ok(id)
}

/// Gives a changed element of a list the full name that follows from its name and its parent.
fn check_name(table: &Table, old: &KeptRecord, node: &mut Node) -> Result<(), Status> {
    let Some(name) = text(node, "Name").or_else(|| text(node, "Initial")).map(str::to_owned) else {
        return Ok(());
    };
    let parent = reference(node, "ParentRef");
    if parent.is_some_and(|parent| is_below(table, parent, old.id())) {
        return Err(Status::new(Reason::InvalidParent, &[&name, &format!("{}s", old.kind())]));
    }
    let (full_name, _) = full_name(table, old.kind(), &name, parent, Some(old.id()))?;
    if let Some(element) = shape_of(node).filter(|_| node.child("Name").is_some()) {
        rename(node, element, &name, &full_name);
    }
    Ok(())
}
