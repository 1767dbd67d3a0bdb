//! A read of everything: what it does not give is gone.

use chrono::TimeDelta;

use super::super::call::SessionCall;
use super::super::queries::Query;
use super::super::state::OpenRead;
use super::super::talk::SessionError;
use crate::sync::stored::{Moment, RecordKey, Traversal, Unfinished};

/// QuickBooks keeps for 90 days what was deleted. After a silence of so many, what is missing counts as deleted.
pub(super) const LONGEST_SILENCE: TimeDelta = TimeDelta::days(85);

/// When the read of everything began that is on its way, if it is not too long ago.
pub(super) fn full_read(unfinished: &[Unfinished], now: Moment) -> Option<Moment> {
    let began_at = unfinished.iter().filter_map(|read| read.full).max()?;
    (began_at <= now && now - began_at <= LONGEST_SILENCE).then_some(began_at)
}

/// What a read of everything shows to be gone.
#[derive(Default)]
pub(super) struct Missing {
    /// The records.
    pub(super) keys: Vec<RecordKey>,
    /// The queries for deletions, which know no more than that, if everything was compared.
    pub(super) read: Vec<Traversal>,
}

/// Records of ours that a read of everything did not give, of the types that were read to their end. One that was set
/// aside was given.
pub(super) fn missing(call: &SessionCall<'_>, reading: &OpenRead) -> Result<Missing, SessionError> {
    let mut missing = Missing::default();
    for query in call.rules.queries.iter().filter(|query| !query.is_deleted) {
        let name = query.request.name();
        if !reading.compared.contains(name) {
            continue;
        }
        for record_type in crate::catalogue::records_of(name.trim_end_matches("Rq")) {
            let keys = call.store.not_seen(call.file.id, record_type.name(), reading.began_at)?;
            let is_gone = |key: &RecordKey| {
                call.mirror.company.set_aside(&[key.record_type.as_str()], &key.id).is_none()
            };
            missing.keys.extend(keys.into_iter().filter(is_gone));
        }
    }
    if call.state.unread.is_empty() && reading.not_past.is_empty() {
        let deleted = call.rules.queries.iter().filter(|query| query.is_deleted);
        let read =
            |query: &Query| Traversal { query: query.request.name().to_owned(), began_at: reading.began_at };
        missing.read = deleted.map(read).collect();
    }
    Ok(missing)
}
