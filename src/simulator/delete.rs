//! Deleting, voiding and merging records.

use super::apply::settle_open;
use super::books::{Books, Deleted};
use super::edit::{reference, refers, set, shape_of, text, walk_mut};
use super::modify::check_sequence;
use super::status::{Reason, Status};
use super::table::Stored;
use super::value::number_in;
use crate::catalogue::Operation;
use crate::qbxml::element::{Content, Node};

impl Books {
    /// Does what a `ListDel` or `TxnDel` asks; gives what its response holds.
    pub(super) fn delete(&mut self, request: &Node) -> Result<Vec<Node>, Status> {
        let (kind_name, id_name) = names(request);
        let record = self.named_in(request)?.clone();
        if record.is_transaction() {
            self.check_open(&record.node)?;
        } else if self.is_used(record.id()) {
            return Err(Status::new(Reason::InUse, &[record.id()]));
        }
        let deleted = self.take_out(&record);
        let name = if record.is_transaction() { "RefNumber" } else { "FullName" };
        let mut content = vec![
            Node::leaf(kind_name, deleted.kind.clone()),
            Node::leaf(id_name, deleted.id.clone()),
            Node::leaf("TimeDeleted", self.printed(self.now)),
        ];
        content.extend(deleted.name.map(|text| Node::leaf(name, text)));
        Ok(content)
    }

    /// Takes a record out of the books, with all that follows from it.
    pub(super) fn take_out(&mut self, record: &Stored) -> Deleted {
        let id = record.id().to_owned();
        if record.is_transaction() {
            self.unlink(&record.node);
            self.unapply(&id);
            self.post(&record.node, -1);
        }
        self.table.remove(&id);
        let number = text(&record.node, "RefNumber");
        let name = if record.is_transaction() { number } else { record.name() };
        let deleted = Deleted {
            kind: record.kind().to_owned(),
            id,
            is_transaction: record.is_transaction(),
            created: record.created,
            at: self.now,
            name: name.map(str::to_owned),
        };
        self.deleted.push(deleted.clone());
        deleted
    }

    /// Does what a `TxnVoid` asks: the transaction stays, its amounts become nothing.
    pub(super) fn void(&mut self, request: &Node) -> Result<Vec<Node>, Status> {
        let (kind_name, id_name) = names(request);
        let old = self.named_in(request)?.clone();
        self.check_open(&old.node)?;
        let element = shape_of(&old.node).ok_or(Reason::Unsupported)?;
        let id = old.id().to_owned();
        self.unlink(&old.node);
        self.unapply(&id);
        self.post(&old.node, -1);
        let mut record = self.table.get(&id).cloned().unwrap_or(old);
        empty(&mut record.node);
        let memo =
            text(&record.node, "Memo").map_or_else(|| "VOID:".to_owned(), |memo| format!("VOID: {memo}"));
        set(&mut record.node, element, "Memo", memo);
        // Nothing can be reckoned whatever the lines.
        let _ = settle_open(&mut record.node, element);
        self.touch(&mut record);
        let mut content = vec![Node::leaf(kind_name, record.kind().to_owned()), Node::leaf(id_name, id)];
        let shown = ["TimeCreated", "TimeModified", "RefNumber"];
        content.extend(shown.iter().filter_map(|name| record.node.child(name).cloned()));
        self.table.insert(record);
        Ok(content)
    }

    /// Does what a `ListMerge` asks: one element becomes another.
    pub(super) fn merge_elements(&mut self, _: Operation, request: &Node) -> Result<Vec<Node>, Status> {
        let kind = text(request, "ListMergeType").unwrap_or_default().to_owned();
        let side = |name: &str| {
            request.child(name).and_then(|side| text(side, "ListID")).unwrap_or_default().to_owned()
        };
        let (from, to) = (side("MergeFrom"), side("MergeTo"));
        let old = self.existing(&from, "list id")?.clone();
        let kept = self.existing(&to, "list id")?.clone();
        for (record, name) in [(&old, "MergeFrom"), (&kept, "MergeTo")] {
            let sequence = request.child(name).and_then(|side| text(side, "EditSequence"));
            check_sequence(record, sequence.unwrap_or_default())?;
        }
        if !self.settings.is_single_user || old.kind() != kind || !self.can_unite(&old, &kept) {
            return Err(Reason::MergeRefused.into());
        }
        self.unite(&old, &kept);
        let name_of = |record: &Stored| Node::leaf("FullName", record.name().unwrap_or_default());
        let merged_from = vec![
            Node::leaf("ListID", from),
            Node::leaf("TimeDeleted", self.printed(self.now)),
            name_of(&old),
        ];
        let mut content = vec![Node::leaf("ListMergeType", kind), Node::aggregate("MergedFrom", merged_from)];
        if let Some(kept) = self.table.get(&to) {
            let names = ["ListID", "TimeCreated", "TimeModified", "EditSequence"];
            let mut parts: Vec<Node> =
                names.iter().filter_map(|name| kept.node.child(name).cloned()).collect();
            parts.push(name_of(kept));
            content.push(Node::aggregate("MergedTo", parts));
        }
        Ok(content)
    }

