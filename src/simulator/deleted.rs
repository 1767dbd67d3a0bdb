//! What was deleted, and when.

use super::books::Books;
use super::edit::text;
use super::status::{Reason, Status};
use super::time_zone::Bound;
use crate::catalogue::Operation;
use crate::qbxml::element::Node;

impl Books {
    /// Answers a query for deleted elements of lists or for deleted transactions.
    pub(super) fn deletions(&self, operation: Operation, request: &Node) -> Result<Vec<Node>, Status> {
        let is_transaction = operation.noun == "TxnDeleted";
        let (kind_name, id_name, label) = if is_transaction {
            ("TxnDelType", "TxnID", "RefNumber")
        } else {
            ("ListDelType", "ListID", "FullName")
        };
        let kinds: Vec<&str> =
            request.children().iter().filter(|part| part.name == kind_name).filter_map(Node::text).collect();
        let bound = |name: &str, bound| {
            let text = text(request, &format!("DeletedDateRangeFilter/{name}"))?;
            self.settings.time_zone.read(text, bound)
        };
        let (from, to) = (bound("FromDeletedDate", Bound::From), bound("ToDeletedDate", Bound::To));
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(Reason::DateRange.into());
        }
        let deleted = self.deleted.iter().filter(|deleted| {
            deleted.is_transaction == is_transaction
                && kinds.contains(&deleted.kind.as_str())
                && from.is_none_or(|from| deleted.at >= from)
                && to.is_none_or(|to| deleted.at <= to)
        });
        let node = |deleted: &super::books::Deleted| {
            let mut parts = vec![
                Node::leaf(kind_name, deleted.kind.clone()),
                Node::leaf(id_name, deleted.id.clone()),
                Node::leaf("TimeCreated", self.printed(deleted.created)),
                Node::leaf("TimeDeleted", self.printed(deleted.at)),
            ];
            parts.extend(deleted.name.clone().map(|name| Node::leaf(label, name)));
            Node::aggregate(format!("{}Ret", operation.noun), parts)
        };
        Ok(deleted.map(node).collect())
    }
}
