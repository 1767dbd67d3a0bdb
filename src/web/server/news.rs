//! News: whatever was done here, for the pages that wait for it.

use std::sync::Arc;

use tokio::sync::{Semaphore, watch};

/// Pages that may wait for news at the same time; the others are as good, but stand still.
const LISTENERS: usize = 200;

/// Who waits for news.
pub struct News {
    pub(super) told: watch::Sender<u64>,
    pub(super) is_over: watch::Sender<bool>,
    pub(super) places: Arc<Semaphore>,
}

impl Default for News {
    fn default() -> Self {
        let places = Arc::new(Semaphore::new(LISTENERS));
        Self { told: watch::Sender::new(0), is_over: watch::Sender::new(false), places }
    }
}

impl News {
    /// Says that something was done here, so that nobody waits for the next look at the store.
    pub fn tell(&self) {
        self.told.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Ends all waiting.
    pub fn end(&self) {
        self.is_over.send_replace(true);
    }
}
