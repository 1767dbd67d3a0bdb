//! Not too many requests at once, nor too soon after each other: more than some forty in a burst, and Steelhead's
//! session hangs without a word.

use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

/// Requests that may be on their way at once.
const MOST: usize = 3;

/// The way to one Steelhead, for all that go there with one token.
#[derive(Debug)]
pub(super) struct Lane {
    pace: Duration,
    traffic: Mutex<Traffic>,
    freed: Condvar,
}

#[derive(Debug)]
struct Traffic {
    on_the_way: usize,
    next: Instant,
}

/// The right to send one request.
pub(super) struct Turn<'l>(&'l Lane);

impl Lane {
    /// One on which requests leave no sooner than `pace` after each other.
    pub fn new(pace: Duration) -> Self {
        let traffic = Traffic { on_the_way: 0, next: Instant::now() };
        Self { pace, traffic: Mutex::new(traffic), freed: Condvar::new() }
    }

    /// Waits until a request may leave.
    pub fn turn(&self) -> Turn<'_> {
        let mut traffic = self.traffic.lock();
        while traffic.on_the_way >= MOST {
            self.freed.wait(&mut traffic);
        }
        traffic.on_the_way += 1;
        let now = Instant::now();
        let at = traffic.next.max(now);
        traffic.next = at + self.pace;
        drop(traffic);
        std::thread::sleep(at - now);
        Turn(self)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.traffic.lock().on_the_way -= 1;
        self.0.freed.notify_one();
    }
}
