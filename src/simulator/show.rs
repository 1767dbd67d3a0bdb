//! How a record is shown: as much of it as a request asks for, in the version it speaks.

use super::books::Books;
use super::edit::{children_of, text};
use super::facts::facts;
use super::shape::{counterpart, shape};
use super::table::Stored;
use crate::catalogue::{Element, Operation, Version};
use crate::qbxml::element::{Content, Node};

/// What a request wants to see of records.
pub(super) struct Showing {
    response: Element,
    version: Version,
    has_lines: bool,
    has_links: bool,
    /// The elements asked for; all if empty.
    only: Vec<String>,
    /// The applications whose fields are asked for.
    owners: Vec<String>,
}

impl Showing {
    /// What `request` says about it. Lines are shown unless the request could ask for them and does not.
    pub(super) fn new(operation: Operation, request: &Node, version: Version) -> Showing {
        let wants = |name| operation.request.child(name).is_none() || text(request, name) == Some("true");
        let all = |name: &str| {
            let parts = request.children().iter().filter(|part| part.name == name);
            parts.filter_map(|part| part.text().map(str::to_owned)).collect()
        };
        Showing {
            response: operation.response,
            version,
            has_lines: wants("IncludeLineItems") && wants("IncludeComponentLineItems"),
            has_links: wants("IncludeLinkedTxns"),
            only: all("IncludeRetElement"),
            owners: all("OwnerID"),
        }
    }
}

impl Books {
    /// The record with this id as the request wants to see it.
    pub(super) fn shown(&mut self, id: &str, showing: &Showing) -> Option<Node> {
        let record = self.table.get(id)?.clone();
        let element = match showing.response.child(&record.node.name) {
            Some(element) => element,
            None => showing
                .response
                .children()
                .map(|child| child.element)
                .find(|element| facts().views.contains_key(element.name()))?,
        };
        let mut node =
            if element.name() == record.node.name { record.node } else { self.view(element, &record) };
        show(&mut node, element, showing);
        Some(node)
    }

    /// A record in the shape of a view.
    fn view(&mut self, element: Element, record: &Stored) -> Node {
        let aliases = facts().views.get(element.name()).map(|view| &view.aliases);
        let mut sources = vec![Node::leaf("TxnType", record.kind().to_owned())];
        for part in record.node.children() {
            let alias = aliases.and_then(|aliases| aliases.get(&*part.name)).cloned();
            let name = alias.unwrap_or_else(|| part.name.to_string());
            if counterpart(element, &name).is_some() {
                sources.push(Node { name: name.into(), ..part.clone() });
            }
        }
        shape(element, sources, self)
    }
}

/// Takes away what is not asked for.
pub(super) fn show(node: &mut Node, element: Element, showing: &Showing) {
    let shown = |child: &Node| {
        let is_line = child.child("TxnLineID").is_some();
        let is_reference = child.name == "LinkedTxn";
        let whose = text(child, "OwnerID");
        let is_wanted = child.name != "DataExtRet" || whose.is_some_and(|owner| has(&showing.owners, owner));
        (showing.has_lines || !is_line)
            && (showing.has_links || !is_reference)
            && is_wanted
            && (showing.only.is_empty() || showing.only.iter().any(|name| *name == child.name))
    };
    children_of(node).retain(shown);
    trim(node, element, showing);
}

fn has(owners: &[String], owner: &str) -> bool {
    owners.iter().any(|known| known.eq_ignore_ascii_case(owner))
}

/// Takes away what the version does not know, and the fields of other applications in lines.
fn trim(node: &mut Node, element: Element, showing: &Showing) {
    let Content::Children(children) = &mut node.content else {
        return;
    };
    children.retain_mut(|child| {
        let Some(own) = element.child(&child.name).filter(|own| own.since() <= showing.version) else {
            return false;
        };
        trim(child, own, showing);
        let owner = text(child, "OwnerID");
        child.name != "DataExtRet" || owner.is_some_and(|owner| has(&showing.owners, owner))
    });
}
