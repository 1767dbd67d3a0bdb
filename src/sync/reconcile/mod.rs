//! Reconciling: whether QuickBooks holds what Steelhead billed, for a period, in money.
//!
//! A [`Ledger`] has a line for every transaction of both sides ([`transaction`]); a [`Reconciliation`] is its part of one
//! period, with totals ([`totals`]). Which element is the day, the party and the amount, the rules say
//! (`reconcile`). No I/O, and no clock.

mod csv;
mod ledger;
mod money;
mod period;
mod reconciliation;
mod text;
mod totals;
mod transaction;
mod weeks;

pub use ledger::{Ledger, LedgerInputs};
pub use money::Money;
pub use period::{Period, PeriodError};
pub use reconciliation::Reconciliation;
pub use totals::{PartyTotals, Totals};
pub use transaction::{Side, Transaction, TransactionState};
pub use weeks::{Weeks, monday};
