//! A period, reconciled.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::sync::reconcile::period::Period;
use crate::sync::reconcile::totals::{PartyTotals, Totals};
use crate::sync::reconcile::transaction::Transaction;

/// A period, reconciled. Keys of its JSON are only ever added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reconciliation {
    /// The period.
    pub period: Period,
    /// Whether every transaction is the same on both sides.
    pub agrees: bool,
    /// What there is of each object, in each currency.
    pub totals: Vec<Totals>,
    /// The same of each party.
    pub parties: Vec<PartyTotals>,
    /// Every transaction: what differs comes first.
    pub transactions: Vec<Transaction>,
    /// Documents that cannot be read, and are in no sum.
    pub unreadable: usize,
}

impl Reconciliation {
    /// From the lines of a period. `titles` says what people call each object, in the order in which they are told.
    pub(super) fn of(
        period: Period,
        mut lines: Vec<Transaction>,
        titles: &[(String, String)],
        unreadable: usize,
    ) -> Self {
        let place = |object: &str| titles.iter().position(|(name, _)| name == object);
        lines.sort_by(|a, b| {
            let key = |line: &Transaction| {
                let date = line.steelhead.as_ref().or(line.quickbooks.as_ref()).map(|side| side.date.clone());
                (!line.state.is_difference(), place(&line.object), date, line.number.clone())
            };
            key(a).cmp(&key(b)).then_with(|| a.label.cmp(&b.label))
        });
        let mut totals: BTreeMap<(Option<usize>, Option<String>), Totals> = BTreeMap::new();
        let mut parties: BTreeMap<(Option<usize>, String, Option<String>), PartyTotals> = BTreeMap::new();
        for line in lines.iter().filter(|line| line.state.counts()) {
            let place = place(&line.object);
            let title = place.and_then(|place| titles.get(place)).map_or("", |(_, title)| title);
            let named = |totals: &mut Totals| {
                totals.object.clone_from(&line.object);
                title.clone_into(&mut totals.title);
                totals.currency.clone_from(&line.currency);
                totals.add(line);
            };
            named(totals.entry((place, line.currency.clone())).or_default());
            let key = (place, line.party.to_lowercase(), line.currency.clone());
            let of_party = parties.entry(key).or_default();
            if of_party.party.is_empty() {
                of_party.party.clone_from(&line.party);
            }
            named(&mut of_party.totals);
        }
        let agrees = unreadable == 0 && lines.iter().all(|line| !line.state.is_difference());
        let (totals, parties) = (totals.into_values().collect(), parties.into_values().collect());
        Self { period, agrees, totals, parties, transactions: lines, unreadable }
    }

    /// The transactions that are not the same on both sides.
    pub fn differences(&self) -> impl Iterator<Item = &Transaction> {
        self.transactions.iter().filter(|line| line.state.is_difference())
    }

    /// How many transactions there are; what is not billed, or settled by hand, does not count.
    pub fn count(&self) -> usize {
        self.transactions.iter().filter(|line| line.state.counts()).count()
    }
}
