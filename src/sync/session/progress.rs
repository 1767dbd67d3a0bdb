//! Progress: how much is left.

use super::call::SessionCall;
use super::memory::Counted;
use super::state::Phase;
use super::talk::SessionError;

/// After so many pieces of work the jobs that are left are counted anew.
const RECOUNT: u64 = 16;

/// An estimate of the pieces of work that are left. Counting takes the longer the more jobs there
/// are: it is done now and then.
pub(super) fn left(call: &mut SessionCall<'_>) -> Result<u64, SessionError> {
    let (session, done) = (call.session, call.state.done);
    let is_fresh = |it: &Counted| it.session == session && (it.done..it.done + RECOUNT).contains(&done);
    let counted = match call.ahead.counted.filter(is_fresh) {
        Some(counted) => counted,
        None => Counted { session, done, batches: batches(call)? },
    };
    call.ahead.counted = Some(counted);
    let batches = counted.batches.saturating_sub(done - counted.done);
    let reads = match &call.state.phase {
        Phase::Read(reading) => reading.open.len(),
        _ => 0,
    };
    Ok(batches.saturating_add(u64::try_from(reads).unwrap_or(u64::MAX)).max(1))
}

fn batches(call: &SessionCall<'_>) -> Result<u64, SessionError> {
    let due = call.store.due_count(call.file.id, call.now)?.div_ceil(call.limits.batch.max(1));
    Ok(u64::try_from(due).unwrap_or(u64::MAX))
}
