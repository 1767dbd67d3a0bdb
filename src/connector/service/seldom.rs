//! Whoever tries to connect again and again fails in the same way each time: the log has it once.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use parking_lot::Mutex;

use super::{Event, Journal};
use crate::sync::stored::Moment;

/// A cause is told again after so long.
const EVERY: TimeDelta = TimeDelta::hours(1);
/// As many causes are told apart; the others count as one.
const CAUSES: usize = 64;

/// A cause that was told.
struct Told {
    at: Moment,
    /// How often it came since.
    others: usize,
}

/// The same journal; of connections that did not come about each cause is told once in an hour, by this clock, with how
/// many there were since it was told last.
pub fn seldom(next: Journal, clock: impl Fn() -> Moment + Send + Sync + 'static) -> Journal {
    let causes: Mutex<BTreeMap<String, Told>> = Mutex::default();
    Arc::new(move |event: &Event| {
        let Event::NotConnected { from, why, others } = event else { return next(event) };
        let now = clock();
        let since = {
            let mut causes = causes.lock();
            let is_known = causes.contains_key(why) || causes.len() < CAUSES;
            let told = causes.entry(if is_known { why.clone() } else { String::new() });
            let told = told.or_insert(Told { at: Moment::MIN_UTC, others: 0 });
            // A clock that was set back must not silence it.
            if now >= told.at && now.signed_duration_since(told.at) < EVERY {
                told.others += 1 + others;
                return;
            }
            told.at = now;
            std::mem::take(&mut told.others)
        };
        next(&Event::NotConnected { from: *from, why: why.clone(), others: since + others });
    })
}
