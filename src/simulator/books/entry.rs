//! Entering a record into the books, new or changed, with all that follows from it.

use super::balances::Balances;
use super::books::Books;
use super::kept_record::{KeptRecord, id_of, kind_of};
use super::payments::{Payments, applied, update_open_amount};
use super::pricing::Pricing;
use super::table::Table;
use crate::catalogue::Element;
use crate::simulator::elements::{put, set_some, shape_of, text};
use crate::simulator::facts::facts;
use crate::simulator::status::Status;
use crate::simulator::time_zone::{day_of, later};
use crate::xml::Node;

/// Enters a record in the place of `old`, if there was one; gives its id.
///
/// Fails if its amounts do not add up; the books are as they were then.
pub(crate) fn enter(books: &mut Books, mut node: Node, old: Option<&KeptRecord>) -> Result<String, Status> {
    let id = id_of(&node).to_owned();
    let created = old.map_or(books.now, |old| old.created);
    let Some(element) = shape_of(&node).filter(|_| node.child("TxnID").is_some()) else {
        let record = books.kept(node, created);
        books.table.insert(record);
        return Ok(id);
    };
    if old.is_none() {
        take_over(&books.table, &mut node, element);
    }
    Pricing::of(books).fill_in(&mut node, element)?;
    let applied = applied(&books.table, &mut node, element, old)?;
    update_open_amount(&mut node, element)?;
    if let Some(old) = old {
        Payments::of(books).unlink(&old.node);
        Balances::of(books).post(&old.node, -1);
    }
    Balances::of(books).post(&node, 1);
    let record = books.kept(node, created);
    books.table.insert(record);
    Payments::of(books).link(&id, &applied);
    Ok(id)
}

/// What a new transaction takes over from its party and from the company file.
fn take_over(table: &Table, node: &mut Node, element: Element) {
    let posting = facts().postings.get(kind_of(node));
    let party_name = posting.map_or("CustomerRef", |posting| posting.party.as_str());
    let party = table.at(node, party_name);
    for (own, from) in &facts().from_party {
        let taken = party.and_then(|party| party.node.child(from));
        if let (None, Some(taken), Some(place)) = (node.child(own), taken, element.child(own)) {
            let mut taken = taken.clone();
            taken.name = place.name().into();
            put(node, element, taken);
        }
    }
    for (name, account_type) in &facts().default_accounts {
        if element.child(name).is_some() && node.child(name).is_none() {
            let mut accounts = table.of_kind("Account");
            let fits = |account: &&KeptRecord| text(&account.node, "AccountType") == Some(account_type);
            if let Some(account) = accounts.find(fits) {
                put(node, element, account.reference(name));
            }
        }
    }
    if node.child("DueDate").is_none() {
        let days = table.at(node, "TermsRef").and_then(|terms| text(&terms.node, "StdDueDays")?.parse().ok());
        let due = text(node, "TxnDate").and_then(day_of).and_then(|day| later(day, days.unwrap_or(0)));
        let due = due.filter(|_| posting.is_some());
        set_some(node, element, "DueDate", due.map(|due| due.to_string()));
    }
}
