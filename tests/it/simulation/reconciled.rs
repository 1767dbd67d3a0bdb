//! When all is quiet, a reconciliation tells of every transaction once, with the amounts that the two sides really
//! have, and whatever does not agree is explained by how its document stands.

use std::collections::{BTreeMap, BTreeSet};

use ferrule::sync::stored::{DocumentKey, Job, JobState, Store as _};
use ferrule::sync::{Period, Reconciliation, Transaction, TransactionState, reconcile};
use rust_decimal::Decimal;
use serde_json::Value;

use super::quickbooks::{AMOUNTS, id_of, text};
use super::steelhead::Document;
use super::tenant::Tenant;

impl Tenant {
    pub fn the_money_is_accounted_for(&mut self) {
        let (store, file) = (self.shop.store.clone(), self.file());
        let period = Period { from: None, to: None };
        let now = self.shop.now();
        let told = reconcile(store.as_ref(), &self.shop.rules.program, &file, period, now).unwrap();
        self.each_record_is_told_once(&told);
        self.each_document_is_told_once(&told);
        the_totals_are_the_sums(&told);
        let jobs: BTreeMap<DocumentKey, Job> =
            self.shop.jobs().into_iter().map(|job| (job.document.clone(), job)).collect();
        let connections = store.connections(self.shop.company).unwrap();
        let archived: BTreeSet<DocumentKey> =
            connections.into_iter().filter(|it| it.is_archived).map(|it| it.document).collect();
        for line in &told.transactions {
            self.it_is_explained(line, &jobs, &archived);
        }
    }

    fn each_record_is_told_once(&self, told: &Reconciliation) {
        let mut lines: BTreeMap<&str, Vec<&Transaction>> = BTreeMap::new();
        for line in &told.transactions {
            let Some(record) = &line.record else { continue };
            lines.entry(&record.id).or_default().push(line);
        }
        for (kind, path) in ["Invoice", "Bill"].into_iter().zip(AMOUNTS) {
            for record in self.shop.file.records(kind) {
                let id = id_of(record);
                let [line] = lines.remove(id.as_str()).unwrap_or_default()[..] else {
                    // What comes to nothing and is nobody's is not told.
                    assert_eq!(amount(text(record, path)), Decimal::ZERO, "{kind} {id} is not told once");
                    continue;
                };
                let theirs = line.quickbooks.as_ref().and_then(|side| side.amount).unwrap();
                assert_eq!(amount(&theirs.to_string()), amount(text(record, path)), "{line:?}");
            }
        }
        assert!(lines.is_empty(), "told and not there: {lines:?}");
    }

    fn each_document_is_told_once(&self, told: &Reconciliation) {
        let mut lines: BTreeMap<&DocumentKey, &Transaction> = BTreeMap::new();
        for line in &told.transactions {
            let Some(document) = &line.document else { continue };
            assert!(lines.insert(document, line).is_none(), "{document} is told twice");
        }
        for document in self.documents.iter().filter(|it| it.is_transaction() && !it.is_credit) {
            let key = document.key();
            let line = lines.get(&key).unwrap_or_else(|| panic!("{key} is not told"));
            let json: Value = serde_json::from_str(&self.stored(&key)).unwrap();
            let ours = line.steelhead.as_ref().and_then(|side| side.amount);
            let ours = ours.map_or(Decimal::ZERO, |ours| amount(&ours.to_string()));
            let is_billed = json["voidedAt"].is_null() && !json["finalizedAt"].is_null();
            if is_billed && line.state != TransactionState::NotBilled {
                assert_eq!(ours, Document::billed(&json), "{line:?}");
            }
            let is_there = line.quickbooks.is_some();
            assert!(is_there || !is_billed || line.state != TransactionState::Agrees, "{line:?}");
        }
    }

    /// How its document stands says why a line is as it is.
    fn it_is_explained(
        &mut self,
        line: &Transaction,
        jobs: &BTreeMap<DocumentKey, Job>,
        archived: &BTreeSet<DocumentKey>,
    ) {
        let job = line.document.as_ref().and_then(|key| jobs.get(key));
        let is_done = job.is_some_and(|job| job.state == JobState::Done);
        let is_archived = line.document.as_ref().is_some_and(|key| archived.contains(key));
        let is_settled = line.document.as_ref().is_some_and(|key| self.settled.contains(key));
        let event = match line.state {
            TransactionState::Agrees => "reconciled: agrees",
            TransactionState::Differs => {
                assert!(line.difference.is_some_and(|it| !it.is_zero()), "{line:?}");
                "reconciled: differs"
            }
            TransactionState::NotInQuickbooks => {
                assert!(!is_done || is_archived, "{line:?} {job:?}");
                assert!(line.reason.as_ref().is_some_and(|why| !why.is_empty()), "{line:?}");
                "reconciled: not in QuickBooks"
            }
            TransactionState::NotInSteelhead => "reconciled: only in QuickBooks",
            TransactionState::NotBilled => "reconciled: not billed",
            TransactionState::Settled => {
                assert!(is_settled, "{line:?}");
                "reconciled: settled"
            }
            TransactionState::OtherPeriod => panic!("of all time: {line:?}"),
        };
        self.tally.note(event);
    }
}

/// The totals come to what the lines come to.
fn the_totals_are_the_sums(told: &Reconciliation) {
    let mut sums: BTreeMap<(String, Option<String>), [Decimal; 2]> = BTreeMap::new();
    for line in told.transactions.iter().filter(|line| line.state.counts()) {
        let sum = sums.entry((line.object.clone(), line.currency.clone())).or_default();
        for (sum, side) in sum.iter_mut().zip([&line.steelhead, &line.quickbooks]) {
            let known = side.as_ref().and_then(|side| side.amount);
            *sum += known.map_or(Decimal::ZERO, |known| amount(&known.to_string()));
        }
    }
    for totals in &told.totals {
        let key = (totals.object.clone(), totals.currency.clone());
        let [ours, theirs] = sums.remove(&key).unwrap_or_default();
        assert_eq!(
            [amount(&totals.steelhead.to_string()), amount(&totals.quickbooks.to_string())],
            [ours, theirs]
        );
        assert_eq!(amount(&totals.difference.to_string()), theirs - ours);
    }
    assert!(sums.is_empty(), "without totals: {sums:?}");
}

fn amount(text: &str) -> Decimal {
    text.parse().unwrap()
}
