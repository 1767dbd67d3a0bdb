//! Things made when they are first asked for.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Values by name, each made once. Two threads that ask at the same moment may both make it.
#[derive(Debug)]
pub(super) struct Cache<T> {
    values: RwLock<HashMap<Box<str>, Arc<T>>>,
}

// Derived, this would ask for `T: Default`.
impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self { values: RwLock::default() }
    }
}

impl<T> Cache<T> {
    /// The value with this name, made by `make` if it is not there yet.
    pub(super) fn get(&self, name: &str, make: impl FnOnce() -> T) -> Arc<T> {
        // A panic while the lock was held cannot leave a half-made value behind.
        let values = self.values.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = values.get(name) {
            return value.clone();
        }
        drop(values);
        let value = Arc::new(make());
        let mut values = self.values.write().unwrap_or_else(PoisonError::into_inner);
        values.entry(name.into()).or_insert(value).clone()
    }

    /// Forgets all values.
    pub(super) fn clear(&mut self) {
        self.values.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
