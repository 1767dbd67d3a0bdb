//! A reconciliation as text: totals first, then what differs.

use std::fmt::Write as _;

use crate::language::{counted, many, say, t};
use crate::sync::reconcile::money::Money;
use crate::sync::reconcile::reconciliation::Reconciliation;
use crate::sync::reconcile::totals::{PartyTotals, Totals};
use crate::sync::reconcile::transaction::{Side, Transaction, TransactionState};
use crate::sync::show::Paint;
use crate::text::visible::visible;

/// The heads of the columns of amounts.
const HEADS: [&str; 5] = ["Steelhead", "QuickBooks", "difference", "tax", "open"];

impl Reconciliation {
    /// For people: totals of each object and each party, then every transaction that differs.
    pub fn text(&self, paint: Paint) -> String {
        let mut text = self.table(paint);
        for line in self.differences() {
            _ = write!(text, "\n{}", line.told(paint));
        }
        if self.differences().next().is_some() {
            text.push('\n');
        }
        text.push_str(&self.summary());
        text.push('\n');
        text
    }

    /// How many transactions there are, how many differ, and how many more are in the list that do not count.
    pub fn summary(&self) -> String {
        let differing = self.differences().count();
        let all = counted(self.count(), "transaction");
        let mut told = match (self.count(), differing) {
            (0, _) => t("There are no transactions.").to_owned(),
            (_, 0) => say!("{all}: Steelhead and QuickBooks agree.", all),
            (_, count) => many!("{all}: {n} differs.", "{all}: {n} differ.", count, all),
        };
        let left = self.transactions.len() - self.count();
        if left > 0 {
            told.push_str(&many!(
                " {n} more does not count: it is not billed, or was settled by hand.",
                " {n} more do not count: they are not billed, or were settled by hand.",
                left
            ));
        }
        if self.unreadable > 0 {
            told.push_str(&many!(
                " {n} document cannot be read, and is not counted.",
                " {n} documents cannot be read, and are not counted.",
                self.unreadable
            ));
        }
        told
    }

    fn table(&self, paint: Paint) -> String {
        let mut rows: Vec<(bool, String, [String; 5])> = Vec::new();
        for totals in &self.totals {
            rows.push((true, head(totals), amounts(totals)));
            let is_of = |it: &&PartyTotals| {
                it.totals.object == totals.object && it.totals.currency == totals.currency
            };
            for party in self.parties.iter().filter(is_of) {
                let mark = if party.totals.differing > 0 { "! " } else { "  " };
                let name = if party.party.is_empty() { t("(nobody)") } else { &party.party };
                rows.push((false, format!("{mark}{}", visible(name)), amounts(&party.totals)));
            }
        }
        let widest = |column: usize| {
            let cells = rows.iter().map(|(_, _, cells)| cells.get(column).map_or(0, String::len));
            cells.chain([HEADS.get(column).map_or(0, |head| head.len())]).max().unwrap_or_default()
        };
        let widths: [usize; 5] = std::array::from_fn(widest);
        let first = rows.iter().map(|(_, name, _)| name.chars().count()).max().unwrap_or_default();
        let line = |name: &str, cells: [&str; 5]| {
            let mut line = format!("{name:<first$}");
            for (cell, width) in cells.iter().zip(widths) {
                _ = write!(line, "  {cell:>width$}");
            }
            line.trim_end().to_owned()
        };
        let mut text = String::new();
        for (is_head, name, cells) in &rows {
            if *is_head {
                if !text.is_empty() {
                    text.push('\n');
                }
                _ = writeln!(text, "{}", line("", HEADS));
            }
            let told = line(name, cells.each_ref().map(String::as_str));
            let told = if *is_head { paint.strong(&told) } else { told };
            _ = writeln!(text, "{told}");
        }
        text
    }
}

fn head(totals: &Totals) -> String {
    let currency = totals.currency.as_ref().map(|it| format!(", {}", visible(it))).unwrap_or_default();
    format!("{}: {}{currency}", totals.title, totals.transactions)
}

fn amounts(totals: &Totals) -> [String; 5] {
    let some = |amount: Option<Money>| amount.map(Money::told).unwrap_or_default();
    [
        totals.steelhead.told(),
        totals.quickbooks.told(),
        totals.difference.told(),
        some(totals.tax_in_quickbooks),
        some(totals.open),
    ]
}

impl Transaction {
    /// What it is called, with its day and its party.
    pub fn title(&self) -> String {
        let date = self.steelhead.as_ref().or(self.quickbooks.as_ref()).map_or("", |side| side.date.as_str());
        let parts = [self.label.as_str(), date, self.party.as_str()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        visible(&parts.join(", ")).into_owned()
    }

    /// Both amounts, in words.
    pub fn amounts(&self) -> String {
        let amount = |side: &Side| side.amount.map_or_else(|| "an unknown amount".to_owned(), Money::told);
        let mut parts = Vec::new();
        parts.extend(self.steelhead.as_ref().map(|side| format!("Steelhead {}", amount(side))));
        parts.extend(self.quickbooks.as_ref().map(|side| format!("QuickBooks {}", amount(side))));
        if let (TransactionState::Differs, Some(difference)) = (self.state, self.difference) {
            parts.push(format!("difference {}", difference.told()));
        }
        parts.join(", ")
    }

    fn told(&self, paint: Paint) -> String {
        let state = self.state.told().to_lowercase().replace("quickbooks", "QuickBooks");
        let mut text = format!("{} {}: {state}. {}\n", paint.bad("!"), self.title(), self.amounts());
        if let Some(reason) = &self.reason {
            let reason = visible(reason).trim_end().replace('\n', "\n    ");
            _ = writeln!(text, "    {reason}");
        }
        text
    }
}