    /// Whether one element can become another: both are of one list, the other does not stand below
    /// it, and what stands below them has different names.
    pub(super) fn can_unite(&self, old: &Stored, kept: &Stored) -> bool {
        let below = |record: &Stored| -> Vec<String> {
            let all = self.table.of_kind(record.kind());
            let all = all.filter(|child| text(&child.node, "ParentRef/ListID") == Some(record.id()));
            all.filter_map(|child| Some(text(&child.node, "Name")?.to_lowercase())).collect()
        };
        let (moved, staying) = (below(old), below(kept));
        old.kind() == kept.kind()
            && !self.is_below(kept.id(), old.id())
            && !moved.iter().any(|name| staying.contains(name))
    }

    /// Makes one element of a list another: all that refers to it refers to the other, which takes over
    /// what it owes and what stands below it.
    pub(super) fn unite(&mut self, old: &Stored, kept: &Stored) {
        let (id, name) = (kept.id().to_owned(), kept.name().unwrap_or_default().to_owned());
        let of = |name| number_in(&old.node, name).unwrap_or_default();
        self.add_upwards(reference(&old.node, "ParentRef").map(str::to_owned), -of("TotalBalance"));
        self.add_to(&id, "Balance", of("Balance"));
        self.add_upwards(Some(id.clone()), of("TotalBalance"));
        self.point(old.id(), &id, &name);
        self.take_out(old);
        self.spread_name(&id, old.name().unwrap_or_default());
        let mut kept = self.table.get(kept.id()).unwrap_or(kept).clone();
        self.touch(&mut kept);
        self.table.insert(kept);
    }

    /// Whether any record refers to the element of a list.
    pub(super) fn is_used(&self, id: &str) -> bool {
        self.table.all().any(|record| record.id() != id && refers(&record.node, id))
    }

    /// The record that a request names by kind and id.
    fn named_in(&self, request: &Node) -> Result<&Stored, Status> {
        let (kind_name, id_name) = names(request);
        let field = if id_name == "TxnID" { "txn id" } else { "list id" };
        let id = text(request, id_name).unwrap_or_default();
        let record = self.existing(id, field)?;
        if text(request, kind_name) == Some(record.kind()) {
            return Ok(record);
        }
        Err(Status::new(Reason::NotFound, &[id]))
    }
}

/// The elements of a request that hold the kind and the id.
fn names(request: &Node) -> (&'static str, &'static str) {
    let names = [("ListDelType", "ListID"), ("TxnDelType", "TxnID"), ("TxnVoidType", "TxnID")];
    let found = names.into_iter().find(|(kind, _)| request.child(kind).is_some());
    found.unwrap_or(("ListDelType", "ListID"))
}

/// Makes all amounts of a transaction nothing.
fn empty(node: &mut Node) {
    const AMOUNTS: [&str; 14] = [
        "Amount",
        "Rate",
        "Cost",
        "Subtotal",
        "SalesTaxTotal",
        "TotalAmount",
        "AmountDue",
        "CreditAmount",
        "DepositTotal",
        "BalanceRemaining",
        "CreditRemaining",
        "OpenAmount",
        "UnusedPayment",
        "AppliedAmount",
    ];
    walk_mut(node, &mut |part| {
        if AMOUNTS.contains(&&*part.name) {
            part.content = Content::Text("0.00".to_owned());
        } else if part.name == "Quantity" {
            part.content = Content::Text("0".to_owned());
        }
    });
}
