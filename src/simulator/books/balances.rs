//! The balances that follow from transactions.

use rust_decimal::Decimal;

use super::books::Books;
use super::kept_record::{KeptRecord, kind_of};
use crate::simulator::elements::{amount, number_in, reference, set, set_some, shape_of};
use crate::simulator::facts::facts;
use crate::xml::Node;

/// The balances of customers, vendors, accounts and all that stands above them.
pub(crate) struct Balances<'b> {
    books: &'b mut Books,
}

impl<'b> Balances<'b> {
    /// Those of these books.
    pub(crate) fn of(books: &'b mut Books) -> Balances<'b> {
        Balances { books }
    }

    /// Adds what a transaction comes to, `times` (1 or -1), to the balances of its party and of its
    /// account. A balance moves `TimeModified` of an account, but not its edit sequence.
    pub(crate) fn post(&mut self, node: &Node, times: i32) {
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
            let (now, printed) = (self.books.now, self.books.printed(self.books.now));
            self.books.table.change(&account, |account| {
                account.modified = now;
                if let Some(element) = shape_of(&account.node) {
                    set(&mut account.node, element, "TimeModified", printed);
                }
            });
        }
    }

    /// Adds to the total balance of an element of a list and of all above it.
    pub(crate) fn add_upwards(&mut self, from: Option<String>, change: Decimal) {
        let mut up = from;
        while let Some(id) = up {
            self.add_to(&id, "TotalBalance", change);
            let record = self.books.table.get(&id);
            up = record.and_then(KeptRecord::parent).map(str::to_owned);
        }
    }

    /// Adds to the balance `name` of a record.
    pub(crate) fn add_to(&mut self, id: &str, name: &str, change: Decimal) {
        self.books.table.change(id, |record| {
            let balance = number_in(&record.node, name).unwrap_or_default();
            let sum = balance.checked_add(change).and_then(|sum| amount(sum, name).ok());
            if let Some(element) = shape_of(&record.node) {
                set_some(&mut record.node, element, name, sum);
            }
        });
    }
}

/// What a transaction comes to.
pub(crate) fn total(node: &Node) -> Decimal {
    let totals = &facts().amounts.totals;
    let named = totals.iter().find_map(|name| number_in(node, name));
    let summed = || {
        let part = |name| number_in(node, name).unwrap_or_default();
        part("Subtotal").checked_add(part("SalesTaxTotal"))
    };
    named.or_else(summed).unwrap_or_default()
}
