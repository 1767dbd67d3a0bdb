//! How long it takes to read and check the default rule set, and to load the catalogue.
//!
//! ```text
//! cargo bench --bench check
//! ```
//!
//! The catalogue is loaded once in a process, so each of its runs is a process of its own: this
//! program calls itself and takes the time that the child tells.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints its figures and stops at what it cannot measure"
)]

mod support;

use std::process::Command;
use std::time::{Duration, Instant};

use ferrule::rules::{RuleFiles, compile};
use support::rules;

const CHILD: &str = "--load-catalogue";

fn main() {
    if std::env::args().any(|argument| argument == CHILD) {
        let start = Instant::now();
        let root = ferrule::catalogue::root();
        let elapsed = start.elapsed();
        assert_eq!(root.name(), "QBXML");
        println!("{}", elapsed.as_nanos());
        return;
    }
    println!("catalogue load, median of 51 processes: {:?}", catalogue_load());
    divan::main();
}

fn catalogue_load() -> Duration {
    let mut times: Vec<Duration> = (0..51).map(|_| in_a_child()).collect();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn in_a_child() -> Duration {
    let output = Command::new(std::env::current_exe().unwrap()).arg(CHILD).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    Duration::from_nanos(told.trim().parse().unwrap())
}

/// From files on disk to a program, without diagnostics.
#[divan::bench]
fn read_and_compile() -> bool {
    let files: RuleFiles = rules::files();
    compile(&files).program.is_some()
}

/// From files in memory.
#[divan::bench]
fn compile_alone(bencher: divan::Bencher<'_, '_>) {
    let files = rules::files();
    bencher.bench_local(|| compile(&files));
}
