//! News: whatever was done, here or through another server, for the pages that wait for it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::watch;

use crate::sync::stored::CompanyId;

/// Pages of one domain that may wait for news at the same time; the others are as good, but stand still.
const OF_A_DOMAIN: usize = 200;
/// Pages of all domains.
const OF_ALL: usize = 5_000;

/// What was read of a company file just now is as good as what would be read: the pages of one cost no more than one page.
const FRESH: Duration = Duration::from_millis(500);

/// How many pages of each domain wait.
type Waiting = Arc<Mutex<HashMap<String, usize>>>;

/// Who waits for news.
pub struct News {
    pub(super) told: watch::Sender<u64>,
    pub(super) is_over: watch::Sender<bool>,
    waiting: Waiting,
    /// The counts of changes that were read, and when.
    read: Mutex<HashMap<CompanyId, (Instant, i64)>>,
}

/// A place to wait in, free again when it is dropped.
pub(super) struct Place {
    waiting: Waiting,
    domain: String,
}

impl Default for News {
    fn default() -> Self {
        let waiting = Waiting::default();
        let (told, is_over) = (watch::Sender::new(0), watch::Sender::new(false));
        Self { told, is_over, waiting, read: Mutex::default() }
    }
}

impl News {
    /// Says that something was done here, so that nobody waits for the next look at the store.
    pub fn tell(&self) {
        self.read.lock().clear();
        self.told.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Ends all waiting.
    pub fn end(&self) {
        self.is_over.send_replace(true);
    }

    /// How often a company file was changed, from whichever server.
    ///
    /// # Errors
    /// Those of `read`, which asks the store.
    pub(super) fn changes<E>(
        &self,
        company: CompanyId,
        read: impl FnOnce() -> Result<i64, E>,
    ) -> Result<i64, E> {
        let known = self.read.lock().get(&company).copied();
        if let Some((_, changes)) = known.filter(|(at, _)| at.elapsed() < FRESH) {
            return Ok(changes);
        }
        let begun = Instant::now();
        let changes = read()?;
        let mut all = self.read.lock();
        if all.len() >= OF_ALL {
            all.clear();
        }
        all.insert(company, (begun, changes));
        Ok(changes)
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
    use std::cell::Cell;

    use super::{News, OF_A_DOMAIN};
    use crate::sync::stored::CompanyId;

    #[test]
    fn many_pages_ask_once_unless_something_was_done_here() {
        let (news, asked) = (News::default(), Cell::new(0));
        let look = |company| {
            news.changes(CompanyId(company), || {
                asked.set(asked.get() + 1);
                Ok::<i64, ()>(asked.get())
            })
        };
        assert_eq!((look(1), look(1), look(2), look(1)), (Ok(1), Ok(1), Ok(2), Ok(1)));
        news.tell();
        assert_eq!(look(1), Ok(3));
        std::thread::sleep(super::FRESH);
        assert_eq!(look(1), Ok(4));
        assert_eq!(news.changes(CompanyId(3), || Err::<i64, _>("lost")), Err("lost"));
    }

    #[test]
    fn who_fills_all_places_takes_none_from_another_domain() {
        let news = News::default();
        let mut places: Vec<_> = (0..OF_A_DOMAIN).map(|_| news.place("busy").unwrap()).collect();
        assert!(news.place("busy").is_none() && news.place("calm").is_some());
        places.pop();
        assert!(news.place("busy").is_some());
    }
}
