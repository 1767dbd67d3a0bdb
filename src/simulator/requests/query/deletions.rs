//! Queries for what was deleted.

use crate::simulator::books::{Books, DeletedRecord};
use crate::simulator::elements::text;
use crate::simulator::requests::request::Request;
use crate::simulator::status::{Reason, Status};
use crate::simulator::time_zone::Bound;
use crate::xml::Node;

/// So long it is known what was deleted, in seconds.
const KEPT: i64 = 90 * 86_400;

/// Answers a query for deleted elements of lists or for deleted transactions.
pub(crate) fn deletions(books: &Books, request: Request<'_>) -> Result<Vec<Node>, Status> {
    let operation = request.operation;
    let is_transaction = operation.noun == "TxnDeleted";
    let (kind_name, id_name, label) = if is_transaction {
        ("TxnDelType", "TxnID", "RefNumber")
    } else {
        ("ListDelType", "ListID", "FullName")
    };
    let kinds = request.texts(kind_name);
    let bound = |name: &str, bound| {
        let text = text(request.node, &format!("DeletedDateRangeFilter/{name}"))?;
        books.settings.time_zone.read(text, bound)
    };
    let (from, to) = (bound("FromDeletedDate", Bound::From), bound("ToDeletedDate", Bound::To));
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err(Reason::DateRange.into());
    }
    let deleted = books.deleted.all().filter(|deleted| {
        deleted.is_transaction == is_transaction
            && deleted.at >= books.now - KEPT
            && kinds.contains(&deleted.kind.as_str())
            && from.is_none_or(|from| deleted.at >= from)
            && to.is_none_or(|to| deleted.at <= to)
    });
    let node = |deleted: &DeletedRecord| {
        let mut parts = vec![
            Node::leaf(kind_name, deleted.kind.clone()),
            Node::leaf(id_name, deleted.id.clone()),
            Node::leaf("TimeCreated", books.printed(deleted.created)),
            Node::leaf("TimeDeleted", books.printed(deleted.at)),
        ];
        parts.extend(deleted.name.clone().map(|name| Node::leaf(label, name)));
        Node::aggregate(format!("{}Ret", operation.noun), parts)
    };
    Ok(deleted.map(node).collect())
}
