//! What happened in runs, counted.

use std::collections::BTreeMap;

/// What happens about once in 20,000 sessions: it must have happened in so many.
const RARE: &[&str] = &["people: connected by hand"];
const MANY: usize = 100_000;

/// Everything that a run is for: each must have happened, or nothing was shown of it.
pub const EVENTS: &[&str] = &[
    "steelhead: customer",
    "steelhead: vendor",
    "steelhead: invoice",
    "steelhead: bill",
    "steelhead: bill without a number",
    "steelhead: payment",
    "steelhead: payment of all",
    "steelhead: payment of a part",
    "steelhead: payment of more than is due",
    "steelhead: payment of two invoices",
    "steelhead: payment changed",
    "steelhead: payment voided",
    "steelhead: line of a product",
    "steelhead: line without a quantity",
    "steelhead: terms that QuickBooks lacks",
    "steelhead: name that is taken by the other list",
    "steelhead: price per thousand",
    "steelhead: minimum lot",
    "steelhead: fine price",
    "steelhead: plain price",
    "steelhead: draft",
    "steelhead: draft of a credit",
    "steelhead: draft changed",
    "steelhead: draft finalized there",
    "steelhead: newer draft of what is locked",
    "steelhead: customer changed",
    "steelhead: vendor changed",
    "steelhead: customer archived",
    "steelhead: vendor archived",
    "steelhead: taken out of the archive",
    "steelhead: invoice voided before it was sent",
    "steelhead: invoice voided after it was sent",
    "steelhead: bill voided before it was sent",
    "steelhead: bill voided after it was sent",
    "people: taken out of the queue",
    "people: told that it would be rejected",
    "quickbooks: customer changed",
    "quickbooks: vendor changed",
    "quickbooks: invoice changed",
    "quickbooks: bill changed",
    "quickbooks: item changed",
    "quickbooks: amount changed",
    "quickbooks: number of an invoice typed in",
    "quickbooks: number of a bill typed in",
    "quickbooks: customer deleted",
    "quickbooks: vendor deleted",
    "quickbooks: invoice deleted",
    "quickbooks: bill deleted",
    "quickbooks: item deleted",
    "quickbooks: payment deleted",
    "quickbooks: customers merged",
    "quickbooks: vendors merged",
    "quickbooks: items merged",
    "quickbooks: invoice voided",
    "quickbooks: bill voided",
    "quickbooks: customer typed in",
    "quickbooks: vendor typed in",
    "quickbooks: item typed in",
    "quickbooks: name of a document typed in",
    "quickbooks: customer of nearly a document's name typed in",
    "quickbooks: vendor of nearly a document's name typed in",
    "quickbooks: item of nearly a document's name typed in",
    "quickbooks: changed during a session",
    "quickbooks: locked",
    "quickbooks: answers forgotten",
    "people: play",
    "people: double play",
    "people: finalize",
    "people: finalize refused",
    "people: paused",
    "people: paused during a session",
    "people: resumed",
    "people: import",
    "people: import during a session",
    "people: ignore",
    "people: ignore during a session",
    "people: no longer ignored",
    "people: update taken over",
    "people: typed in what is gone",
    "people: connected by hand",
    "people: connected to nearly the same name",
    "people: part number connected to nearly the same name",
    "people: created all the same",
    "people: part number created all the same",
    "people: archived for a new one",
    "people: archived",
    "people: restored",
    "people: setting changed",
    "people: layer switched on",
    "people: layer switched off",
    "people: layer switched during a session",
    "people: settled",
    "people: settled what is there",
    "people: settled too late",
    "people: taken back",
    "people: adopted",
    "people: kept what QuickBooks has",
    "people: sent what Steelhead has",
    "steelhead: line of a subtotal",
    "steelhead: line of a group",
    "steelhead: line of a tax group",
    "steelhead: line of a payment item",
    "steelhead: line of a fixed asset",
    "steelhead: stock below zero",
    "steelhead: discount with a quantity",
    "file: Canadian",
    "file: with layers",
    "file: of the United States",
    "quickbooks: customer in another currency typed in",
    "shown: subtotal with an amount",
    "shown: group on a line",
    "shown: tax group on a line",
    "shown: stock below zero",
    "shown: account in another currency",
    "end: discount without a quantity",
    "end: fixed asset billed",
    "end: part payment billed",
    "end: Canadian customer without a tax item",
    "steelhead: came for what was imported",
    "steelhead: may be what was imported",
    "trouble: modal dialog",
    "trouble: not parsed",
    "trouble: answer lost",
    "trouble: no permission",
    "trouble: list busy",
    "trouble: answer not kept",
    "session: whole",
    "session: broken off",
    "session: sent away",
    "session: server killed",
    "session: server restarted",
    "session: requests lost",
    "session: answer lost",
    "session: client left",
    "session: answer twice",
    "session: answer cut off",
    "answer: character reference that XML forbids",
    "answer: character that XML forbids",
    "answer: number of no character",
    "answer: impossible content",
    "answer: broken record",
    "answer: record without its end",
    "answer: record without its id",
    "answer: status that is no number",
    "answer: negative status",
    "answer: another encoding declared",
    "answer: iterator is gone",
    "session: after a long silence",
    "session: two clients",
    "session: late requests",
    "session: late requests meanwhile",
    "session: clock put back",
    "shown: seen to in QuickBooks",
    "shown: its layer is off",
    "shown: nearly the same name",
    "shown: part number of nearly the same name",
    "shown: gone",
    "shown: candidates",
    "shown: another document's record",
    "shown: set aside",
    "shown: unknown characters",
    "shown: waits for a record that cannot be read",
    "shown: fails again and again",
    "end: locked by sending",
    "end: payment received",
    "end: payment of more than is due refused",
    "end: payment of what is not sent held",
    "end: payment with another error, settled or voided",
    "end: custom field filled",
    "end: voided on both sides",
    "end: amount shown as different",
    "end: value shown as different",
    "reconciled: agrees",
    "reconciled: differs",
    "reconciled: not in QuickBooks",
    "reconciled: only in QuickBooks",
    "reconciled: not billed",
    "reconciled: settled",
];

