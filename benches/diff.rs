//! How long `ferrule diff` takes for 10,000 documents against 50,000 records, and how much memory.
//!
//! ```text
//! cargo bench --bench diff
//! ```
//!
//! The program runs as its users run it: a process of its own, over files, all of it counted from its
//! start to its end. Its memory is its peak resident set as Linux tells it; elsewhere only the time
//! is taken.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints its figures and stops at what it cannot measure"
)]

mod support;

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use support::{documents, process, records};

const INVOICES: u32 = 8_000;
const CUSTOMERS: u32 = 2_000;
const RUNS: usize = 7;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let written = write(folder.path());
    println!("{} documents and {} records, {} MB", INVOICES + CUSTOMERS, records::COUNT, written / 1_000_000);
    let mut times: Vec<Duration> = (0..RUNS).map(|_| process::time(|| start(folder.path()), end)).collect();
    times.sort_unstable();
    if let [fastest, .., slowest] = times.as_slice() {
        let median = times.get(RUNS / 2).copied().unwrap_or_default();
        println!("time, median of {RUNS} runs: {median:.2?} ({fastest:.2?} to {slowest:.2?})");
    }
    match process::memory(|| start(folder.path()), end) {
        Some(kilobytes) => println!("memory at its peak: {} MB", kilobytes / 1024),
        None => println!("memory: not told by this system"),
    }
    println!("{}", last_line(folder.path()));
}

/// Writes documents, records and settings; says how many bytes there are.
fn write(folder: &Path) -> usize {
    let invoices = (1..=INVOICES).map(|number| documents::invoice(number, 5));
    let documents: Vec<String> = (0..CUSTOMERS).map(documents::customer).chain(invoices).collect();
    let mut files = vec![
        ("documents.ndjson".to_owned(), documents.join("\n")),
        ("settings.yaml".to_owned(), "income_account: Plating Income\n".to_owned()),
    ];
    fs::create_dir(folder.join("quickbooks")).unwrap();
    files.extend(records::files().into_iter().map(|(name, text)| (format!("quickbooks/{name}"), text)));
    for (name, text) in &files {
        fs::write(folder.join(name), text).unwrap();
    }
    files.iter().map(|(_, text)| text.len()).sum()
}

fn start(folder: &Path) -> Child {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    Command::new(env!("CARGO_BIN_EXE_ferrule"))
        .current_dir(folder)
        .args(["diff", "--steelhead", "documents.ndjson", "--quickbooks", "quickbooks"])
        .args(["--settings", "settings.yaml", "--rules"])
        .arg(rules)
        .stdout(File::create(folder.join("plan.txt")).unwrap())
        .spawn()
        .unwrap()
}

/// Ends with 2: there is something to do.
fn end(mut child: Child) {
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

fn last_line(folder: &Path) -> String {
    let plan = fs::read_to_string(folder.join("plan.txt")).unwrap();
    plan.lines().next_back().unwrap_or_default().to_owned()
}
