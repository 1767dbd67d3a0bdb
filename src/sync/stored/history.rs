//! Old exchanges: which may go, so that what is kept does not grow for ever.

use super::{CompanyId, Exchange, ExchangeId, Moment, StoreError};

/// Where a look through old exchanges is: after the one with that key, which was sent then.
pub type Looked = (Moment, ExchangeId);

/// Old exchanges that were looked through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Old {
    /// Those that may go, oldest first.
    pub exchanges: Vec<Exchange>,
    /// Where the look goes on; nothing if it came to the end.
    pub looked: Option<Looked>,
}

/// Lets go of old exchanges.
///
/// One may go if it has its answer, its session has ended, and none of its jobs is under way or of unknown outcome; if it
/// is neither the last one of a document nor the last that QuickBooks took of it; and if it is not the last of the company file.
pub trait HistoryStore: Send + Sync {
    /// Looks through so many exchanges that were sent before that moment, from there on, oldest first.
    ///
    /// # Errors
    /// The store failed.
    fn old_exchanges(
        &self,
        company: CompanyId,
        before: Moment,
        from: Option<Looked>,
        most: usize,
    ) -> Result<Old, StoreError>;

    /// Removes those of them that may go still. Gives how many did.
    ///
    /// # Errors
    /// The store failed.
    fn remove_exchanges(&self, company: CompanyId, exchanges: &[ExchangeId]) -> Result<usize, StoreError>;
}
