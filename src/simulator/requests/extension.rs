//! Fields that applications add to records, to transactions and to the company: how a company file
//! comes to carry an application's `FileID`.

use super::request::{Request, texts};
use crate::catalogue::{Element, Operation, record};
use crate::simulator::books::{Books, References, is_same_field};
use crate::simulator::elements::{append, children_of, remove, set, shape, shape_of, text};
use crate::simulator::status::{Reason, Status};
use crate::xml::Node;

/// Defines a field, or changes its definition; gives the definition.
///
/// Fails with 3100 for a name that its owner uses already, and with 3120 for none to change.
pub(crate) fn define(books: &mut Books, request: Request<'_>) -> Result<Node, Status> {
    let given = request.given(false)?;
    let name = text(&given, "DataExtName").unwrap_or_default();
    let known = books.definitions.get(&given).cloned();
    let element = record("DataExtDefRet").ok_or(Reason::Unsupported)?;
    if request.operation.name == "DataExtDefAdd" {
        if known.is_some() {
            return Err(Status::new(Reason::NameInUse, &[name]));
        }
        let mut sources = given.children().to_vec();
        sources.push(Node::leaf("DataExtID", books.definitions.count().to_string()));
        let definition = shape(element, sources, books);
        books.definitions.add(definition.clone());
        return Ok(definition);
    }
    let mut definition = known.ok_or_else(|| Status::new(Reason::NotFound, &[name]))?;
    change_definition(&mut definition, &given, element);
    books.definitions.replace(&given, definition.clone());
    Ok(definition)
}

/// Takes a definition back.
pub(crate) fn undefine(books: &mut Books, request: Request<'_>) -> Result<Node, Status> {
    if !books.definitions.remove(request.node) {
        let name = text(request.node, "DataExtName").unwrap_or_default();
        return Err(Status::new(Reason::NotFound, &[name]));
    }
    let mut parts = names_of(request.node);
    parts.push(Node::leaf("TimeDeleted", books.printed(books.now)));
    Ok(Node::aggregate("DataExtDefDelRet", parts))
}

/// The definitions that a query means.
pub(super) fn defined(books: &Books, request: Request<'_>) -> Vec<Node> {
    let (owners, objects) = (request.texts("OwnerID"), request.texts("AssignToObject"));
    let is_meant = |definition: &&Node| {
        let owner = text(definition, "OwnerID").unwrap_or_default();
        let assigned = texts(definition, "AssignToObject");
        (owners.is_empty() || owners.iter().any(|known| known.eq_ignore_ascii_case(owner)))
            && (objects.is_empty() || assigned.iter().any(|object| objects.contains(object)))
    };
    books.definitions.all().filter(is_meant).cloned().collect()
}

/// Gives a field of a record a value, or takes it away; gives the field as it is or was.
///
/// Fails with 3120 for a field that is not defined, and for one that is not there to be changed.
pub(crate) fn extend(books: &mut Books, request: Request<'_>) -> Result<Node, Status> {
    let operation = request.operation;
    let mut given = if operation.body.is_some() { request.given(false)? } else { request.node.clone() };
    References::new(&books.table, "DataExt").resolve(&mut given)?;
    let name = text(&given, "DataExtName").unwrap_or_default().to_owned();
    let not_found = || Status::new(Reason::NotFound, &[&name]);
    let mut parts = names_of(&given);
    let data_type = books.definitions.get(&given).and_then(|definition| definition.child("DataExtType"));
    parts.push(data_type.cloned().ok_or_else(not_found)?);
    parts.push(Node::leaf("DataExtValue", text(&given, "DataExtValue").unwrap_or_default()));
    let field = Node::aggregate("DataExtRet", parts);
    let (id, line) = target(&given);
    let mut done = false;
    let mut change = |node: &mut Node, element: Element| {
        let before = node.children().len();
        children_of(node).retain(|child| !is_same_field(child, &field));
        let was_there = node.children().len() < before;
        done = was_there || operation.name == "DataExtAdd";
        if operation.name != "DataExtDel" && done {
            append(node, element, field.clone());
        }
    };
    match id {
        None => {
            if let Some(element) = record("CompanyRet") {
                change(&mut books.company, element);
            }
        }
        Some(id) => {
            let mut record = books.table.existing(&id, "list id")?.clone();
            let element = shape_of(&record.node).ok_or(Reason::Unsupported)?;
            match line {
                None => change(&mut record.node, element),
                Some(line) => {
                    for child in children_of(&mut record.node) {
                        if let Some(own) =
                            element.child(&child.name).filter(|_| text(child, "TxnLineID") == Some(&line))
                        {
                            change(child, own);
                        }
                    }
                }
            }
            books.table.insert(record);
        }
    }
    if done { Ok(answered(operation, field, &given, books.printed(books.now))) } else { Err(not_found()) }
}

/// The elements that name a field: its owner and its name.
fn names_of(given: &Node) -> Vec<Node> {
    ["OwnerID", "DataExtName"].iter().filter_map(|name| given.child(name).cloned()).collect()
}

fn change_definition(definition: &mut Node, given: &Node, element: Element) {
    for part in given.children() {
        let value = part.text().unwrap_or_default();
        match &*part.name {
            "DataExtNewName" => set(definition, element, "DataExtName", value),
            "AssignToObject" => {
                children_of(definition)
                    .retain(|child| child.name != part.name || child.text() != Some(value));
                append(definition, element, part.clone());
            }
            "RemoveFromObject" => {
                children_of(definition)
                    .retain(|child| child.name != "AssignToObject" || child.text() != Some(value));
            }
            "OwnerID" | "DataExtName" => {}
            _ => set(definition, element, &part.name, value),
        }
    }
}

/// The id of the record a field belongs to, none for the company; and that of its line.
fn target(given: &Node) -> (Option<String>, Option<String>) {
    let id = text(given, "ListObjRef/ListID").or_else(|| text(given, "TxnID"));
    (id.map(str::to_owned), text(given, "TxnLineID").map(str::to_owned))
}

/// What the response holds: the field, or of a field that was deleted whose it was and when.
fn answered(operation: Operation, field: Node, given: &Node, time: String) -> Node {
    if operation.name != "DataExtDel" {
        return field;
    }
    let mut gone = Node::aggregate("DataExtDelRet", given.children().to_vec());
    remove(&mut gone, "DataExtValue");
    children_of(&mut gone).push(Node::leaf("TimeDeleted", time));
    gone
}
