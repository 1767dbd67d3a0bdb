//! The last visit that failed, with what to do about it.

use crate::catalogue::{StatusCode, mentioned};
use crate::sync::stored::{CompanyFile, Ending, Moment, Store, StoreError};

/// So many visits are looked through.
const VISITS: usize = 100;
/// What stands before QuickBooks' own words.
const SAID: &str = "QuickBooks said";

/// A visit that failed.
#[derive(Clone, Debug)]
pub struct LastFailure {
    /// When.
    pub at: Moment,
    /// What was told of it then.
    pub reason: String,
    /// Whether a later visit went well.
    pub is_over: bool,
    /// What is known of the code in it.
    pub known: Option<&'static StatusCode>,
}

impl LastFailure {
    /// That of a company file; nothing if none of the last visits failed.
    ///
    /// # Errors
    /// The store failed.
    pub fn of(store: &dyn Store, file: &CompanyFile) -> Result<Option<Self>, StoreError> {
        let mut is_over = false;
        for visit in store.sessions(file.id, VISITS)? {
            match visit.ending {
                Some(Ending::Failed(reason)) => {
                    let (at, known) = (visit.ended_at.unwrap_or(visit.active_at), mentioned(&reason));
                    return Ok(Some(Self { at, reason, is_over, known }));
                }
                Some(Ending::Finished) => is_over = true,
                _ => {}
            }
        }
        Ok(None)
    }

    /// What happened, in a sentence or two.
    pub fn happened(&self) -> &str {
        self.known.map_or(self.reason.as_str(), |known| &known.happened)
    }

    /// What QuickBooks said itself, where something else is told of it.
    pub fn said(&self) -> Option<&str> {
        self.known?;
        self.reason.find(SAID).map(|at| &self.reason[at..])
    }
}
