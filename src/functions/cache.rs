//! What was compiled once is kept for the next call.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;

/// Compiled forms by their text. When it is full it starts anew, so that a long-running process
/// whose settings change does not grow.
pub(super) struct Cache<T> {
    kept: RwLock<Option<HashMap<String, Arc<T>>>>,
}

const CAPACITY: usize = 256;

impl<T> Cache<T> {
    /// An empty cache, for a `static`.
    pub(super) const fn new() -> Self {
        Self { kept: RwLock::new(None) }
    }

    /// The compiled form of `text`, from the cache or from `compile`. Failures are not kept.
    pub(super) fn get(
        &self,
        text: &str,
        compile: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Arc<T>, String> {
        if let Some(found) = self.look_up(text) {
            return Ok(found);
        }
        let made = Arc::new(compile(text)?);
        let mut guard = self.kept.write();
        let kept = guard.get_or_insert_with(HashMap::new);
        if kept.len() >= CAPACITY {
            kept.clear();
        }
        kept.insert(text.to_owned(), made.clone());
        Ok(made)
    }

    fn look_up(&self, text: &str) -> Option<Arc<T>> {
        let guard = self.kept.read();
        guard.as_ref()?.get(text).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compiles_each_text_once_and_keeps_no_failure() {
        let cache = Cache::new();
        assert_eq!(cache.get("a", |_| Err("no".to_owned())), Err::<Arc<usize>, _>("no".to_owned()));
        assert_eq!(cache.get("a", |text| Ok(text.len())), Ok(Arc::new(1)));
        assert_eq!(cache.get("a", |_| Err("compiled again".to_owned())), Ok(Arc::new(1)));
    }

    #[test]
    fn never_holds_more_than_its_capacity() {
        let cache = Cache::new();
        for n in 0..=CAPACITY {
            assert_eq!(cache.get(&n.to_string(), |_| Ok(n)), Ok(Arc::new(n)));
        }
        assert_eq!(cache.kept.read().as_ref().unwrap().len(), 1);
    }
}
