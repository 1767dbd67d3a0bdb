//! Credits that a payment uses: a credit memo or a vendor credit pays a part of what is due.

use rust_decimal::Decimal;

use super::books::Books;
use super::kept_record::{KeptRecord, kind_of};
use super::payments::{Payments, open};
use super::table::Table;
use crate::simulator::elements::{amount, children_of, number_in, plus, reference, text};
use crate::simulator::facts::facts;
use crate::simulator::status::{Reason, Status};
use crate::xml::Node;

/// A part of a credit that pays a transaction.
pub(crate) struct UsedCredit {
    target: String,
    credit: String,
    amount: Decimal,
}

/// Takes the credits out of what is given for a payment.
///
/// Fails with 3120 for what is no credit of that party, and with 3210 if more is used than is left of the credit, or more
/// is paid than is due.
pub(crate) fn take_credits(table: &Table, given: &mut Node) -> Result<Vec<UsedCredit>, Status> {
    let mut used: Vec<UsedCredit> = Vec::new();
    for entry in children_of(given).iter_mut().filter(|child| child.child("SetCredit").is_some()) {
        let target = table.transaction(text(entry, "TxnID").unwrap_or_default())?;
        let mut paid = number_in(entry, "PaymentAmount").unwrap_or_default();
        for set in entry.children().iter().filter(|child| child.name == "SetCredit") {
            let id = text(set, "CreditTxnID").unwrap_or_default();
            let credit = table.transaction(id)?;
            if party(target).is_none() || party(credit) != party(target) || !is_credit(credit) {
                return Err(Status::new(Reason::NotFound, &[id]));
            }
            let part = number_in(set, "AppliedAmount").unwrap_or_default();
            let already: Decimal = used.iter().filter(|it| it.credit == id).map(|it| it.amount).sum();
            fits(plus(part, already, "AppliedAmount")?, open(&credit.node))?;
            paid = plus(paid, part, "AppliedAmount")?;
            used.push(UsedCredit { target: target.id().to_owned(), credit: id.to_owned(), amount: part });
        }
        fits(paid, open(&target.node))?;
        children_of(entry).retain(|child| child.name != "SetCredit");
    }
    Ok(used)
}

/// Notes at each credit and at what it pays how much that is.
pub(crate) fn use_credits(books: &mut Books, used: &[UsedCredit]) {
    for UsedCredit { target, credit, amount } in used {
        Payments::of(books).link(credit, &[(target.clone(), *amount)]);
        Payments::of(books).link(target, &[(credit.clone(), *amount)]);
    }
}

fn fits(wanted: Decimal, there: Decimal) -> Result<(), Status> {
    if wanted > there {
        return Err(Status::new(Reason::Overpaid, &[&amount(wanted, "AppliedAmount")?]));
    }
    Ok(())
}

fn party(record: &KeptRecord) -> Option<&str> {
    let posting = facts().postings.get(kind_of(&record.node))?;
    reference(&record.node, &posting.party)
}

fn is_credit(record: &KeptRecord) -> bool {
    facts().postings.get(kind_of(&record.node)).is_some_and(|posting| posting.sign < 0)
}
