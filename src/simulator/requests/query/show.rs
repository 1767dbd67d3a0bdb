//! How a record is shown: as much of it as a request asks for, in the version it speaks.

use crate::catalogue::{Element, Version};
use crate::simulator::books::{Books, KeptRecord};
use crate::simulator::elements::{children_of, counterpart, shape, text};
use crate::simulator::facts::facts;
use crate::simulator::requests::request::Request;
use crate::xml::{Content, Node};

/// What a request wants to see of records.
pub(crate) struct Showing {
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
    pub(crate) fn new(request: Request<'_>) -> Showing {
        let (operation, node) = (request.operation, request.node);
        let wants = |name| operation.request.child(name).is_none() || text(node, name) == Some("true");
        let all = |name: &str| request.texts(name).into_iter().map(str::to_owned).collect();
        Showing {
            response: operation.response,
            version: request.version,
            has_lines: wants("IncludeLineItems") && wants("IncludeComponentLineItems"),
            has_links: wants("IncludeLinkedTxns"),
            only: all("IncludeRetElement"),
            owners: all("OwnerID"),
        }
    }

    /// The record with this id as the request wants to see it.
    pub(crate) fn record(&self, books: &mut Books, id: &str) -> Option<Node> {
        let record = books.table.get(id)?.clone();
        let element = match self.response.child(&record.node.name) {
            Some(element) => element,
            None => self
                .response
                .children()
                .map(|child| child.element)
                .find(|element| facts().views.contains_key(element.name()))?,
        };
        let mut node =
            if element.name() == record.node.name { record.node } else { view(books, element, &record) };
        self.trim(&mut node, element);
        Some(node)
    }

    /// Takes away what is not asked for.
    pub(crate) fn trim(&self, node: &mut Node, element: Element) {
        let shown = |child: &Node| {
            let is_line = child.child("TxnLineID").is_some();
            let is_reference = child.name == "LinkedTxn";
            let whose = text(child, "OwnerID");
            let is_wanted =
                child.name != "DataExtRet" || whose.is_some_and(|owner| self.shows_fields_of(owner));
            (self.has_lines || !is_line)
                && (self.has_links || !is_reference)
                && is_wanted
                && (self.only.is_empty() || self.only.iter().any(|name| *name == child.name))
        };
        children_of(node).retain(shown);
        self.trim_to_version(node, element);
    }

    /// Takes away what the version does not know, and the fields of other applications in lines.
    fn trim_to_version(&self, node: &mut Node, element: Element) {
        let Content::Children(children) = &mut node.content else {
            return;
        };
        children.retain_mut(|child| {
            let Some(own) = element.child(&child.name).filter(|own| own.since() <= self.version) else {
                return false;
            };
            self.trim_to_version(child, own);
            let owner = text(child, "OwnerID");
            child.name != "DataExtRet" || owner.is_some_and(|owner| self.shows_fields_of(owner))
        });
    }

    fn shows_fields_of(&self, owner: &str) -> bool {
        self.owners.iter().any(|known| known.eq_ignore_ascii_case(owner))
    }
}

/// A record in the shape of a view.
fn view(books: &mut Books, element: Element, record: &KeptRecord) -> Node {
    let aliases = facts().views.get(element.name()).map(|view| &view.aliases);
    let mut sources = vec![Node::leaf("TxnType", record.kind().to_owned())];
    for part in record.node.children() {
        let alias = aliases.and_then(|aliases| aliases.get(&*part.name)).cloned();
        let name = alias.unwrap_or_else(|| part.name.to_string());
        if counterpart(element, &name).is_some() {
            sources.push(Node { name: name.into(), ..part.clone() });
        }
    }
    shape(element, sources, books)
}
