//! Things made when they are first asked for.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;

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
        let values = self.values.read();
        if let Some(value) = values.get(name) {
            return value.clone();
        }
        drop(values);
        let value = Arc::new(make());
        let mut values = self.values.write();
        values.entry(name.into()).or_insert(value).clone()
    }

    /// Forgets the value with this name.
    pub(super) fn remove(&mut self, name: &str) {
        self.values.get_mut().remove(name);
    }

    /// The value with this name, to be changed; nothing if it is not there.
    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        let values = self.values.get_mut();
        if values.get_mut(name).is_some_and(|value| Arc::get_mut(value).is_none()) {
            // Someone reads it still: it is made anew when it is asked for again.
            values.remove(name);
        }
        values.get_mut(name).and_then(Arc::get_mut)
    }

    /// Changes every value.
    pub(super) fn each_mut(&mut self, mut change: impl FnMut(&str, &mut T)) {
        let values = self.values.get_mut();
        values.retain(|name, value| match Arc::get_mut(value) {
            Some(value) => {
                change(name, value);
                true
            }
            None => false,
        });
    }
}
