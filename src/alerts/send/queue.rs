//! The queue of messages: each is tried until it has arrived, or for two days.

use chrono::TimeDelta;

use super::carrier::{Carrier, CarryError};
use crate::alerts::{AlertStore, MessageState};
use crate::sync::stored::{Moment, StoreError};

/// Messages that are sent in one go.
const BATCH: usize = 50;
/// So long nobody else sends a message that a server has taken: if that dies, another one sends it then.
const HOLD: TimeDelta = TimeDelta::minutes(5);
/// How long to wait after each attempt, in minutes; after the last one nobody tries again.
const WAITS: [i64; 9] = [1, 5, 15, 60, 180, 360, 720, 720, 720];

/// How long to wait after so many attempts; nothing: nobody tries again.
pub fn wait_after(attempts: u32) -> Option<TimeDelta> {
    let minutes = usize::try_from(attempts).ok()?.checked_sub(1).and_then(|place| WAITS.get(place))?;
    Some(TimeDelta::minutes(*minutes))
}

/// Sends the messages that are due. What becomes of each is written down before the next one leaves: whatever dies, a
/// message may leave twice, by the same id, and none is lost. Gives those that failed, with where they were to go.
///
/// # Errors
/// The store failed.
pub fn send_due(
    store: &dyn AlertStore,
    carrier: &dyn Carrier,
    now: Moment,
) -> Result<Vec<(String, CarryError)>, StoreError> {
    let mut failed = Vec::new();
    for (message, recipient) in store.due_messages(now, BATCH)? {
        if !store.hold_message(&message, now + HOLD)? {
            continue;
        }
        let channel = &recipient.chosen.channel;
        let attempts = message.state.attempts + 1;
        let state = match carrier.carry(&message, channel, now) {
            Ok(()) => MessageState { attempts, next_try: None, sent_at: Some(now), failure: None },
            Err(error) => {
                let next_try = wait_after(attempts).filter(|_| !error.is_final).map(|wait| now + wait);
                let failure = Some(error.why.clone());
                failed.push((channel.target().to_owned(), error));
                MessageState { attempts, next_try, sent_at: None, failure }
            }
        };
        store.note_message(&message.id, &state)?;
    }
    Ok(failed)
}
