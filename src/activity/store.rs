//! What knows everything that happened.

use super::{Cursor, Event, Found, FoundAs, Happening, Tally, WholeVisit};
use crate::sync::stored::{CompanyId, Moment, RecordKey, SessionId, StoreError};

/// Knows everything that happened. No answer takes longer because more happened before.
pub trait ActivityStore: Send + Sync {
    /// What happened to a company file and, of people's actions, to its domain: of these kinds, behind
    /// the cursor, not before that time, newest first.
    fn events(
        &self,
        company: CompanyId,
        domain: &str,
        kinds: &[Happening],
        behind: Cursor,
        from: Option<Moment>,
        limit: usize,
    ) -> Result<Vec<Event>, StoreError>;
    /// A visit of a company file with its first so many exchanges; nothing if there is no such visit.
    fn visit(
        &self,
        company: CompanyId,
        visit: SessionId,
        limit: usize,
    ) -> Result<Option<WholeVisit>, StoreError>;
    /// The last so many reads that found something of a record, newest first.
    fn found_of(
        &self,
        company: CompanyId,
        record: &RecordKey,
        limit: usize,
    ) -> Result<Vec<Found>, StoreError>;
    /// The first so many records that a visit found something of, by type and id.
    fn found_in(&self, company: CompanyId, visit: SessionId, limit: usize) -> Result<Vec<Found>, StoreError>;
    /// How many records of which type a visit found new, changed or gone.
    fn found_counts(
        &self,
        company: CompanyId,
        visit: SessionId,
    ) -> Result<Vec<(FoundAs, String, usize)>, StoreError>;
    /// How often what happened between two times, by stretches of so many milliseconds, in order;
    /// stretches in which nothing happened are left out.
    fn tally(
        &self,
        company: CompanyId,
        from: Moment,
        until: Moment,
        stretch: i64,
    ) -> Result<Vec<Tally>, StoreError>;
}
