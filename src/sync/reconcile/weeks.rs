//! What both sides come to, week by week.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, NaiveDate};

use crate::sync::reconcile::ledger::Ledger;
use crate::sync::reconcile::money::Money;
use crate::sync::reconcile::transaction::Side;

/// What the transactions of one object come to in each week, in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weeks {
    /// The object.
    pub object: String,
    /// What people call it.
    pub title: String,
    /// The currency, if QuickBooks says one.
    pub currency: Option<String>,
    /// What Steelhead billed and what QuickBooks holds, a pair for each week.
    pub sums: Vec<(Money, Money)>,
}

/// The Monday of a day's week.
pub fn monday(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into())).unwrap_or(day)
}

/// Both sides of each week, by object and currency.
type Sums<'l> = BTreeMap<(&'l str, Option<&'l str>), Vec<(Money, Money)>>;

impl Ledger {
    /// The last day on which either side has any money.
    pub fn last_day(&self) -> Option<NaiveDate> {
        let sides = self
            .lines()
            .filter(|line| line.state.counts())
            .flat_map(|line| [&line.steelhead, &line.quickbooks]);
        let days = sides.flatten().filter(|side| side.amount.is_some());
        days.filter_map(|side| NaiveDate::parse_from_str(&side.date, "%Y-%m-%d").ok()).max()
    }

    /// So many weeks from a Monday on, each side by its own day; objects of which none has any money in them are left out.
    pub fn weeks(&self, first: NaiveDate, count: usize) -> Vec<Weeks> {
        let place = |side: &Side| {
            let day = NaiveDate::parse_from_str(&side.date, "%Y-%m-%d").ok()?;
            let week = usize::try_from((day - first).num_days().div_euclid(7)).ok()?;
            Some((week, side.amount?)).filter(|(week, _)| *week < count)
        };
        let mut all: Sums<'_> = BTreeMap::new();
        for line in self.lines().filter(|line| line.state.counts()) {
            let sides = [&line.steelhead, &line.quickbooks];
            let [ours, theirs] = sides.map(|side| side.as_ref().and_then(place));
            if ours.is_none() && theirs.is_none() {
                continue;
            }
            let sums = all.entry((&line.object, line.currency.as_deref()));
            let sums = sums.or_insert_with(|| vec![(Money::ZERO, Money::ZERO); count]);
            for (found, is_ours) in [(ours, true), (theirs, false)] {
                if let Some((sum, amount)) =
                    found.and_then(|(week, amount)| Some((sums.get_mut(week)?, amount)))
                {
                    *(if is_ours { &mut sum.0 } else { &mut sum.1 }) += amount;
                }
            }
        }
        let of = |(object, title): &(String, String)| {
            let found = all.iter().filter(|((name, _), _)| name == object);
            let weeks = found.map(|((_, currency), sums)| Weeks {
                object: object.clone(),
                title: title.clone(),
                currency: currency.map(str::to_owned),
                sums: sums.clone(),
            });
            weeks.collect::<Vec<_>>()
        };
        self.titles().iter().flat_map(of).collect()
    }
}
