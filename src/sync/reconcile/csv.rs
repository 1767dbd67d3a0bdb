//! A reconciliation as CSV, safe to open in a spreadsheet.

use crate::language::{marked, t};
use crate::sync::reconcile::money::Money;
use crate::sync::reconcile::reconciliation::Reconciliation;
use crate::sync::reconcile::transaction::{Side, Transaction, TransactionState};
use crate::text::csv::{row, text};

/// The heads of the columns. They are only ever added at the end.
const HEADS: [&str; 18] = [
    marked("object"),
    marked("id"),
    marked("document"),
    marked("number"),
    marked("party"),
    marked("currency"),
    marked("state"),
    marked("date"),
    marked("date in QuickBooks"),
    marked("Steelhead"),
    marked("QuickBooks"),
    marked("difference"),
    marked("tax in Steelhead"),
    marked("tax in QuickBooks"),
    marked("open"),
    marked("record"),
    marked("record id"),
    marked("reason"),
];

impl Reconciliation {
    /// The lines as CSV: one row for each, what differs first. A text that a spreadsheet would take for a formula
    /// gets an apostrophe before it. What a state is called, the reader says: a program wants the word that stays, a
    /// person that of the page.
    pub fn csv(&self, called: fn(TransactionState) -> &'static str) -> String {
        let heads = HEADS.iter().map(|head| text(t(head)));
        let mut csv = row(heads);
        for line in &self.transactions {
            csv.push_str(&row(cells(line, called(line.state))));
        }
        csv
    }
}

fn cells(line: &Transaction, state: &str) -> impl Iterator<Item = String> {
    let money = |amount: Option<Money>| amount.map(|it| it.to_string()).unwrap_or_default();
    let of = |side: &Option<Side>| side.clone().unwrap_or_default();
    let (ours, theirs) = (of(&line.steelhead), of(&line.quickbooks));
    let record = line.record.as_ref();
    [
        text(&line.object),
        text(line.document.as_ref().map_or("", |it| &it.id)),
        text(&line.label),
        text(&line.number),
        text(&line.party),
        text(line.currency.as_deref().unwrap_or_default()),
        text(state),
        text(&ours.date),
        text(&theirs.date),
        money(ours.amount),
        money(theirs.amount),
        money(line.difference),
        money(ours.tax),
        money(theirs.tax),
        money(line.open),
        text(record.map_or("", |it| it.record_type.trim_end_matches("Ret"))),
        text(record.map_or("", |it| &it.id)),
        text(line.reason.as_deref().unwrap_or_default()),
    ]
    .into_iter()
}
