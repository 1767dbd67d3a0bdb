//! Periods of a company file, reconciled, kept for who looks at another page of one.

use std::cell::OnceCell;
use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::sync::stored::{CompanyFile, Moment, Store, StoreError};
use crate::sync::{Ledger, Period, Reconciliation, Unsent};

/// As many periods are kept of a company file. Each may have all its transactions.
const MOST: usize = 2;

/// The periods that were looked at last, of one ledger.
#[derive(Default)]
pub struct ReconciledPeriods {
    kept: Mutex<VecDeque<Kept>>,
}

/// A reconciled period, and how long it holds.
struct Kept {
    period: Period,
    /// What [`CompanyFile::changes`] was: why a document was not sent hangs on it.
    changes: i64,
    /// From then on a document is due that was to be tried again later.
    until: Option<Moment>,
    found: Arc<Reconciliation>,
}

impl ReconciledPeriods {
    /// A period of the ledger, as it is now. The jobs of the company file are read only if a document was not sent that nothing
    /// in the rules holds back.
    ///
    /// # Errors
    /// The store failed.
    pub fn get(
        &self,
        ledger: &Ledger,
        store: &dyn Store,
        (file, period): (&CompanyFile, Period),
        now: Moment,
    ) -> Result<Arc<Reconciliation>, StoreError> {
        let holds = |kept: &&Kept| {
            kept.period == period
                && kept.changes == file.changes
                && kept.until.is_none_or(|until| now < until)
        };
        if let Some(kept) = self.kept.lock().iter().find(holds) {
            return Ok(kept.found.clone());
        }
        let jobs: OnceCell<Result<Unsent, StoreError>> = OnceCell::new();
        let found = ledger.period(period, &|document| {
            let unsent = jobs.get_or_init(|| Unsent::of(store, file, now));
            unsent.as_ref().ok().map(|unsent| unsent.reason(document))
        });
        let until = jobs.into_inner().transpose()?.and_then(|unsent| unsent.until());
        let found = Arc::new(found);
        let mut kept = self.kept.lock();
        kept.retain(|kept| kept.period != period);
        kept.truncate(MOST - 1);
        kept.push_front(Kept { period, changes: file.changes, until, found: found.clone() });
        Ok(found)
    }
}
