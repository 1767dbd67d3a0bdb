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

/// The processor time of this process and of its children that have ended, in hundredths of a second, as Linux
/// tells it. It is the same on a machine that does other work too.
pub fn processor() -> Option<(u64, u64)> {
    let told = fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<u64> =
        told.rsplit_once(')')?.1.split(' ').skip(12).take(4).map_while(|field| field.parse().ok()).collect();
    match fields.as_slice() {
        [user, system, child_user, child_system] => Some((user + system, child_user + child_system)),
        _ => None,
    }
}

fn peak_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
