//! References from what a request holds to what the company file holds.

use super::books::Books;
use super::edit::{is_reference, text};
use super::facts::facts;
use super::status::{Reason, Status};
use super::table::Stored;
use super::value::is_empty;
use crate::qbxml::element::{Content, Node};

impl Books {
    /// Completes every reference in `node` to an id and a full name.
    ///
    /// `kind` is what the request is about. Fails with 3130 for a parent, 3140 for another element of
    /// a list, and 3120 for a transaction that is not there; with 3000 for what cannot be an id.
    pub(super) fn resolve(&self, node: &mut Node, kind: &str) -> Result<(), Status> {
        self.resolve_within(node, kind, kind)
    }

    fn resolve_within(&self, node: &mut Node, kind: &str, place: &str) -> Result<(), Status> {
        let Content::Children(children) = &mut node.content else {
            return Ok(());
        };
        for child in children {
            if is_reference(child) {
                self.resolve_reference(child, kind, place)?;
            } else if child.name.contains("Line") {
                self.resolve_within(child, kind, &format!("{kind} line"))?;
            } else {
                self.resolve_transaction(child)?;
                self.resolve_within(child, kind, place)?;
            }
        }
        Ok(())
    }

    fn resolve_reference(&self, reference: &mut Node, kind: &str, place: &str) -> Result<(), Status> {
        // An empty reference takes away what was there.
        let Some(value) = text(reference, "ListID").or_else(|| text(reference, "FullName")) else {
            reference.content = Content::Children(Vec::new());
            return Ok(());
        };
        let is_parent = reference.name == "ParentRef";
        let target = facts().target(&reference.name);
        let kinds: Vec<&str> = match target {
            _ if is_parent => vec![kind],
            Some(target) => target.kinds.iter().map(String::as_str).collect(),
            None => return Ok(()),
        };
        let Some(found) = self.referred(reference, &kinds) else {
            let list = target.map_or(kind, |target| target.list.as_str());
            let is_id = text(reference, "ListID").is_some();
            return Err(match (is_id && !looks_like_id(value), is_parent) {
                (true, _) => Status::new(Reason::InvalidId, &[value, "list id"]),
                (_, true) => Status::new(Reason::InvalidParent, &[value, &format!("{kind}s")]),
                (_, false) => Status::new(Reason::InvalidReference, &[list, value, place]),
            });
        };
        if !is_parent && text(&found.node, "IsActive") == Some("false") {
            let list = target.map_or(kind, |target| target.list.as_str());
            return Err(Status::new(Reason::InactiveReference, &[list, value, place]));
        }
        *reference = refer(&reference.name, found);
        Ok(())
    }

    /// The record that a reference means, by its id, or else by its full name.
    pub(super) fn referred(&self, reference: &Node, kinds: &[&str]) -> Option<&Stored> {
        let fits = |record: &&Stored| kinds.contains(&record.kind());
        if let Some(id) = text(reference, "ListID") {
            return self.table.get(id).filter(fits);
        }
        let name = text(reference, "FullName")?;
        kinds.iter().find_map(|kind| self.table.named(kind, name).filter(fits))
    }

    /// The element of a request that names a transaction by its id must name one that is there.
    fn resolve_transaction(&self, leaf: &Node) -> Result<(), Status> {
        match leaf.text() {
            Some(id) if leaf.name.ends_with("TxnID") && !id.is_empty() => self.transaction(id).map(drop),
            _ => Ok(()),
        }
    }

    /// The transaction with this id.
    pub(super) fn transaction(&self, id: &str) -> Result<&Stored, Status> {
        self.existing(id, "txn id")
            .and_then(|record| if record.is_transaction() { Ok(record) } else { Err(not_found(id)) })
    }

    /// The record with this id, which stands in the field called `field`.
    pub(super) fn existing(&self, id: &str, field: &str) -> Result<&Stored, Status> {
        match self.table.get(id) {
            Some(record) => Ok(record),
            None if looks_like_id(id) => Err(not_found(id)),
            None => Err(Status::new(Reason::InvalidId, &[id, field])),
        }
    }
}

fn not_found(id: &str) -> Status {
    Status::new(Reason::NotFound, &[id])
}

/// A reference called `name` to `record`.
pub(super) fn refer(name: &str, record: &Stored) -> Node {
    let parts =
        vec![Node::leaf("ListID", record.id()), Node::leaf("FullName", record.name().unwrap_or_default())];
    let parts = parts.into_iter().filter(|part| !is_empty(part)).collect();
    Node::aggregate(name.to_owned(), parts)
}

/// Whether a text could be an id at all: `8000001B-1405768916`, or the kind that parts of records have.
pub(super) fn looks_like_id(id: &str) -> bool {
    let hex = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    id.split_once('-').is_some_and(|(number, time)| hex(number) && digits(time))
        || id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
