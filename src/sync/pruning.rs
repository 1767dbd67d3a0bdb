//! Old exchanges are let go of, in small pieces: a visit waits for one of them at most.

use std::time::Duration;

use crate::sync::stored::{CompanyFile, Exchange, ExchangeId, HistoryStore, Moment, StoreError};

/// As many exchanges are looked through, and removed, at once.
const PIECE: usize = 50;
/// Between two pieces everybody else has the database for so long.
const REST: Duration = Duration::from_millis(20);

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// How many exchanges went.
    pub exchanges: usize,
    /// As many bytes had the requests and the answers in them.
    pub bytes: usize,
}

/// Why it stopped. What went before is gone, and was kept elsewhere first.
#[derive(Debug, thiserror::Error)]
pub enum PruneError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// They could not be kept elsewhere, so they stay.
    #[error("the history could not be written: {0}")]
    Kept(#[from] std::io::Error),
}

/// Removes the exchanges of a company file that were sent before that moment and are needed no more. Each piece is handed to
/// `keep` first, and is gone only once that has returned: whatever ends the program, a piece is kept, or still there, or both.
///
/// # Errors
/// [`PruneError`]
pub fn prune(
    store: &dyn HistoryStore,
    file: &CompanyFile,
    before: Moment,
    keep: &mut dyn FnMut(&[Exchange]) -> std::io::Result<()>,
) -> Result<Pruned, PruneError> {
    let mut pruned = Pruned::default();
    let mut from = None;
    loop {
        let old = store.old_exchanges(file.id, before, from, PIECE)?;
        if !old.exchanges.is_empty() {
            keep(&old.exchanges)?;
            let ids: Vec<ExchangeId> = old.exchanges.iter().map(|it| it.id).collect();
            pruned.exchanges += store.remove_exchanges(file.id, &ids)?;
            pruned.bytes += old.exchanges.iter().map(size).sum::<usize>();
        }
        from = old.looked;
        if from.is_none() {
            return Ok(pruned);
        }
        std::thread::sleep(REST);
    }
}

/// How much would go, if it went now. Nothing is changed.
///
/// # Errors
/// The store failed.
pub fn prunable(store: &dyn HistoryStore, file: &CompanyFile, before: Moment) -> Result<Pruned, StoreError> {
    let mut found = Pruned::default();
    let mut from = None;
    loop {
        let old = store.old_exchanges(file.id, before, from, PIECE)?;
        found.exchanges += old.exchanges.len();
        found.bytes += old.exchanges.iter().map(size).sum::<usize>();
        from = old.looked;
        if from.is_none() {
            return Ok(found);
        }
    }
}

fn size(exchange: &Exchange) -> usize {
    exchange.request.len() + exchange.response.as_ref().map_or(0, String::len)
}
