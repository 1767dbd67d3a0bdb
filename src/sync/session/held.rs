//! Documents that are held back: nobody could look whether `QuickBooks` has them already.

use std::collections::HashMap;

use crate::catalogue;
use crate::engine::Decision;
use crate::sync::company_file::document::document_key;
use crate::sync::stored::{DocumentKey, JobError, JobId};
use crate::sync::{Plan, Step};

use super::call::SessionCall;
use super::errors;

/// The jobs that wait because a document that they need would be created, and the query that would
/// find its record was refused in the last read.
pub(super) fn held(
    call: &SessionCall<'_>,
    plan: &Plan,
    needed: &HashMap<DocumentKey, Vec<JobId>>,
) -> HashMap<JobId, JobError> {
    let mut held = HashMap::new();
    for step in &plan.steps {
        let Some((query, message)) = unread(call, step) else { continue };
        let key = step.outcome.key.as_ref().map(|key| document_key(&step.object, key));
        for job in key.and_then(|key| needed.get(&key)).into_iter().flatten() {
            held.entry(*job).or_insert_with(|| errors::unread(query, message));
        }
    }
    held
}

/// The refused query, and what was said of it, that a step that creates a record needs.
fn unread<'c>(call: &'c SessionCall<'_>, step: &Step) -> Option<(&'c str, &'c str)> {
    if !matches!(step.outcome.decision, Decision::Create(_)) {
        return None;
    }
    let export = call.rules.program.object(&step.object)?.export.as_ref()?;
    // What carries our mark is looked for by that too.
    let marked = step.outcome.request().filter(|_| step.mark.is_some()).map(|request| request.record);
    let searches = |query: &str| {
        let mut matches = export.variants.iter().filter_map(|variant| variant.matching.as_ref());
        let gives = catalogue::records_of(query.trim_end_matches("Rq"));
        matches.any(|matching| matching.request.name() == query)
            || gives.iter().any(|record| Some(record.name()) == marked)
    };
    let unread = call.state.unread.iter().find(|(query, _)| searches(query))?;
    Some((&unread.0, &unread.1))
}
