//! A door that lets a few in at a time: heavy work must leave room for pages.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

/// A door that lets a few in at a time.
#[derive(Clone, Debug)]
pub struct Gate(Arc<GateInside>);

#[derive(Debug)]
struct GateInside {
    free: Mutex<usize>,
    left: Condvar,
}

/// Somebody who is in, until this is dropped.
#[derive(Debug)]
pub struct Pass(Arc<GateInside>);

impl Gate {
    /// A door that lets `room` in at a time.
    pub fn new(room: usize) -> Self {
        Self(Arc::new(GateInside { free: Mutex::new(room), left: Condvar::new() }))
    }

    /// Goes in, however long that takes.
    pub fn enter(&self) -> Pass {
        let mut free = self.0.free.lock();
        self.0.left.wait_while(&mut free, |free| *free == 0);
        *free -= 1;
        Pass(Arc::clone(&self.0))
    }

    /// Goes in, if there is room before that time has passed.
    pub fn enter_within(&self, time: Duration) -> Option<Pass> {
        let mut free = self.0.free.lock();
        self.0.left.wait_while_for(&mut free, |free| *free == 0, time);
        *free = free.checked_sub(1)?;
        Some(Pass(Arc::clone(&self.0)))
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        *self.0.free.lock() += 1;
        self.0.left.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_leaves_makes_room() {
        let gate = Gate::new(1);
        let pass = gate.enter();
        assert!(gate.enter_within(Duration::from_millis(1)).is_none());
        drop(pass);
        assert!(gate.enter_within(Duration::ZERO).is_some());
    }
}
