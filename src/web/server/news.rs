//! News: whatever was done here, for the pages that wait for it.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::watch;

/// Pages of one domain that may wait for news at the same time; the others are as good, but stand still.
const OF_A_DOMAIN: usize = 200;
/// Pages of all domains.
const OF_ALL: usize = 5_000;

/// How many pages of each domain wait.
type Waiting = Arc<Mutex<HashMap<String, usize>>>;

/// Who waits for news.
pub struct News {
    pub(super) told: watch::Sender<u64>,
    pub(super) is_over: watch::Sender<bool>,
    waiting: Waiting,
}

/// A place to wait in, free again when it is dropped.
pub(super) struct Place {
    waiting: Waiting,
    domain: String,
}

impl Default for News {
    fn default() -> Self {
        let waiting = Waiting::default();
        Self { told: watch::Sender::new(0), is_over: watch::Sender::new(false), waiting }
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

    /// A place for a page of that domain, if there is one: those of others do not count.
    pub(super) fn place(&self, domain: &str) -> Option<Place> {
        let mut waiting = self.waiting.lock();
        let of_domain = waiting.get(domain).copied().unwrap_or_default();
        if of_domain >= OF_A_DOMAIN || waiting.values().sum::<usize>() >= OF_ALL {
            return None;
        }
        waiting.insert(domain.to_owned(), of_domain + 1);
        Some(Place { waiting: Arc::clone(&self.waiting), domain: domain.to_owned() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut waiting = self.waiting.lock();
        if let Some(count) = waiting.get_mut(&self.domain) {
            *count -= 1;
            if *count == 0 {
                waiting.remove(&self.domain);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{News, OF_A_DOMAIN};

    #[test]
    fn who_fills_all_places_takes_none_from_another_domain() {
        let news = News::default();
        let mut places: Vec<_> = (0..OF_A_DOMAIN).map(|_| news.place("busy").unwrap()).collect();
        assert!(news.place("busy").is_none() && news.place("calm").is_some());
        places.pop();
        assert!(news.place("busy").is_some());
    }
}
