//! Payments: what they are applied to, and what stays open.

use rust_decimal::Decimal;

use super::balances::total;
use super::books::Books;
use super::kept_record::{KeptRecord, id_of, kind_of};
use super::pricing::is_given;
use super::table::Table;
use crate::catalogue::Element;
use crate::simulator::elements::{
    amount, append, children_of, number_in, plus, reference, remove, set, set_some, shape_of, text,
};
use crate::simulator::facts::facts;
use crate::simulator::status::{Reason, Status};
use crate::xml::Node;

/// What a payment holds for each transaction that it pays.
const APPLIED: &str = "AppliedToTxnRet";

/// The links between payments and the transactions that they pay.
pub(crate) struct Payments<'b> {
    books: &'b mut Books,
}

impl<'b> Payments<'b> {
    /// Those of these books.
    pub(crate) fn of(books: &'b mut Books) -> Payments<'b> {
        Payments { books }
    }

    /// Notes at each transaction that a payment pays that it is paid.
    pub(crate) fn link(&mut self, payment: &str, applied: &[(String, Decimal)]) {
        let Some(payment) = self.books.table.get(payment).map(|record| record.node.clone()) else {
            return;
        };
        for (target, paid) in applied {
            self.change_links(target, |node, element| {
                let Some(link) = element.child("LinkedTxn").filter(|_| !paid.is_zero()) else {
                    return;
                };
                let mut parts =
                    vec![Node::leaf("TxnID", id_of(&payment)), Node::leaf("TxnType", kind_of(&payment))];
                parts.extend(["TxnDate", "RefNumber"].iter().filter_map(|name| payment.child(name).cloned()));
                parts.push(Node::leaf("LinkType", "AMTTYPE"));
                parts.push(Node::leaf("Amount", amount(-*paid, "Amount").unwrap_or_default()));
                append(node, element, Node::aggregate(link.name(), parts));
            });
        }
    }

    /// Takes a payment's notes away from the transactions that it pays.
    pub(crate) fn unlink(&mut self, payment: &Node) {
        let id = id_of(payment).to_owned();
        for (target, _) in entries(payment) {
            self.change_links(&target, |node, _| {
                children_of(node)
                    .retain(|child| child.name != "LinkedTxn" || text(child, "TxnID") != Some(&id));
            });
        }
    }

    /// Takes a transaction that goes away out of the payments that pay it.
    pub(crate) fn unapply(&mut self, id: &str) {
        let pays = |record: &KeptRecord| entries(&record.node).iter().any(|(target, _)| target == id);
        let payments: Vec<String> = self
            .books
            .table
            .all()
            .filter(|record| pays(record))
            .map(|record| record.id().to_owned())
            .collect();
        for payment in payments {
            self.change_links(&payment, |node, _| {
                children_of(node).retain(|child| child.name != APPLIED || text(child, "TxnID") != Some(id));
            });
        }
    }

    /// Changes a transaction's links and what is open of it.
    fn change_links(&mut self, id: &str, change: impl FnOnce(&mut Node, Element)) {
        let Some(mut record) = self.books.table.get(id).cloned() else {
            return;
        };
        if let Some(element) = shape_of(&record.node) {
            change(&mut record.node, element);
            // An amount that fitted with a payment fits without it.
            let _ = update_open_amount(&mut record.node, element);
            self.books.touch(&mut record);
            self.books.table.insert(record);
        }
    }
}

/// What a payment is applied to: the transactions with the amounts. Completes the payment's
/// entries.
///
/// Fails with 3210 if more is paid than is due. What the payment's `old` form paid is due again.
pub(crate) fn applied(
    table: &Table,
    node: &mut Node,
    element: Element,
    old: Option<&KeptRecord>,
) -> Result<Vec<(String, Decimal)>, Status> {
    let Some(entry_element) = element.child(APPLIED) else {
        return Ok(Vec::new());
    };
    let before = old.map(|old| entries(&old.node)).unwrap_or_default();
    let mut applied: Vec<(String, Decimal)> = Vec::new();
    let mut sum = Decimal::ZERO;
    for entry in children_of(node).iter_mut().filter(|child| child.name == APPLIED) {
        let id = text(entry, "TxnID").unwrap_or_default().to_owned();
        let paid = number_in(entry, "Amount").unwrap_or_default();
        let target = table.transaction(&id)?;
        let earlier = before.iter().filter(|(other, _)| *other == id).map(|(_, paid)| *paid);
        let already = applied.iter().filter(|(other, _)| *other == id).map(|(_, paid)| *paid);
        let due = plus(open(&target.node), earlier.sum::<Decimal>() - already.sum::<Decimal>(), "Amount")?;
        if paid > due {
            return Err(Status::new(Reason::Overpaid, &[&amount(paid, "PaymentAmount")?]));
        }
        sum = plus(sum, paid, "Amount")?;
        complete(entry, entry_element, &target.node, due - paid)?;
        applied.push((id, paid));
    }
    let total_name = facts().amounts.totals.iter().find(|name| element.child(name).is_some());
    if let Some(name) = total_name.filter(|name| !is_given(node, name)) {
        set(node, element, name, amount(sum, name)?);
    }
    Ok(applied)
}

/// The oldest open transactions of a customer, as far as a payment that applies itself reaches.
pub(crate) fn auto_applied(table: &Table, given: &Node) -> Vec<Node> {
    let party = reference(given, "CustomerRef");
    let mut rest = number_in(given, "TotalAmount").unwrap_or_default();
    let mut open_ones: Vec<&KeptRecord> = facts()
        .postings
        .iter()
        .filter(|(_, posting)| posting.party == "CustomerRef" && posting.sign > 0)
        .flat_map(|(kind, _)| table.of_kind(kind))
        .filter(|record| reference(&record.node, "CustomerRef") == party)
        .collect();
    open_ones.sort_by_key(|record| text(&record.node, "TxnDate").unwrap_or_default().to_owned());
    let mut entries = Vec::new();
    for record in open_ones {
        let share = rest.min(open(&record.node));
        if let Some(text) = amount(share, "Amount").ok().filter(|_| share > Decimal::ZERO) {
            rest -= share;
            let entry = vec![Node::leaf("TxnID", record.id()), Node::leaf("Amount", text)];
            entries.push(Node::aggregate(APPLIED, entry));
        }
    }
    entries
}

/// Sets what is open of a transaction: its total without what was paid, or without what it pays.
pub(crate) fn update_open_amount(node: &mut Node, element: Element) -> Result<(), Status> {
    let Some(name) = facts().amounts.open.iter().find(|name| element.child(name).is_some()) else {
        return Ok(());
    };
    let links = node.children().iter().filter(|child| child.name == "LinkedTxn");
    let linked: Decimal = links.filter_map(|link| number_in(link, "Amount")).sum();
    let paying: Decimal = entries(node).iter().map(|(_, paid)| *paid).sum();
    let open = plus(total(node), linked - paying, name)?;
    set(node, element, name, amount(open, name)?);
    set_some(node, element, "AppliedAmount", amount(linked, "AppliedAmount").ok());
    let is_owed = facts().postings.get(kind_of(node)).is_some_and(|posting| posting.sign > 0);
    if is_owed {
        set(node, element, "IsPaid", open.is_zero().to_string());
    }
    Ok(())
}

/// What a payment pays, and how much of each.
fn entries(node: &Node) -> Vec<(String, Decimal)> {
    let entries = node.children().iter().filter(|child| child.name == APPLIED);
    entries
        .filter_map(|entry| {
            Some((text(entry, "TxnID")?.to_owned(), number_in(entry, "Amount").unwrap_or_default()))
        })
        .collect()
}

/// What is still open of a transaction.
pub(super) fn open(node: &Node) -> Decimal {
    let open = facts().amounts.open.iter().find_map(|name| number_in(node, name));
    open.unwrap_or_else(|| total(node))
}

fn complete(entry: &mut Node, element: Element, target: &Node, rest: Decimal) -> Result<(), Status> {
    let kinds = element.child("TxnType").map_or(&[][..], Element::values);
    let kind = kinds.contains(&kind_of(target)).then(|| kind_of(target).to_owned());
    set_some(entry, element, "TxnType", kind);
    for name in ["TxnDate", "RefNumber"] {
        remove(entry, name);
        set_some(entry, element, name, text(target, name).map(str::to_owned));
    }
    set(entry, element, "BalanceRemaining", amount(rest, "BalanceRemaining")?);
    Ok(())
}
