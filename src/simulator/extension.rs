//! Fields that applications add to records, to transactions and to the company: how a company file
//! comes to carry an application's `FileID`.

use super::books::Books;
use super::edit::{append, children_of, remove, set, shape_of, text};
use super::shape::shape;
use super::status::{Reason, Status};
use super::value::settle;
use crate::catalogue::{Element, Operation, record};
use crate::qbxml::element::Node;

impl Books {
    /// Defines a field, or changes its definition; gives the definition.
    ///
    /// Fails with 3100 for a name that its owner uses already, and with 3120 for none to change.
    pub(super) fn define(&mut self, operation: Operation, request: &Node) -> Result<Node, Status> {
        let given = body(operation, request)?;
        let name = text(&given, "DataExtName").unwrap_or_default().to_owned();
        let place = self.place_of(&given);
        let element = record("DataExtDefRet").ok_or(Reason::Unsupported)?;
        if operation.name == "DataExtDefAdd" {
            if place.is_some() {
                return Err(Status::new(Reason::NameInUse, &[&name]));
            }
            let mut sources = given.children().to_vec();
            sources.push(Node::leaf("DataExtID", self.definitions.len().to_string()));
            let definition = shape(element, sources, self);
            self.definitions.push(definition.clone());
            return Ok(definition);
        }
        let mut definition = place
            .and_then(|place| self.definitions.get(place).cloned())
            .ok_or_else(|| Status::new(Reason::NotFound, &[&name]))?;
        change_definition(&mut definition, &given, element);
        if let Some(own) = place.and_then(|place| self.definitions.get_mut(place)) {
            *own = definition.clone();
        }
        Ok(definition)
    }

    /// Takes a definition back.
    pub(super) fn undefine(&mut self, request: &Node) -> Result<Node, Status> {
        let name = text(request, "DataExtName").unwrap_or_default();
        let place = self.place_of(request).ok_or_else(|| Status::new(Reason::NotFound, &[name]))?;
        self.definitions.remove(place);
        let mut parts: Vec<Node> =
            ["OwnerID", "DataExtName"].iter().filter_map(|name| request.child(name).cloned()).collect();
        parts.push(Node::leaf("TimeDeleted", self.printed(self.now)));
        Ok(Node::aggregate("DataExtDefDelRet", parts))
    }

    /// The definitions that a query means.
    pub(super) fn defined(&self, request: &Node) -> Vec<Node> {
        let wanted = |name: &str| -> Vec<&str> {
            let parts = request.children().iter().filter(|part| part.name == name);
            parts.filter_map(Node::text).collect()
        };
        let (owners, objects) = (wanted("OwnerID"), wanted("AssignToObject"));
        let is_meant = |definition: &&Node| {
            let owner = text(definition, "OwnerID").unwrap_or_default();
            let assigned = definition.children().iter().filter(|part| part.name == "AssignToObject");
            let mut assigned = assigned.filter_map(Node::text);
            (owners.is_empty() || owners.iter().any(|known| known.eq_ignore_ascii_case(owner)))
                && (objects.is_empty() || assigned.any(|object| objects.contains(&object)))
        };
        self.definitions.iter().filter(is_meant).cloned().collect()
    }

    /// Gives a field of a record a value, or takes it away; gives the field as it is or was.
    ///
    /// Fails with 3120 for a field that is not defined, and for one that is not there to be changed.
    pub(super) fn extend(&mut self, operation: Operation, request: &Node) -> Result<Node, Status> {
        let mut given = if operation.body.is_some() { body(operation, request)? } else { request.clone() };
        self.resolve(&mut given, "DataExt")?;
        let name = text(&given, "DataExtName").unwrap_or_default().to_owned();
        let not_found = || Status::new(Reason::NotFound, &[&name]);
        let definition = self.place_of(&given).and_then(|place| self.definitions.get(place));
        let mut parts: Vec<Node> =
            ["OwnerID", "DataExtName"].iter().filter_map(|name| given.child(name).cloned()).collect();
        let data_type = definition.and_then(|definition| definition.child("DataExtType"));
        parts.push(data_type.cloned().ok_or_else(not_found)?);
        parts.push(Node::leaf("DataExtValue", text(&given, "DataExtValue").unwrap_or_default()));
        let field = Node::aggregate("DataExtRet", parts);
        let (id, line) = target(&given);
        let mut done = false;
        let mut change = |node: &mut Node, element: Element| {
            let before = node.children().len();
            children_of(node).retain(|child| !is_same(child, &field));
            let was_there = node.children().len() < before;
            done = was_there || operation.name == "DataExtAdd";
            if operation.name != "DataExtDel" && done {
                append(node, element, field.clone());
            }
        };
        match id {
            None => {
                if let Some(element) = record("CompanyRet") {
                    change(&mut self.company, element);
                }
            }
            Some(id) => {
                let mut record = self.existing(&id, "list id")?.clone();
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
                self.table.insert(record);
            }
        }
        if done { Ok(answered(operation, field, &given, self.printed(self.now))) } else { Err(not_found()) }
    }

    /// Where among the definitions the field that `given` names is.
    fn place_of(&self, given: &Node) -> Option<usize> {
        self.definitions.iter().position(|known| is_same(known, given))
    }
}

fn body(operation: Operation, request: &Node) -> Result<Node, Status> {
    let fields = operation.fields();
    let mut given = request.child(fields.name()).cloned().ok_or(Reason::Unsupported)?;
    settle(&mut given, fields, false);
    Ok(given)
}

/// Whether two elements speak of the same field: the same name of the same owner.
fn is_same(one: &Node, other: &Node) -> bool {
    ["OwnerID", "DataExtName"].iter().all(|name| {
        let value = |node| text(node, name).unwrap_or_default().to_lowercase();
        one.child(name).is_some() && value(one) == value(other)
    })
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
