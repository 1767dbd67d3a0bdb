//! Adding records.

use super::addresses::{addresses, check_addresses};
use super::refusals::refuse;
use super::request::Request;
use crate::catalogue::{Element, Operation, record};
use crate::simulator::books::{
    Books, References, begin, beneath, done, enter, head_of_element, head_of_transaction, link_lines,
    take_credits, use_credits,
};
use crate::simulator::elements::{normalize, shape, text};
use crate::simulator::facts::facts;
use crate::simulator::status::{Reason, Status};
use crate::xml::Node;

/// Does what an Add asks; gives the new record's id.
pub(crate) fn add(books: &mut Books, request: Request<'_>) -> Result<String, Status> {
    let mut given = given(request);
    if books.refuses_guid(&given) {
        let guid = text(&given, "ExternalGUID").unwrap_or_default();
        return Err(Status::new(Reason::GuidInUse, &[guid]));
    }
    check_addresses(&given, &addresses(&given), books.settings.address_notes)?;
    let element = wanted(request.operation, &given).ok_or(Reason::Unsupported)?;
    let kind = element.name().trim_end_matches("Ret");
    References::new(&books.table, kind).resolve(&mut given)?;
    refuse(books, request, &given, None)?;
    let links = link_lines(&books.table, &mut given, request.operation.fields())?;
    let credits = take_credits(&books.table, &mut given)?;
    let head = if element.child("TxnID").is_some() {
        head_of_transaction(books, kind, &given)?
    } else {
        head_of_element(books, kind, element, &given)?
    };
    let mut node = shape(element, beneath(head, given), books);
    begin(&mut node);
    // What a credit pays is not due any more when the payment is entered.
    use_credits(books, &credits);
    let id = enter(books, node, None)?;
    done(books, &id, &links);
    Ok(id)
}

/// What the request gives. A few Adds may be sent without any element, and stand for an empty one.
fn given(request: Request<'_>) -> Node {
    let fields = request.operation.fields();
    let given = request.node.child(fields.name()).cloned();
    let mut given = given.unwrap_or_else(|| Node::aggregate(fields.name(), Vec::new()));
    normalize(&mut given, fields, false);
    given
}

/// The shape of the record that an Add makes.
fn wanted(operation: Operation, given: &Node) -> Option<Element> {
    let mut records = operation
        .response
        .children()
        .map(|child| child.element)
        .filter(|element| element.name().ends_with("Ret"));
    let special = text(given, "SpecialItemType").and_then(|special| facts().special_items.get(special));
    match special {
        Some(kind) => records.find(|element| element.name().strip_suffix("Ret") == Some(kind)),
        None => records.next(),
    }
    // The query's shape is the fullest.
    .and_then(|element| record(element.name()))
}
