//! References from what a request holds to what the company file holds.

use super::table::{Table, looks_like_id};
use crate::simulator::elements::{is_reference, text};
use crate::simulator::facts::facts;
use crate::simulator::status::{Reason, Status};
use crate::xml::{Content, Node};

/// The references of one request.
pub(crate) struct References<'t> {
    table: &'t Table,
    /// What the request is about, such as `Invoice`.
    kind: &'t str,
}

impl<'t> References<'t> {
    /// Those of a request about `kind`, to the records of `table`.
    pub(crate) fn new(table: &'t Table, kind: &'t str) -> References<'t> {
        References { table, kind }
    }

    /// Completes every reference in `node` to an id and a full name.
    ///
    /// # Errors
    /// 3130 for a parent, 3140 for another element of a list, and 3120 for a transaction that is not there;
    /// 3000 for what cannot be an id.
    pub(crate) fn resolve(&self, node: &mut Node) -> Result<(), Status> {
        self.resolve_within(node, self.kind)
    }

    fn resolve_within(&self, node: &mut Node, place: &str) -> Result<(), Status> {
        let Content::Children(children) = &mut node.content else {
            return Ok(());
        };
        for child in children {
            if is_reference(child) {
                self.resolve_reference(child, place)?;
            } else if child.name.contains("Line") {
                self.resolve_within(child, &format!("{} line", self.kind))?;
            } else {
                self.resolve_transaction(child)?;
                self.resolve_within(child, place)?;
            }
        }
        Ok(())
    }

    fn resolve_reference(&self, reference: &mut Node, place: &str) -> Result<(), Status> {
        let kind = self.kind;
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
        let Some(found) = self.table.referred(reference, &kinds) else {
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
        *reference = found.reference(&reference.name);
        Ok(())
    }

    /// The element of a request that names a transaction by its id must name one that is there.
    fn resolve_transaction(&self, leaf: &Node) -> Result<(), Status> {
        match leaf.text() {
            Some(id) if leaf.name.ends_with("TxnID") && !id.is_empty() => {
                self.table.transaction(id).map(drop)
            }
            _ => Ok(()),
        }
    }
}
