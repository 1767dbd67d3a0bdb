//! The program as its users run it: a process of its own.

use std::fs;
use std::process::Child;
use std::time::{Duration, Instant};

/// From its start to its end.
pub fn time(start: impl Fn() -> Child, end: impl Fn(Child)) -> Duration {
    let begin = Instant::now();
    end(start());
    begin.elapsed()
}

/// Its peak resident set in kB, as Linux tells it; nothing elsewhere. The system only tells of a process
/// that runs, so it is asked until it has ended.
pub fn memory(start: impl Fn() -> Child, end: impl Fn(Child)) -> Option<u64> {
    let child = start();
    let status = format!("/proc/{}/status", child.id());
    let peak = std::iter::from_fn(|| {
        std::thread::sleep(Duration::from_millis(1));
        peak_in(&fs::read_to_string(&status).ok()?)
    });
    let peak = peak.last();
    end(child);
    peak
}

fn peak_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
