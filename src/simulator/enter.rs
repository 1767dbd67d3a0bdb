//! Entering a record into the books, new or changed, with all that follows from it.

use rust_decimal::Decimal;

use super::apply::settle_open;
use super::books::Books;
use super::edit::{put, reference, set, shape_of, text};
use super::facts::facts;
use super::reference::refer;
use super::status::Status;
use super::table::{Stored, id_of, kind_of};
use super::time_zone::{day_of, later};
use super::value::{amount, number_in};
use crate::catalogue::Element;
use crate::qbxml::element::Node;

impl Books {
    /// Enters a record in the place of `old`, if there was one; gives its id.
    ///
    /// Fails without any change if the record does not reckon up.
    pub(super) fn enter(&mut self, mut node: Node, old: Option<&Stored>) -> Result<String, Status> {
        let id = id_of(&node).to_owned();
        let created = old.map_or(self.now, |old| old.created);
        let Some(element) = shape_of(&node).filter(|_| node.child("TxnID").is_some()) else {
            let record = self.stored(node, created);
            self.table.insert(record);
            return Ok(id);
        };
        if old.is_none() {
            self.take_over(&mut node, element);
        }
        self.reckon(&mut node, element)?;
        let applied = self.applied(&mut node, element, old)?;
        settle_open(&mut node, element)?;
        if let Some(old) = old {
            self.unlink(&old.node);
            self.post(&old.node, -1);
        }
        self.post(&node, 1);
        let record = self.stored(node, created);
        self.table.insert(record);
        self.link(&id, &applied);
        Ok(id)
    }

    /// What a new transaction takes over from its party and from the company file.
    fn take_over(&self, node: &mut Node, element: Element) {
        let posting = facts().postings.get(kind_of(node));
        let party_name = posting.map_or("CustomerRef", |posting| posting.party.as_str());
        let party = reference(node, party_name).and_then(|id| self.table.get(id));
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
                let mut accounts = self.table.of_kind("Account");
                let fits = |account: &&Stored| text(&account.node, "AccountType") == Some(account_type);
                if let Some(account) = accounts.find(fits) {
                    put(node, element, refer(name, account));
                }
            }
        }
        if node.child("DueDate").is_none() {
            let days = reference(node, "TermsRef")
                .and_then(|id| self.table.get(id))
                .and_then(|terms| text(&terms.node, "StdDueDays")?.parse().ok());
            let due = text(node, "TxnDate").and_then(day_of).and_then(|day| later(day, days.unwrap_or(0)));
            let due = due.filter(|_| posting.is_some());
            set_some(node, element, "DueDate", due.map(|due| due.to_string()));
        }
    }

    /// Adds what a transaction comes to, `times` (1 or -1), to the balances of its party and of its
    /// account. A balance moves `TimeModified` of an account, but not its edit sequence.
    pub(super) fn post(&mut self, node: &Node, times: i32) {
        let Some(posting) = facts().postings.get(kind_of(node)) else {
            return;
        };
        let change = total(node) * Decimal::from(posting.sign * times);
        if change.is_zero() {
            return;
        }
        let party = reference(node, &posting.party).map(str::to_owned);
        if let Some(party) = party {
            self.add_to(&party, "Balance", change);
            self.add_upwards(Some(party), change);
        }
        if let Some(account) = reference(node, &posting.account).map(str::to_owned) {
            self.add_to(&account, "Balance", change);
            self.add_to(&account, "TotalBalance", change);
            let (now, printed) = (self.now, self.printed(self.now));
            self.table.change(&account, |account| {
                account.modified = now;
                if let Some(element) = shape_of(&account.node) {
                    set(&mut account.node, element, "TimeModified", printed);
                }
            });
        }
    }

    /// Adds to the total balance of an element of a list and of all above it.
    pub(super) fn add_upwards(&mut self, from: Option<String>, change: Decimal) {
        let mut up = from;
        while let Some(id) = up {
            self.add_to(&id, "TotalBalance", change);
            let record = self.table.get(&id);
            up = record.and_then(|record| reference(&record.node, "ParentRef").map(str::to_owned));
        }
    }

    pub(super) fn add_to(&mut self, id: &str, name: &str, change: Decimal) {
        self.table.change(id, |record| {
            let balance = number_in(&record.node, name).unwrap_or_default();
            let sum = balance.checked_add(change).and_then(|sum| amount(sum, name).ok());
            if let Some(element) = shape_of(&record.node) {
                set_some(&mut record.node, element, name, sum);
            }
        });
    }
}

/// Sets an element to a value, if there is one.
pub(super) fn set_some(node: &mut Node, element: Element, name: &str, value: Option<String>) {
    if let Some(value) = value {
        set(node, element, name, value);
    }
}

/// What a transaction comes to.
pub(super) fn total(node: &Node) -> Decimal {
    let totals = &facts().amounts.totals;
    let named = totals.iter().find_map(|name| number_in(node, name));
    let summed = || {
        let part = |name| number_in(node, name).unwrap_or_default();
        part("Subtotal").checked_add(part("SalesTaxTotal"))
    };
    named.or_else(summed).unwrap_or_default()
}
