//! What knows everything that happened.

use super::{Cursor, Event, Happening, Tally, WholeVisit};
use crate::sync::stored::{CompanyId, Moment, SessionId, StoreError};

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
