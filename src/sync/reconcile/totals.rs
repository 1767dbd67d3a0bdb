//! Sums of transactions. Amounts of different currencies are never added up.

use serde::Serialize;

use crate::sync::reconcile::money::Money;
use crate::sync::reconcile::transaction::Transaction;

/// What the transactions of one object come to, in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// The object.
    pub object: String,
    /// What people call it.
    pub title: String,
    /// The currency, if QuickBooks says one.
    pub currency: Option<String>,
    /// How many transactions there are; what is not billed, or settled by hand, does not count.
    pub transactions: usize,
    /// How many of them are not the same on both sides.
    pub differing: usize,
    /// What Steelhead billed.
    pub steelhead: Money,
    /// What QuickBooks holds.
    pub quickbooks: Money,
    /// What QuickBooks holds more.
    pub difference: Money,
    /// The tax that Steelhead tells.
    pub tax_in_steelhead: Option<Money>,
    /// The tax that QuickBooks tells.
    pub tax_in_quickbooks: Option<Money>,
    /// What is not paid yet, as QuickBooks says.
    pub open: Option<Money>,
    /// How many have an amount that cannot be told, and is in no sum.
    pub unknown: usize,
}

/// The same of one party.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PartyTotals {
    /// Who owes, or is owed.
    pub party: String,
    /// What their transactions come to.
    #[serde(flatten)]
    pub totals: Totals,
}

impl Totals {
    /// Counts a transaction in.
    pub(super) fn add(&mut self, line: &Transaction) {
        if !line.state.counts() {
            return;
        }
        self.transactions += 1;
        self.differing += usize::from(line.state.is_difference());
        let mut is_known = true;
        for (side, sum, taxes) in [
            (&line.steelhead, &mut self.steelhead, &mut self.tax_in_steelhead),
            (&line.quickbooks, &mut self.quickbooks, &mut self.tax_in_quickbooks),
        ] {
            let Some(side) = side else { continue };
            match side.amount {
                Some(amount) => *sum += amount,
                None => is_known = false,
            }
            sum_up(taxes, side.tax);
        }
        self.unknown += usize::from(!is_known);
        self.difference = self.quickbooks - self.steelhead;
        if line.quickbooks.is_some() {
            sum_up(&mut self.open, line.open);
        }
    }
}

fn sum_up(sum: &mut Option<Money>, more: Option<Money>) {
    if let Some(more) = more {
        *sum.get_or_insert_default() += more;
    }
}
