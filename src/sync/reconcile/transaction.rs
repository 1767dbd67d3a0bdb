//! One transaction, as both sides have it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::language::{marked, say};
use crate::sync::reconcile::money::Money;
use crate::sync::reconcile::period::Period;
use crate::sync::stored::{DocumentKey, RecordKey};

/// One transaction, as both sides have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Transaction {
    /// The object whose rules it goes by.
    pub object: String,
    /// The document; nothing if QuickBooks alone has the transaction.
    pub document: Option<DocumentKey>,
    /// What people call it.
    pub label: String,
    /// Its number.
    pub number: String,
    /// Who owes, or is owed.
    pub party: String,
    /// The currency, if QuickBooks says one.
    pub currency: Option<String>,
    /// How the two sides stand to each other.
    pub state: TransactionState,
    /// What Steelhead has.
    pub steelhead: Option<Side>,
    /// What QuickBooks has.
    pub quickbooks: Option<Side>,
    /// What QuickBooks has more than Steelhead; nothing if that cannot be told.
    pub difference: Option<Money>,
    /// What is not paid yet, as QuickBooks says.
    pub open: Option<Money>,
    /// What else the record tells, as the rules show it: whether it is paid, say.
    pub told: BTreeMap<String, String>,
    /// The record.
    pub record: Option<RecordKey>,
    /// Why it is so.
    pub reason: Option<String>,
}

/// A transaction, as one side has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Side {
    /// The day.
    pub date: String,
    /// The amount, without tax where the rules tell the two apart; nothing if it cannot be told.
    pub amount: Option<Money>,
    /// The tax, if it is told.
    pub tax: Option<Money>,
}

/// How the two sides of a transaction stand to each other. In the order in which people want to see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransactionState {
    /// Both have it, with other amounts.
    Differs,
    /// Both have it, and one of them on a day outside the period.
    OtherPeriod,
    /// Steelhead billed it, and QuickBooks does not have it.
    NotInQuickbooks,
    /// QuickBooks has it, and no document of Steelhead stands for it.
    NotInSteelhead,
    /// Steelhead bills nothing for it, and QuickBooks holds nothing: a draft, or what was voided.
    NotBilled,
    /// It counts as done by hand, and which record it is nobody has said.
    Settled,
    /// Both have it, with the same amounts.
    Agrees,
}

impl TransactionState {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Differs,
        Self::OtherPeriod,
        Self::NotInQuickbooks,
        Self::NotInSteelhead,
        Self::NotBilled,
        Self::Settled,
        Self::Agrees,
    ];

    /// What it is called in JSON and CSV.
    pub fn word(self) -> &'static str {
        match self {
            Self::Differs => "differs",
            Self::OtherPeriod => "other-period",
            Self::NotInQuickbooks => "not-in-quickbooks",
            Self::NotInSteelhead => "not-in-steelhead",
            Self::NotBilled => "not-billed",
            Self::Settled => "settled",
            Self::Agrees => "agrees",
        }
    }

    /// What people read.
    pub fn told(self) -> &'static str {
        match self {
            Self::Differs => marked("Differs"),
            Self::OtherPeriod => marked("Dated in another period"),
            Self::NotInQuickbooks => marked("Not in QuickBooks"),
            Self::NotInSteelhead => marked("Only in QuickBooks"),
            Self::NotBilled => marked("Not billed"),
            Self::Settled => marked("Settled by hand"),
            Self::Agrees => marked("Agrees"),
        }
    }

    /// Whether the two sides are not the same.
    pub fn is_difference(self) -> bool {
        !matches!(self, Self::NotBilled | Self::Settled | Self::Agrees)
    }

    /// Whether its amounts are in sums.
    pub fn counts(self) -> bool {
        !matches!(self, Self::NotBilled | Self::Settled)
    }
}

impl Transaction {
    /// The line with its state and its difference, from both sides. `is_billed` says whether Steelhead bills
    /// anything for it.
    pub(super) fn weighed(mut self, is_billed: bool) -> Self {
        let amount = |side: &Option<Side>| side.as_ref().map(|side| side.amount);
        let (ours, theirs) = (amount(&self.steelhead), amount(&self.quickbooks));
        let either = |side: Option<Option<Money>>| side.unwrap_or(Some(Money::ZERO));
        self.difference = either(theirs).zip(either(ours)).map(|(theirs, ours)| theirs - ours);
        let is_nothing = |side: Option<Option<Money>>| either(side).is_some_and(Money::is_zero);
        self.state = match (ours, theirs) {
            (_, None) if !is_billed => TransactionState::NotBilled,
            (Some(_), None) => TransactionState::NotInQuickbooks,
            (None, Some(_)) if is_nothing(theirs) => TransactionState::NotBilled,
            (None, _) => TransactionState::NotInSteelhead,
            (Some(_), Some(_)) if self.taxes_differ() => TransactionState::Differs,
            (Some(_), Some(_)) if self.difference == Some(Money::ZERO) => TransactionState::Agrees,
            (Some(_), Some(_)) => TransactionState::Differs,
        };
        if self.state == TransactionState::NotBilled {
            self.difference = None;
        }
        self
    }

    /// Whether both sides tell a tax, and not the same.
    fn taxes_differ(&self) -> bool {
        let tax = |side: &Option<Side>| side.as_ref().and_then(|side| side.tax);
        let taxes = tax(&self.steelhead).zip(tax(&self.quickbooks));
        taxes.is_some_and(|(ours, theirs)| ours != theirs)
    }

    /// What of it belongs to a period; nothing if nothing does. A side that is dated outside does not count.
    pub(super) fn within(&self, period: Period) -> Option<Self> {
        let is_in =
            |side: &Option<Side>| side.as_ref().map(|side| side.date.is_empty() || period.has(&side.date));
        match (is_in(&self.steelhead), is_in(&self.quickbooks)) {
            (Some(false) | None, Some(false) | None) => None,
            (Some(true) | None, Some(true) | None) => Some(self.clone()),
            (ours, _) => Some(self.clone().half(ours == Some(true))),
        }
    }

    /// Only one side, because the other is dated outside the period.
    fn half(mut self, is_ours: bool) -> Self {
        let dropped = if is_ours { self.quickbooks.take() } else { self.steelhead.take() };
        let who = if is_ours { "QuickBooks" } else { "Steelhead" };
        let date = dropped.map(|side| side.date).unwrap_or_default();
        let kept = self.steelhead.as_ref().or(self.quickbooks.as_ref()).and_then(|side| side.amount);
        self.difference = kept.map(|amount| if is_ours { -amount } else { amount });
        self.state = TransactionState::OtherPeriod;
        self.reason = Some(say!("{who} has it on {date}, outside this period.", who, date));
        self
    }
}
