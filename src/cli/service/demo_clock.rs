//! The demo's clock: it stands in the past while the weeks before the story go by, and is the machine's afterwards.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::DateTime;

use crate::simulator::{Clock, SystemClock};
use crate::sync::stored::Moment;

/// Milliseconds since 1970 in the past; 0 once it is today. There is one demo in a process.
static PAST: AtomicI64 = AtomicI64::new(0);
/// So long a look at the clock takes in the past, in milliseconds: visits have a length there, the same at each start.
const STEP: i64 = 150;

/// What time it is in the demo.
pub fn now() -> Moment {
    match PAST.load(Ordering::Relaxed) {
        0 => chrono::Utc::now(),
        _ => DateTime::from_timestamp_millis(PAST.fetch_add(STEP, Ordering::Relaxed)).unwrap_or_default(),
    }
}

/// Lets it be this time.
pub fn set(past: Moment) {
    PAST.store(past.timestamp_millis(), Ordering::Relaxed);
}

/// Lets it be today, as the machine's clock says.
pub fn end_past() {
    PAST.store(0, Ordering::Relaxed);
}

/// The same clock for the simulated company file and the simulated Web Connector.
#[derive(Clone, Copy, Debug)]
pub struct DemoClock;

impl Clock for DemoClock {
    fn now(&self) -> i64 {
        now().timestamp()
    }

    fn wait(&self, seconds: u64) {
        SystemClock.wait(seconds);
    }
}