/// Counts of what happened, and of what documents came to.
#[derive(Clone, Default)]
pub struct Tally {
    pub sessions: usize,
    pub done: usize,
    pub not_done: usize,
    counts: BTreeMap<&'static str, usize>,
    errors: BTreeMap<String, usize>,
}

impl Tally {
    pub fn note(&mut self, event: &'static str) {
        assert!(EVENTS.contains(&event), "{event}");
        *self.counts.entry(event).or_default() += 1;
    }

    /// The error of a document in the end.
    pub fn note_error(&mut self, code: &str) {
        *self.errors.entry(code.to_owned()).or_default() += 1;
    }

    pub fn add(&mut self, other: Self) {
        self.sessions += other.sessions;
        self.done += other.done;
        self.not_done += other.not_done;
        other.counts.into_iter().for_each(|(event, count)| *self.counts.entry(event).or_default() += count);
        other.errors.into_iter().for_each(|(code, count)| *self.errors.entry(code).or_default() += count);
    }

    /// What never happened.
    pub fn missing(&self) -> Vec<&'static str> {
        let is_due = |event: &&str| self.sessions >= MANY || !RARE.contains(event);
        EVENTS.iter().copied().filter(is_due).filter(|event| !self.counts.contains_key(event)).collect()
    }

    /// All counts, for people.
    pub fn told(&self) -> String {
        let counts = EVENTS.iter().map(|event| format!("{:8} {event}", self.counts.get(event).unwrap_or(&0)));
        let errors = self.errors.iter().map(|(code, count)| format!("{count:8} with the error {code}"));
        counts.chain(errors).collect::<Vec<_>>().join("\n")
    }
}
