//! Merging two elements of a list.

use super::request::Request;
use crate::simulator::books::{Books, KeptRecord, can_merge, merge_into};
use crate::simulator::elements::text;
use crate::simulator::status::{Reason, Status};
use crate::xml::Node;

/// Does what a `ListMerge` asks: one element becomes another.
pub(crate) fn merge_elements(books: &mut Books, request: Request<'_>) -> Result<Vec<Node>, Status> {
    let request = request.node;
    let kind = text(request, "ListMergeType").unwrap_or_default().to_owned();
    let side =
        |name: &str| request.child(name).and_then(|side| text(side, "ListID")).unwrap_or_default().to_owned();
    let (from, to) = (side("MergeFrom"), side("MergeTo"));
    let old = books.table.existing(&from, "list id")?.clone();
    let kept = books.table.existing(&to, "list id")?.clone();
    for (record, name) in [(&old, "MergeFrom"), (&kept, "MergeTo")] {
        let sequence = request.child(name).and_then(|side| text(side, "EditSequence"));
        record.check_sequence(sequence.unwrap_or_default())?;
    }
    if !books.settings.is_single_user || old.kind() != kind || !can_merge(&books.table, &old, &kept) {
        return Err(Reason::MergeRefused.into());
    }
    merge_into(books, &old, &kept);
    let name_of = |record: &KeptRecord| Node::leaf("FullName", record.name().unwrap_or_default());
    let merged_from =
        vec![Node::leaf("ListID", from), Node::leaf("TimeDeleted", books.printed(books.now)), name_of(&old)];
    let mut content = vec![Node::leaf("ListMergeType", kind), Node::aggregate("MergedFrom", merged_from)];
    if let Some(kept) = books.table.get(&to) {
        let names = ["ListID", "TimeCreated", "TimeModified", "EditSequence"];
        let mut parts: Vec<Node> = names.iter().filter_map(|name| kept.node.child(name).cloned()).collect();
        parts.push(name_of(kept));
        content.push(Node::aggregate("MergedTo", parts));
    }
    Ok(content)
}
