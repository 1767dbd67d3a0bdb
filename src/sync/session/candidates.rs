//! A record that is gone, or one of several: which may be a document's counterpart.

use crate::document::Structure;
use crate::engine::{Context, Engine};
use crate::qbxml::Record;
use crate::sync::settings;
use crate::sync::stored::{Candidate, DocumentKey, RecordKey};

use super::call::SessionCall;

/// So many records are offered.
const LIMIT: usize = 5;

/// The records that a document may be connected to in the place of the one that is gone, the likeliest
/// first, with what speaks for each. What another document has as its counterpart is none of them.
pub(super) fn candidates(call: &SessionCall<'_>, key: &DocumentKey, document: &Structure) -> Vec<Candidate> {
    let Ok(settings) = settings(&call.rules.program, &call.file) else {
        return Vec::new();
    };
    // It may refer to anything, and happens seldom.
    let others = call.mirror.connections.documents().filter(|other| *other != key);
    let links = call.mirror.links(&call.rules.program, others);
    let context = Context { settings: &settings, company: &call.mirror.company, links: &links };
    let is_free = |record: &Record| {
        RecordKey::of(record).is_some_and(|record| call.mirror.connections.owner(&record, key).is_none())
    };
    let engine = Engine::new(&call.rules.program);
    let found = engine.candidates(document, context, &is_free, LIMIT);
    let candidates = found.into_iter().filter_map(|found| {
        let (record, RecordKey { record_type, id }) = (&found.record, RecordKey::of(&found.record)?);
        Some(Candidate {
            record_type,
            id,
            name: record.called().unwrap_or_default().to_owned(),
            changed_at: record.get("TimeModified").unwrap_or_default().to_owned(),
            why: found.why,
        })
    });
    candidates.collect()
}
